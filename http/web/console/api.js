// The operators' API, and the token that opens it. The token lives in this tab's sessionStorage only; it comes from
// the link's fragment, which no server ever sees, or is pasted.

const store = "parlor.admin";
const patience = 12_000;  // milliseconds

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

// Why a request failed: the server's code, or `offline`.
export class Problem extends Error {
  constructor(code, status) {
    super(code);
    Object.assign(this, { code, status });
  }
}

async function ask(method, path, as) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
  try {
    const answer = await fetch(`/api/admin${path}`, {
      method, headers: { Authorization: `Bearer ${token}` }, signal: abort.signal, cache: "no-store",
    });
    if (answer.ok) return await answer[as]();
    const { code = "" } = await answer.json().catch(() => ({}));
    throw new Problem(code, answer.status);
  } catch (error) {
    throw error instanceof Problem ? error : new Problem("offline", 0);
  } finally {
    clearTimeout(timer);
  }
}

export const get = (path) => ask("GET", path, "json");
export const text = (path) => ask("GET", path, "text");
export const post = (path) => ask("POST", path, "json");

export const pathOf = (kind, id) => `/actors/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`;
