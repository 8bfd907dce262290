// Values that a schema allows, and values that it does not, drawn from a seeded generator.
import { faults, resolve } from "./contract.mjs";

// Numbers in [0, 1) that repeat: mulberry32.
export function generator(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    chance: (p) => next() < p,
    below: (n) => Math.floor(next() * n),
    pick: (list) => list[Math.floor(next() * list.length)],
  };
}

const words = ["", "a", "ann", "hello there", "\u4e95\u5b57\u68cb", "\ud83c\udfb2", '"\\\n\t', "0", "null", "x".repeat(300)];

// A text of at most `bytes` bytes.
function cut(text, bytes) {
  while (Buffer.byteLength(text) > bytes) text = [...text].slice(0, -1).join("");
  return text;
}

function integer(schema, random) {
  const low = schema.minimum ?? -1000, high = schema.maximum ?? 1000;
  if (random.chance(0.2)) return random.pick([low, high]);
  return low + random.below(Math.min(high - low, 1e6) + 1);
}

// Texts of a pattern, as far as we know such.
const likely = ({ pattern, examples }) =>
  [...(examples ?? []), "x".repeat(64), "_", "guest_1-2", "0", "1z-3", "1z-3.2", "/api/gomoku/r1/events"].filter((one) => new RegExp(pattern).test(one));

// A value that the schema allows.
export function right(schema, random) {
  schema = resolve(schema);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  if (schema.oneOf) return right(random.pick(schema.oneOf), random);
  switch (Array.isArray(schema.type) ? random.pick(schema.type) : schema.type) {
    case "null": return null;
    case "boolean": return random.chance(0.5);
    case "integer": return integer(schema, random);
    case "number": return integer(schema, random) / 2;
    case "string":
      if (schema.pattern) return random.pick(likely(schema));
      return cut(random.pick(words), schema.maxLength ?? Infinity);
    case "array": {
      const least = schema.minItems ?? 0, most = Math.min(schema.maxItems ?? 5, least + 5);
      return Array.from({ length: least + random.below(most - least + 1) }, () => right(schema.items, random));
    }
    default: {
      const value = {};
      for (const [name, member] of Object.entries(schema.properties ?? {}))
        if (schema.required?.includes(name) || random.chance(0.5)) value[name] = right(member, random);
      return value;
    }
  }
}

const strangers = [null, true, -1, 0.5, 1e300, 2 ** 53, "", "x".repeat(2000), [], [[]], {}, { a: 1 }];

// One change to a value, which may or may not break it.
function change(value, schema, random) {
  if (typeof value !== "object" || value === null || random.chance(0.1)) return random.pick(strangers);
  const names = Object.keys(resolve(schema).properties ?? {});
  const changed = { ...value };
  const unknown = random.pick(["extra", "__proto_", "Cell", ""]);
  if (names.length === 0 || random.chance(0.3)) changed[unknown] = random.pick(strangers);
  else if (random.chance(0.3)) delete changed[random.pick(names)];
  else changed[random.pick(names)] = random.pick(strangers);
  return changed;
}

// A value that the schema does not allow.
export function wrong(schema, random) {
  for (let attempt = 0; attempt < 100; ++attempt) {
    const value = change(right(schema, random), schema, random);
    if (faults(schema, value)) return value;
  }
  throw new Error(`nothing is wrong by ${JSON.stringify(schema)}`);
}
