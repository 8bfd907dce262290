// Every sentence of the document that /docs shows has its Chinese translation.
import assert from "node:assert/strict";
import test from "node:test";
import { codes, sentences } from "../../http/web/docs/zh.js";
import { document, operations, resolve } from "./contract.mjs";

function shownTexts() {
  const texts = [document.info.description, ...document.tags.map((tag) => tag.description)];
  for (const said of Object.values(document.paths).flatMap(Object.values)) {
    texts.push(said.description, ...Object.values(said.responses).map((r) => resolve(r).description));
    texts.push(...(said.parameters ?? []).map((p) => resolve(p).description ?? ""));
    // The summary of a command is its name.
    if (said.summary.includes(" ")) texts.push(said.summary);
  }
  return texts.flatMap((text) => text.split("\n\n"));
}

test("the sentences of the document are translated", () => {
  const missing = new Set();
  let known = 0;
  for (const line of shownTexts()) {
    const word = line.match(/^`(\w+)`: /)?.[1];
    const parts = word || sentences[line] ? [line] : line.split(/(?<=\.) /).filter(Boolean);
    for (const part of parts) {
      if (word ? codes[word] : sentences[part.replace(/\d+/, "{n}")] ?? sentences[part]) ++known;
      else missing.add(part);
    }
  }
  assert.deepEqual([...missing], []);
  assert.ok(known > operations.length * 5, `${known} sentences`);
});
