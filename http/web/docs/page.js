// The contract for people: /openapi.json, kind by kind, each route to be unfolded. An address with the id of a route
// (/docs#tictactoe.place) opens there.

import { header } from "../header.js";
import { learn, sentence, switchLanguage, t } from "../i18n.js";
import { h } from "../ui.js";
import { load, operationsOf } from "./contract.js";
import { routeView } from "./route.js";
import { inLanguage, words } from "./words.js";

learn(words);

const root = document.getElementById("screen");
let contract = null;

function relabel() {
  const open = [...document.querySelectorAll("details[open]")].map((one) => one.id);
  switchLanguage();
  if (!contract) return location.reload();
  render();
  for (const id of open) document.getElementById(id).open = true;
  document.getElementById("language").focus();
}

// A tag is a kind's, but for these.
const isKind = (name) => !["server", "operators"].includes(name);

// A tag's name: a kind's own, or a word of the page.
const titleOf = (name) => (isKind(name) ? name : t(name));

// The description of the document: paragraphs, with words of code in them.
const paragraphs = (text) => text.split("\n\n").map((one) => h("p", {}, ...inLanguage(one)));

function section(kind) {
  return h("section", { "aria-labelledby": `kind-${kind.name}` },
    h("h2", { id: `kind-${kind.name}` }, titleOf(kind.name)),
    h("p", { class: "soft" }, ...inLanguage(kind.description), " ",
      isKind(kind.name) ? h("a", { href: `/play#/${kind.name}` }, t("playground")) : null),
    ...operationsOf(kind.name).map(routeView));
}

function render() {
  header("/", relabel);
  document.title = `parlor: ${t("api")}`;
  const kinds = contract.tags;
  root.replaceChildren(
    h("nav", { "aria-label": t("contents") },
      h("ul", {}, ...kinds.map((k) => h("li", {}, h("a", { href: `#kind-${k.name}` }, titleOf(k.name)))))),
    h("div", { class: "pages" },
      h("h1", {}, t("api")),
      ...paragraphs(contract.info.description),
      h("p", {}, h("a", { href: "/openapi.json" }, "/openapi.json"), ` · OpenAPI ${contract.openapi} · parlor ${contract.info.version}`),
      ...kinds.map(section)));
}

// Unfolds the route that the address names, and goes there.
function follow() {
  const target = document.getElementById(location.hash.slice(1));
  if (!target) return;
  if (target.tagName === "DETAILS") target.open = true;
  target.scrollIntoView();
}

header("/", relabel);
try {
  contract = await load();
  render();
  follow();
  addEventListener("hashchange", follow);
} catch (problem) {
  root.replaceChildren(h("p", {}, sentence(problem)));
}
