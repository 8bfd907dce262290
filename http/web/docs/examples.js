// Requests to copy, with curl and with fetch: those of the contract's operations, and any other.
//
// A request is `{method, url, token, type, body}`: the last three are text or null; `token` is one, or "$TOKEN".

import { contentOf } from "./contract.js";

function targetOf(operation) {
  const filled = operation.parameters
    .filter((p) => p.in === "path")
    .reduce((path, p) => path.replace(`{${p.name}}`, p.example), operation.path);
  return location.origin + filled;
}

// The request that the contract has as its example.
export function exampleOf(operation) {
  const content = contentOf(operation.requestBody);
  const body = content?.type === "application/json" ? JSON.stringify(content.example) : null;
  const token = operation.security.length > 0 ? "$TOKEN" : null;
  return { method: operation.method, url: targetOf(operation), token, type: body && "application/json", body };
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

// The address may hold what a shell would read; in the contract's examples it does not.
const word = (text) => (/^[\w:/.-]+$/.test(text) ? text : quoted(text));

export function curl({ method, url, token, type, body }) {
  const parts = [`curl -i${method === "GET" ? "" : ` -X ${method}`} ${word(url)}`];
  if (token) parts.push(`-H "Authorization: Bearer ${token}"`);
  if (type) parts.push(`-H ${quoted(`Content-Type: ${type}`)}`);
  if (body) parts.push(`${body.startsWith("@") ? "--data-raw" : "-d"} ${quoted(body)}`);
  return parts.join(" \\\n  ");
}

export function fetching({ method, url, token, type, body }) {
  const headers = [];
  if (token) headers.push(`Authorization: ${token === "$TOKEN" ? "`Bearer ${token}`" : JSON.stringify(`Bearer ${token}`)}`);
  if (type) headers.push(`"Content-Type": ${JSON.stringify(type)}`);
  const options = [];
  if (method !== "GET") options.push(`  method: "${method}",`);
  if (headers.length) options.push(`  headers: { ${headers.join(", ")} },`);
  if (body) options.push(`  body: ${/['\\\n]/.test(body) ? JSON.stringify(body) : `'${body}'`},`);
  const rest = options.length ? `, {\n${options.join("\n")}\n}` : "";
  return `const reply = await fetch(${JSON.stringify(url)}${rest});\nconsole.log(reply.status, await reply.json());`;
}
