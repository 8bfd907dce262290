#include "http/contract/operation.hpp"

#include <algorithm>
#include <map>

#include "http/contract/example.hpp"
#include "http/contract/refusals.hpp"
#include "http/protocol/message.hpp"
#include "http/protocol/status.hpp"
#include "runtime/values/json_text.hpp"

namespace parlor::http::contract {
namespace {

std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

/// The words of one status, in the order of the runtime's list.
std::vector<failure_word> words_of(int status, const words& refusals) {
  std::vector<failure_word> found;
  for (const failure_word& word : failure_words())
    if (status_of(word) == status && std::find(refusals.begin(), refusals.end(), word.code) != refusals.end())
      found.push_back(word);
  return found;
}

std::string listed(const std::vector<failure_word>& words) {
  std::vector<std::string> lines;
  for (const failure_word& word : words)
    lines.push_back("`" + std::string(word.code) + "`: " + std::string(word.title));
  return joined(lines, "\n\n");
}

/// What `code` may be: one of these, and a kind's own where it has some.
std::string code_schema(const std::vector<failure_word>& words, bool own_words) {
  std::string known;
  for (const failure_word& word : words) write_json(known += known.empty() ? "" : ",", word.code);
  known = R"({"type":"string","enum":[)" + known + "]}";
  if (!own_words) return known;
  return R"({"anyOf":[)" + known + R"(,{"type":"string","description":"a word of the kind's own"}]})";
}

/// The header that every answer has.
void write_request_id(json_object& headers) { headers.add_raw("X-Request-Id", reference("headers", "request_id")); }

void write_headers(json_object& response, const std::vector<failure_word>& words) {
  json_object headers(response.key("headers"));
  write_request_id(headers);
  auto retries = [](const failure_word& w) { return w.retry; };
  bool asks_for_token = status_of(words.front()) == 401;
  if (!asks_for_token && std::none_of(words.begin(), words.end(), retries)) return;
  if (asks_for_token) headers.add_raw("WWW-Authenticate", reference("headers", "www_authenticate"));
  else headers.add_raw("Retry-After", reference("headers", "retry_after"));
  auto is_limit = [](const failure_word& w) { return w.code == "too_many_requests"; };
  if (std::none_of(words.begin(), words.end(), is_limit)) return;
  for (const char* line : {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"})
    headers.add_raw(line, reference("headers", "rate_limit"));
}

std::string refusal_of(int status, const std::vector<failure_word>& words, bool own_words) {
  std::string out;
  {
    json_object response(out);
    response.add("description", listed(words) + (own_words ? "\n\nA kind has words of its own, too." : ""));
    write_headers(response, words);
    json_object content(response.key("content"));
    json_object body(content.key("application/problem+json"));
    body.add_raw("schema", R"({"allOf":[)" + reference("schemas", "problem") + R"(,{"properties":{"status":{"const":)" +
                               std::to_string(status) + R"(},"code":)" + code_schema(words, own_words) + "}}]}");
    body.add_raw("example", problem(words.front().code).body);
  }
  return out;
}

/// Writes the refusals of a route, one for each status.
void write_refusals(json_object& list, const route& r, responses& shared) {
  std::map<int, std::vector<failure_word>> by_status;
  for (std::string_view word : r.refusals) {
    int status = status_of(find_word(word));
    by_status[status] = words_of(status, r.refusals);
  }
  for (const auto& [status, words] : by_status) {
    bool own = r.own_words && status == 422;
    std::string name;
    for (const failure_word& word : words) name.append(name.empty() ? "" : ".").append(word.code);
    if (own) name += ".or_own";
    shared.try_emplace(name, refusal_of(status, words, own));
    list.add_raw(std::to_string(status), reference("responses", name));
  }
}

void write_body_of(json_object& response, const answer& a, const schemas& named) {
  if (a.schema.empty() && a.media_type == "application/json") return;
  json_object content(response.key("content"));
  if (a.streams) content.add_raw("text/event-stream", R"({"schema":{"type":"string"}})");
  json_object body(content.key(a.media_type));
  body.add_raw("schema", a.schema.empty() ? "{}" : a.schema);
  if (!a.schema.empty()) body.add_raw("example", example_of(a.schema, named));
}

std::string_view line_of(std::string_view header) {
  if (header == "etag") return "ETag";
  return header == "location" ? "Location" : "Last-Event-ID";
}

void write_answer(json_object& list, const answer& a, const schemas& named) {
  json_object response(list.key(std::to_string(a.status)));
  response.add("description", a.about);
  {
    json_object headers(response.key("headers"));
    write_request_id(headers);
    for (std::string_view name : a.headers) headers.add_raw(line_of(name), reference("headers", name));
  }
  write_body_of(response, a, named);
}

/// Of what a program answers, anything may come; a refusal of the server's is known by its type.
void write_anything(json_object& list, const route& r) {
  std::vector<failure_word> words;
  for (const failure_word& word : failure_words())
    if (std::find(r.refusals.begin(), r.refusals.end(), word.code) != r.refusals.end()) words.push_back(word);
  json_object response(list.key("default"));
  response.add("description", "What the program answers; or the server refuses:\n\n" + listed(words));
  {
    json_object headers(response.key("headers"));
    write_request_id(headers);
  }
  response.add_raw("content", R"({"application/problem+json":{"schema":)" + reference("schemas", "problem") +
                                  R"(},"*/*":{"schema":{}}})");
}

/// Whether some argument must be given.
bool is_required(const std::string& body, const schemas& named) {
  auto to = json_document::parse(body);
  std::string name = to.value().root().find("$ref")->as_text();
  auto schema = json_document::parse(named.at(name.substr(name.rfind('/') + 1)));
  auto needed = schema.value().root().find("required");
  return needed && needed->size() > 0;
}

void write_request(json_object& operation, const route& r, const schemas& named) {
  if (r.takes_bytes) operation.add_raw("requestBody", R"({"required":false,"content":{"*/*":{"schema":{}}}})");
  if (r.body.empty()) return;
  json_object request(operation.key("requestBody"));
  request.add("required", is_required(r.body, named));
  json_object content(request.key("content"));
  json_object body(content.key("application/json"));
  body.add_raw("schema", r.body).add_raw("example", example_of(r.body, named));
}

std::string security_of(const route& r) {
  if (r.needs == token::none) return "[]";
  std::string ways = r.needs == token::optional ? R"({},{"bearer":[]})" : R"({"bearer":[]})";
  return "[" + ways + (r.or_ticket ? R"(,{"ticket":[]}])" : "]");
}

}  // namespace

std::string operation_of(const route& r, const schemas& named, responses& shared) {
  std::string out, tag;
  write_json(tag, r.tag);
  {
    json_object operation(out);
    operation.add("operationId", r.id).add_raw("tags", "[" + tag + "]");
    operation.add("summary", r.summary).add("description", r.about);
    operation.add_raw("security", security_of(r));
    if (!r.parameters.empty()) operation.add_raw("parameters", "[" + joined(r.parameters, ",") + "]");
    write_request(operation, r, named);
    json_object list(operation.key("responses"));
    for (const answer& a : r.answers) write_answer(list, a, named);
    if (r.takes_bytes) write_anything(list, r);
    else write_refusals(list, r, shared);
  }
  return out;
}

}  // namespace parlor::http::contract
