// A button that copies.

import { t } from "./i18n.js";
import { h, say } from "./ui.js";

// Copies what `text()` gives, and says so for a while. `name` is the key of its own words.
export function copier(name, text, look = null) {
  const button = h("button", { type: "button", class: look, onclick: copy }, t(name));
  async function copy() {
    await navigator.clipboard.writeText(text());
    say(button, t("copied"));
    setTimeout(() => say(button, t(name)), 2000);
  }
  return button;
}
