// Plays the three games through the page, in Chromium, against a running server: see browser.mjs.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { base, checkComplaints, close, fits, forEverybody, launch, phone, player, see, shot } from "./browser.mjs";

before(launch);
afterEach(checkComplaints);
after(close);

const visit = (page, hash = "#/") => page.goto(new URL(hash, base).href);
const status = (page, text) => see(page, "#status", text);
const cell = (page, index) => page.locator(`[data-cell="${index}"]`);

// Opens a room of a game and gives its link.
async function host(page, kind) {
  await visit(page, `#/${kind}`);
  await page.locator("#create").click();
  await status(page, "Waiting for someone to join");
  return page.locator("#link").inputValue();
}

// Two players at one table, the second through the first one's link.
async function table(kind, first, second) {
  const link = await host(first, kind);
  await second.goto(link);
  for (const page of [first, second]) await page.locator('#screen[data-stage="on"]').waitFor();
  return link;
}

// Somebody else takes a seat, by the API.
async function sitsDown(room) {
  const { token } = await (await fetch(new URL("/api/guest", base), { method: "POST" })).json();
  await fetch(new URL(`/api/${room}/join`, base), { method: "POST", headers: { Authorization: `Bearer ${token}` } });
}

// The player whose turn it is, and the other one.
async function turn(one, other) {
  const mine = (page) => page.locator('#screen[data-mood="mine"]').waitFor().then(() => page);
  const mover = await Promise.any([mine(one), mine(other)]);
  return [mover, mover === one ? other : one];
}

// Plays the cells one after the other; the players alternate. Gives the one who moved first, and the other.
// Which of the two marks comes to lie in a cell is the server's affair; both players must see the same one.
async function play(one, other, cells, press = (page, index) => cell(page, index).click()) {
  const order = await turn(one, other);
  for (const [number, index] of cells.entries()) {
    const mover = order[number % 2];
    await mover.locator('#screen[data-mood="mine"]').waitFor();
    await press(mover, index);
    const filled = mover.locator(`[data-cell="${index}"]:not([data-value="0"])`);
    await filled.waitFor();
    const value = await filled.getAttribute("data-value");
    await order[1 - (number % 2)].locator(`[data-cell="${index}"][data-value="${value}"]`).waitFor();
  }
  return order;
}

test("tictactoe: a win, a rematch, a forfeit", async () => {
  const ann = await player({ colorScheme: "light" });
  const bea = await player({ colorScheme: "dark" });
  const link = await host(ann, "tictactoe");
  await shot(ann, "tictactoe-waiting-desktop-light");
  await bea.goto(link);
  const [winner, loser] = await play(ann, bea, [0, 3, 1, 4]);
  await shot(ann, "tictactoe-desktop-light");
  await shot(bea, "tictactoe-desktop-dark");

  await cell(winner, 2).click();
  await status(winner, "You won");
  await status(loser, "You lost");
  for (const page of [ann, bea]) await page.locator(".strike").waitFor();
  await shot(ann, "tictactoe-over-desktop-light");
  await shot(bea, "tictactoe-over-desktop-dark");

  await winner.locator("#rematch").click();
  await see(loser, ".plaque", "wants a rematch");
  await loser.locator("#rematch").click();
  for (const page of [ann, bea]) {
    await page.locator('#screen[data-stage="on"]').waitFor();
    await page.locator('[data-cell="0"][data-value="0"]').waitFor();
  }
  await play(ann, bea, [4]);

  await loser.locator("#leave").click();
  await loser.locator("#leave").click();
  await loser.locator("#quick").waitFor();
  await status(winner, "You won");
  await see(winner, "#hint", "by forfeit");
});

test("tictactoe: a draw, by the keyboard", async () => {
  const [ann, bea] = [await player(), await player()];
  await table("tictactoe", ann, bea);
  await cell(ann, 4).focus();
  await ann.keyboard.press("ArrowRight");
  await ann.keyboard.press("ArrowUp");
  assert.equal(await ann.evaluate(() => document.activeElement.dataset.cell), "2");
  await play(ann, bea, [0, 4, 8, 1, 7, 6, 2, 5, 3], async (page, index) => {
    await cell(page, index).focus();
    await page.keyboard.press("Enter");
  });
  for (const page of [ann, bea]) await status(page, "A draw");
});

test("rock_paper_scissors: from the list of open rooms to its end", async () => {
  const ann = await player({ colorScheme: "dark" });
  const bea = await player({ colorScheme: "light" });
  const link = await host(ann, "rock_paper_scissors");
  const id = link.split("/").at(-1);
  await visit(bea, "#/rock_paper_scissors");
  await bea.locator(`[data-id="${id}"]`).waitFor();
  await shot(bea, "lobby-desktop-light");
  await bea.locator(`[data-id="${id}"] a`).click();
  await status(bea, "Choose your hand");

  const round = async (first, second, verdict) => {
    await ann.locator(`[data-hand="${first}"]`).click();
    await status(ann, "Your opponent is choosing");
    await see(bea, ".plaque", "has chosen");
    if (verdict === "yours") await shot(bea, "rock_paper_scissors-desktop-light");
    await bea.locator(`[data-hand="${second}"]`).click();
    await see(ann, ".verdict", verdict);
    await see(bea, ".verdict", "last round");
  };
  await round("rock", "rock", "a draw");
  await status(ann, "Choose your hand");
  await round("rock", "scissors", "yours");
  await status(ann, "Choose your hand");
  await shot(ann, "rock_paper_scissors-desktop-dark");
  await ann.locator('[data-hand="paper"]').click();
  await see(bea, ".plaque", "has chosen");
  await bea.locator('[data-hand="rock"]').click();
  await status(ann, "You won");
  await status(bea, "You lost");
  await shot(ann, "rock_paper_scissors-over-desktop-dark");
});

test("rock_paper_scissors: quick play finds a table", async () => {
  const ann = await player();
  await visit(ann, "#/rock_paper_scissors");
  await ann.locator("#quick").click();
  await ann.locator("#status").filter({ hasText: /Waiting for someone|Choose your hand/ }).waitFor();
  await see(ann, ".plaque", "You");
  await ann.locator("#leave").click();
  await Promise.any([
    ann.locator("#quick").waitFor(),
    see(ann, "#leave", "forfeit").then(() => ann.locator("#leave").click()),
  ]);
  await ann.locator("#quick").waitFor();
});

test("gomoku: five in a row by clicks, with an onlooker", async () => {
  const ann = await player({ colorScheme: "light" });
  const bea = await player({ colorScheme: "dark" });
  const link = await table("gomoku", ann, bea);
  const at = (x, y) => y * 15 + x;
  const [winner, loser] = await play(ann, bea, [
    at(7, 7), at(8, 7), at(6, 8), at(6, 6), at(8, 6), at(9, 5), at(5, 9), at(4, 10), at(9, 4), at(7, 8),
  ]);
  for (const page of [ann, bea]) await page.locator(`[data-cell="${at(7, 8)}"].last`).waitFor();
  const cleo = await player();
  await cleo.goto(link);
  await see(cleo, "#hint", "looking on");
  await shot(ann, "gomoku-desktop-light");
  await shot(bea, "gomoku-desktop-dark");
  await play(winner, loser, [at(4, 4), at(10, 4), at(8, 9), at(3, 3), at(7, 9), at(10, 5)]);
  // The first player holds (7,7) (6,8) (5,9) (8,6): the slant lacks (9,5), taken, and (4,10), taken; so along row 9.
  await play(winner, loser, [at(6, 9), at(2, 2), at(9, 9)]);
  await status(winner, "You won");
  await status(loser, "You lost");
  await see(cleo, "#status", "won");
  assert.equal(await loser.locator(".cell.won").count(), 5);
  await shot(ann, "gomoku-over-desktop-light");
  await shot(cleo, "gomoku-onlooker-desktop-light");
});

test("the page speaks Chinese where the browser does, and English on request", async () => {
  const ann = await player({ locale: "zh-CN" });
  await visit(ann);
  await see(ann, "#quick", "快速开始");
  assert.equal(await ann.locator("html").getAttribute("lang"), "zh-Hans");
  await shot(ann, "lobby-chinese-desktop-light");
  await ann.locator("#create").click();
  await status(ann, "等待对手加入");
  await ann.locator("#language").click();
  await status(ann, "Waiting for someone to join");
  assert.equal(await ann.locator("html").getAttribute("lang"), "en");
  await ann.reload();
  await status(ann, "Waiting for someone to join");
});

for (const colorScheme of ["light", "dark"]) {
  test(`a phone shows every screen without a scroll to the side, ${colorScheme}`, async () => {
    const ann = await player({ ...phone, colorScheme });
    const bea = await player({ ...phone, colorScheme, viewport: { width: 320, height: 568 } });
    const both = async (name) => {
      await shot(ann, `${name}-phone-${colorScheme}`);
      for (const page of [ann, bea]) await fits(page, name);
    };
    const tap = (page, index) => cell(page, index).tap();
    for (const kind of ["tictactoe", "gomoku", "rock_paper_scissors"]) {
      for (const page of [ann, bea]) {
        await visit(page, `#/${kind}`);
        await page.locator(`[data-kind="${kind}"][aria-current]`).waitFor();
      }
      await both(`lobby-${kind}`);
    }

    await host(ann, "tictactoe");
    await both("tictactoe-waiting");
    await bea.goto(ann.url());
    await play(ann, bea, [4, 0, 2, 6], tap);
    await both("tictactoe");
    await play(ann, bea, [3, 5, 7, 1, 8], tap);
    for (const page of [ann, bea]) await status(page, "A draw");
    await both("tictactoe-over");

    await table("gomoku", ann, bea);
    await play(ann, bea, [112, 40, 98, 70, 128], async (page, index) => {
      await cell(page, index + 15).tap();
      await page.locator(`[data-cell="${index + 15}"].aimed`).waitFor();
      await page.getByRole("button", { name: "Aim up" }).tap();
      await page.locator(`[data-cell="${index}"].aimed`).waitFor();
      await page.locator(".aim .main").tap();
    });
    const [mover] = await turn(ann, bea);
    await cell(mover, 84).tap();
    await shot(mover, `gomoku-aim-phone-${colorScheme}`);
    await both("gomoku");

    await table("rock_paper_scissors", ann, bea);
    for (const _ of [1, 2]) {
      for (const page of [ann, bea]) await status(page, "Choose your hand");
      await ann.locator('[data-hand="paper"]').tap();
      await see(bea, ".plaque", "has chosen");
      await both("rock_paper_scissors");
      await bea.locator('[data-hand="rock"]').tap();
      await see(ann, ".verdict", "yours");
    }
    await status(ann, "You won");
    await both("rock_paper_scissors-over");
  });
}

for (const colorScheme of ["light", "dark"]) {
  test(`the lobby and the rooms are for everybody, ${colorScheme}`, async () => {
    const ann = await player({ colorScheme });
    const bea = await player({ ...phone, colorScheme, locale: "zh-CN" });
    await visit(ann);
    await ann.locator("#quick").waitFor();
    await forEverybody(ann, "the lobby");
    for (const kind of ["tictactoe", "gomoku", "rock_paper_scissors"]) {
      await table(kind, ann, bea);
      for (const page of [ann, bea]) await forEverybody(page, kind);
    }
  });
}

test("a lost connection is told, and mended", async () => {
  const ann = await player({ allow: /ERR_INTERNET_DISCONNECTED/ });
  await host(ann, "tictactoe");
  await ann.context().setOffline(true);
  await see(ann, "#lost", "Connection lost");
  await ann.context().setOffline(false);
  await ann.locator("#lost").waitFor({ state: "hidden" });
});

test("a token that the server does not take is replaced", async () => {
  const ann = await player({ allow: /\b401\b/ });
  await visit(ann);
  await ann.evaluate(() => sessionStorage.setItem("parlor.guest", JSON.stringify({ player: "nobody", token: "a.b.c", renewAt: Date.now() + 60_000 })));
  await ann.reload();
  await ann.locator("#create").click();
  await status(ann, "Waiting for someone to join");
  await see(ann, ".plaque", "You");
  assert.notEqual(await ann.evaluate(() => JSON.parse(sessionStorage.getItem("parlor.guest")).player), "nobody");
});

test("a link to a room that is not there can open it", async () => {
  const ann = await player({ allow: /\b404\b/ });
  const id = `lost-${Date.now().toString(36)}`;
  let missed = 0;
  ann.on("response", (answer) => { missed += answer.status() === 404; });
  await visit(ann, `#/tictactoe/${id}`);
  await see(ann, "h1", "There is no such room");
  // By now the feed waits for longer between two attempts.
  while (missed < 3) await ann.waitForTimeout(50);
  await ann.getByRole("button", { name: "Open it anew" }).click();
  await status(ann, "Waiting for someone to join");
  await sitsDown(`tictactoe/${id}`);
  await ann.locator('#screen[data-stage="on"]').waitFor({ timeout: 1500 });
});

test("whom the server gives no name looks on, and sits down when it does", async () => {
  const [ann, bea] = [await player(), await player({ allow: /\b503\b/ })];
  const link = await host(ann, "rock_paper_scissors");
  const guests = (url) => url.pathname === "/api/guest";
  await bea.route(guests, (route) => route.fulfill({ status: 503, json: { code: "draining", status: 503 } }));
  await bea.goto(link);
  await see(bea, "#notice", "The server is busy");
  await status(bea, "A seat is free");
  assert.ok(await bea.locator("#lost").isHidden());
  await bea.unroute(guests);
  // The feed is the player's from then on: another may be told less.
  const own = bea.waitForRequest((request) => request.url().endsWith("/events") && "authorization" in request.headers());
  await bea.locator("#sit").click();
  await own;
  await ann.locator('[data-hand="rock"]').click();
  await bea.locator('[data-hand="paper"]').click();
  await see(bea, ".verdict", "yours");
});

test("a move whose answer a proxy has lost is sent once more, and counts once", async () => {
  const both = [await player({ allow: /\b50[34]\b/ }), await player({ allow: /\b50[34]\b/ })];
  await table("tictactoe", ...both);
  const [first, second] = await turn(...both);
  for (const [mover, index, code, happens] of [[first, 4, "outcome_unknown", true], [second, 0, "dropped", false]]) {
    const keys = [];
    await mover.route("**/place", async (route) => {
      keys.push(route.request().headers()["idempotency-key"]);
      if (keys.length > 1) return route.continue();
      if (happens) await route.fetch();
      return route.fulfill({ status: happens ? 504 : 503, json: { code } });
    });
    const made = mover.waitForResponse((answer) => answer.url().endsWith("/place") && answer.ok());
    await mover.locator('#screen[data-mood="mine"]').waitFor();
    await cell(mover, index).click();
    await made;
    assert.equal(keys.length, 2);
    assert.equal(keys[0], keys[1]);
  }
});

test("a room that nobody may watch any more says why", async () => {
  const ann = await player({ allow: /\b429\b/ });
  await ann.route("**/events", (route) => route.fulfill({ status: 429, json: { code: "too_many_watchers", status: 429 } }));
  await visit(ann, "#/tictactoe/crowded");
  await see(ann, "#lost", "Too many are looking on");
});

test("over plain http, where pages have no clipboard, a link is copied all the same", async () => {
  const ann = await player();
  await ann.addInitScript(() => delete Navigator.prototype.clipboard);
  const link = await host(ann, "tictactoe");
  await ann.getByRole("button", { name: "Copy" }).click();
  await ann.getByRole("button", { name: "Copied" }).waitFor();
  await visit(ann, "../console");
  await ann.locator("#token").press("Control+V");
  assert.equal(await ann.locator("#token").inputValue(), link);
});

test("a token is renewed where one only waits, before its time is over", async () => {
  const ann = await player();
  await ann.clock.install();
  const link = await host(ann, "tictactoe");
  const before = await ann.evaluate(() => {
    const guest = JSON.parse(sessionStorage.getItem("parlor.guest"));
    sessionStorage.setItem("parlor.guest", JSON.stringify({ ...guest, renewAt: Date.now() + 30_000 }));
    return guest;
  });
  await ann.reload();
  await status(ann, "Waiting for someone to join");
  const renewed = ann.waitForResponse((answer) => answer.url().endsWith("/api/guest"), { timeout: 5000 });
  // Not so long at a time that the feed, which hears nothing, is opened anew: that renews, too.
  await ann.clock.fastForward(35_000);
  await sitsDown(`tictactoe/${link.split("/").at(-1)}`);
  await ann.locator('#screen[data-stage="on"]').waitFor();
  await ann.clock.fastForward(35_000);
  assert.equal((await (await renewed).json()).player, before.player);
});
