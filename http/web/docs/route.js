// One route of the contract, folded: what it takes, what it answers, what it refuses, and requests to copy.

import { copier } from "../copy.js";
import { t } from "../i18n.js";
import { h } from "../ui.js";
import { contentOf, resolve, shapeOf, typeOf } from "./contract.js";
import { curl, exampleOf, fetching } from "./examples.js";
import { inLanguage } from "./words.js";

function table(caption, heads, rows) {
  if (rows.length === 0) return null;
  return h("div", { class: "wide", tabindex: 0 }, h("table", {},
    h("caption", {}, caption),
    h("thead", {}, h("tr", {}, ...heads.map((head) => h(head ? "th" : "td", {}, head)))),
    h("tbody", {}, ...rows.map(([first, ...rest]) =>
      h("tr", {}, h("th", { scope: "row" }, ...first), ...rest.map((cell) => h("td", {}, ...cell)))))));
}

const code = (text) => h("code", {}, text);
const needed = (is) => [h("span", { class: "tight" }, t(is ? "needed" : "optional"))];

function argumentsOf(operation) {
  const content = contentOf(operation.requestBody);
  if (content?.type !== "application/json") return content ? h("p", {}, t("any_body")) : null;
  const schema = resolve(content.schema);
  const rows = Object.entries(schema.properties ?? {}).map(([name, member]) => [
    [code(name)], [code(/^(object|array)/.test(typeOf(member)) ? shapeOf(member) : typeOf(member))],
    needed(schema.required?.includes(name)),
  ]);
  return table(t("arguments"), [t("name"), t("value"), ""], rows);
}

function parametersOf(operation) {
  return table(t("parameters"), [t("name"), t("value"), ""], operation.parameters.map((p) => [
    [code(p.name), ` ${t(`in_${p.in}`)}`],
    [...inLanguage(p.description ?? ""), p.description ? " " : "", code(p.schema.pattern ?? typeOf(p.schema))],
    needed(p.required),
  ]));
}

// Text with a button that copies it.
function copyable(name, text) {
  return h("figure", {}, h("figcaption", {}, name, copier("copy", () => text, "plain")), h("pre", { tabindex: 0 }, text));
}

function answerOf(status, part) {
  const response = resolve(part);
  const content = contentOf(response);
  const headers = Object.keys(response.headers ?? {});
  return h("div", {},
    h("p", {}, h("b", {}, status === "default" ? t("others") : status), " ", ...inLanguage(lines(response)[0])),
    headers.length ? h("p", { class: "soft" }, `${t("headers")}: ${headers.join(", ")}`) : null,
    content?.schema && content.type === "application/json" ? h("pre", { tabindex: 0 }, shapeOf(content.schema)) : null);
}

function answersOf(operation) {
  const good = Object.entries(operation.responses).filter(([status]) => status < "400" || status === "default");
  return [h("h4", {}, t("answers")), ...good.map(([status, part]) => answerOf(status, part))];
}

const lines = (part) => resolve(part).description.split("\n\n");

// The rows of what a route refuses: each line of a response's description is a word and its sentence. Beside what a
// program answers, which may be anything, the first line is about that.
function refusalsOf(operation) {
  const refusing = Object.entries(operation.responses).filter(([status]) => status >= "400");
  const rows = refusing.flatMap(([status, part]) => lines(part).slice(status === "default" ? 1 : 0).map((line) => {
    const [, word, sentence] = line.match(/^`(\w+)`: (.*)$/) ?? [null, "", line];
    return [[status === "default" ? "" : status], word ? [code(word)] : [], inLanguage(sentence, word)];
  }));
  return table(t("refusals"), [t("status"), "code", t("means")], rows);
}

const token = ({ security: [first] }) => t(!first ? "no_token" : first.bearer ? "needs_token" : "takes_token");

// The route, as a fold that fills itself when it is first opened: there are many.
export function routeView(operation) {
  const fold = h("details", { id: operation.operationId, class: "route" },
    h("summary", {}, h("span", { class: `method ${operation.method.toLowerCase()}` }, operation.method), " ", code(operation.path), " ",
      // What a path ends in need not be said again.
      operation.path.endsWith(operation.summary) ? null : h("span", { class: "soft" }, ...inLanguage(operation.summary))));
  fold.addEventListener("toggle", () => {
    if (fold.childElementCount > 1) return;
    fold.append(...[
      h("p", {}, ...inLanguage(operation.description), " ", token(operation), " ",
        h("a", { href: `#${operation.operationId}`, "aria-label": t("link_here") }, "#")),
      argumentsOf(operation), parametersOf(operation), ...answersOf(operation), refusalsOf(operation),
      copyable("curl", curl(exampleOf(operation))), copyable("fetch", fetching(exampleOf(operation))),
    ].filter(Boolean));
  });
  return fold;
}
