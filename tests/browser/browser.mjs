// A browser for tests of pages: Chromium without a window, pages of their own players that note what they complain of,
// screenshots, and the rules for everybody.
//
//   PARLOR_URL    the server's base URL
//   PARLOR_SHOTS  a folder for screenshots; none are taken without it

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

export const base = process.env.PARLOR_URL;
export const shots = process.env.PARLOR_SHOTS;
export const phone = { viewport: { width: 375, height: 667 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const desktop = { viewport: { width: 1280, height: 800 } };
const patience = 15_000;

let browser;
let players = [];

export async function launch() {
  assert.ok(base, "PARLOR_URL names the server");
  if (shots) mkdirSync(shots, { recursive: true });
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

export const close = () => browser?.close();

// Every page that a test used must have stayed free of errors; violations of the policy are errors, too.
export async function checkComplaints() {
  const done = players;
  players = [];
  for (const page of done) {
    // A page that asks in this very moment does so in vain.
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.context().close();
  }
  for (const page of done) assert.deepEqual(page.complaints, []);
}

// A page of its own context, so a player of its own. `allow` matches complaints that the test provokes.
export async function player({ allow = null, ...options } = {}) {
  const context = await browser.newContext({ ...desktop, locale: "en-US", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  page.complaints = [];
  const complain = (text) => {
    if (allow?.test(text)) return;
    console.error(text);
    page.complaints.push(text);
  };
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) complain(message.text()); });
  page.on("pageerror", (error) => complain(String(error)));
  players.push(page);
  return page;
}

export const see = (page, selector, text) => page.locator(selector).filter({ hasText: text, visible: true }).first().waitFor();

export async function shot(page, name) {
  if (shots) await page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: true });
}

export async function fits(page, where) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(content <= window, `${where}: ${content} px wide in a window of ${window} px`);
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// No rule for people who cannot see, or not well, is broken seriously. axe-core comes into the page by the debugger,
// past its policy.
export async function forEverybody(page, where) {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Runtime.evaluate", { expression: axe });
  const found = await page.evaluate(() => window.axe.run());
  const grave = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`);
  assert.deepEqual(grave, [], where);
}
