// Thousands of requests made from the document. Every answer must be one that the document has for that route, in status,
// headers and body, and never a failure of the server's:
//   PARLOR_SEED=7 PARLOR_REQUESTS=100000 tests/contract/run PROGRAM FOLDER
import assert from "node:assert/strict";
import http from "node:http";
import test from "node:test";
import { faults, operations, resolve, url, wrongWith } from "./contract.mjs";
import { draw } from "./requests.mjs";
import { generator } from "./values.mjs";

const seed = Number(process.env.PARLOR_SEED ?? Math.floor(Math.random() * 1e9));
const count = Number(process.env.PARLOR_REQUESTS ?? 6000);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function send({ method, path, query, headers, body }, template) {
  let target = template.replace("{path}", path.path);
  for (const name of ["kind", "id", "player", "reminder"]) target = target.replace(`{${name}}`, encodeURIComponent(path[name]));
  if (query) target += `?${query}`;
  return new Promise((done, failed) => {
    const sent = http.request(url + target, { method, headers, agent }, async (reply) => {
      const chunks = [];
      for await (const chunk of reply) chunks.push(chunk);
      done({ target, status: reply.statusCode, headers: reply.headers, text: Buffer.concat(chunks).toString() });
    });
    sent.on("error", failed);
    sent.end(body);
  });
}

// Who plays, which rooms there are, which ETags were seen: what makes requests meet.
async function makeWorld() {
  const players = [];
  for (let i = 0; i < 3; ++i) {
    const made = JSON.parse((await send({ method: "POST", path: {}, headers: {} }, "/api/guest")).text);
    players.push({ name: made.player, token: made.token });
  }
  const administrator = { name: "root", token: process.env.PARLOR_ADMIN };
  players.push(administrator);
  const ids = new Map(), tags = ["*", '"1-1"'];
  return {
    players,
    administrator,
    toUndrain: { method: "POST", path: {}, headers: { Authorization: `Bearer ${administrator.token}` } },
    player: (random) => random.pick(players),
    tag: (random) => random.pick(tags),
    id: (kind, random) => random.pick(["nobody", players[0].name, players[1].name, ...(ids.get(kind) ?? [])]),
    learn(operation, answer) {
      if (answer.headers.etag && operation.tag !== "server") tags.splice(2, tags.length > 6 ? 1 : 0, answer.headers.etag);
      const id = answer.headers.location?.split("/").pop();
      if (id) ids.set(operation.tag, [...(ids.get(operation.tag) ?? []).slice(-2), id]);
    },
  };
}

const blames = new Set([400, 401, 413, 415]);
// Whom a view is asked for depends on who sits there, and on whose session it is; letters are chosen, or all are meant:
// no schema says so.
const mayBlame = (operation, answer) => {
  const code = answer.status === 400 ? JSON.parse(answer.text).code : null;
  return (operation.id === "operators.actor.view" && code === "bad_query")
    || (operation.id.startsWith("operators.letters.") && code === "bad_arguments");
};

// What is wrong with an answer; null if nothing is.
function fault(operation, drawn, answer) {
  if (answer.status >= 500) return "the server failed";
  const wrong = wrongWith(operation, answer);
  if (wrong) return wrong;
  if (drawn.comesTo === null) return blames.has(answer.status) && !mayBlame(operation, answer) ? "it blames a request that is right" : null;
  // Who has made many rooms has as many as they may before the mistake is seen.
  const bounded = answer.status === 429 && JSON.parse(answer.text).code === "too_many_rooms";
  return bounded || drawn.comesTo.includes(answer.status) ? null : `that had to come to ${drawn.comesTo}`;
}

test(`${count} requests from the document, right and wrong, seed ${seed}`, async (t) => {
  const random = generator(seed);
  const world = await makeWorld();
  const well = new Set(), met = new Set();
  // Each stop of a program takes its time: fewer of those.
  const often = operations.filter((o) => o.tag !== "echo");
  // A game played at random is seldom played to its end; client.test.mjs has a rematch.
  // Nor does somebody often sit in the room that an operator draws.
  // And nothing here crashes, to be in quarantine: chaos_tests have that.
  const rare = (o) => o.id.endsWith(".rematch")
    || ["operators.actor.kick", "operators.actor.drop", "operators.quarantine.release"].includes(o.id);
  const never = () => operations.filter((o) => !well.has(o.id) && !rare(o));
  // What was not answered well by then needs luck: its kind has half of what follows.
  const choice = (i) => {
    if (i < count || random.chance(0.5)) return random.chance(0.9) ? often : operations;
    const kinds = never().map((o) => o.tag);
    return operations.filter((o) => kinds.includes(o.tag));
  };
  for (let i = 0; i < count || (i < 5 * count && never().length > 0); ++i) {
    const operation = random.pick(choice(i));
    const drawn = draw(operation, random, world);
    const answer = await send(drawn.request, operation.path);
    world.learn(operation, answer);
    // What else is drawn needs new rooms and guests.
    if (operation.id === "operators.server.drain") await send(world.toUndrain, "/api/admin/undrain");
    if (answer.status < 300) well.add(operation.id);
    met.add(`${operation.id} ${answer.status}`);
    const found = fault(operation, drawn, answer);
    const exchange = [JSON.stringify(drawn.request), `${operation.method} ${answer.target}`, `${answer.status} ${answer.text}`];
    assert.equal(found, null, `request ${i}, mistake: ${drawn.mistake}\n${exchange.join("\n")}`);
  }
  t.diagnostic(`${operations.length} operations, ${met.size} pairs of operation and status`);
  assert.deepEqual(never().map((o) => o.id), []);
  agent.destroy();
});

test("every example of the document is as its schema says", () => {
  let seen = 0;
  const check = (content, where) => {
    for (const [type, { schema, example }] of Object.entries(content ?? {})) {
      if (example === undefined) continue;
      ++seen;
      assert.equal(faults(schema, example), null, `${where} ${type}`);
    }
  };
  for (const { id, responses } of operations)
    for (const [status, response] of Object.entries(responses)) check(resolve(response).content, `${id} ${status}`);
  assert.ok(seen > 300, `${seen} examples`);
});
