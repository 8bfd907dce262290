// One who plays or looks on: what they see, kept up by events, what they may send, the last answer, and what happened.

import { copier } from "../copy.js";
import { resolve } from "../docs/contract.js";
import { curl, fetching } from "../docs/examples.js";
import { inLanguage } from "../docs/words.js";
import { follow } from "../feed.js";
import { sentence, t } from "../i18n.js";
import { fresh } from "../server.js";
import { h, say } from "../ui.js";
import { fieldsOf, form, requestOf } from "./form.js";
import { tree } from "./tree.js";

const kept = 30;  // events
const patience = 60_000;  // milliseconds: a program may take its time

const isFeed = ({ responses }) => Boolean(resolve(responses["200"] ?? {}).content?.["text/event-stream"]);

// `who` asks, a `player` has a token; `place(path)` fills the room's id in; `done(answer)` hears of every answer.
export function pane({ title, who, player, operations, place, done }) {
  const feed = operations.find(isFeed);
  const isOpen = ({ security }) => !security.length || security.some((way) => !Object.keys(way).length);
  const apart = ({ path }) => !path.includes("{id}");  // from the one room: these come last
  const offered = operations.filter((one) => one !== feed && (player || isOpen(one))).sort((one, other) => apart(one) - apart(other));
  const folded = new Set();
  let end = null;   // ends the feed
  let seen;         // the last view
  let closed = false;

  const name = h("span", { class: "id" });
  const link = h("span", { class: "link" }, t("quiet"));
  const note = h("span", { class: "note" });
  const view = h("div", { class: "view", tabindex: 0, role: "region", "aria-label": `${title}: ${t("view")}` }, t("none_yet"));
  const events = h("ol", { class: "events" });
  const answer = h("div", { class: "answer", role: "status" });

  // ---- what is heard

  function hear(event, data, id) {
    const stamp = h("summary", {}, h("b", {}, event), " ", h("span", { class: "id" }, id));
    const fold = h("details", { ontoggle: () => fold.childElementCount > 1 || fold.append(tree(data)) }, stamp);
    events.prepend(h("li", {}, fold));
    while (events.childElementCount > kept) events.lastChild.remove();
    if (event === "closed") {
      forget(t("closed"));
    } else if ((event === "snapshot" || event === "version") && Object.keys(data).join() !== "version") {
      view.replaceChildren(tree(data, seen, folded));
      seen = data;
      const seat = data.seats?.indexOf(who.me()) ?? -1;
      say(note, [seat >= 0 && t("at_seat", { n: seat }), seat >= 0 && data.turn === seat && t("to_move")].filter(Boolean).join(" · "));
    }
  }

  function forget(why) {
    end?.();
    end = null;
    seen = undefined;
    link.dataset.live = false;
    say(link, t("quiet"));
    say(note, "");
    view.replaceChildren(why);
  }

  function lost(problem) {
    if (problem?.status === 404) return forget(t("none_yet"));  // a command may make it: then live() is called
    say(link, t(problem ? "quiet" : "live"));
    link.dataset.live = !problem;
  }

  // Follows what happens, if that is not so yet.
  async function live() {
    if (closed || end) return;
    try {
      if (player) await who.introduce();
    } catch (problem) {
      lost(problem);
      setTimeout(live, 5000);
      return;
    }
    say(name, who.me() ?? "");
    if (feed && !end && !closed) end = follow(place(feed.path).replace("/api/", ""), hear, lost, who.open, true);
  }

  // ---- what is sent

  // Sends a request, shows the answer, and gives the problem in it.
  async function send(method, request) {
    const started = performance.now();
    const sent = { ...request, method, url: location.origin + place(request.path) };
    let got;
    try {
      got = await who.withToken(player, async (token) => {
        sent.token = token;
        const headers = { Accept: "application/json" };
        if (token) headers.Authorization = `Bearer ${token}`;
        if (request.type) headers["Content-Type"] = request.type;
        if (method !== "GET") headers["Idempotency-Key"] = fresh();
        const reply = await fetch(sent.url, { method, headers, body: request.body, cache: "no-store", signal: AbortSignal.timeout(patience) });
        const text = await reply.text();
        const one = { status: reply.status, etag: reply.headers.get("ETag"), text };
        // The server does not take the token: once more with a new one. A program's own 401 is an answer.
        if (reply.headers.has("WWW-Authenticate")) throw one;
        return one;
      });
    } catch ({ status = 0, text, body }) {
      got = { status, text: text ?? JSON.stringify(status ? body : { code: "offline", title: sentence({}) }) };
    }
    try { got.data = JSON.parse(got.text); } catch { /* shown as text */ }
    show(sent, got, performance.now() - started);
    if (closed) return null;
    done(got);
    return got.status < 400 && got.status ? null : got.data ?? { code: got.status };
  }

  function show(sent, { status, etag, text, data }, ms) {
    const { code, title: says, kind, id } = data ?? {};
    const bad = status >= 400 || !status;
    answer.replaceChildren(
      h("p", {}, h("b", { class: bad ? "bad" : null }, status || "–"), ` ${Math.round(ms)} ms `, h("span", { class: "id" }, etag ?? "")),
      h("p", { class: "id" }, `${sent.method} ${sent.url.slice(location.origin.length)}`),
      ...(bad && code ? [h("p", {}, h("code", {}, code), " ", ...inLanguage(says ?? "", code))] : []),
      ...(kind && id ? [h("p", {}, h("a", { href: `#/${kind}/${id}` }, t("go", { id })))] : []),
      ...(text ? [h("details", { open: !bad && !data?.seats }, h("summary", {}, t("body")),
        data === undefined ? h("pre", {}, text) : tree(data))] : []),
      h("div", { class: "row" }, copier("copy_curl", () => curl(sent)), copier("copy_fetch", () => fetching(sent))));
  }

  // ---- what can be done

  const buttons = [];
  const forms = [];
  for (const operation of offered) {
    const fields = fieldsOf(operation);
    const label = operation.path.endsWith(operation.summary) ? [operation.summary] : inLanguage(operation.summary);
    const submit = (request) => send(operation.method, request);
    const mark = { "data-operation": operation.operationId };
    if (fields.length) {
      forms.push(h("details", { ...mark, open: !forms.length && player }, h("summary", {}, ...label), form(operation, fields, submit)));
    } else {
      buttons.push(h("button", { ...mark, type: "button", onclick: () => submit(requestOf(operation, [])) }, ...label));
    }
  }

  live();

  return {
    element: h("section", { class: "pane", "aria-label": title },
      h("div", { class: "who" }, h("h2", {}, title), note, link, name),
      view, h("div", { class: "row" }, ...buttons), ...forms,
      h("h3", {}, t("answer")), answer, h("h3", {}, t("events")), events),
    live,
    // Sends the operation of an id, if the pane offers one that needs nothing.
    act: (id) => {
      const operation = offered.find((one) => one.operationId === id);
      return operation && send(operation.method, requestOf(operation, []));
    },
    close() {
      closed = true;
      end?.();
    },
  };
}
