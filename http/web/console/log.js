// The log as it comes: the latest lines first, to be narrowed down and to be stopped.

import { h, say } from "../ui.js";
import { get } from "./api.js";
import { count, every, logLines } from "./parts.js";
import { t } from "./words.js";

const pace = 1500;
const shown_max = 300;

export function log(root, { fail }) {
  let lines = [];
  let next = 0;
  let missed = 0;
  let paused = false;
  const place = h("div", { id: "lines" });
  const lost = h("p", { class: "soft", hidden: true });
  const level = h("select", { id: "level", onchange: () => show() }, h("option", { value: "" }, t("all_levels")), h("option", { value: "bad" }, t("warnings")));
  const words = h("input", { id: "contains", autocomplete: "off", spellcheck: "false", oninput: () => show() });
  const pause = h("button", { type: "button", id: "pause", "aria-pressed": "false", onclick() {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    say(pause, t(paused ? "go_on" : "pause"));
  } }, t("pause"));

  const wanted = (one) => (level.value !== "bad" || one.level === "warning" || one.level === "error")
    && `${one.event} ${one.actor} ${one.detail}`.toLowerCase().includes(words.value.trim().toLowerCase());

  function show() {
    const some = lines.filter(wanted).slice(-shown_max).reverse();
    place.replaceChildren(some.length ? logLines(some) : h("p", { class: "soft" }, t("no_lines")));
    lost.hidden = missed === 0;
    say(lost, t("missed", { count: count(missed) }));
  }

  async function look() {
    if (paused) return;
    try {
      const page = await get(next ? `/log?after=${next}&limit=1000` : "/log?limit=1000");
      const first = next === 0;
      // A server that was started anew counts anew.
      if (page.next < next) lines = [];
      next = page.next;
      missed += page.missed;
      lines = lines.concat(page.lines).slice(-1000);
      if (page.lines.length || first) show();
    } catch (problem) {
      fail(problem);
    }
  }

  root.className = "log";
  root.replaceChildren(
    h("h1", {}, t("log")),
    h("div", { class: "search panel" },
      h("span", {}, h("label", { for: "level" }, t("level")), level),
      h("span", {}, h("label", { for: "contains" }, t("contains")), words), pause),
    h("div", { class: "panel" }, lost, place));
  document.title = `${t("log")} · parlor`;
  return { close: every(pace, look) };
}
