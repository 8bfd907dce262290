// Reads the metrics' text, and works out rates and times from two readings of it.

// A reading: when it was taken, and every series by its name and labels.
export function read(text) {
  const series = new Map();
  for (const line of text.split("\n")) {
    const [, name, labels, value] = line.match(/^(\w+)(?:\{(.*)\})? (\S+)$/) ?? [];
    if (!name) continue;
    const of = {};
    for (const [, key, of_key] of (labels ?? "").matchAll(/(\w+)="((?:\\.|[^"\\])*)"/g)) of[key] = of_key;
    if (!series.has(name)) series.set(name, []);
    series.get(name).push({ of, value: Number(value) });
  }
  return { at: performance.now(), series };
}

export const all = (reading, name) => reading.series.get(name) ?? [];
export const sum = (reading, name) => all(reading, name).reduce((total, { value }) => total + value, 0);

// How much a counter grew a second between two readings.
export const rate = (before, now, name) => (sum(now, name) - sum(before, name)) / ((now.at - before.at) / 1000 || 1);

// What a histogram counted between two readings, its series put together by `group`, which leaves those out
// that it gives no key: by each key `{count, sum, buckets}`, where a bucket is how many were at or below its bound.
export function grown(before, now, name, group = () => "") {
  const groups = new Map();
  const add = (reading, sign) => {
    for (const part of ["bucket", "count", "sum"]) {
      for (const { of, value } of all(reading, `${name}_${part}`)) {
        const key = group(of);
        if (key === null) continue;
        if (!groups.has(key)) groups.set(key, { of, count: 0, sum: 0, buckets: new Map() });
        const one = groups.get(key);
        const bound = of.le === "+Inf" ? Infinity : Number(of.le);
        if (part !== "bucket") one[part] += sign * value;
        else one.buckets.set(bound, (one.buckets.get(bound) ?? 0) + sign * value);
      }
    }
  };
  add(now, 1);
  add(before, -1);
  return groups;
}

// The value that a part of what was counted is at or below, evenly spread within its bucket; null without any.
export function quantile({ count, buckets }, part) {
  if (count <= 0) return null;
  const wanted = part * count;
  let [below, from] = [0, 0];
  for (const [bound, until] of [...buckets].sort(([a], [b]) => a - b)) {
    if (until >= wanted) {
      if (bound === Infinity) return from;
      return from + (bound - from) * ((wanted - below) / Math.max(until - below, 1));
    }
    [below, from] = [until, bound];
  }
  return from;
}
