// A form for an operation of the contract: a field for each argument, made from its schema. The server is the judge of
// what is sent; where the body is JSON it may be written by hand, to send what is wrong on purpose.

import { contentOf, resolve, typeOf } from "../docs/contract.js";
import { t } from "../i18n.js";
import { h, say } from "../ui.js";

let count = 0;  // of fields, for their ids

// The element for a value, and what reads it: undefined is none, and it throws what is not JSON.
function inputOf(schema, needed, value) {
  const type = [schema.type].flat()[0];
  const choices = schema.enum ?? (type === "boolean" ? [false, true] : null);
  if (choices) {
    const all = needed ? choices : [undefined, ...choices];
    const input = h("select", {}, ...all.map((one) => h("option", { selected: one === value }, String(one ?? ""))));
    return [input, () => all[input.selectedIndex]];
  }
  if (type === "integer" || type === "number") {
    const input = h("input", { type: "number", step: type === "integer" ? 1 : "any", min: schema.minimum, max: schema.maximum, value });
    return [input, () => {
      if (input.validity.badInput) throw input;
      return input.value === "" ? undefined : Number(input.value);
    }];
  }
  if (type === "string" && !schema.contentMediaType) {
    const input = h("input", { value, autocomplete: "off", spellcheck: "false" });
    return [input, () => (input.value || needed ? input.value : undefined)];
  }
  const area = h("textarea", { rows: 3, spellcheck: "false" }, value === undefined ? "" : JSON.stringify(value));
  return [area, () => (type === "string" ? area.value : area.value.trim() ? JSON.parse(area.value) : undefined)];
}

function field(where, name, part, needed, value) {
  const all = resolve(part);
  // One that may be null may be left out as well.
  const schema = resolve(all.oneOf?.[1]) ?? all;
  const [input, read] = inputOf(schema, needed, value ?? schema.default);
  const error = h("p", { class: "error", id: `field-${++count}`, role: "alert" });
  input.name = name;
  input.setAttribute("aria-describedby", error.id);
  const blame = (text) => {
    say(error, text);
    input.setAttribute("aria-invalid", Boolean(text));
  };
  const hint = where === "type" || where === "bytes" ? "" : typeOf(all);
  return { where, name, read, blame, element: h("div", {}, h("label", {}, h("code", {}, name), " ", h("small", {}, hint), input), error) };
}

// The arguments of an operation, as fields. The room's id is the page's.
export function fieldsOf(operation) {
  const content = contentOf(operation.requestBody);
  const all = operation.parameters.filter((p) => p.in !== "header" && p.name !== "id")
    .map((p) => field(p.in, p.name, p.schema, p.required, p.required ? p.example : undefined));
  if (content?.type === "application/json") {
    const { properties = {}, required = [] } = resolve(content.schema);
    for (const [name, part] of Object.entries(properties))
      all.push(field("body", name, part, required.includes(name), required.includes(name) ? content.example?.[name] : undefined));
  } else if (content) {
    all.push(field("type", "Content-Type", { type: "string" }, false, "application/json"),
      field("bytes", "body", { type: "string", contentMediaType: "*/*" }, false));
  }
  return all;
}

// The request that fields say: `{path, type, body}`, with `{id}` still in the path.
export function requestOf(operation, fields) {
  const query = new URLSearchParams();
  const values = {};
  let { path } = operation;
  let body = null;
  let type = contentOf(operation.requestBody)?.type === "application/json" ? "application/json" : null;
  for (const { where, name, read, blame } of fields) {
    let value;
    try {
      value = read();
    } catch (error) {
      blame(t("not_json"));
      throw error;
    }
    if (value === undefined) continue;
    if (where === "path") path = path.replace(`{${name}}`, value.split("/").map(encodeURIComponent).join("/"));
    else if (where === "query") query.set(name, value);
    else if (where === "type") type = value;
    else if (where === "bytes") body = value;
    else values[name] = value;
  }
  if (type && body === null) body = JSON.stringify(values);
  return { path: String(query) ? `${path}?${query}` : path, type, body };
}

// The form. `send(request)` does it, and answers the problem if there is one.
export function form(operation, fields, send) {
  const isJson = fields.some(({ where }) => where === "body");
  const rest = h("p", { class: "error", role: "alert" });
  const places = h("div", { class: "fields" }, ...fields.map(({ element }) => element));
  const area = h("textarea", { name: "json", rows: 3, spellcheck: "false", "aria-label": "JSON", hidden: true });
  const swap = isJson && h("button", { type: "button", class: "plain", onclick: toggle }, "JSON");

  function toggle() {
    if (area.hidden) {
      try { area.value = requestOf(operation, fields).body; } catch { return; }
    }
    area.hidden = !area.hidden;
    places.hidden = !area.hidden;
    say(swap, area.hidden ? "JSON" : t("as_fields"));
    (area.hidden ? places.querySelector("[name]") : area).focus();
  }

  async function submit(event) {
    event.preventDefault();
    say(rest, "");
    for (const { blame } of fields) blame("");
    let request;
    try {
      request = area.hidden ? requestOf(operation, fields) : { path: operation.path, type: "application/json", body: area.value };
    } catch { return; }  // the field says so
    const problem = await send(request);
    if (!problem) return;
    const at = area.hidden && fields.find(({ name }) => name === problem.field);
    const text = [problem.code, problem.detail ?? problem.title].filter(Boolean).join(": ");
    if (at) at.blame(text);
    else say(rest, text);
  }

  return h("form", { novalidate: true, onsubmit: submit }, places, area, rest,
    h("div", { class: "row" }, h("button", { class: "main" }, t("send")), swap || null));
}
