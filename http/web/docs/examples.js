// Requests to copy, for an operation of the contract: with curl, and with fetch.
import { contentOf } from "./contract.js";

function targetOf(operation) {
  const filled = operation.parameters
    .filter((p) => p.in === "path")
    .reduce((path, p) => path.replace(`{${p.name}}`, p.example), operation.path);
  return location.origin + filled;
}

const takesToken = (operation) => operation.security.length > 0;

// The JSON to send, or null.
function bodyOf(operation) {
  const content = contentOf(operation.requestBody);
  return content?.type === "application/json" ? JSON.stringify(content.example) : null;
}

export function curl(operation) {
  const body = bodyOf(operation);
  const parts = [`curl -i${operation.method === "GET" ? "" : ` -X ${operation.method}`} ${targetOf(operation)}`];
  if (takesToken(operation)) parts.push('-H "Authorization: Bearer $TOKEN"');
  if (body) parts.push('-H "Content-Type: application/json"', `-d '${body}'`);
  return parts.join(" \\\n  ");
}

export function fetching(operation) {
  const body = bodyOf(operation);
  const headers = [];
  if (takesToken(operation)) headers.push("Authorization: `Bearer ${token}`");
  if (body) headers.push('"Content-Type": "application/json"');
  const options = [];
  if (operation.method !== "GET") options.push(`  method: "${operation.method}",`);
  if (headers.length) options.push(`  headers: { ${headers.join(", ")} },`);
  if (body) options.push(`  body: JSON.stringify(${body}),`);
  const rest = options.length ? `, {\n${options.join("\n")}\n}` : "";
  return `const reply = await fetch("${targetOf(operation)}"${rest});\nconsole.log(reply.status, await reply.json());`;
}
