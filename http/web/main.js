// The frame of the page: the header, and the screen that the address asks for.
//
//   #/            the lobby         #/gomoku      the lobby at one game
//   #/gomoku/id   a room

import { games } from "./games/all.js";
import { header } from "./header.js";
import { switchLanguage } from "./i18n.js";
import { lobby } from "./lobby.js";
import { room } from "./room.js";
import { hush } from "./ui.js";

const root = document.getElementById("screen");

// Every screen is `{relabel(), close()}`.
let screen = null;

function relabel() {
  switchLanguage();
  header("#/", relabel);
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

header("#/", relabel);
route();
