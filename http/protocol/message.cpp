#include "http/protocol/message.hpp"

#include "http/protocol/replies.hpp"
#include "http/protocol/status.hpp"
#include "http/protocol/weights.hpp"
#include "runtime/values/random.hpp"

namespace parlor::http {

header_lines& header_lines::add(std::string_view name, std::string_view value) {
  // The lines of one answer come to some four hundred bytes: room for them is asked for once.
  if (text_.empty()) text_.reserve(512);
  text_.append(name).append(": ").append(value).append("\r\n");
  return *this;
}

std::string_view header_lines::find(std::string_view name) const {
  std::string_view rest = text_;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(line.size() + 2);
    if (!line.starts_with(name)) continue;
    line.remove_prefix(name.size());
    if (line.starts_with(": ")) return line.substr(2);
  }
  return {};
}

bool wants_stream(const web_request& r) { return weight_of(r.accept, "text/event-stream").value_or(0) > 0; }

web_reply stream_reply(std::shared_ptr<stream> flow) {
  web_reply begun{.content_type = "text/event-stream"};
  begun.headers.add("X-Accel-Buffering", "no");  // nginx would collect it
  begun.flow = std::move(flow);
  return begun;
}

web_reply come_again() {
  web_reply reply = fresh(web_reply{.content_type = "text/event-stream"});
  // Not all in the same second.
  reply.body = "retry: " + std::to_string(1000 + random_number(purpose::names) % 2000) + "\n\n";
  return reply;
}

web_reply problem(const failure& why, std::string_view current) {
  failure_word word = find_word(why.code);
  int status = status_of(word);
  web_reply reply{.status = status, .content_type = "application/problem+json"};
  reply.body.reserve(192 + why.detail.size() + why.legal.size() + current.size());
  write_value(reply.body, problem_reply{.type = "urn:parlor:problem:" + why.code,
                                        .title = word.title,
                                        .status = status,
                                        .code = why.code,
                                        .detail = why.detail,
                                        .field_name = why.field,
                                        .legal = {why.legal},
                                        .current = {current}});
  if (word.retry) reply.headers.add("Retry-After", why.code == "stopping" ? "5" : "1");
  if (status == 401) reply.headers.add("WWW-Authenticate", "Bearer realm=\"parlor\"");
  return reply;
}

web_reply fresh(web_reply&& reply) {
  reply.headers.add("Cache-Control", "no-store");
  return std::move(reply);
}

web_reply not_allowed(std::string_view allow) {
  web_reply reply = problem("method_not_allowed");
  std::string methods(allow);
  if (auto get = methods.find("GET"); get != methods.npos) methods.insert(get + 3, ", HEAD");
  reply.headers.add("Allow", methods);
  return reply;
}

}  // namespace parlor::http
