// The contract as a page: /docs.
//
//   PARLOR_URL    the server's base URL
//   PARLOR_SHOTS  a folder for screenshots; none are taken without it

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";
import { base, checkComplaints, close, fits, forEverybody, launch, phone, player, see, shots } from "./browser.mjs";

before(launch);
afterEach(checkComplaints);
after(close);

const contract = async () => (await fetch(new URL("/openapi.json", base))).json();

async function visit(hash = "", options) {
  const page = await player(options);
  await page.goto(new URL(`/docs${hash}`, base).href);
  await page.locator("section details").first().waitFor();
  return page;
}

const shoot = (page, name) => shots && page.screenshot({ path: path.join(shots, `${name}.png`) });

test("docs: every kind has a section, every route a fold, and each unfolds", async () => {
  const page = await visit();
  const { tags, paths } = await contract();
  assert.equal(await page.locator("section").count(), tags.length);
  const ids = Object.values(paths).flatMap(Object.values).map((said) => said.operationId);
  assert.deepEqual((await page.locator("details").evaluateAll((all) => all.map((one) => one.id))).sort(), ids.sort());
  await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
  await page.waitForFunction(() => document.querySelectorAll("details figure").length === 2 * document.querySelectorAll("details").length);
  const shown = await page.locator("main").innerText();
  assert.doesNotMatch(shown, /undefined|\[object|NaN/);
  assert.match(shown, /"event": "snapshot" \| "version"/);
});

test("docs: an address names a route, and shows its ranges, reply, refusals and examples", async () => {
  const page = await visit("#tictactoe.place");
  const text = await page.locator('details[id="tictactoe.place"][open]').innerText();
  for (const part of ["integer 0…8", '"cells": [9 × integer]', "not_your_turn", "It is another seat's turn.", "ETag"])
    assert.ok(text.includes(part), part);
  await shoot(page, "docs-desktop");
});

test("docs: the curl example runs as it stands", async () => {
  const page = await visit("#gomoku.join");
  await page.evaluate(() => { location.hash = "#tictactoe.join"; });
  const example = await page.locator('details[id="tictactoe.join"] pre', { hasText: "curl" }).innerText();
  const { token, player: name } = await (await fetch(new URL("/api/guest", base), { method: "POST" })).json();
  const told = execFileSync("sh", ["-c", example.replace("curl", "curl -s")], { env: { ...process.env, TOKEN: token }, encoding: "utf8" });
  assert.match(told, /^HTTP\/1.1 200 /);
  assert.ok(told.includes(`"seats":["${name}"`));
});

test("docs: without the contract the page says why, and the other language tries again", async () => {
  const page = await player({ allow: /\b429\b|ERR_/ });
  await page.route("**/openapi.json", (route) => route.fulfill({ status: 429, body: "{}" }));
  await page.goto(new URL("/docs#%", base).href);
  await see(page, "main", "That was too fast.");
  await page.route("**/openapi.json", (route) => route.abort());
  await page.locator("#language").click();
  await see(page, "main", "服务器没有应答");
  await page.unroute("**/openapi.json");
  await page.locator("#language").click();
  await see(page, "h1", "HTTP API");
});

test("docs: Chinese on request, by the keyboard, with what was open", async () => {
  const page = await visit("#gomoku.place");
  await page.locator("#language").focus();
  await page.keyboard.press("Enter");
  const open = page.locator('details[id="gomoku.place"][open]');
  await open.locator("text=参数").first().waitFor();
  assert.ok((await open.innerText()).includes("轮到别的座位。"));
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hans");
  await page.locator('details[id="gomoku.join"] summary').focus();
  await page.keyboard.press("Enter");
  await page.locator('details[id="gomoku.join"][open] figure').first().waitFor();
});

test("docs: nothing is wider than a phone", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await visit("#gomoku.place", { ...phone, colorScheme });
    await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
    await fits(page, "the contract");
    await shoot(page, `docs-phone-${colorScheme}`);
  }
});

test("docs: for everybody", async () => {
  for (const [colorScheme, options] of [["light", {}], ["dark", { ...phone, locale: "zh-CN" }]]) {
    const page = await visit("#gomoku.place", { ...options, colorScheme });
    const folds = page.locator('details[id^="gomoku."], details[id^="fortune."]');
    await folds.evaluateAll((all) => all.forEach((one) => { one.open = true; }));
    await folds.last().locator("figure").last().waitFor();
    await forEverybody(page, "the contract");
  }
});
