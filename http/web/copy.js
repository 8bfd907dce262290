// A button that copies.

import { t } from "./i18n.js";
import { h, say } from "./ui.js";

// Copies what `text()` gives, and says so for a while. `name` is the key of its own words.
export function copier(name, text, look = null) {
  const button = h("button", { type: "button", class: look, onclick: copy }, t(name));
  async function copy() {
    try {
      await navigator.clipboard.writeText(text());
    } catch {
      // Outside of secure contexts, as on a home network, there is no other way.
      const area = h("textarea", {}, text());
      button.after(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    say(button, t("copied"));
    setTimeout(() => say(button, t(name)), 2000);
  }
  return button;
}
