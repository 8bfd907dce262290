// A TypeScript client is made from the document, as a user would make one; it compiles and plays.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { text } from "./contract.mjs";

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const folder = path.join(process.env.PARLOR_GENERATED, "client");
const tool = (name) => path.join(here, "node_modules", ".bin", name);

function run(program, ...args) {
  try {
    return execFileSync(program, args, { cwd: folder, encoding: "utf8" });
  } catch (failed) {
    assert.fail(`${program} ${args.join(" ")}\n${failed.stdout}${failed.stderr}`);
  }
}

test("a client generated from the contract compiles strictly and plays a game", () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ["play.ts", "tsconfig.json", "package.json"]) cpSync(path.join(here, file), path.join(folder, file));
  symlinkSync(path.join(here, "node_modules"), path.join(folder, "node_modules"));
  writeFileSync(path.join(folder, "openapi.json"), text);
  run(tool("openapi-typescript"), "openapi.json", "--output", "contract.d.ts");
  run(tool("tsc"));
  assert.match(run(process.execPath, "play.js"), /^played [a-z0-9]+$/m);
});
