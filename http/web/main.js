// The frame of the page: the header, and the screen that the address asks for.
//
//   #/            the lobby         #/gomoku      the lobby at one game
//   #/gomoku/id   a room

import { games } from "./games/all.js";
import { switchLanguage, t, tag } from "./i18n.js";
import { lobby } from "./lobby.js";
import { room } from "./room.js";
import { h, hush } from "./ui.js";

const top = document.getElementById("top");
const root = document.getElementById("screen");

// Every screen is `{relabel(), close()}`.
let screen = null;

function header() {
  document.documentElement.lang = tag();
  top.replaceChildren(
    h("a", { class: "wordmark", href: "#/", "aria-label": t("home") }, h("img", { src: "/favicon.svg", alt: "" }), "parlor"),
    h("button", { class: "plain", type: "button", id: "language", lang: tag() === "en" ? "zh-Hans" : "en", onclick: relabel }, t("other")),
  );
}

function relabel() {
  switchLanguage();
  header();
  screen.relabel();
  document.getElementById("language").focus();
}

function route() {
  const [, kind, id] = location.hash.match(/^#\/([a-z0-9_]+)(?:\/([A-Za-z0-9_-]{1,64}))?$/) ?? [];
  const game = games.find((one) => one.kind === kind);
  screen?.close();
  hush();
  screen = game && id ? room(root, game, id) : lobby(root, game ?? games[0]);
}

window.addEventListener("hashchange", () => {
  const from = document.activeElement;
  route();
  scrollTo(0, 0);
  if (!from?.isConnected) root.focus({ preventScroll: true });
});

header();
route();
