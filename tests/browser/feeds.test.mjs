// Feeds as browsers have them: the pages' own, and EventSource with a ticket, through kills and stops of the server.
//
//   PARLOR_PROGRAM  the server's program; each test here runs one of its own

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";
import { checkComplaints, close, launch, player } from "./browser.mjs";

const program = process.env.PARLOR_PROGRAM;
const folder = mkdtempSync(path.join(tmpdir(), "parlor-feeds-"));

let server;
let base;

async function start(port = 0, more = []) {
  server = spawn(program, ["serve", "--address", "127.0.0.1", "--port", String(port), "--data", folder, ...more],
    { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  for await (const chunk of server.stderr) {
    log += chunk;
    base = log.match(/http:\/\/[0-9.:]+/)?.[0];
    if (base) break;
  }
  assert.ok(base, log);
}

async function kill() {
  server.kill("SIGKILL");
  await once(server, "exit");
}

async function call(method, path, token, body) {
  const answer = await fetch(`${base}/api/${path}`, {
    method,
    headers: { ...(token && { Authorization: `Bearer ${token}` }), "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const data = await answer.json();
  assert.ok(answer.ok, JSON.stringify(data));
  return data;
}

before(async () => {
  assert.ok(program, "PARLOR_PROGRAM names the server's program");
  await launch();
  await start();
});

after(async () => {
  await close();
  if (server?.exitCode === null && server.signalCode === null) await kill();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(checkComplaints);

test("an EventSource goes on over kills of the server, and hears everything once", { timeout: 60_000 }, async () => {
  const [ann, bea] = [await call("POST", "guest"), await call("POST", "guest")];
  for (const guest of [ann, bea]) await call("POST", "gomoku/r1/join", guest.token);
  const { url } = await call("POST", "session/ticket", ann.token, { feed: "/api/gomoku/r1/events" });

  const page = await player({ allow: /ERR_|404/ });
  await page.goto(`${base}/favicon.svg`);
  await page.evaluate((at) => {
    window.heard = [];
    const source = new EventSource(at);
    for (const name of ["snapshot", "version"])
      source.addEventListener(name, ({ data, lastEventId }) => window.heard.push([name, JSON.parse(data).version, lastEventId]));
  }, url);
  const heard = async (version) => {
    await page.waitForFunction((v) => window.heard.some(([, n]) => n === v), version, { timeout: 20_000 });
    return page.evaluate(() => window.heard);
  };
  await heard(2);

  const port = new URL(base).port;
  let version = 2;
  for (let round = 0; round < 3; ++round) {
    for (const guest of [ann, bea]) await call("POST", "gomoku/r1/place", guest.token, { x: ++version % 15, y: round * 2 });
    // One that the page may not have heard of yet; and one that it cannot: nobody serves it.
    await kill();
    await start(port);
    for (const guest of [ann, bea]) await call("POST", "gomoku/r1/place", guest.token, { x: ++version % 15, y: round * 2 + 1 });
    await heard(version);
  }
  const all = await heard(version);
  assert.deepEqual(all.map(([name, number]) => `${name} ${number}`),
    ["snapshot 2", ...Array.from({ length: version - 2 }, (_, i) => `version ${i + 3}`)]);
});

test("an EventSource outlives ten stops of the server, each with a slow call under way", { timeout: 120_000 }, async () => {
  const model = createServer().listen(0, "127.0.0.1");
  await once(model, "listening");
  const port = new URL(base).port;
  const begin = () => start(port, ["--fortune-url", `http://127.0.0.1:${model.address().port}/`]);
  await kill();
  await begin();
  const [ann, bea] = [await call("POST", "guest"), await call("POST", "guest")];
  for (const guest of [ann, bea]) await call("POST", "gomoku/r3/join", guest.token);
  const { url } = await call("POST", "session/ticket", ann.token, { feed: "/api/gomoku/r3/events" });

  const page = await player({ allow: /ERR_|404/ });
  await page.goto(`${base}/favicon.svg`);
  const statuses = new Set();
  const isFeed = (answer) => answer.request().resourceType() === "eventsource";
  page.on("response", (answer) => { if (isFeed(answer)) statuses.add(answer.status()); });
  // Several, which come back one after another: so one of them comes soon.
  await page.evaluate((at) => {
    window.ended = false;
    window.sources = Array.from({ length: 4 }, () => new EventSource(at));
    for (const source of window.sources) {
      source.onerror = () => { window.ended ||= source.readyState === EventSource.CLOSED; };
      for (const name of ["snapshot", "version"])
        source.addEventListener(name, ({ type, data }) => { source.heard = `${type} ${JSON.parse(data).version}`; });
    }
  }, url);
  const open = (some) => page.waitForFunction((how) => window.sources[how](({ readyState }) => readyState === 1), some);

  for (let round = 0; round < 10; ++round) {
    await open("some");
    const asked = once(model, "request");
    const told = call("POST", "fortune/chat", ann.token, { message: "When?" });
    const [, answer] = await asked;
    // A feed has no length; what has one says when to come again.
    const cameAgain = page.waitForResponse((got) => isFeed(got) && "content-length" in got.headers());
    server.kill("SIGTERM");
    const stopped = once(server, "exit");
    await cameAgain;
    answer.end(JSON.stringify({ choices: [{ message: { content: `After ${round}.` } }] }));
    assert.equal((await told).response, `After ${round}.`);
    assert.deepEqual(await stopped, [0, null]);
    await begin();
  }
  await open("every");
  await call("POST", "gomoku/r3/place", ann.token, { x: 7, y: 7 });
  await page.waitForFunction(() => window.sources.every(({ heard }) => heard === "version 3"));
  assert.deepEqual([...statuses], [200]);
  assert.equal(await page.evaluate(() => window.ended), false);
  model.close();
});

test("curl -N prints events as they happen", { timeout: 30_000 }, async () => {
  const guest = await call("POST", "guest");
  await call("POST", "gomoku/r2/join", guest.token);
  const curl = spawn("curl", ["-sN", "-H", "Accept: text/event-stream", `${base}/api/gomoku/r2/events`],
    { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  curl.stdout.on("data", (chunk) => { printed += chunk; });
  const until = async (pattern) => {
    while (!pattern.test(printed)) await Promise.race([once(curl.stdout, "data"), once(curl, "exit").then(() => assert.fail(printed))]);
  };
  await until(/^retry: \d+\n\nevent: snapshot\nid: [a-z0-9]+-1\ndata: \{"version":1,.*\}\n\n$/);
  await call("POST", "gomoku/r2/join", (await call("POST", "guest")).token);
  await until(/event: version\nid: [a-z0-9]+-2\ndata: \{"version":2,.*\}\n\n$/);
  curl.kill();
  await once(curl, "exit");
});

test("the pages play by their feeds: nobody polls", { timeout: 60_000 }, async () => {
  const [one, other] = [await player({ allow: /404/ }), await player()];
  const asked = [];
  for (const page of [one, other]) page.on("request", (r) => asked.push(`${r.method()} ${new URL(r.url()).pathname}`));
  for (const [kind, moves] of [["tictactoe", 5], ["gomoku", 6]]) {
    const room = `${kind}/r-feeds`;
    for (const page of [one, other]) {
      await page.goto(`${base}/#/${room}`);
      const reopen = page.getByRole("button", { name: "Open it anew" });
      if (page === one) await reopen.click();
    }
    for (const page of [one, other]) await page.locator('#screen[data-stage="on"]').waitFor();
    asked.length = 0;
    for (let number = 0; number < moves; ++number) {
      const mine = (page) => page.locator('#screen[data-mood="mine"]').waitFor().then(() => page);
      const mover = await Promise.any([mine(one), mine(other)]);
      await mover.locator(`[data-cell="${number}"]`).click();
      for (const page of [one, other]) await page.locator(`[data-cell="${number}"]:not([data-value="0"])`).waitFor();
    }
    assert.deepEqual(asked, Array.from({ length: moves }, () => `POST /api/${room}/place`));
  }
  const room = "rock_paper_scissors/r-feeds";
  for (const page of [one, other]) {
    await page.goto(`${base}/#/${room}`);
    if (page === one) await page.getByRole("button", { name: "Open it anew" }).click();
  }
  for (const page of [one, other]) await page.locator('#screen[data-stage="on"]').waitFor();
  asked.length = 0;
  for (const round of [1, 2]) {
    await one.locator('[data-hand="paper"]').click();
    await other.locator(".plaque").filter({ hasText: "has chosen" }).waitFor();
    await other.locator('[data-hand="rock"]').click();
    if (round === 1) await one.locator(".verdict").filter({ hasText: "yours" }).waitFor();
  }
  for (const page of [one, other]) await page.locator('#screen[data-stage="over"]').waitFor();
  assert.deepEqual(asked, Array.from({ length: 4 }, () => `POST /api/${room}/choose`));
});
