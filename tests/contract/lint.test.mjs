// The document by the rules of Redocly (recommended) and of Spectral (spectral:oas), as their command lines have them.
import assert from "node:assert/strict";
import test from "node:test";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import spectral from "@stoplight/spectral-core";
import rulesets from "@stoplight/spectral-rulesets";
import { document, text } from "./contract.mjs";

// What the document cannot say: the project has no licence file and no address; a probe like /healthz refuses nobody.
const redoclyRules = { "info-license": "off", "operation-4xx-response": "off" };
const spectralRules = { "info-contact": "off" };

async function redocly(source) {
  const config = await createConfig({ extends: ["recommended"], rules: redoclyRules });
  return (await lintFromString({ source, config })).map((f) => `${f.ruleId}: ${f.message} ${f.location[0].pointer}`);
}

async function spectralOas(json) {
  const linter = new spectral.Spectral();
  linter.setRuleset({ extends: [rulesets.oas], rules: spectralRules });
  return (await linter.run(json)).map((f) => `${f.code}: ${f.message} ${f.path.join("/")}`);
}

test("Redocly has nothing to say", async () => assert.deepEqual(await redocly(text), []));
test("Spectral has nothing to say", async () => assert.deepEqual(await spectralOas(document), []));

test("both see a mistake", async () => {
  const broken = structuredClone(document);
  broken.paths["/api/tictactoe/{id}/place"].post.operationId = "tictactoe.join";
  assert.match((await redocly(JSON.stringify(broken))).join("\n"), /operation-operationId-unique/);
  assert.match((await spectralOas(broken)).join("\n"), /operation-operationId-unique/);
});
