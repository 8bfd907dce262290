// Building blocks of the console's screens: numbers as people read them, small charts, tables.

import { draw, h } from "../ui.js";
import { tag, t } from "./words.js";

let ahead = 0;  // how far the server's clock is ahead of this one, in ms

export const setClock = (time) => { ahead = Date.parse(time) - Date.now(); };

const format = (options) => new Intl.NumberFormat(tag(), options);

export const count = (n) => format({ maximumFractionDigits: n < 10 ? 1 : 0 }).format(n);

export function bytes(n) {
  const step = n < 1e9 ? [n / 2 ** 20, "MiB"] : [n / 2 ** 30, "GiB"];
  return `${format({ maximumSignificantDigits: 3 }).format(step[0])} ${step[1]}`;
}

// A length of time in seconds, from microseconds to days.
export function span(seconds) {
  if (seconds === null) return "–";
  const [scale, unit] = seconds < 1e-3 ? [1e6, "µs"] : seconds < 1 ? [1e3, "ms"] : seconds < 120 ? [1, "s"]
    : seconds < 7200 ? [1 / 60, "min"] : seconds < 172800 ? [1 / 3600, "h"] : [1 / 86400, "d"];
  return `${format({ maximumSignificantDigits: 2 }).format(seconds * scale)} ${unit}`;
}

// A time, as how long ago or ahead it is; the time itself on pointing.
export function when(iso) {
  const seconds = (Date.parse(iso) - Date.now() - ahead) / 1000;
  const [scale, unit] = Math.abs(seconds) < 120 ? [1, "second"] : Math.abs(seconds) < 7200 ? [60, "minute"]
    : Math.abs(seconds) < 172800 ? [3600, "hour"] : [86400, "day"];
  const text = new Intl.RelativeTimeFormat(tag(), { style: "short" }).format(Math.round(seconds / scale), unit);
  return h("time", { datetime: iso, title: iso }, text);
}

const clockTime = (iso) => h("time", { datetime: iso, title: iso },
  new Date(iso).toLocaleTimeString(tag(), { hour12: false }));

// A line through values, the latest at the right end. Only a picture of what stands beside it in words.
export function line(values) {
  const top = Math.max(...values, 1e-9);
  const at = values.map((v, i) => `${122 - (values.length - i) * 2} ${(26 - (v / top) * 24).toFixed(1)}`);
  const svg = draw(1, `<polyline points="${at.join(" ")}"/>`, "spark");
  svg.setAttribute("viewBox", "0 0 120 28");
  svg.setAttribute("preserveAspectRatio", "none");
  return svg;
}

// A table: `heads` as [text, sort], where the sort `number` is set to the right; rows as lists of cells.
export function table(caption, heads, rows) {
  const cell = (name, [, sort], content) => h(name, { class: sort ?? null, scope: name === "th" ? "col" : null }, content);
  return h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {},
      h("caption", { class: "unseen" }, caption),
      h("thead", {}, h("tr", {}, ...heads.map((head) => cell("th", head, head[0])))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((content, i) => cell("td", heads[i], content)))))));
}

export const section = (title, hint, ...content) => h("section", { class: "panel" },
  h("h2", {}, title), hint ? h("p", { class: "soft hint" }, hint) : null, ...content);

// JSON for people: a list of plain values stays on one line.
export function pretty(value, indent = "") {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const more = `${indent}  `;
  const plain = Array.isArray(value) && value.every((one) => one === null || typeof one !== "object");
  if (plain) return `[${value.map((one) => JSON.stringify(one)).join(", ")}]`;
  const items = Array.isArray(value) ? value.map((one) => pretty(one, more))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${pretty(one, more)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return items.length ? `${open}\n${items.map((one) => more + one).join(",\n")}\n${indent}${close}` : open + close;
}

// A button that asks to be pressed twice.
export function careful(label, sure, act, attributes = {}) {
  let timer = 0;
  const calm = () => { clearTimeout(timer); button.textContent = label; button.removeAttribute("data-armed"); };
  const button = h("button", {
    type: "button", ...attributes,
    onclick() {
      if (button.dataset.armed) {
        calm();
        return act();
      }
      button.dataset.armed = "yes";
      button.textContent = sure;
      timer = setTimeout(calm, 5000);
    },
  }, label);
  return button;
}

export const whyWords = (awake) => (awake ? t(awake.why) : t("asleep"));
export const chip = (mood, text) => h("span", { class: "chip", "data-mood": mood }, text);
export const actorLink = (name) => h("a", { class: "id", href: `#/actors/${name}` }, name);

// The lines of a log.
export function logLines(lines) {
  return h("ol", { class: "lines" }, ...lines.map((one) => h("li", { "data-level": one.level, "data-number": one.number },
    clockTime(one.time), h("span", { class: "level" }, one.level), h("strong", {}, one.event),
    one.actor ? actorLink(one.actor) : null, h("span", { class: "detail" }, one.detail))));
}
