// Requests made from the document, right ones and wrong ones, and what each must come to.
import { right, wrong } from "./values.mjs";

const aCommand = (operation) => operation.body !== null;
const ofOperators = (operation) => operation.tag === "operators";
const ofKind = (operation) => operation.tag !== "server" && !ofOperators(operation);
const parameter = (operation, name) => operation.parameters.find((p) => p.name === name);
const has = (operation, name) => parameter(operation, name) !== undefined;

const notJson = [
  "{", "nul", "{'a':1}", '{"a":1}}', '{"a":1,"a":1}', '{"a":"\\ud800"}', "1e999", "01", "\u0000",
  Buffer.from([0x22, 0xff, 0x22]), "[".repeat(100) + "]".repeat(100),
];
const notIds = ["a b", "a.b", "%", "\u4e95", "x".repeat(65), "events", "session", "leave", "", "\t"];
const notQueries = (operation) => [
  `limit=${parameter(operation, "limit").schema.maximum + 1}`, "limit=0", "limit=-1", "limit=x", "limit=", "limit=99999999999", "limit=1.0", "limit=%", "after=%ff", "page=2",
];
const notFeedQueries = ["wait=61", "wait=-1", "wait=x", "wait=", "after=x", "after=1-2-3", "after=1.0", "after=", "limit=1", "wait=%"];
const notSeats = ["seat=x", "seat=-1", "seat=1001", "seat=", "seat=0&player=ann", "player=%", "limit=1"];
const notTags = ["1-1", '"1"', '"a-b"', '"1-1", "1-2"', 'W/"1-1"', '"-1"', '"1-99999999999999999999"'];

// Ways in which a request may be wrong: whether that goes with an operation, what it does to the request, and the
// statuses that it must come to.
const mistakes = [
  {
    name: "no token",
    fits: (o) => o.needsToken && !o.path.endsWith("/action"),
    make: (r) => delete r.headers.Authorization,
    comesTo: [401],
  },
  {
    name: "a broken token",
    fits: (o) => o.takesToken,
    make: (r, o, random, world) => {
      const forged = `Bearer ${world.player(random).token.slice(0, -3)}abc`;
      r.headers.Authorization = random.pick(["Bearer x.y.z", "Basic YTpi", "Bearer ", forged]);
    },
    comesTo: [401],
  },
  {
    name: "wrong arguments",
    fits: aCommand,
    make: (r, o, random) => { r.body = JSON.stringify(wrong(o.body, random)); },
    comesTo: [400, 404, 412],
  },
  {
    name: "no JSON",
    fits: aCommand,
    make: (r, o, random) => { r.body = random.pick(notJson); },
    comesTo: [400, 404, 412],
  },
  {
    name: "another type of body",
    fits: (o) => 415 in o.responses && o.method === "POST",
    make: (r, o, random) => {
      r.body = "{}";
      r.headers["Content-Type"] = random.pick(["text/plain", "application/jsonp", "application/x-www-form-urlencoded", ""]);
    },
    comesTo: [415],
  },
  {
    name: "a body that is too large",
    fits: (o) => ofKind(o) && o.method === "POST",
    make: (r) => { r.body = JSON.stringify("x".repeat(70_000)); },
    comesTo: [413],
  },
  {
    name: "a wrong id",
    fits: (o) => has(o, "id") && parameter(o, "id").in === "path",
    // An operator's ids may be words that no player's are.
    make: (r, o, random) => {
      const { pattern } = parameter(o, "id").schema;
      r.path.id = random.pick(notIds.filter((one) => !new RegExp(pattern).test(one)));
    },
    comesTo: [400, 404],
  },
  {
    name: "a wrong query",
    fits: (o) => has(o, "after"),
    make: (r, o, random) => { r.query = random.pick(has(o, "limit") ? notQueries(o) : notFeedQueries); },
    comesTo: [400],
  },
  {
    name: "a wrong seat",
    fits: (o) => has(o, "seat"),
    make: (r, o, random) => { r.query = random.pick(notSeats); },
    comesTo: [400],
  },
  {
    name: "a player's token",
    fits: ofOperators,
    make: (r, o, random, world) => { r.headers.Authorization = `Bearer ${world.players[0].token}`; },
    comesTo: [403],
  },
  {
    name: "a wrong If-Match",
    fits: (o) => has(o, "If-Match"),
    make: (r, o, random) => { r.headers["If-Match"] = random.pick(notTags); },
    comesTo: [400],
  },
  {
    name: "a wrong Idempotency-Key",
    fits: ofKind,
    make: (r, o, random) => { r.headers["Idempotency-Key"] = random.pick(["x".repeat(129), "a b", "\u00e9"]); },
    comesTo: [400],
  },
];

function headersOf(operation, random, world) {
  const headers = {};
  if (has(operation, "If-Match") && random.chance(0.15)) headers["If-Match"] = world.tag(random);
  if (has(operation, "If-None-Match") && random.chance(0.3)) headers["If-None-Match"] = world.tag(random);
  if (has(operation, "Last-Event-ID") && random.chance(0.3)) headers["Last-Event-ID"] = world.tag(random).replaceAll('"', "");
  // Few keys, so that some come again.
  if (has(operation, "Idempotency-Key") && random.chance(0.3)) headers["Idempotency-Key"] = `key-${random.below(40)}`;
  return headers;
}

function queryOf(operation, random, world) {
  const asked = new URLSearchParams();
  // Nothing happens while a test waits.
  if (has(operation, "wait")) asked.set("wait", "0");
  for (const p of operation.parameters.filter((one) => one.in === "query" && one.name !== "wait" && random.chance(0.5)))
    asked.set(p.name, p.name === "user" ? world.player(random).name : String(right(p.schema, random)));
  return asked.toString();
}

function bodyOf(operation, random) {
  if (operation.takesBytes) return random.pick(["", "plain text", Buffer.from([0, 255, 10, 13])]);
  if (operation.body === null) return random.chance(0.2) ? "{}" : "";
  const value = right(operation.body, random);
  return Object.keys(value).length === 0 && random.chance(0.5) ? "" : JSON.stringify(value);
}

function whoAsks(operation, random, world) {
  if (ofOperators(operation)) return world.administrator;
  return operation.takesBytes ? world.players[0] : world.player(random);
}

// One of the kinds that the path takes; seldom one whose programs take their time to stop.
function aKind(operation, random) {
  const schema = parameter(operation, "kind")?.schema ?? { const: null };
  const kind = right(schema, random);
  return kind === "echo" && random.chance(0.8) ? aKind(operation, random) : kind;
}

// A request that the document allows, from one of the world's players.
function allowed(operation, random, world) {
  const who = whoAsks(operation, random, world);
  // Operators' routes take any kind.
  const kind = ofOperators(operation) ? aKind(operation, random) : operation.tag;
  const request = {
    method: operation.method,
    path: {
      kind,
      id: world.id(kind, random),
      player: who.name,
      path: random.pick(["action", "a%20b", "deep/er/path"]),
      reminder: random.pick(["tidy", "turn_clock", "a b"]),
    },
    query: queryOf(operation, random, world),
    headers: headersOf(operation, random, world),
    body: operation.method === "POST" ? bodyOf(operation, random) : "",
  };
  if (request.body.length > 0) request.headers["Content-Type"] = "application/json";
  const withToken = operation.needsToken || (operation.takesToken && random.chance(0.6));
  if (withToken) request.headers.Authorization = `Bearer ${who.token}`;
  return request;
}

// A request, and the statuses that it must come to: `{request, mistake, comesTo}`. Without a mistake anything goes that is
// documented and does not put the blame on the request.
export function draw(operation, random, world) {
  const request = allowed(operation, random, world);
  const fitting = mistakes.filter((m) => m.fits(operation));
  if (fitting.length === 0 || random.chance(0.6)) return { request, mistake: "none", comesTo: null };
  const mistake = random.pick(fitting);
  if (aCommand(operation)) request.headers["Content-Type"] = "application/json";
  delete request.headers["Idempotency-Key"];
  mistake.make(request, operation, random, world);
  return { request, mistake: mistake.name, comesTo: mistake.comesTo };
}
