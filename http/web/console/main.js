// The frame of the console: who is signed in, how the server does, and the section that the address asks for.
//
//   #/                  the overview      #/actors?kind=&prefix=   the awake
//   #/actors/kind/id    one actor         #/log                    the log
//   #/denials?player=   whom operators deny what
//   #/quarantine        what has crashed too often

import { draw, every, h, hush, notice, say } from "../ui.js";
import { actor } from "./actor.js";
import { actors } from "./actors.js";
import { forget, get, hasToken, keep, takeToken } from "./api.js";
import { denials } from "./denials.js";
import { log } from "./log.js";
import { overview } from "./overview.js";
import { setClock } from "./parts.js";
import { quarantine } from "./quarantine.js";
import { sentence, switchLanguage, t, tag } from "./words.js";

const top = document.getElementById("top");
const root = document.getElementById("screen");
const mark = '<path d="M5 21V9.5C5 5 8 2.5 12 2.5S19 5 19 9.5V21Z"/><path d="M9.5 12h5M9.5 15.5h5"/>';

// Every section is `{close()}`. `server` is what GET /api/admin told last, for the sections, too.
let section = null;
let server = null;
let stop = null;
let chip = null;

function header() {
  document.documentElement.lang = tag();
  const here = location.hash;
  const link = (hash, key, is) => h("a", { href: hash, "aria-current": is ? "page" : null }, t(key));
  chip = h("span", { class: "chip", id: "server", role: "status" });
  top.replaceChildren(
    h("a", { class: "wordmark", href: "#/" }, draw(24, mark, "mark"), "parlor", h("small", {}, t("console"))),
    ...(server ? [
      h("nav", { "aria-label": t("sections") },
        link("#/", "overview", here === "" || here === "#/"), link("#/actors", "actors", here.startsWith("#/actors")),
        link("#/denials", "denials", here.startsWith("#/denials")),
        link("#/quarantine", "quarantine", here === "#/quarantine"), link("#/log", "log", here === "#/log")),
      chip] : []),
    h("span", { class: "row" },
      h("button", { class: "plain", type: "button", id: "language", lang: tag() === "en" ? "zh-Hans" : "en", onclick: relabel }, t("other")),
      server ? h("button", { class: "plain", type: "button", id: "sign-out", title: t("signed_in", { name: server.operator }), onclick: () => leave() }, t("sign_out")) : null),
  );
  showServer("ready");
}

function showServer(otherwise) {
  if (!server) return;
  const mood = server.store_broken ? "broken" : server.stopping ? "stopping" : server.draining ? "draining" : otherwise;
  chip.dataset.mood = mood;
  chip.title = server.store_broken;
  say(chip, t(mood));
}

function relabel() {
  switchLanguage();
  hush();
  if (server) route();
  else signIn();
  document.getElementById("language").focus();
}

function route() {
  const [path, query] = location.hash.slice(1).split("?");
  const [, part, kind, id] = path.split("/");
  section?.close();
  header();
  const context = { server, refresh, fail };
  if (part === "actors" && id) section = actor(root, kind, id, context);
  else if (part === "actors") section = actors(root, new URLSearchParams(query), context);
  else if (part === "denials") section = denials(root, new URLSearchParams(query), context);
  else if (part === "quarantine") section = quarantine(root, context);
  else if (part === "log") section = log(root, context);
  else section = overview(root, context);
}

// What a request that failed means for the whole page: without a token that is good, back to the door.
function fail(problem) {
  if (problem.status === 401 || problem.status === 403) leave(problem);
  else notice(sentence(problem));
}

async function refresh() {
  try {
    const now = await get("");
    if (!server) return;  // signed out meanwhile
    setClock(Object.assign(server, now).time);
    showServer("ready");
  } catch (problem) {
    if (!server) return;
    if (problem.status) return fail(problem);
    chip.dataset.mood = "lost";
    say(chip, t("lost"));
  }
}

async function enter() {
  try {
    server = await get("");
  } catch (problem) {
    return leave(problem);
  }
  setClock(server.time);
  hush();
  route();
  stop?.();
  stop = every(4000, refresh);
}

function leave(problem = null) {
  stop?.();
  section?.close();
  [server, section, stop] = [null, null, null];
  // A server that does not answer says nothing about the token.
  if (!problem || problem.status) forget();
  signIn(problem);
}

function signIn(problem = null) {
  header();
  document.title = `${t("sign_in")} · parlor`;
  const field = h("input", { id: "token", type: "password", autocomplete: "off", spellcheck: "false", required: true, "aria-describedby": problem ? "wrong" : null });
  const form = h("form", { class: "panel door-panel", onsubmit(event) {
    event.preventDefault();
    keep(field.value.trim());
    enter();
  } },
    h("h1", {}, t("sign_in")), h("p", { class: "soft" }, t("sign_in_why")),
    h("label", { for: "token" }, t("token")), field,
    problem ? h("p", { id: "wrong", class: "wrong", role: "alert" }, sentence(problem)) : null,
    h("button", { class: "main", type: "submit" }, t("sign_in")),
    h("p", { class: "soft" }, t("sign_in_how")), h("pre", { tabindex: "0" }, "parlor token --player root --ttl 8h --admin"));
  root.className = "sign-in";
  root.replaceChildren(form);
  field.focus();
}

window.addEventListener("hashchange", () => {
  // A link with a token, opened where the console is open already.
  takeToken();
  hush();
  if (!server) return hasToken() ? enter() : signIn();
  route();
  scrollTo(0, 0);
  root.focus({ preventScroll: true });
});

takeToken();
if (hasToken()) enter();
else signIn();
