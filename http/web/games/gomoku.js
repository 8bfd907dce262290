// Gomoku: black and white stones on a wooden board of fifteen lines.
//
// A press places the stone. On a small screen, where a point is narrower than a finger, it only takes aim: the
// arrows below the board correct it, and a button places the stone. The style sheet shows that bar and so decides.

import { t } from "../i18n.js";
import { draw, h, say } from "../ui.js";
import { describe, grid, inTurns, lines, walk } from "./grid.js";

const side = 15;
const name = (index) => `${"ABCDEFGHJKLMNOP"[index % side]}${side - Math.floor(index / side)}`;

function ruling() {
  const all = Array.from({ length: side }, (_, i) => `M5 ${i * 10 + 5}h140M${i * 10 + 5} 5v140`).join("");
  const stars = [3, 7, 11].flatMap((x) => [3, 7, 11].map((y) => [x, y]))
    .filter(([x, y]) => (x === 7) === (y === 7))
    .map(([x, y]) => `<circle cx="${x * 10 + 5}" cy="${y * 10 + 5}" r="1.3"/>`).join("");
  return draw(150, `<path class="rule" d="${all}"/><path class="rule edge" d="M5 5h140v140H5z"/><g class="star">${stars}</g><path class="cross" d=""/>`, "ruling");
}

export default {
  kind: "gomoku",
  ...inTurns,

  mark: (seat) => draw(48, '<circle cx="24" cy="24" r="17"/>', `stone stone${seat}`),

  art: () => draw(96, `
    <path class="thin" d="M20 12v72M34 12v72M48 12v72M62 12v72M76 12v72M12 20h72M12 34h72M12 48h72M12 62h72M12 76h72"/>
    <g class="full"><circle cx="34" cy="62" r="6"/><circle cx="48" cy="48" r="6"/><circle cx="62" cy="34" r="6"/><circle cx="48" cy="62" r="6"/></g>
    <g class="hollow"><circle cx="20" cy="76" r="6"/><circle cx="34" cy="48" r="6"/><circle cx="62" cy="48" r="6"/></g>`),

  board(play) {
    let state = null;
    let aim = -1;
    const free = (index) => index >= 0 && state?.room.view.cells[index] === 0;
    const { element, cells } = grid(side, "gomoku", (index) => {
      if (bar.offsetParent) take(index);
      else put(index);
    });
    const lined = ruling();
    element.prepend(lined);

    const button = h("button", { type: "button", class: "main", onclick: () => put(aim) });
    const arrow = (label, turn, step) => h("button", {
      type: "button", class: "arrow", "aria-label": t(label),
      onclick: () => take(walk(side, aim < 0 ? (side * side - 1) / 2 : aim, step)),
    }, draw(24, `<path d="M12 18V6M6 12l6-6 6 6" transform="rotate(${turn} 12 12)"/>`));
    const bar = h("div", { class: "aim" },
      arrow("left", -90, [-1, 0]), arrow("up", 0, [0, -1]), arrow("down", 180, [0, 1]), arrow("right", 90, [1, 0]), button);

    function put(index) {
      if (state?.mine && free(index)) play("place", { x: index % side, y: Math.floor(index / side) });
    }

    function take(index) {
      if (!state?.mine) return;
      cells[aim]?.classList.remove("aimed");
      aim = index;
      cells[aim]?.classList.add("aimed");
      label();
    }

    function label() {
      const [x, y] = [(aim % side) * 10 + 5, Math.floor(aim / side) * 10 + 5];
      lined.querySelector(".cross").setAttribute("d", aim < 0 ? "" : `M0 ${y}h150M${x} 0v150`);
      button.setAttribute("aria-disabled", !state?.mine || !free(aim));
      say(button, aim < 0 ? t("aim") : t("place", { point: name(aim) }));
    }

    function show(next) {
      const { cells: values, last } = next.room.view;
      const won = new Set(lines(side, values, 5).flat());
      const latest = last ? last.y * side + last.x : -1;
      state = next;
      element.dataset.me = next.mine ? next.me : "";
      cells.forEach((cell, index) => {
        const value = values[index];
        const spoken = describe(side, index, value, ["black", "white"]);
        if (cell.getAttribute("aria-label") !== spoken) cell.setAttribute("aria-label", spoken);
        cell.dataset.value = value;
        cell.classList.toggle("last", index === latest);
        cell.classList.toggle("won", won.has(index));
        cell.setAttribute("aria-disabled", !next.mine || value > 0);
      });
      if (aim >= 0 && (!next.mine || !free(aim))) {
        cells[aim].classList.remove("aimed");
        aim = -1;
      }
      label();
    }

    return { element: h("div", { class: "stack" }, element, bar), show };
  },
};
