// The lobby: one door for each game; behind the lit one quick play, a new room and the open rooms.

import { get, post } from "./server.js";
import { games } from "./games/all.js";
import { sentence, t } from "./i18n.js";
import { every, h, notice, say } from "./ui.js";

const pace = 4000;  // milliseconds between two looks at the open rooms
const limit = 30;  // rooms shown; quick play finds the rest

export function lobby(root, game) {
  let rooms = null;  // the answer last seen
  let closed = false;
  let busy = false;
  let list, empty;

  function build() {
    const doors = games.map(({ kind, art }) => h("a", {
      class: "door", href: `#/${kind}`, "data-kind": kind, "aria-current": kind === game.kind ? "page" : null,
    }, h("span", { class: "arch" }, art()), h("span", { class: "name" }, t(kind))));
    list = h("ul", { class: "rooms" });
    empty = h("p", { class: "soft" }, t("no_rooms"));
    root.className = "lobby";
    root.replaceChildren(
      h("p", { class: "tagline" }, t("tagline")),
      h("nav", { class: "doors", "aria-label": t("doors") }, ...doors),
      h("div", { class: "behind" },
        h("section", { "aria-labelledby": "game" },
          h("h1", { id: "game" }, t(game.kind)),
          h("p", { class: "soft" }, t(`${game.kind}_rule`)),
          h("div", { class: "row" },
            h("button", { class: "main", type: "button", id: "quick", onclick: () => enter(`${game.kind}/join`) }, t("quick")),
            h("button", { type: "button", id: "create", onclick: () => enter(game.kind) }, t("create")))),
        h("section", { "aria-labelledby": "open" },
          h("h2", { id: "open" }, t("open_rooms")), list, empty)),
    );
    document.title = `${t(game.kind)} · parlor`;
    show();
  }

  // Keeps the rows of rooms that are still there, so that the focus stays where it is.
  function show() {
    empty.hidden = !rooms || rooms.rooms.length > 0;
    if (!rooms) return;
    const before = new Map(Array.from(list.children, (row) => [row.dataset.id, row]));
    const rows = rooms.rooms.map(({ id, free }) => {
      const row = before.get(id) ?? h("li", { "data-id": id },
        h("span", { class: "id" }, id), h("span", { class: "soft" }),
        h("a", { class: "button", href: `#/${game.kind}/${id}`, "aria-label": t("enter_room", { id }) }, t("enter")));
      say(row.children[1], t(free < 2 ? "waiting_in" : "empty_room"));
      before.delete(id);
      return row;
    });
    for (const row of before.values()) row.remove();
    rows.forEach((row, index) => {
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    });
  }

  // Makes or finds a room; the room's own screen then takes the seat.
  async function enter(path) {
    if (busy) return;
    busy = true;
    try {
      const { data } = await post(path);
      if (!closed) location.hash = `#/${game.kind}/${data.id}`;
    } catch (problem) {
      if (!closed) notice(sentence(problem));
    } finally {
      busy = false;
    }
  }

  // Asks for the open rooms; of a server that has none to spare less often.
  async function look() {
    try {
      const { data } = await get(`${game.kind}?limit=${limit}`);
      if (closed) return;
      rooms = data;
      show();
    } catch (problem) {
      if (closed) return;
      notice(sentence(problem));
      return Math.max(pace * 3, problem.retryAfter * 1000);
    }
  }

  build();
  const stop = every(pace, look);

  return {
    relabel: build,
    close() {
      closed = true;
      stop();
    },
  };
}
