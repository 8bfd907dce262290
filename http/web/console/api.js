// The operators' API, and the token that opens it. The token lives in this tab's sessionStorage only; it comes from
// the link's fragment, which no server ever sees, or is pasted.

import { openStream, send } from "../server.js";

const store = "parlor.admin";
let token = sessionStorage.getItem(store);

// Takes the token out of the address bar, if there is one in it.
export function takeToken() {
  const given = location.hash.match(/^#token=([\w.-]+)$/);
  if (!given) return;
  keep(given[1]);
  history.replaceState(null, "", "/console");
}

export function keep(given) {
  token = given;
  sessionStorage.setItem(store, given);
}

export function forget() {
  token = null;
  sessionStorage.removeItem(store);
}

export const hasToken = () => token !== null;

const ask = async (method, path, body) => (await send(method, `admin${path}`, { token, body })).data;

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
// What comes is a stream of bytes: see feed.js.
export const open = (path, how) => openStream(`admin${path}`, { token, ...how });
export const text = async (path) => new Response(await open(path, { signal: AbortSignal.timeout(10_000) })).text();

export const pathOf = (kind, id) => `/actors/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`;
