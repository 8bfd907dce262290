// A client whose types come from the contract. It does not compile if the contract has not what a game needs, and it
// plays a whole game: two guests, a win, a rematch.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./contract.js";

type Room = components["schemas"]["tictactoe.room"];

const baseUrl = process.env.PARLOR_URL ?? "";

// A player of their own, with a client that sends the player's token.
async function guest() {
  const { data } = await createClient<paths>({ baseUrl }).POST("/api/guest");
  assert.ok(data);
  return { player: data.player, api: createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${data.token}` } }) };
}
type Guest = Awaited<ReturnType<typeof guest>>;

async function place(who: Guest, id: string, cell: number): Promise<Room> {
  const { data, error } = await who.api.POST("/api/tictactoe/{id}/place", { params: { path: { id } }, body: { cell } });
  if (!data) throw new Error(error.code);
  return data;
}

const [ann, bob] = [await guest(), await guest()];

const seated = await ann.api.POST("/api/tictactoe/join");
assert.ok(seated.data);
const id: string = seated.data.id;
assert.equal(seated.data.kind, "tictactoe");
const both = await bob.api.POST("/api/tictactoe/join", { headers: { "Idempotency-Key": "k1" } });
assert.equal(both.data?.id, id, "the second player joins the first one's room");
assert.deepEqual(both.data?.seats, [ann.player, bob.player]);

await assert.rejects(place(bob, id, 0), /not_your_turn/);
const far = await ann.api.POST("/api/tictactoe/{id}/place", { params: { path: { id } }, body: { cell: 9 } });
assert.equal(far.error?.code, "bad_arguments");
assert.equal(far.error?.field, "cell");
// @ts-expect-error: there is no such argument
await ann.api.POST("/api/tictactoe/{id}/place", { params: { path: { id } }, body: { sell: 9 } });
// @ts-expect-error: there is no such command
await ann.api.POST("/api/tictactoe/{id}/resign", { params: { path: { id } } });

let room: Room | undefined;
for (const [who, cell] of [[ann, 4], [bob, 0], [ann, 2], [bob, 1], [ann, 6]] as const) room = await place(who, id, cell);
assert.deepEqual(room?.view.cells, [2, 2, 1, 0, 1, 0, 1, 0, 0]);
const { winner, reason } = room?.outcome ?? {};
assert.equal(winner, 0);
assert.equal(reason, "line");

const watching = await createClient<paths>({ baseUrl }).GET("/api/tictactoe/{id}", { params: { path: { id } } });
assert.equal(watching.data?.turn, null);

for (const who of [ann, bob]) {
  const offered = await who.api.POST("/api/tictactoe/{id}/rematch", { params: { path: { id } } });
  room = offered.data;
}
assert.equal(room?.turn, 1, "the other one opens the next game");

const { data: told } = await ann.api.POST("/api/fortune/chat", { body: { message: "Shall I win?" } });
const source: string | undefined = told?.source;
assert.equal(source, "fallback");
console.log(`played ${id}`);
