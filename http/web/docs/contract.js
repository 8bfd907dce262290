// The contract as the page needs it: read from /openapi.json, references resolved, operations by kind.

let contract = null;

// Reads the document; throws what `sentence` knows if it cannot be had.
export async function load() {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw answer;
  contract = await answer.json();
  return contract;
}

// A part of the document in place of a reference to it.
export function resolve(part) {
  while (part?.$ref) {
    part = part.$ref.slice(2).split("/").reduce((at, name) => at[name.replaceAll("~1", "/").replaceAll("~0", "~")], contract);
  }
  return part;
}

// The operations of a tag, in the order of the document.
export function operationsOf(tag) {
  return Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, said]) => said.tags.includes(tag))
      .map(([method, said]) => ({ ...said, method: method.toUpperCase(), path, parameters: (said.parameters ?? []).map(resolve) })),
  );
}

// The content of a response or request that people will want to see: `{type, schema, example}`, or null.
export function contentOf(part) {
  const all = Object.entries(part?.content ?? {});
  const found = all.find(([type]) => type === "application/json") ?? all[0];
  return found ? { type: found[0], ...found[1] } : null;
}

// A value's type in a few words: `integer 0 to 8`, `"rock" | "paper"`, `text, at most 100 bytes of UTF-8`.
export function typeOf(schema) {
  schema = resolve(schema);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((name) => JSON.stringify(name)).join(" | ");
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(" | ");
  const types = [schema.type ?? "any"].flat().join(" | ");
  const { minimum: low, maximum: high } = schema;
  if (/integer|number/.test(types)) return types.replace(/integer|number/, `$&${range(low, high)}`);
  if (schema.format) return `${types} (${schema.format})`;
  if (schema.maxLength !== undefined) return `${types} (${schema.description})`;
  return types;
}

// Numbers as wide as a machine's are no range that anybody wants to read.
function range(low = -Infinity, high = Infinity) {
  if (high < 2147483647) return ` ${low}…${high}`;
  return low > -2147483648 ? ` ≥ ${low}` : "";
}

// How a value looks, as lines of text: members of objects each on a line, lists with how many they hold.
export function shapeOf(schema, indent = "") {
  schema = resolve(schema);
  const inner = `${indent}  `;
  const either = schema.oneOf ?? schema.anyOf;
  // What has names of its own is shown where they are.
  if (schema.anyOf?.every((one) => one.$ref)) return schema.anyOf.map((one) => one.$ref.split("/").pop()).join(" | ");
  if (either) return either.map((one) => shapeOf(one, indent)).join(" | ");
  if (schema.type === "array") {
    const { minItems: least = 0, maxItems: most } = schema;
    const count = most === undefined ? "" : least === most ? `${most} × ` : `≤ ${most} × `;
    return `[${count}${shapeOf(schema.items, indent)}]`;
  }
  if (schema.type !== "object") return typeOf(schema);
  if (typeof schema.additionalProperties === "object") return `{ [name]: ${shapeOf(schema.additionalProperties, inner)} }`;
  const lines = Object.entries(schema.properties ?? {}).map(
    ([name, member]) => `${inner}"${name}"${schema.required?.includes(name) ? "" : "?"}: ${shapeOf(member, inner)}`,
  );
  return lines.length ? `{\n${lines.join(",\n")}\n${indent}}` : "{}";
}
