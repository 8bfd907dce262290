// A square board of buttons, one of them in the tab order, the arrow keys walking from cell to cell;
// and the words and lines that games on such a board share.

import { t } from "../i18n.js";
import { h } from "../ui.js";

// Makes the board; `pick(index, event)` is called when a cell is pressed.
export function grid(side, name, pick) {
  const cells = Array.from({ length: side * side }, (_, index) => h("button", {
    type: "button", class: "cell", tabindex: index === (side * side - 1) / 2 ? 0 : -1, "data-cell": index,
    onclick: (event) => pick(index, event),
    onfocus: () => {
      cells.forEach((cell, other) => { cell.tabIndex = other === index ? 0 : -1; });
    },
  }));
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const element = h("div", {
    class: `grid ${name}`, role: "group", "aria-label": t("board"),
    onkeydown: (event) => {
      const step = steps[event.key];
      const at = cells.indexOf(event.target);
      if (!step || at < 0) return;
      event.preventDefault();
      cells[walk(side, at, step)].focus();
    },
  }, ...cells);
  return { element, cells };
}

// The cell one step away, or the same one at the edge.
export function walk(side, index, [dx, dy]) {
  const within = (value) => Math.min(side - 1, Math.max(0, value));
  return within(Math.floor(index / side) + dy) * side + within((index % side) + dx);
}

// Says what is in a cell, by the names of the two marks.
export function describe(side, index, value, marks) {
  const place = { row: Math.floor(index / side) + 1, column: (index % side) + 1 };
  return value ? t("cell_taken", { ...place, mark: t(marks[value - 1]) }) : t("cell_free", place);
}

// The cells of the lines of at least `length` equal marks.
export function lines(side, cells, length) {
  const found = [];
  for (const [dx, dy] of [[1, 0], [0, 1], [1, 1], [1, -1]]) {
    for (let start = 0; start < cells.length; start++) {
      const at = (step) => {
        const x = (start % side) + dx * step;
        const y = Math.floor(start / side) + dy * step;
        return x >= 0 && x < side && y >= 0 && y < side ? y * side + x : -1;
      };
      if (!cells[start] || cells[at(-1)] === cells[start]) continue;
      const line = [start];
      while (cells[at(line.length)] === cells[start]) line.push(at(line.length));
      if (line.length >= length) found.push(line);
    }
  }
  return found;
}

// What the games that are played in turns say.
export const inTurns = {
  active: (room, seat) => room.turn === seat,
  prompt: (room, me) => (room.turn === me ? t("your_turn") : me >= 0 ? t("their_turn") : t("turn_of", { name: room.seats[room.turn] })),
  note: (room, seat) => (room.turn === seat ? t("to_move") : ""),
};
