// The server's HTTP API: requests, guests' tokens and problems.
//
// A token lives in sessionStorage, so that two windows of one browser are two players. The games' page has one guest;
// the playground makes several callers.

const patience = 10_000;  // milliseconds until a request counts as lost

// Why a request failed: a code of the server's, or `offline` when no answer came.
class Problem extends Error {
  constructor(code, status = 0, body = {}, retryAfter = 0) {
    super(body.title ?? code);
    Object.assign(this, { code, status, body, retryAfter });
  }
}

// Codes of what may come again under its key: no answer came, to this page or to a proxy before the server.
const lost = new Set(["offline", "outcome_unknown", "dropped"]);

const offline = () => { throw new Problem("offline"); };

// Somebody who asks: a guest whose token is kept under a name in sessionStorage, and made when it is first needed.
export function caller(store) {
  let guest = JSON.parse(sessionStorage.getItem(store) ?? "null");
  let making = null;  // the request for a token that is under way

  // Its name, or null before there is one.
  const me = () => guest?.player ?? null;

  // Also where nothing is asked, as in a room where one waits: a token whose time is over is a seat that is lost.
  setInterval(() => guest && introduce().catch(() => {}), 60_000);

  // Reads a path: `{data, etag}`.
  const get = (path) => withToken(false, (token) => send("GET", path, { token }));

  // Sends a command. One whose answer is lost is sent once more under the same key, so nothing happens twice.
  async function post(path, body = {}) {
    const headers = { "Idempotency-Key": fresh() };
    const once = () => withToken(true, (token) => send("POST", path, { token, headers, body }));
    try {
      return await once();
    } catch (problem) {
      if (!lost.has(problem.code)) throw problem;
      await new Promise((done) => setTimeout(done, Math.max(600, problem.retryAfter * 1000)));
      return once();
    }
  }

  const open = (path, how) => withToken(false, (token) => openStream(path, { token, ...how }));

  // Runs a request with the guest's token; when the server no longer takes it, once more with a new one.
  async function withToken(needed, request) {
    const token = needed || guest ? (await introduce()).token : null;
    try {
      return await request(token);
    } catch (problem) {
      if (problem.status !== 401) throw problem;
      if (guest?.token === token) forget();
      return request((await introduce()).token);
    }
  }

  // Makes sure that it has a name, and a token that is good for a while.
  function introduce() {
    if (guest && Date.now() < guest.renewAt) return Promise.resolve(guest);
    making ??= makeGuest().finally(() => { making = null; });
    return making;
  }

  // Asks for a first token, or for a fresh one once half of the old one's life is over.
  async function makeGuest() {
    const old = guest;
    const headers = { "Idempotency-Key": fresh() };
    try {
      const { data, date } = await send("POST", "guest", { token: old?.token, headers, body: {} });
      const life = Date.parse(data.expires_at) - (Date.parse(date) || Date.now());
      guest = { player: data.player, token: data.token, renewAt: Date.now() + Math.max(life / 2, 30_000) };
      sessionStorage.setItem(store, JSON.stringify(guest));
      return guest;
    } catch (problem) {
      if (!old) throw problem;
      if (problem.status !== 401) return old;
      forget();
      return makeGuest();
    }
  }

  function forget() {
    guest = null;
    sessionStorage.removeItem(store);
  }

  return { me, introduce, get, post, open, withToken };
}

// The guest of the games' page.
export const { me, introduce, get, post, open } = caller("parlor.guest");

// A fetch in the name of a token's player that fails as a Problem does.
async function reach(path, token, headers, options) {
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(`/api/${path}`, { headers, cache: "no-store", ...options }).catch(offline);
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  throw new Problem(body.code, answer.status, body, Number(answer.headers.get("Retry-After")) || 0);
}

// Opens a feed behind the event `place`, or at its present; returns what comes as a stream of bytes.
export async function openStream(path, { token, place, signal }) {
  const headers = { Accept: "text/event-stream" };
  if (place) headers["Last-Event-ID"] = place;
  return (await reach(path, token, headers, { signal })).body;
}

export async function send(method, path, { token, headers, body }) {
  const all = { Accept: "application/json", ...headers };
  if (body) all["Content-Type"] = "application/json";
  const answer = await reach(path, token, all, { method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(patience) });
  // One that breaks off is none.
  const data = await answer.json().catch(offline);
  return { data, etag: answer.headers.get("ETag"), date: answer.headers.get("Date") };
}

// A name for something that nothing else has. Without crypto.randomUUID: a page on a home network, over http, has none.
export const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
