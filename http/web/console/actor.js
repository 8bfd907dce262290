// One actor: whether and why it is awake, what is inside, what each viewer sees of it, and what can be done to it.

import { follow } from "../feed.js";
import { every, h, notice } from "../ui.js";
import { get, open, pathOf, post } from "./api.js";
import { careful, chip, count, pretty, section, table, when, whyWords } from "./parts.js";
import { sentence, t } from "./words.js";

const pace = 3000;  // for what is no event: the mailbox, why it is awake

export function actor(root, kind, id, { server, fail }) {
  const name = `${kind}/${id}`;
  const of = server.kinds.find((one) => one.name === kind);
  const path = pathOf(kind, id);
  let seen = null;  // the last answer, as text
  let viewer = null;  // the query of the view that is shown
  let closed = false;
  let leave = null;  // ends the feed
  const armed = () => root.querySelector("[data-armed]");

  const facts = h("div", { id: "facts" });
  const buttons = h("div", { class: "row", id: "orders" });
  const players = h("div", { class: "row", id: "players", role: "group", "aria-label": t("players_here") });
  const reminders = h("div", { id: "reminders" });
  const events = h("div", { id: "events" });
  const state = h("pre", { id: "state", tabindex: "0", "aria-label": t("state") });
  const viewers = h("div", { class: "row", id: "viewers", role: "group", "aria-label": t("view") });
  const view = h("pre", { id: "view", tabindex: "0", "aria-label": t("view"), hidden: true });

  async function order(what, done, values = { name }) {
    try {
      await post(`${path}/${what}`);
      notice(t(done, values));
    } catch (problem) {
      if (problem.status === 404) notice(sentence(problem));
      else fail(problem);
    }
    await stop.now();
  }

  function showFacts(data) {
    const { awake } = data;
    const fact = (key, value) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, value));
    const list = (names) => names.join(", ") || t("nothing");
    facts.replaceChildren(
      h("p", {}, chip(awake ? awake.why : "asleep", whyWords(awake)), data.exists ? null : h("span", { class: "soft" }, ` ${t("empty_actor")}`)),
      h("dl", { class: "facts" },
        fact("version", count(data.version)), fact("schema", data.schema), fact("replies", data.replies_kept),
        ...(awake ? [
          fact("requests", count(awake.requests)), fact("waiting", data.waiting), fact("unstored", data.unstored),
          fact("since", when(awake.since)), fact("last_used", when(awake.last_used)), fact("until", when(awake.until)),
          fact("activation", awake.activation), fact("services", list(awake.services)), fact("asks", list(data.asking)),
        ] : [])));
  }

  function showButtons(data) {
    buttons.replaceChildren(
      data.awake
        ? h("button", { type: "button", id: "sleep", onclick: () => order("sleep", "done_sleep") }, t("sleep"))
        : h("button", { type: "button", id: "wake", onclick: () => order("wake", "done_wake") }, t("wake")),
      careful(t("drop_messages"), t("drop_messages_sure"), () => order("messages/drop", "done_drop_messages"), { id: "drop_messages" }),
      careful(t("close"), t("close_sure"), () => order("close", "done_close"), { id: "close", class: "grave" }));
  }

  // Who sits in a room may be kicked from it; a player may be denied more.
  function showPlayers(data) {
    const seated = (of?.seats ? data.state?.table?.seats ?? [] : []).map(({ player }) => player).filter(Boolean);
    const names = of?.reached_by === "session" ? [id] : seated;
    players.replaceChildren(...names.map((player) => h("span", { class: "row" },
      h("a", { class: "id", href: `#/denials?player=${encodeURIComponent(player)}` }, player),
      of?.seats ? careful(t("kick"), t("kick_sure"), () => order(`players/${encodeURIComponent(player)}/kick`, "done_kick", { name: player }),
        { class: "small", "data-kick": player }) : null)));
    players.hidden = names.length === 0;
  }

  function showReminders(list) {
    const rows = list.sort((a, b) => a.due.localeCompare(b.due)).map((one) => [
      h("span", { class: "id" }, one.name), when(one.due), h("span", { class: "id" }, `${one.command} ${Object.keys(one.args).length ? JSON.stringify(one.args) : ""}`),
      careful(t("cancel"), `${t("cancel")}?`, () => order(`reminders/${encodeURIComponent(one.name)}/cancel`, "done_cancel", { name: one.name }),
        { class: "small", "data-reminder": one.name })]);
    reminders.replaceChildren(rows.length
      ? table(t("reminders"), [[t("name")], [t("due")], [t("command")], [""]], rows)
      : h("p", { class: "soft" }, t("no_reminders")));
  }

  // The latest first.
  function showEvents(list) {
    const rows = [...list].reverse().map((one) => [
      count(one.version), h("span", { class: "id" }, one.name), one.to ? h("span", { class: "id" }, one.to) : t("everyone"),
      h("span", { class: "id" }, JSON.stringify(one.data))]);
    events.replaceChildren(rows.length
      ? table(t("events"), [[t("version"), "number"], [t("name")], [t("for_whom")], [t("data")]], rows)
      : h("p", { class: "soft" }, t("no_events")));
  }

  function showViewers(data) {
    const players = of?.seats ? (data.state?.table?.seats ?? []).map(({ player }) => player) : [];
    const choices = of?.reached_by === "session" ? [["", id]]
      : [["", t("spectator")], ...players.map((player, seat) => [`?seat=${seat}`, t("seat", { seat, player }), player]).filter(([, , player]) => player)];
    viewers.replaceChildren(...choices.map(([query, label]) => h("button", {
      type: "button", class: "small", "data-query": query, "aria-pressed": String(viewer === query), onclick: () => see(query),
    }, label)));
  }

  async function see(query) {
    viewer = query;
    for (const button of viewers.children) button.setAttribute("aria-pressed", String(button.dataset.query === query));
    try {
      const shown = pretty(await get(`${path}/view${query}`));
      if (closed || viewer !== query) return;
      view.hidden = false;
      if (view.textContent !== shown) view.textContent = shown;
    } catch (problem) {
      if (closed || viewer !== query) return;
      view.hidden = true;
      notice(sentence(problem));
    }
  }

  // Keeps the focus where it was, on the thing that does the same.
  function keepFocus(change) {
    const at = document.activeElement;
    const id = at?.id, reminder = at?.dataset.reminder, query = at?.dataset.query;
    change();
    if (!at || at.isConnected || at === document.body) return;
    const again = (id && document.getElementById(id)) || root.querySelector(`[data-reminder="${reminder}"], [data-query="${query}"]`)
      || buttons.querySelector("button");
    again?.focus({ preventScroll: true });
  }

  // The feed is for one who is awake: opened anew it would wake a sleeper, or one that is closed.
  function unfollow() {
    leave?.();
    leave = null;
  }

  function hear(name) {
    if (name === "closed") unfollow();
    stop.now();
  }

  function gone() {
    unfollow();
    seen = null;
    keepFocus(() => {
      body.hidden = true;
      missing.hidden = false;
    });
  }

  async function look() {
    // A button that waits to be pressed again stays where it is.
    if (closed || armed()) return;
    try {
      const data = await get(path);
      if (closed || armed()) return;
      if (data.awake) leave ??= follow(`${path}/events`, hear, (problem) => problem && unfollow(), open);
      else unfollow();
      body.hidden = false;
      missing.hidden = true;
      showFacts(data);
      const now = JSON.stringify([data.version, data.state, data.reminders, data.awake?.activation, data.awake?.why]);
      for (const one of reminders.querySelectorAll("time")) one.replaceWith(when(one.dateTime));
      if (now === seen) return;
      seen = now;
      keepFocus(() => {
        showButtons(data);
        showPlayers(data);
        showReminders(data.reminders);
        showEvents(data.events);
        showViewers(data);
      });
      state.textContent = pretty(data.state);
      // What a player sees may have changed with it; a sleeper is not woken for that.
      if (viewer !== null && data.awake) see(viewer);
    } catch (problem) {
      if (closed) return;
      if (problem.status === 404 || problem.status === 400) gone();
      else fail(problem);
    }
  }

  const missing = h("p", { class: "panel", id: "missing", hidden: true }, t("not_there", { name }));
  const body = h("div", { class: "stack", hidden: true },
    h("section", { class: "panel" }, facts, buttons, players),
    section(t("reminders"), null, reminders),
    section(t("events"), t("events_hint"), events),
    h("div", { class: "columns" },
      section(t("state"), t("state_hint"), state),
      section(t("view"), t("view_hint"), viewers, view)));
  root.className = "actor";
  root.replaceChildren(h("p", {}, h("a", { href: `#/actors?kind=${encodeURIComponent(kind)}` }, `← ${kind}`)), h("h1", { class: "actor-name" }, name), body, missing);
  document.title = `${name} · parlor`;
  const stop = every(pace, look);
  return {
    close() {
      closed = true;
      unfollow();
      stop();
    },
  };
}
