// A value as a tree that folds: what differs from the value before is marked, and lists of plain values stay on a line.

import { h } from "../ui.js";

const isPlain = (value) => value === null || typeof value !== "object";
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

const leaf = (value, isNew) => h("span", { class: isNew ? "new" : null }, JSON.stringify(value));

// A list as long as a square is shown as one: mostly it is a board. Names stand one below the other.
function list(values, was) {
  const side = Math.sqrt(values.length);
  const isLong = values.some((value) => String(value).length > 12);
  const width = isLong ? 1 : values.length > 4 && Number.isInteger(side) ? side : values.length;
  const cells = values.map((value, i) => leaf(value, was !== undefined && !same(value, was?.[i])));
  const lines = [];
  while (cells.length) lines.push(h("span", {}, ...cells.splice(0, width)));
  return h("span", { class: "cells" }, ...lines);
}

// Shows a value. `was` is the one before, or undefined; `folded` remembers the paths that are folded.
export function tree(value, was, folded = new Set(), path = "") {
  if (isPlain(value)) return leaf(value, was !== undefined && value !== was);
  if (Array.isArray(value) && value.every(isPlain)) return list(value, was);
  return h("div", { class: "tree" }, ...Object.entries(value).map(([name, member]) => {
    const inner = `${path}/${name}`;
    const key = h("b", {}, name);
    // A member that was not there before is new as a whole.
    const shown = tree(member, isPlain(was) ? was && undefined : was[name] ?? null, folded, inner);
    if (shown.tagName === "SPAN") return h("div", {}, key, " ", shown);
    return h("details", { open: !folded.has(inner), ontoggle: (event) => folded[event.target.open ? "delete" : "add"](inner) },
      h("summary", {}, key), shown);
  }));
}
