// The log as it comes: the latest lines first, to be narrowed down and to be stopped.

import { follow } from "../feed.js";
import { h, say } from "../ui.js";
import { open } from "./api.js";
import { count, logLines } from "./parts.js";
import { t } from "./words.js";

const pace = 300;  // milliseconds; lines come in bursts
const shown_max = 300;

export function log(root, { fail }) {
  let lines = [];
  let missed = 0;
  let frozen = null;  // the lines that stay on the screen while it is stopped
  let timer = 0;
  const place = h("div", { id: "lines" });
  const lost = h("p", { class: "soft", hidden: true });
  const level = h("select", { id: "level", onchange: () => show() }, h("option", { value: "" }, t("all_levels")), h("option", { value: "bad" }, t("warnings")));
  const words = h("input", { id: "contains", autocomplete: "off", spellcheck: "false", oninput: () => show() });
  const pause = h("button", { type: "button", id: "pause", "aria-pressed": "false", onclick() {
    frozen = frozen ? null : lines;
    pause.setAttribute("aria-pressed", String(frozen !== null));
    say(pause, t(frozen ? "go_on" : "pause"));
    show();
  } }, t("pause"));

  const wanted = (one) => (level.value !== "bad" || one.level === "warning" || one.level === "error")
    && `${one.event} ${one.actor} ${one.detail}`.toLowerCase().includes(words.value.trim().toLowerCase());

  function show() {
    const some = (frozen ?? lines).filter(wanted).slice(-shown_max).reverse();
    place.replaceChildren(some.length ? logLines(some) : h("p", { class: "soft" }, t("no_lines")));
    lost.hidden = missed === 0;
    say(lost, t("missed", { count: count(missed) }));
  }

  function hear(name, page) {
    lines = lines.concat(page.lines).slice(-1000);
    missed += page.missed;
    timer ||= setTimeout(tick, pace);
  }

  // What somebody selects, or is at by the keyboard, stays where it is.
  function tick() {
    const range = getSelection();
    const held = place.contains(document.activeElement) || (!range.isCollapsed && place.contains(range.anchorNode));
    timer = held ? setTimeout(tick, pace) : 0;
    if (!held && !frozen) show();
  }

  root.className = "log";
  root.replaceChildren(
    h("h1", {}, t("log")),
    h("div", { class: "search panel" },
      h("span", {}, h("label", { for: "level" }, t("level")), level),
      h("span", {}, h("label", { for: "contains" }, t("contains")), words), pause),
    h("div", { class: "panel" }, lost, place));
  document.title = `${t("log")} · parlor`;
  return { close: follow("/log", hear, (problem) => problem && fail(problem), open, true) };
}
