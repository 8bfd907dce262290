// The words of this page, and the contract's own sentences in the page's language.

import { tag } from "../i18n.js";
import { h } from "../ui.js";
import { codes, sentences } from "./zh.js";

export const words = {
  en: {
    api: "HTTP API", contents: "Kinds", server: "Server", operators: "Operators", name: "Name", value: "Value", needed: "needed", optional: "optional",
    arguments: "Arguments", parameters: "Parameters", answers: "Answers", refusals: "Refusals", status: "Status", means: "Means",
    headers: "Headers", others: "others", any_body: "The body may be of any type.", link_here: "Link to this route",
    in_path: "in the path", in_query: "in the query", in_header: "header",
    no_token: "Takes no token.", needs_token: "Needs a token.", takes_token: "With or without a token.",
  },
  zh: {
    api: "HTTP 接口", contents: "种类", server: "服务器", operators: "运维", name: "名称", value: "取值", needed: "必填", optional: "可选",
    arguments: "参数", parameters: "路径、查询与请求头", answers: "应答", refusals: "拒绝", status: "状态", means: "含义",
    headers: "响应头", others: "其他", any_body: "请求体可以是任何类型。", link_here: "本路径的链接",
    in_path: "路径", in_query: "查询", in_header: "请求头",
    no_token: "不用令牌。", needs_token: "需要令牌。", takes_token: "令牌可有可无。",
  },
};

// One sentence of the contract in Chinese; as it is, if there is no translation.
function translated(sentence) {
  const number = sentence.match(/\d+/)?.[0];
  return sentences[sentence] ?? sentences[sentence.replace(/\d+/, "{n}")]?.replace("{n}", number) ?? sentence;
}

// A text of the contract, in the page's language, as nodes: what stands between backticks is code.
export function inLanguage(text, code = null) {
  if (tag() !== "en") text = codes[code] ?? sentences[text] ?? text.split(/(?<=\.) /).map(translated).join("");
  return text.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));
}
