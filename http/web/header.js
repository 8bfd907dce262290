// The head of every page but the console: the way home, to the playground, and to the other language.

import { t, tag } from "./i18n.js";
import { h } from "./ui.js";

// Puts it there, in the page's language. `relabel` goes over to the other one.
export function header(home, relabel) {
  document.documentElement.lang = tag();
  document.getElementById("top").replaceChildren(
    h("a", { class: "wordmark", href: home, "aria-label": t("home") }, h("img", { src: "/favicon.svg", alt: "" }), "parlor"),
    h("a", { class: "aside", href: "/play" }, t("playground")),
    h("button", { class: "plain", type: "button", id: "language", lang: tag() === "en" ? "zh-Hans" : "en", onclick: relabel }, t("other")),
  );
}
