// Rock, paper, scissors: two cards face each other, face down until both are chosen.
// The view does not tell the caller's own hand, so this page remembers it.

import { t } from "../i18n.js";
import { draw, h, say } from "../ui.js";

const hands = {
  rock: '<path d="M9 33 12 20 22 11 34 14 40 26 36 37 16 39z"/><path class="thin" d="M12 20l11 4 11-10M23 24l-2 15M23 24l17 2"/>',
  paper: '<path d="M13 7h16l8 8v26H13z"/><path class="thin" d="M29 7v8h8M19 23h12M19 29h12M19 35h7"/>',
  scissors: '<circle cx="14" cy="36" r="5.5"/><circle cx="34" cy="36" r="5.5"/><path d="M17 31 33 7M31 31 15 7"/>',
};
const hand = (name) => draw(48, hands[name], "hand");
const back = () => draw(48, '<path class="thin" d="M24 8 38 24 24 40 10 24zM24 16l7 8-7 8-7-8z"/>', "hand");

export default {
  kind: "rock_paper_scissors",

  mark: (seat) => draw(48, '<rect x="13" y="8" width="22" height="32" rx="4"/>', `chip seat${seat}`),

  art: () => draw(96, `
    <g transform="translate(24 8)">${hands.rock}</g>
    <g transform="translate(2 44)">${hands.scissors}</g>
    <g transform="translate(48 44)">${hands.paper}</g>`),

  active: (room, seat) => !room.view.chosen[seat],
  prompt: ({ view }, me) => t(me < 0 ? "both_choose" : view.chosen[me] ? "they_choose" : "choose"),
  note: ({ view }, seat) => t(view.chosen[seat] ? "has_chosen" : "choosing"),

  board(play) {
    let state = null;
    let mine = { round: 0, hand: null };  // what this page chose, and in which round

    const count = h("p", { class: "count" });
    const verdict = h("p", { class: "verdict" });
    const places = [0, 1].map(() => {
      const card = h("div", { class: "card" });
      const who = h("span", { class: "who" });
      const pips = h("span", { class: "pips", role: "img" }, h("i"), h("i"));
      return { card, who, pips, element: h("div", { class: "place" }, who, card, pips) };
    });
    const buttons = Object.keys(hands).map((name) => h("button", {
      type: "button", class: "choice", "data-hand": name,
      onclick: () => {
        if (!state?.mine) return;
        mine = { round: state.room.view.round, hand: name };
        play("choose", { hand: name });
      },
    }, hand(name), h("span", {}, t(name))));
    const choices = h("div", { class: "choices", role: "group", "aria-label": t("hands") }, ...buttons);
    const element = h("div", { class: "duel" }, count, h("div", { class: "places" }, ...places.map((place) => place.element)), verdict, choices);

    // What lies in a place: the hand of this round as far as it is known, or that of the last one.
    function lying(room, seat, me) {
      const { round, chosen, last } = room.view;
      if (chosen[seat]) return seat === me && mine.round === round && mine.hand ? mine.hand : "back";
      return last && !chosen.includes(true) ? last.hands[seat] : "";
    }

    function show(next) {
      const { room, me } = next;
      const { round, wins, chosen, last } = room.view;
      const settled = last && !chosen.includes(true);
      const mySeat = me < 0 ? 0 : me;
      say(count, `${t("round", { round })} · ${t("first_to_two")}`);
      count.hidden = Boolean(room.outcome);
      [mySeat, 1 - mySeat].forEach((seat, index) => {
        const { card, who, pips, element: place } = places[index];
        const name = me < 0 ? room.seats[seat] ?? "–" : t(index ? "opponent" : "you");
        const face = lying(room, seat, me);
        if (card.dataset.face !== face) {
          card.dataset.face = face;
          card.replaceChildren(...(face === "back" ? [back()] : face ? [hand(face), h("span", {}, t(face))] : []));
        }
        say(who, name);
        place.dataset.won = Boolean(settled && last.winner === seat);
        pips.className = `pips seat${seat}`;
        pips.dataset.count = wins[seat];
        pips.setAttribute("aria-label", t("rounds_won", { name, count: wins[seat] }));
      });
      say(verdict, !settled ? "" : last.winner === null ? t("round_drawn")
        : me < 0 ? t("round_of", { name: room.seats[last.winner] ?? "–" }) : t(last.winner === me ? "round_won" : "round_lost"));
      choices.hidden = me < 0 || Boolean(room.outcome);
      for (const button of buttons) {
        button.setAttribute("aria-disabled", !next.mine);
        button.setAttribute("aria-pressed", Boolean(me >= 0 && chosen[me] && mine.round === round && mine.hand === button.dataset.hand));
      }
      state = next;
    }
    return { element, show };
  },
};
