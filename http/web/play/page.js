// The playground: a kind's commands as forms made from the contract, for several players side by side and one who looks on.
//
//   /play#/tictactoe/r1   a room   /play#/fortune   the players' own sessions

import { copier } from "../copy.js";
import { contentOf, load, operationsOf, resolve } from "../docs/contract.js";
import { header } from "../header.js";
import { learn, sentence, switchLanguage, t } from "../i18n.js";
import { caller, fresh } from "../server.js";
import { h } from "../ui.js";
import { pane } from "./pane.js";
import { words } from "./words.js";

learn(words);

// A browser has six connections to a server, every pane's feed takes one, and a command needs one.
const most = 4;

const root = document.getElementById("screen");
const callers = [];
let contract = null;
let players = 2;
let panes = [];

const callerOf = (n) => (callers[n] ??= caller(`parlor.play.${n}`));
const spectator = caller("parlor.play.spectator");

// The kinds, each with its operations; what belongs to the server alone is no kind.
const kinds = () => contract.tags.map(({ name }) => ({ name, operations: operationsOf(name) }))
  .filter(({ name, operations }) => operations.some(({ path }) => path === `/api/${name}` || path.startsWith(`/api/${name}/`)));

// How many may sit in a room, by what a room of the kind looks like.
function seatsOf(operations) {
  const show = operations.find((one) => one.method === "GET" && one.path.endsWith("/{id}"));
  return resolve(contentOf(resolve(show?.responses["200"]))?.schema)?.properties?.seats?.maxItems ?? 2;
}

function close() {
  for (const one of panes) one.close();
  panes = [];
}

function render() {
  close();
  header("/", relabel);
  document.title = `parlor: ${t("playground")}`;
  const all = kinds();
  const [, wanted, given] = location.hash.match(/^#\/([a-z0-9_]+)(?:\/([A-Za-z0-9_-]{1,64}))?$/) ?? [];
  const { name: kind, operations } = all.find(({ name }) => name === wanted) ?? all[0];
  const hasRooms = operations.some(({ path }) => path.includes("{id}"));
  const id = hasRooms ? given ?? fresh().slice(0, 8) : null;
  const address = `#/${kind}${id ? `/${id}` : ""}`;
  if (location.hash !== address) history.replaceState(null, "", address);

  const place = (path) => path.replace("{id}", id);
  const wake = ({ status }) => { if (status && status < 400) for (const one of panes) one.live(); };
  const made = (title, who, player) => pane({ title, who, player, operations, place, done: wake });
  const add = (n) => made(t("player", { n: n + 1 }), callerOf(n), true);
  const seats = Math.min(hasRooms ? seatsOf(operations) : most, most);
  let count = Math.min(players, seats);
  panes = Array.from({ length: count }, (_, n) => add(n));
  if (hasRooms) panes.push(made(t("spectator"), spectator, false));

  const table = h("div", { class: "panes" }, ...panes.map(({ element }) => element));
  const more = h("button", { type: "button", id: "more", hidden: count >= seats, onclick: grow }, t("more"));
  function grow() {
    const one = add(count);
    players = ++count;
    panes.push(one);
    table.insertBefore(one.element, hasRooms ? table.lastChild : null);
    more.hidden = count >= seats;
  }
  root.replaceChildren(
    h("h1", {}, t("playground")), h("p", { class: "soft" }, t("about")),
    h("nav", { "aria-label": t("kinds") }, ...all.map(({ name }) =>
      h("a", { href: `#/${name}`, "aria-current": name === kind ? "page" : null }, name))),
    h("div", { class: "row" }, ...(hasRooms ? roomBar(kind, id, operations) : []), more, copier("copy_link", () => location.href)),
    table);
}

function roomBar(kind, id, operations) {
  const input = h("input", { value: id, "aria-label": t("room"), pattern: "[A-Za-z0-9_\\-]{1,64}", required: true });
  const go = (event) => { event.preventDefault(); location.hash = `#/${kind}/${input.value}`; };
  const seatAll = async () => { for (const one of panes) await one.act(`${kind}.join`); };
  const canJoin = operations.some(({ operationId }) => operationId === `${kind}.join`);
  return [
    h("form", { class: "row", onsubmit: go }, input, h("button", {}, t("open"))),
    h("a", { class: "button", href: `#/${kind}` }, t("fresh")),
    canJoin ? h("button", { type: "button", class: "main", id: "seat-all", onclick: seatAll }, t("seat_all")) : null,
  ].filter(Boolean);
}

function relabel() {
  switchLanguage();
  if (!contract) return location.reload();
  render();
  document.getElementById("language").focus();
}

header("/", relabel);
try {
  contract = await load();
  render();
  addEventListener("hashchange", () => { render(); root.focus({ preventScroll: true }); });
} catch (problem) {
  root.replaceChildren(h("p", {}, sentence(problem)));
}
