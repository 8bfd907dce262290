// Tic-tac-toe: chalk on the cloth.

import { draw, h } from "../ui.js";
import { describe, grid, inTurns, lines } from "./grid.js";

const shapes = [
  '<path class="stroke" pathLength="1" d="M13 13 35 35"/><path class="stroke late" pathLength="1" d="M35 13 13 35"/>',
  '<circle class="stroke" pathLength="1" cx="24" cy="24" r="12.5"/>',
];

const mark = (seat) => draw(48, shapes[seat], `mark seat${seat}`);

// The stroke through a winning line, from a little before its first cell to a little behind its last.
function strike(line) {
  const [from, to] = [line[0], line.at(-1)].map((index) => [(index % 3) * 32 + 16, Math.floor(index / 3) * 32 + 16]);
  const beyond = (a, b) => a.map((value, axis) => value + Math.sign(value - b[axis]) * 9);
  const path = `M${beyond(from, to).join(" ")}L${beyond(to, from).join(" ")}`;
  return draw(96, `<path class="stroke" pathLength="1" d="${path}"/>`, "strike");
}

export default {
  kind: "tictactoe",
  ...inTurns,
  mark,

  art: () => draw(96, `
    <path class="thin" d="M36 16v64M60 16v64M16 36h64M16 60h64"/>
    <g class="seat0"><path d="M18 18l12 12M30 18 18 30M42 42l12 12M54 42 42 54"/></g>
    <g class="seat1"><circle cx="72" cy="24" r="7"/><circle cx="24" cy="72" r="7"/></g>`),

  board(play) {
    let state = null;
    const { element, cells } = grid(3, "tictactoe", (index) => {
      if (state?.mine && !state.room.view.cells[index]) play("place", { cell: index });
    });
    const over = h("div");
    element.append(draw(96, '<path class="rule" d="M32 4v88M64 4v88M4 32h88M4 64h88"/>', "ruling"), over);

    function show(next) {
      const values = next.room.view.cells;
      cells.forEach((cell, index) => {
        const value = values[index];
        if (Number(cell.dataset.value ?? 0) !== value) cell.replaceChildren(...(value ? [mark(value - 1)] : []));
        cell.dataset.value = value;
        cell.setAttribute("aria-label", describe(3, index, value, ["cross", "nought"]));
        cell.setAttribute("aria-disabled", !next.mine || value > 0);
      });
      const won = lines(3, values, 3);
      if (over.childElementCount !== won.length) over.replaceChildren(...won.map(strike));
      state = next;
    }
    return { element, show };
  },
};
