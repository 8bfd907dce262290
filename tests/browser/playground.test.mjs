// The playground, in Chromium, against a running server: see browser.mjs.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, afterEach, before, test } from "node:test";
import { base, checkComplaints, close, fits, forEverybody, launch, phone, player, see, shot } from "./browser.mjs";

before(launch);
afterEach(checkComplaints);
after(close);

// A room that is not there yet, and input that the server refuses, are noted by the browser.
const refusals = /\b4(00|01|04|22)\b/;

async function visit(hash = "", options = {}) {
  const page = await player({ allow: refusals, permissions: ["clipboard-read", "clipboard-write"], ...options });
  await page.goto(new URL(`/play${hash}`, base).href);
  await page.locator(".pane").first().waitFor();
  return page;
}

const pane = (page, n) => page.locator(".pane").nth(n);
const offer = (at, id) => at.locator(`[data-operation="${id}"]`);
const name = (at) => at.locator(".who .id").innerText();
const viewed = (at, text) => at.locator(".view").filter({ hasText: text }).waitFor();

// Everybody joins, and every pane is told of it.
async function seat(page) {
  await page.locator("#seat-all").click();
  for (let n = 0; n < 3; ++n) await pane(page, n).locator(".link[data-live=true]").waitFor();
  for (let n = 0; n < 2; ++n) await viewed(pane(page, 2), await name(pane(page, n)));
  await viewed(pane(page, 0), await name(pane(page, 1)));
}

const mover = async (page) => {
  const at = page.locator(".pane", { has: page.locator(".note", { hasText: /to move|行棋中/ }) });
  await at.waitFor();
  return at;
};

async function send(at, operation, values) {
  const form = offer(at, operation);
  for (const [key, value] of Object.entries(values)) {
    const input = form.locator(`[name="${key}"]`);
    if (await input.evaluate((one) => one.tagName === "SELECT")) await input.selectOption(value);
    else await input.fill(String(value));
  }
  await form.getByRole("button", { name: "Send" }).click();
}

// The board as a pane shows it.
const cells = async (at) => (await at.locator(".view .cells").filter({ hasText: /^[\s012]+$/ }).innerText()).match(/\d/g).join("");

test("play: a whole game by the forms in two panes, each kept up by events alone", async () => {
  const page = await visit("#/tictactoe");
  await seat(page);
  const requests = [];
  page.on("request", (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname.split("/").at(-1)}`));
  const moves = [0, 3, 1, 4, 2];
  for (const [n, cell] of moves.entries()) {
    await send(await mover(page), "tictactoe.place", { cell });
    await page.waitForFunction((most) => [...document.querySelectorAll(".view")].every((view) =>
      [...view.querySelectorAll(".cells span span")].filter((one) => /^[12]$/.test(one.textContent)).length === most), n + 1);
  }
  for (let n = 0; n < 3; ++n) {
    await viewed(pane(page, n), "line");
    assert.match(await cells(pane(page, n)), /^(111220000|222110000)$/);
  }
  assert.deepEqual(requests, moves.map(() => "POST place"));
  assert.match(await pane(page, 0).locator(".answer").innerText(), /200 \d+ ms "\w+-\d+"/);
  assert.ok(await pane(page, 2).locator(".events li").count() >= 6);
  await shot(page, "play-desktop");
});

test("play: what the server refuses stands beside its field, and wrong things may be sent on purpose", async () => {
  const page = await visit("#/gomoku");
  await seat(page);
  const one = pane(page, 0);
  await send(one, "gomoku.place", { x: 99 });
  const x = offer(one, "gomoku.place").locator('[name="x"]');
  await see(page, ".error", "bad_arguments: x must be between 0 and 14");
  assert.equal(await x.getAttribute("aria-invalid"), "true");
  const described = await x.getAttribute("aria-describedby");
  assert.match(await page.locator(`#${described}`).innerText(), /^bad_arguments/);
  assert.equal(await offer(one, "gomoku.place").locator('[name="y"]').getAttribute("aria-invalid"), "false");

  const form = offer(one, "gomoku.place");
  await form.getByRole("button", { name: "JSON" }).click();
  assert.equal(await form.locator("textarea").inputValue(), '{"x":99,"y":0}');
  await form.locator("textarea").fill("{");
  await form.getByRole("button", { name: "Send" }).click();
  await see(page, ".error", "malformed_json");
  await form.getByRole("button", { name: "Fields" }).click();
  assert.ok(await x.isVisible());
});

test("play: what one player hides, the other panes do not show", async () => {
  const page = await visit("#/rock_paper_scissors");
  await seat(page);
  await send(pane(page, 0), "rock_paper_scissors.choose", { hand: "paper" });
  for (let n = 0; n < 3; ++n) await viewed(pane(page, n), "true");
  for (const n of [1, 2]) {
    const at = pane(page, n);
    await at.locator(".events details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
    for (const part of [".view", ".events", ".answer"])
      assert.doesNotMatch(await at.locator(part).textContent(), /"paper"/, part);
  }
  await send(pane(page, 1), "rock_paper_scissors.choose", { hand: "rock" });
  await viewed(pane(page, 2), '"paper"');
});

test("play: a session kind, with what it answers, and requests to copy", async () => {
  const page = await visit("#/fortune");
  assert.equal(await page.locator(".pane").count(), 2);
  await send(pane(page, 0), "fortune.chat", { message: "it's me" });
  await see(page, ".answer", "response");
  await viewed(pane(page, 0), "it's me");
  assert.doesNotMatch(await pane(page, 1).locator(".view").innerText(), /it's me/);

  const copied = async (button) => {
    await pane(page, 0).getByRole("button", { name: button }).click();
    await see(page, "button", "Copied");
    return page.evaluate(() => navigator.clipboard.readText());
  };
  const told = execFileSync("sh", ["-c", (await copied("Copy as curl")).replace("curl", "curl -s")], { encoding: "utf8" });
  assert.match(told, /^HTTP\/1.1 200 [\s\S]*"response"/);
  const code = (await copied("Copy as fetch")).replace("console.log(", "globalThis.told = [").replace(/\);$/, "];");
  assert.equal((await import(`data:text/javascript,${encodeURIComponent(code)}`), globalThis.told[0]), 200);
});

test("play: without the contract the page says why, and the other language tries again", async () => {
  const page = await player({ allow: /ERR_|404/ });
  await page.route("**/openapi.json", (route) => route.abort());
  await page.goto(new URL("/play", base).href);
  await see(page, "main", "The server did not answer.");
  await page.unroute("**/openapi.json");
  await page.locator("#language").click();
  await see(page, "h1", "演练场");
});

test("play: every kind of the contract is there, each with all of its operations", async () => {
  const page = await visit();
  const { tags, paths } = await (await fetch(new URL("/openapi.json", base))).json();
  const kinds = tags.map((tag) => tag.name).filter((one) => !["server", "operators"].includes(one));
  assert.deepEqual(await page.locator("nav a").allInnerTexts(), kinds);
  for (const kind of kinds) {
    await page.goto(new URL(`/play#/${kind}`, base).href);
    await page.locator("nav a[aria-current]", { hasText: new RegExp(`^${kind}$`) }).waitFor();
    const ids = Object.values(paths).flatMap(Object.values)
      .filter((one) => one.tags.includes(kind) && !one.responses[200]?.content?.["text/event-stream"]).map((one) => one.operationId);
    const shown = await pane(page, 0).locator("[data-operation]").evaluateAll((all) => all.map((one) => one.dataset.operation));
    assert.deepEqual(shown.sort(), ids.sort());
    assert.doesNotMatch(await page.locator("main").innerText(), /undefined|\[object|NaN/);
  }
});

// A contract with one more kind, which the page cannot know.
async function invented(page) {
  const operation = (name, more) => ({
    post: { operationId: `invented.${name}`, tags: ["invented"], summary: name, description: "", security: [{ bearer: [] }], responses: {}, ...more },
  });
  const properties = {
    loud: { type: "boolean" }, names: { type: "array", items: { type: "string" } },
    times: { type: "integer" }, nick: { oneOf: [{ type: "null" }, { type: "string" }] }, tone: { type: "string", enum: ["low", "high"] },
  };
  const schema = { type: "object", required: ["loud", "names"], properties };
  const call = { content: { "application/json": { schema, example: { loud: true, names: ["ann"] } } } };
  const parameters = [{ name: "path", in: "path", required: true, schema: { type: "string" }, example: "action" }];
  await page.route("**/openapi.json", async (route) => {
    const said = await (await route.fetch()).json();
    said.tags.push({ name: "invented", description: "" });
    said.paths["/api/invented/call"] = operation("call", { requestBody: call });
    said.paths["/api/invented/{path}"] = operation("raw.post", { parameters, requestBody: { content: { "*/*": { schema: {} } } } });
    await route.fulfill({ json: said });
  });
  const sent = [];
  await page.route("**/api/invented/**", (route) => {
    const request = route.request();
    sent.push([new URL(request.url()).pathname, request.headers()["content-type"], request.postData()]);
    return route.fulfill({ json: {} });
  });
  return sent;
}

test("play: a kind that is new has its forms, with a field for every type", async () => {
  const page = await player({ allow: refusals });
  const sent = await invented(page);
  await page.goto(new URL("/play#/invented", base).href);
  const one = pane(page, 0);
  await send(one, "invented.call", {});
  await see(page, ".answer", "200");
  await send(one, "invented.call", { loud: "false", names: '["bob', times: 3, tone: "high" });
  await see(page, ".error", "This is not JSON.");
  // What is no number is not left out.
  await offer(one, "invented.call").locator("[name=times]").fill("");
  await offer(one, "invented.call").locator("[name=times]").press("Minus");
  await send(one, "invented.call", { names: '["bob"]', nick: "bee" });
  await page.waitForFunction(() => document.querySelector('[name=times]').getAttribute("aria-invalid") === "true");
  await send(one, "invented.call", { times: 3 });
  await page.waitForFunction(() => !document.querySelector('[aria-invalid="true"]'));
  await offer(one, "invented.raw.post").locator("summary").click();
  await send(one, "invented.raw.post", { path: "a b/c", "Content-Type": "text/plain", body: "hello" });
  await see(page, ".answer", "a%20b/c");
  // A program's own 401 says nothing about the token: nothing is sent again, by nobody else.
  const guest = await name(one);
  await page.route("**/api/invented/no", (route) => { sent.push("no"); return route.fulfill({ status: 401, body: "{}" }); });
  await send(one, "invented.raw.post", { path: "no" });
  await see(page, ".answer .bad", "401");
  assert.equal(await name(one), guest);
  assert.equal(sent.pop(), "no");
  assert.deepEqual(sent, [
    ["/api/invented/call", "application/json", '{"loud":true,"names":["ann"]}'],
    ["/api/invented/call", "application/json", '{"loud":false,"names":["bob"],"times":3,"nick":"bee","tone":"high"}'],
    ["/api/invented/a%20b/c", "text/plain", "hello"],
  ]);

  await page.locator("#more").click();
  assert.equal(await page.locator(".pane").count(), 3);
  await one.locator(".answer", { hasText: "/no" }).waitFor();
});

test("play: a link opens the same room for somebody else", async () => {
  const page = await visit("#/tictactoe");
  await seat(page);
  await page.locator("main").getByRole("button", { name: "Copy link" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /\/play#\/tictactoe\/[0-9a-f]{8}$/);
  const other = await visit(new URL(link).hash);
  await viewed(pane(other, 0), await name(pane(page, 0)));
  assert.notEqual(await name(pane(other, 0)), await name(pane(page, 0)));
  // One's own come back with the page.
  const before = await name(pane(page, 1));
  await page.reload();
  for (const n of [0, 1]) await pane(page, n).locator(".note", { hasText: `seat ${n}` }).waitFor();
  assert.equal(await name(pane(page, 1)), before);
});

// What `document.hidden` says, as when another tab comes before this one.
const hide = (page, is) => page.evaluate((hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}, is);

test("play: a page that nobody sees holds no connection, and hears later what came meanwhile", async () => {
  const page = await visit("#/tictactoe");
  await seat(page);
  const isFeed = (request) => request.url().endsWith("/events");
  const ended = [];
  page.on("requestfailed", (request) => isFeed(request) && ended.push(request.url()));
  await hide(page, true);
  for (let waited = 0; ended.length < 3 && waited < 5000; waited += 50) await page.waitForTimeout(50);
  assert.equal(ended.length, 3);
  const asked = [];
  page.on("request", (request) => isFeed(request) && asked.push(request.headers()["last-event-id"]));
  await send(await mover(page), "tictactoe.place", { cell: 4 });
  await page.waitForTimeout(1500);
  assert.deepEqual(asked, []);
  assert.equal(await page.locator(".view .cells .new", { hasText: /^[12]$/ }).count(), 0);
  await hide(page, false);
  for (let n = 0; n < 3; ++n) await pane(page, n).locator(".view .cells .new", { hasText: /^[12]$/ }).waitFor();
  assert.equal(asked.length, 3);
  assert.ok(asked.every(Boolean), "each says where it was");
});

test("play: whose name is refused sees why, and may copy what was asked", async () => {
  const page = await player({ allow: /\b(404|503)\b/, permissions: ["clipboard-read", "clipboard-write"] });
  const draining = { type: "urn:parlor:problem:draining", title: "The server takes nobody new.", status: 503, code: "draining" };
  await page.route("**/api/guest", (route) => route.fulfill({ status: 503, json: draining }));
  await page.goto(new URL("/play#/tictactoe", base).href);
  await offer(pane(page, 0), "tictactoe.join").click();
  await see(page, ".answer .bad", "503");
  await see(page, ".answer code", "draining");
  await pane(page, 0).getByRole("button", { name: "Copy as curl" }).click();
  await see(page, "button", "Copied");
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^curl -i -X POST \S+\/join /);
});

test("play: by the keyboard alone, and in the other language", async () => {
  const page = await visit("#/tictactoe");
  const press = async (locator, key) => { await locator.focus(); await page.keyboard.press(key); };
  await press(page.locator("#seat-all"), "Enter");
  const at = await mover(page);
  await press(offer(at, "tictactoe.place").locator("[name=cell]"), "ArrowUp");
  await page.keyboard.press("Enter");
  await pane(page, 2).locator(".view .cells .new", { hasText: /^[12]$/ }).waitFor();
  assert.match(await cells(pane(page, 2)), /^0[12]0{7}$/);

  await press(page.locator("#language"), "Enter");
  await see(page, "h1", "演练场");
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hans");
  await see(page, ".pane h2", "旁观者");
  assert.equal(await page.evaluate(() => document.activeElement.id), "language");
});

for (const colorScheme of ["light", "dark"]) {
  for (const [device, options] of [["desktop", {}], ["phone", { ...phone, locale: "zh-CN" }]]) {
    test(`play: for everybody, ${device}, ${colorScheme}`, async () => {
      const page = await visit("#/gomoku", { ...options, colorScheme });
      await seat(page);
      await offer(await mover(page), "gomoku.place").getByRole("button").first().click();
      await page.locator(".view .cells .new", { hasText: /^1$/ }).first().waitFor();
      await offer(pane(page, 0), "gomoku.place").locator("[name=x]").fill("-1");
      await offer(pane(page, 0), "gomoku.place").getByRole("button").first().click();
      await page.locator('[aria-invalid="true"]').waitFor();
      await fits(page, "the playground");
      await forEverybody(page, "the playground");
      await shot(page, `play-${device}-${colorScheme}`);
    });
  }
}
