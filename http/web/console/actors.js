// The awake, by kind and by how their ids begin; and the way to one that sleeps.

import { h } from "../ui.js";
import { get } from "./api.js";
import { actorLink, chip, count, table, when, whyWords } from "./parts.js";
import { t } from "./words.js";

const calls_max = 50;  // pages asked for in one go, while they bring nobody

export function actors(root, query, { server, fail }) {
  const [kind, prefix] = [query.get("kind") ?? "", query.get("prefix") ?? ""];
  let closed = false;
  let busy = false;
  let next = null;
  let found = [];
  const place = h("div", { id: "found", "aria-live": "polite" });
  const choice = h("select", { id: "kind", name: "kind" }, h("option", { value: "" }, t("any_kind")),
    ...server.kinds.map(({ name }) => h("option", { value: name, selected: name === kind }, name)));
  const field = h("input", { id: "prefix", name: "prefix", value: prefix, autocomplete: "off", spellcheck: "false", maxlength: "64" });

  function search(event) {
    event.preventDefault();
    const to = `#/actors?${new URLSearchParams({ kind: choice.value, prefix: field.value.trim() })}`;
    if (location.hash === to) more(true);
    else location.hash = to;
  }

  // Pages may be empty and not the last: goes on until somebody is found.
  async function more(anew = false) {
    if (busy) return;
    busy = true;
    if (anew) [found, next] = [[], null];
    try {
      for (let call = 0, before = found.length; call < calls_max && found.length === before; ++call) {
        const asked = new URLSearchParams({ limit: "100", ...(kind && { kind }), ...(prefix && { prefix }), ...(next && { after: next }) });
        const page = await get(`/actors?${asked}`);
        if (closed) return;
        found = found.concat(page.actors);
        next = page.next;
        if (!next) break;
      }
      show();
    } catch (problem) {
      if (!closed) fail(problem);
    } finally {
      busy = false;
    }
  }

  function show() {
    const rows = found.map((one) => [actorLink(`${one.kind}/${one.id}`), chip(one.why, whyWords(one)), count(one.version), count(one.requests), when(one.since), when(one.last_used)]);
    const heads = [[t("actor")], [t("why")], [t("version"), "number"], [t("requests"), "number"], [t("since"), "number"], [t("last_used"), "number"]];
    const exact = kind && prefix && !found.some((one) => one.id === prefix) ? `${kind}/${prefix}` : null;
    const at = document.activeElement.id;
    place.replaceChildren(
      h("p", { class: "soft" }, rows.length || next ? `${t("found", { count: count(rows.length) })}${next ? " …" : ""}` : t("none_awake")),
      ...(exact ? [h("p", {}, h("a", { class: "button", id: "exact", href: `#/actors/${exact}` }, t("look_asleep", { name: exact })))] : []),
      ...(rows.length ? [table(t("actors"), heads, rows)] : []),
      ...(next ? [h("button", { type: "button", id: "more", onclick: () => more() }, t("more"))] : []));
    if (at) document.getElementById(at)?.focus({ preventScroll: true });
  }

  root.className = "actors";
  root.replaceChildren(
    h("h1", {}, t("actors")),
    h("form", { class: "search panel", role: "search", onsubmit: search },
      h("span", {}, h("label", { for: "kind" }, t("kind")), choice),
      h("span", {}, h("label", { for: "prefix" }, `${t("id")} ${t("id_hint")}`), field),
      h("button", { class: "main", type: "submit" }, t("find"))),
    place);
  document.title = `${t("actors")} · parlor`;
  more(true);
  return { close() { closed = true; } };
}
