// The operators' console, in Chromium, against a running server: see browser.mjs.
//
//   PARLOR_ADMIN  an administrator's token     PARLOR_TOKEN  the token of a player, ann

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { base, checkComplaints, close, fits, forEverybody, launch, phone, player, see, shot } from "./browser.mjs";

before(launch);
afterEach(checkComplaints);
after(close);

const admin = process.env.PARLOR_ADMIN;
const ann = process.env.PARLOR_TOKEN;

async function ask(method, path, token, body) {
  const headers = { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) };
  const answer = await fetch(new URL(`/api/${path}`, base), { method, headers, body: body && JSON.stringify(body) });
  return answer.json();
}
const newcomer = async () => (await fetch(new URL("/api/guest", base), { method: "POST" })).json();

// A room of hands with two players in it; the first has chosen rock, which nobody else may know.
async function duel(id) {
  const two = [await newcomer(), await newcomer()];
  for (const { token } of two) await ask("POST", `rock_paper_scissors/${id}/join`, token);
  await ask("POST", `rock_paper_scissors/${id}/choose`, two[0].token, { hand: "rock" });
  return two;
}

// Some games, so that there is something to be seen.
async function bustle(rooms) {
  const two = [await newcomer(), await newcomer()];
  for (let i = 0; i < rooms; ++i) {
    const { id } = await ask("POST", "tictactoe/join", two[0].token);
    for (const { token } of two) await ask("POST", `tictactoe/${id}/join`, token);
    for (const [turn, cell] of [0, 3, 1, 4, 4].entries()) await ask("POST", `tictactoe/${id}/place`, two[turn % 2].token, { cell });
  }
}

// Opens the console with a link as the terminal shows it.
async function open(page, hash = "") {
  await page.goto(new URL(`/console#token=${admin}`, base).href);
  await see(page, "#server", /ready|就绪/);
  if (hash) await page.goto(new URL(`/console${hash}`, base).href);
}

const figures = (page, readings = 2) => page.waitForFunction((least) => Number(document.getElementById("screen").dataset.readings) >= least, readings);

test("the door: a wrong token, a player's token, a link that leaves no token behind", async () => {
  const root = await player({ allow: /\b40[13]\b/ });
  await root.goto(new URL("/console", base).href);
  await root.locator("#token").waitFor();
  await shot(root, "console-door-desktop-light");
  await forEverybody(root, "the door");
  await root.keyboard.type("a.b.c");
  await root.keyboard.press("Enter");
  await see(root, "#wrong", "does not take this token");
  await root.locator("#token").fill(ann);
  await root.keyboard.press("Enter");
  await see(root, "#wrong", "not an administrator");
  assert.equal(await root.evaluate(() => sessionStorage.getItem("parlor.admin")), null);

  await open(root);
  assert.equal(root.url(), new URL("/console", base).href);
  await root.reload();
  await see(root, "#server", "ready");
  await root.locator("#sign-out").click();
  await root.locator("#token").waitFor();
  assert.equal(await root.evaluate(() => sessionStorage.getItem("parlor.admin")), null);
});

for (const colorScheme of ["light", "dark"]) {
  for (const [name, options] of [["desktop", {}], ["phone", { ...phone, locale: "zh-CN" }]]) {
    test(`every section, ${name}, ${colorScheme}`, async () => {
      const id = `shown-${name}-${colorScheme}`;
      await duel(id);
      const root = await player({ ...options, colorScheme });
      const settled = async (section) => {
        await shot(root, `console-${section}-${name}-${colorScheme}`);
        await fits(root, section);
        await forEverybody(root, section);
      };
      await open(root);
      await figures(root, 2);
      await bustle(20);
      await figures(root, 5);
      await settled("overview");
      await root.goto(new URL("/console#/actors?kind=rock_paper_scissors", base).href);
      await see(root, "#found td", id);
      await settled("actors");
      await root.goto(new URL(`/console#/actors/rock_paper_scissors/${id}`, base).href);
      await see(root, "#state", "rock");
      await root.locator('[data-query="?seat=1"]').click();
      await see(root, "#view", "chosen");
      await settled("actor");
      await root.goto(new URL("/console#/log", base).href);
      await root.locator("#lines .lines li").first().waitFor();
      await settled("log");
      await ask("POST", "admin/revoke", admin, { player: "mallory", why: "a stolen telephone" });
      await root.goto(new URL("/console#/denials?player=mallory", base).href);
      await see(root, "#list-revoked td", "mallory");
      await settled("denials");
      await root.goto(new URL("/console#/quarantine", base).href);
      await root.locator("#quarantined p").waitFor();
      await settled("quarantine");
    });
  }
}

test("the overview's figures are the server's", async () => {
  const root = await player();
  await open(root);
  await figures(root, 2);
  const { token } = await newcomer();
  for (let i = 0; i < 40; ++i) await ask("GET", "tictactoe?limit=1", token);
  await ask("POST", "tictactoe/none/place", token, { cell: 1 });
  await see(root, "#routes td", "GET /api/tictactoe");
  assert.match(await root.locator('[data-tile="latency"] .figure').textContent(), /\d.* (µs|ms) · \d/);
  assert.match(await root.locator('[data-tile="memory"] .figure').textContent(), /^\d+(\.\d+)? MiB$/);
  const stats = await ask("GET", "stats", admin);
  const shown = await root.locator('.house a[href="#/actors?kind=session"] .number').textContent();
  assert.ok(Number(shown) > 0 && Number(shown) <= stats.awake.by_kind.session + 1, shown);
});

test("by the keyboard alone: find an actor, see what each seat sees, wake, sleep, cancel, close", async () => {
  const [first] = await duel("keys");
  const root = await player({ allow: /\b404\b/ });  // once it is closed
  await open(root);
  // To a control by the tabulator, as one without a mouse gets there.
  const reach = async (selector) => {
    for (let i = 0; i < 80; ++i) {
      if (await root.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
      await root.keyboard.press("Tab");
    }
    assert.fail(`${selector} is not reached`);
  };
  const press = async (selector) => {
    await root.locator(selector).first().waitFor();
    await reach(selector);
    await root.keyboard.press("Enter");
  };
  await press('nav a[href="#/actors"]');
  await reach("#prefix");
  await root.keyboard.type("key");
  await root.keyboard.press("Enter");
  await press('a[href="#/actors/rock_paper_scissors/keys"]');
  await see(root, "#facts", "a player’s command keeps it");
  await see(root, "#state", '"rock"');
  for (const query of ["", "?seat=0", "?seat=1"]) {
    await press(`[data-query="${query}"]`);
    await see(root, "#view", '"chosen": [true, false]');
    assert.ok(!(await root.locator("#view").textContent()).includes("rock"));
  }
  await press("#sleep");
  await see(root, "#facts", "asleep");
  await press("#wake");
  await see(root, "#facts", "on a short visit");
  await press('[data-reminder="tidy"]');
  await see(root, "[data-reminder]", "Cancel?");
  await root.keyboard.press("Enter");
  await see(root, "#reminders", "No reminder is set.");
  await press("#drop_messages");
  await see(root, "#drop_messages", "Drop what is under way to it?");
  await root.keyboard.press("Enter");
  await see(root, "body", "are dropped.");
  await press("#close");
  await see(root, "#close", "Remove it for good?");
  await root.keyboard.press("Enter");
  await see(root, "#missing", "neither awake nor stored");
  const { rooms } = await ask("GET", "session", first.token);
  assert.deepEqual(rooms, []);
  await press('nav a[href="#/log"]');
  await see(root, ".lines li", "close by root: done");
  await reach("#contains");
  await root.keyboard.type("cancel by");
  await see(root, ".lines li", "cancel by root, tidy: done");
  assert.equal(await root.locator(".lines li").filter({ hasText: "close by root" }).count(), 0);
});

test("a player is kicked and their tokens end; a ban is given and lifted", async () => {
  const [first] = await duel("kicked");
  const root = await player();
  await open(root, "#/actors/rock_paper_scissors/kicked");
  const sure = async (selector, question) => {
    await root.locator(selector).click();
    await see(root, selector, question);
    await root.locator(selector).click();
  };
  await sure(`[data-kick="${first.player}"]`, "Out of the room?");
  await see(root, "#state", '"forfeit"');
  assert.deepEqual((await ask("GET", "session", first.token)).rooms, []);
  await root.goto(new URL(`/console#/denials?player=${first.player}`, base).href);
  await sure("#revoke", "End all of them?");
  await see(root, "#list-revoked td", first.player);
  assert.equal((await ask("GET", "session", first.token)).detail, "the token was revoked");
  await root.locator("#denied-address").fill("192.0.2.7/24");
  await root.locator("#address-time").selectOption("3600");
  await sure("#ban-address", "Ban now?");
  await see(root, "#list-addresses td", "192.0.2.0/24");
  await sure('[data-lift="192.0.2.0/24"]', "Lift it?");
  await see(root, "#list-addresses", "none");
  assert.deepEqual((await ask("GET", "admin/denials", admin)).addresses, []);
});

test("one that sleeps is found by its whole name, and looking does not wake it", async () => {
  await duel("dreams");
  await ask("POST", "admin/actors/rock_paper_scissors/dreams/sleep", admin);
  const root = await player();
  await open(root, "#/actors");
  await root.locator("#kind").selectOption("rock_paper_scissors");
  await root.locator("#prefix").fill("dreams");
  await root.locator("#prefix").press("Enter");
  await root.locator("#exact").click();
  await see(root, "#facts", "asleep");
  await see(root, "#state", '"rock"');
  assert.equal((await ask("GET", "admin/actors/rock_paper_scissors/dreams", admin)).awake, null);
});

test("the log and an actor are told, not asked for", async () => {
  const [, second] = await duel("told");
  const root = await player();
  const asked = [];
  root.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await root.clock.install();
  await open(root, "#/actors/rock_paper_scissors/told");
  const feed = "/api/admin/actors/rock_paper_scissors/told/events";
  await root.waitForResponse((answer) => new URL(answer.url()).pathname === feed);
  // From here on no timer goes off: what is polled stays as it is.
  await root.clock.pauseAt((await root.evaluate(() => Date.now())) + 500);
  await ask("POST", "rock_paper_scissors/told/choose", second.token, { hand: "paper" });
  await see(root, "#state", '"paper"');

  assert.equal(asked.splice(0).filter((path) => path === feed).length, 1);

  await root.clock.resume();
  await root.goto(new URL("/console#/log", base).href);
  await root.locator("#lines .lines li").first().waitFor();
  for (let i = 0; i < 3; ++i) await ask("POST", `admin/actors/rock_paper_scissors/told-${i}/wake`, admin);
  await see(root, ".lines li", "told-2");
  assert.equal(asked.filter((path) => path === "/api/admin/log").length, 1);

  await root.locator("#pause").click();
  await ask("POST", "admin/actors/rock_paper_scissors/told-3/wake", admin);
  await ask("GET", "admin/log", admin);
  await root.waitForTimeout(500);
  assert.equal(await root.locator(".lines li").filter({ hasText: "told-3" }).count(), 0);
  await root.locator("#pause").click();
  await see(root, ".lines li", "told-3");

  // A link that somebody is at stays, and with it the lines.
  await root.locator("#lines a").first().focus();
  await ask("POST", "admin/actors/rock_paper_scissors/told-4/wake", admin);
  await root.waitForTimeout(1000);
  assert.ok(await root.evaluate(() => document.activeElement.closest("#lines") !== null));
  await root.locator("#contains").focus();
  await see(root, ".lines li", "told-4");
});

test("one who falls asleep is followed no more, and again when it wakes", async () => {
  await duel("naps");
  const root = await player();
  const isFeed = (request) => request.url().endsWith("/naps/events");
  const begun = root.waitForResponse((answer) => isFeed(answer.request()));
  await open(root, "#/actors/rock_paper_scissors/naps");
  await begun;
  const ended = root.waitForEvent("requestfailed", isFeed);
  await ask("POST", "admin/actors/rock_paper_scissors/naps/sleep", admin);
  await ended;
  const again = root.waitForRequest(isFeed);
  await ask("POST", "admin/actors/rock_paper_scissors/naps/wake", admin);
  await again;
});

test("whoever finds twice sees everybody once", async () => {
  await duel("twice");
  const root = await player();
  await open(root, "#/actors?kind=rock_paper_scissors&prefix=twice");
  await see(root, "#found td", "twice");
  await root.route("**/api/admin/actors?*", async (route) => {
    await new Promise((done) => setTimeout(done, 300));
    await route.continue();
  });
  const answered = root.waitForResponse((answer) => answer.url().includes("/actors?"));
  await root.getByRole("button", { name: "Find" }).dblclick();
  await answered;
  await root.waitForTimeout(500);
  assert.equal(await root.locator("#found tbody tr").count(), 1);
});

test("a server that began anew begins new figures", async () => {
  const root = await player();
  let before = true;
  await root.route("**/api/admin/metrics", async (route) => {
    const text = await (await route.fetch()).text();
    await route.fulfill({ body: before ? text.replace(/^(parlor_uptime_seconds) /m, "$1 9") : text });
  });
  await open(root);
  await figures(root, 3);
  before = false;
  await root.locator('#screen[data-readings="1"]').waitFor();
});

test("signing in twice is one sign-in, and signing out holds", async () => {
  const root = await player();
  await root.clock.install();
  await root.goto(new URL("/console", base).href);
  await root.locator("#token").fill(admin);
  let [asked, answered] = [0, 0];
  const isStatus = (request) => new URL(request.url()).pathname === "/api/admin";
  root.on("request", (request) => { asked += isStatus(request); });
  root.on("requestfinished", (request) => { answered += isStatus(request); });
  const idle = async () => { do await root.waitForTimeout(300); while (answered < asked); };
  await root.evaluate(() => { for (let i = 0; i < 2; ++i) document.querySelector("form").requestSubmit(); });
  await see(root, "#server", "ready");
  await idle();
  asked = answered = 0;
  await root.clock.runFor(4100);
  await idle();
  assert.equal(asked, 1);

  let release;
  const held = new Promise((done) => { release = done; });
  await root.route((url) => url.pathname === "/api/admin", async (route) => { await held; await route.continue(); });
  const wanted = root.waitForRequest(isStatus);
  await root.clock.runFor(4100);
  await wanted;
  await root.locator("#sign-out").click();
  await root.locator("#token").waitFor();
  release();
  await idle();
  await root.locator("#language").click();
  await see(root, "h1", "登录");
});

test("the server is drained, and let players in again", async () => {
  const root = await player();
  await open(root);
  await root.locator("#drain").click();
  await see(root, "#drain", "Let nothing new begin?");
  assert.equal((await fetch(new URL("/readyz", base))).status, 200);
  await root.locator("#drain").click();
  await see(root, "#server", "draining");
  assert.equal((await fetch(new URL("/readyz", base))).status, 503);
  await root.locator("#drain").click();
  await see(root, "#server", "ready");
  assert.equal((await fetch(new URL("/readyz", base))).status, 200);

  // What another operator orders changes the button, too.
  await ask("POST", "admin/drain", admin);
  await see(root, "#drain", "Let players in again");
  await ask("POST", "admin/undrain", admin);
  await see(root, "#drain", "Drain");
});

test("deletions that are held are told of, and the clock is accepted", async () => {
  const root = await player();
  let held = true;
  await root.route("**/api/admin", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...await answer.json(), deletions_held: held } });
  });
  await open(root);
  await see(root, "#held", "The clock has jumped by more than a day");
  await root.locator("#accept-clock").click();
  await see(root, "#accept-clock", "Delete what is due?");
  held = false;
  await root.locator("#accept-clock").click();
  await root.locator("#held").waitFor({ state: "hidden" });
});

test("a token whose time is over leads back to the door", async () => {
  const root = await player({ allow: /\b401\b/ });
  await open(root);
  await root.evaluate(() => sessionStorage.setItem("parlor.admin", "x.y.z"));
  await root.reload();
  await see(root, "#wrong", "does not take this token");
});
