// What is denied: whose tokens are over, who is banned, and the orders that say so.

import { every, h, notice } from "../ui.js";
import { get, post } from "./api.js";
import { careful, section, table, when } from "./parts.js";
import { sentence, t } from "./words.js";

const lists = ["revoked", "players", "addresses"];
const hour = 3600;
const times = [hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour];

export function denials(root, query, { fail }) {
  let closed = false;
  let seen = null;  // the last answer, as text

  async function order(what, args, done) {
    try {
      await post(`/${what}`, args);
      notice(t(done, { name: args.name ?? args.player ?? args.address }));
    } catch (problem) {
      if (problem.status === 401) return fail(problem);
      notice(sentence(problem));
    }
    await stop.now();
  }

  const text = (id, label, value = "") => [
    h("label", { for: id }, label),
    h("input", { id, value, required: true, autocomplete: "off", spellcheck: "false", maxlength: "64" })];
  const player = text("denied-player", t("player"), query.get("player") ?? "");
  const address = text("denied-address", `${t("address")} ${t("address_hint")}`);
  const choice = (id) => h("select", { id, "aria-label": t("how_long") },
    ...times.map((seconds) => h("option", { value: seconds, selected: seconds === 24 * hour }, t(`for_${seconds / hour}`))));
  const [long, longer] = [choice("player-time"), choice("address-time")];
  // An order that lacks its name is not given.
  const named = ([, field], give) => () => field.reportValidity() && give(field.value.trim());

  const forms = h("div", { class: "columns" },
    section(t("player"), t("revoke_hint"), h("div", { class: "stack" }, ...player,
      h("div", { class: "row" },
        careful(t("revoke"), t("revoke_sure"), named(player, (name) => order("revoke", { player: name }, "done_revoke")), { id: "revoke", class: "grave" }),
        long,
        careful(t("ban"), t("ban_sure"), named(player, (name) => order("ban", { player: name, seconds: Number(long.value) }, "done_ban")), { id: "ban", class: "grave" })))),
    section(t("address"), t("address_why"), h("div", { class: "stack" }, ...address,
      h("div", { class: "row" }, longer,
        careful(t("ban"), t("ban_sure"), named(address, (name) => order("ban_address", { address: name, seconds: Number(longer.value) }, "done_ban")), { id: "ban-address", class: "grave" })))));
  const places = Object.fromEntries(lists.map((list) => [list, h("div", { id: `list-${list}` })]));

  function showList(list, rows) {
    const cells = rows.map((row) => [
      h("span", { class: "id" }, row.name), when(row.since), row.until ? when(row.until) : t("for_good"), h("span", { class: "id" }, row.by), row.why,
      careful(t("lift"), t("lift_sure"), () => order("lift", { list, name: row.name }, "done_lift"), { class: "small", "data-lift": row.name })]);
    places[list].replaceChildren(rows.length
      ? table(t(list), [[t("name")], [t("since_when")], [t("until_when")], [t("by")], [t("reason")], [""]], cells)
      : h("p", { class: "soft" }, t("nothing")));
  }

  async function look() {
    // A button that waits to be pressed again stays where it is.
    if (closed || root.querySelector("[data-armed]")) return;
    try {
      const data = await get("/denials");
      const now = JSON.stringify(data);
      if (closed || now === seen || root.querySelector("[data-armed]")) return;
      seen = now;
      const at = document.activeElement?.dataset.lift;
      for (const list of lists) showList(list, data[list]);
      if (at) root.querySelector(`[data-lift="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
    } catch (problem) {
      if (!closed) fail(problem);
    }
  }

  root.className = "denials stack";
  root.replaceChildren(h("h1", {}, t("denials")), forms, ...lists.map((list) => section(t(list), t(`${list}_hint`), places[list])));
  document.title = `${t("denials")} · parlor`;
  const stop = every(4000, look);
  return {
    close() {
      closed = true;
      stop();
    },
  };
}
