// A feed of the server's: what happens to a room or a player, as it happens, over one long request.
//
// A connection that breaks is made again, and brings what came meanwhile: the server is told the last id. One that
// is silent for longer than the server's heartbeats allow counts as broken.

import { open as openAsGuest } from "./server.js";

const silence = 40_000;  // milliseconds; heartbeats come every 15 s
const longest = 15_000;  // between two attempts

// Follows the feed at a path. `hear(name, data, id)` is told each event; `lost(problem)` that there is no connection
// just now, `lost(null)` that there is one. `open` asks as the caller that shall hear it. One that `rests` leaves its
// connection, of which a browser has few, while nobody sees the page. Returns what ends it.
export function follow(path, hear, lost, open = openAsGuest, rests = false) {
  let place = null;   // the last id
  let failures = 0;
  let closed = false;
  let abort = null;   // of the request under way
  let wake = () => {};

  const unseen = () => rests && document.hidden;
  const pause = (wait) => new Promise((done) => {
    const timer = setTimeout(done, wait);
    wake = () => { clearTimeout(timer); done(); };
  });

  async function listen() {
    abort = new AbortController();
    let timer = 0;
    const alive = () => { clearTimeout(timer); timer = setTimeout(() => abort.abort(), silence); };
    try {
      alive();
      const body = await open(path, { place, signal: abort.signal });
      failures = 0;
      lost(null);
      for await (const { name, data, id } of blocks(body, alive)) {
        if (closed) return;
        place = id || place;
        hear(name, data, id);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async function keep() {
    while (!closed) {
      let retryAfter = 0;
      try {
        if (!unseen()) await listen();
      } catch (problem) {
        if (closed) return;
        if (!unseen()) {
          failures++;
          retryAfter = (problem.retryAfter ?? 0) * 1000;
          lost(problem);
        }
      }
      // The server ended it, to begin anew, or something failed: not all clients at once.
      const wait = Math.min(500 * 2 ** failures, longest) * (0.5 + Math.random() / 2);
      if (!closed) await pause(unseen() ? 1e9 : Math.max(wait, retryAfter));
    }
  }

  const cut = () => abort?.abort();
  const again = () => {
    failures = 0;
    wake();
    if (unseen()) cut();
  };
  window.addEventListener("online", again);
  window.addEventListener("offline", cut);
  document.addEventListener("visibilitychange", again);
  keep();

  return () => {
    closed = true;
    cut();
    wake();
    window.removeEventListener("online", again);
    window.removeEventListener("offline", cut);
    document.removeEventListener("visibilitychange", again);
  };
}

// The events of a stream: blocks of `name: value` lines, with an empty one behind each.
async function* blocks(body, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    alive();
    const parts = (text + value).split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const fields = { data: [] };
      for (const line of part.split("\n")) {
        const colon = line.indexOf(":");
        const [name, rest] = [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
        if (name === "data") fields.data.push(rest);
        else if (name) fields[name] = rest;
      }
      if (fields.data.length) yield { name: fields.event ?? "message", data: JSON.parse(fields.data.join("\n")), id: fields.id ?? "" };
    }
  }
}
