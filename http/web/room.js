// A room: sitting down, the table with its two seats and the board, the outcome, and keeping up with the server.

import { copier } from "./copy.js";
import { follow } from "./feed.js";
import { introduce, me, post } from "./server.js";
import { sentence, t } from "./i18n.js";
import { h, hush, notice, say } from "./ui.js";

export function room(root, game, id) {
  const path = `${game.kind}/${id}`;
  let state = null;     // the room as last seen
  let lifeOf = null;    // a room that was deleted and made again is another one
  let gone = false;     // there is no such room
  let busy = false;     // a command is under way
  let lost = null;      // why there is no connection
  let welcomed = false; // a free seat was offered
  let closed = false;
  let end = () => {};   // ends the feed
  let parts = null;     // the elements that change
  let sure = 0;         // the timer of "leave and forfeit?"

  const seat = () => (me() === null ? -1 : state.seats.indexOf(me()));
  const hasGap = () => state.seats.includes(null);
  const isOpen = () => !state.outcome && hasGap();  // after the end nobody can sit down any more
  const isOn = () => !state.outcome && !hasGap();

  // ---- what is seen

  function build() {
    root.className = "room";
    if (gone) {
      parts = null;
      root.replaceChildren(h("div", { class: "missing" },
        h("h1", {}, t("missing")), h("p", { class: "soft" }, t("missing_hint")),
        h("div", { class: "row" },
          h("button", { type: "button", class: "main", onclick: () => act("join") }, t("reopen")),
          h("a", { class: "button", href: `#/${game.kind}` }, t("leave")))));
      document.title = "parlor";
      return;
    }
    const link = h("input", { id: "link", readonly: true, value: location.href, "aria-label": t("link"), onfocus: (event) => event.target.select() });
    const button = (name, action) => h("button", { type: "button", id: name, onclick: action }, t(name));
    parts = {
      status: h("p", { id: "status", role: "status" }, t("entering")),
      hint: h("p", { id: "hint", class: "soft" }),
      lost: h("p", { id: "lost", role: "alert", hidden: true }),
      plaques: [plaque(), plaque()],
      board: game.board((command, body) => act(command, body)),
      shareTitle: h("h2", { id: "share-title" }),
      copy: copier("copy", () => link.value),
      sit: button("sit", () => act("join")),
      rematch: button("rematch", () => act("rematch")),
      leave: button("leave", leave),
    };
    parts.sit.className = parts.rematch.className = "main";
    parts.sit.hidden = parts.rematch.hidden = true;
    const share = navigator.share && button("share", () => navigator.share({ title: t(game.kind), url: location.href }).catch(() => {}));
    root.replaceChildren(
      h("div", { class: "head" }, h("h1", {}, t(game.kind)), parts.status, parts.hint, parts.lost),
      h("section", { class: "table", "aria-label": t(game.kind) },
        parts.plaques[0].element, h("div", { class: "cloth" }, parts.board.element), parts.plaques[1].element),
      h("section", { class: "share", "aria-labelledby": "share-title" }, parts.shareTitle,
        h("div", { class: "row" }, link, parts.copy, share || null)),
      h("div", { class: "row actions" }, parts.sit, parts.rematch, parts.leave),
    );
    if (state) show();
    showLost();
  }

  function plaque() {
    const mark = h("span");
    const who = h("span", { class: "who" });
    const name = h("span", { class: "id" });
    const note = h("span", { class: "note" });
    return { mark, who, name, note, element: h("div", { class: "plaque" }, mark, who, name, note) };
  }

  function show() {
    if (!parts) return;
    const mySeat = seat();
    const mine = mySeat >= 0 && isOn() && !busy && game.active(state, mySeat);
    const { status, hint, plaques, board, shareTitle, copy, sit, rematch, leave: out } = parts;
    const near = mySeat < 0 ? 0 : mySeat;  // the seat on this side of the table
    [1 - near, near].forEach((at, index) => showPlaque(plaques[index], at, mySeat));
    board.show({ room: state, me: mySeat, mine });

    say(status, situation(mySeat));
    say(hint, remark(mySeat));
    hint.hidden = !hint.textContent;
    document.title = `${status.textContent} · parlor`;
    root.dataset.stage = state.outcome ? "over" : isOpen() ? "waiting" : "on";
    root.dataset.mood = !state.outcome ? (mine ? "mine" : "") : mySeat >= 0 && state.outcome.winner === mySeat ? "won" : "calm";

    const offers = state.outcome?.rematch ?? [];
    say(shareTitle, t(isOpen() ? "share_waiting" : "share_watching"));
    copy.className = isOpen() ? "main" : "";
    sit.hidden = mySeat >= 0 || !isOpen();
    rematch.hidden = !state.outcome || mySeat < 0 || hasGap() || Boolean(offers[mySeat]);
    say(rematch, t(offers[1 - mySeat] ? "rematch_accept" : "rematch"));
    if (!sure) say(out, t("leave"));
  }

  function showPlaque({ element, mark, who, name, note }, at, mySeat) {
    const player = state.seats[at];
    if (mark.dataset.seat !== String(at)) mark.replaceChildren(game.mark(at));
    mark.dataset.seat = at;
    element.dataset.active = isOn() && game.active(state, at);
    element.dataset.won = state.outcome?.winner === at;
    say(who, !player ? t(state.outcome ? "gone" : "free_seat") : mySeat < 0 ? player : t(at === mySeat ? "you" : "opponent"));
    say(name, player && mySeat >= 0 ? player : "");
    say(note, state.outcome
      ? state.outcome.rematch?.[at] ? t("wants_rematch") : state.outcome.winner === at ? t("won") : ""
      : isOn() ? game.note(state, at) : "");
  }

  // The status line.
  function situation(mySeat) {
    if (state.outcome) {
      const { winner } = state.outcome;
      if (winner === null) return t("draw");
      if (mySeat >= 0) return t(winner === mySeat ? "you_won" : "you_lost");
      return t("won_by", { name: state.seats[winner] ?? "–" });
    }
    if (isOpen()) return t(mySeat >= 0 ? "waiting" : "seat_is_free");
    return game.prompt(state, mySeat);
  }

  // The smaller line below it.
  function remark(mySeat) {
    const all = [];
    if (state.outcome?.reason === "forfeit") all.push(t("by_forfeit"));
    if (mySeat < 0) all.push(t("looking_on"));
    else if (state.outcome && hasGap()) all.push(t("opponent_left"));
    else if (state.outcome?.rematch?.[mySeat]) all.push(t("rematch_offered"));
    return all.join(" · ");
  }

  // ---- what is done

  async function act(command, body) {
    if (busy) return;
    busy = true;
    if (state) show();
    const [name, was] = [me(), gone];
    try {
      const { data, etag } = await post(`${path}/${command}`, body);
      if (closed) return;
      hush();
      accept(data, etag);
      // The feed pauses, or tells what somebody else may see.
      if (was || name !== me()) live();
    } catch (problem) {
      if (!closed) notice(sentence(problem));
    } finally {
      busy = false;
      if (!closed && state) show();
    }
  }

  // Gives the seat back and goes to the lobby; asks once more when that loses the game.
  async function leave() {
    const sits = state && seat() >= 0;
    if (sits && isOn() && !sure) {
      say(parts.leave, t("leave_sure"));
      sure = setTimeout(() => { sure = 0; say(parts.leave, t("leave")); }, 4000);
      return;
    }
    clearTimeout(sure);
    sure = 0;
    if (sits) await act("leave");
    if (!closed && (!state || seat() < 0)) location.hash = `#/${game.kind}`;
  }

  // ---- keeping up

  function accept(now, id) {
    const [life] = id.match(/\w+(?=-)/);
    // An answer and an event may overtake each other; of another life nothing can be compared.
    if (state && life === lifeOf && now.version < state.version) return;
    const was = gone;
    state = now;
    lifeOf = life;
    gone = false;
    if (was) build();
    else show();
    if (!welcomed) welcome();
  }

  // Sits down if a seat is free.
  function welcome() {
    welcomed = true;
    if (seat() < 0 && isOpen()) act("join");
  }

  function hear(name, data, id) {
    if (name === "closed") vanish();
    else if (data.seats) accept(data, id);
  }

  function vanish() {
    if (gone) return;
    gone = true;
    state = null;
    build();
  }

  function lose(problem) {
    if (problem?.status === 404) vanish();
    lost = gone ? null : problem;
    showLost();
  }

  function showLost() {
    if (!parts) return;
    parts.lost.hidden = !lost;
    say(parts.lost, lost?.status ? sentence(lost) : t("lost"));
  }

  // With a name, if one is to be had: what is told depends on who listens. To look on needs none.
  async function live() {
    try {
      await introduce();
    } catch (problem) {
      if (!closed) notice(sentence(problem));
    }
    if (closed) return;
    end();
    end = follow(`${path}/events`, hear, lose);
  }

  build();
  live();

  return {
    relabel: build,
    close() {
      closed = true;
      clearTimeout(sure);
      end();
      delete root.dataset.stage;
      delete root.dataset.mood;
    },
  };
}
