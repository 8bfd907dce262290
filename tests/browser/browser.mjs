// A browser for tests of pages: Chromium without a window, and pages of their own players that note what they complain of.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
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
  for (const page of done) await page.context().close();
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
