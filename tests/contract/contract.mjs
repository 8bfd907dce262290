// The document of the server under test, and what is asked of it: its operations, and whether an answer is as it says.
import addFormats from "ajv-formats";
import Ajv from "ajv/dist/2020.js";

export const url = process.env.PARLOR_URL;

export const text = await (await fetch(`${url}/openapi.json`)).text();
export const document = JSON.parse(text);

const ajv = new Ajv({ strict: false, validateFormats: true, validateSchema: false });
addFormats(ajv);
ajv.addSchema(document, "document");
const compiled = new Map();

// A part of the document, by a reference within it.
export function resolve(part) {
  while (part?.$ref) {
    part = part.$ref
      .slice(2)
      .split("/")
      .reduce((at, name) => at[name.replaceAll("~1", "/").replaceAll("~0", "~")], document);
  }
  return part;
}

// What is wrong with a value by a schema of the document; null if nothing is.
export function faults(schema, value) {
  // References of the schema are meant within the document.
  const key = JSON.stringify(schema);
  if (!compiled.has(key)) compiled.set(key, ajv.compile(JSON.parse(key.replaceAll('"#/', '"document#/'))));
  const validate = compiled.get(key);
  return validate(value) ? null : ajv.errorsText(validate.errors);
}

// Every operation: `{id, method, path, parameters, body, responses, needsToken, takesToken, tag, takesBytes}`.
export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, said]) => ({
    id: said.operationId,
    method: method.toUpperCase(),
    path,
    tag: said.tags[0],
    parameters: (said.parameters ?? []).map(resolve),
    body: said.requestBody?.content["application/json"]?.schema ?? null,
    bodyRequired: said.requestBody?.required ?? false,
    takesBytes: Boolean(said.requestBody?.content["*/*"]),
    responses: said.responses,
    takesToken: said.security.length > 0,
    needsToken: Boolean(said.security[0]?.bearer),
  })),
);

// The runtime's words: every line of a response's description begins with one.
const wordsOf = (response) => [...response.description.matchAll(/^`(\w+)`: /gm)].map(([, word]) => word);
const words = new Set(Object.values(document.components.responses).flatMap(wordsOf));

// What is wrong with an answer `{status, headers, text}` to an operation; null if it is as the document says.
export function wrongWith(operation, answer) {
  const response = resolve(operation.responses[answer.status] ?? operation.responses.default);
  if (!response) return `status ${answer.status} is not documented`;
  for (const [name, header] of Object.entries(response.headers ?? {})) {
    const value = answer.headers[name.toLowerCase()];
    if (value === undefined && resolve(header).required) return `the header ${name} is missing`;
    const isNumber = resolve(header).schema.type === "integer";
    if (value !== undefined && isNumber && !/^[0-9]+$/.test(value)) return `${name}: ${value}`;
  }
  if (!response.content) return answer.text === "" ? null : "there is a body";
  const type = (answer.headers["content-type"] ?? "").split(";")[0];
  const content = response.content[type] ?? response.content["*/*"];
  if (!content) return `the type ${type} is not documented`;
  if (!type.endsWith("json") || content === response.content["*/*"]) return null;
  const body = JSON.parse(answer.text);
  // A schema that allows a kind's own words lets the runtime's through, too.
  const isRefusal = type === "application/problem+json";
  if (isRefusal && words.has(body.code) && !wordsOf(response).includes(body.code)) return `${body.code} is not documented here`;
  return faults(content.schema, body);
}
