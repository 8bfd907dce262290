#include "runtime/services/chat.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "runtime/values/utf8.hpp"

namespace parlor {
namespace {

/// What an endpoint may send: the answer, with what it says besides.
constexpr std::size_t response_bytes_max = 256 * 1024;

std::string body_for(const chat_question& q, const chat_options& o) {
  std::string body;
  json_object request(body);
  if (!o.model.empty()) request.add("model", o.model);
  write_value(request.key("messages"), q.lines, constraint{});
  request.add("max_tokens", o.tokens_max).add("stream", false);
  return body;
}

/// The text at the end of a path of members; of a list the first item. Empty if there is none.
std::string_view text_at(json_value from, std::initializer_list<std::string_view> path) {
  for (std::string_view name : path) {
    if (from.type_of() == json_value::type::list && from.size() > 0) from = from.at(0);
    if (from.type_of() != json_value::type::object) return {};
    auto found = from.find(name);
    if (!found) return {};
    from = *found;
  }
  return from.type_of() == json_value::type::text ? from.as_view() : std::string_view{};
}

/// The pieces of an answer that comes as a stream of events, put together. Some endpoints know no other.
std::string text_in_events(std::string_view events) {
  std::string text;
  while (!events.empty()) {
    std::string_view line = events.substr(0, events.find('\n'));
    events.remove_prefix(std::min(events.size(), line.size() + 1));
    constexpr std::string_view data = "data:";
    if (!line.starts_with(data)) continue;
    auto json = json_document::parse(line.substr(data.size()));
    if (json) text += text_at(json.value().root(), {"choices", "delta", "content"});
  }
  return text;
}

result<std::string> answer_in(const http_response& r, const chat_options& o) {
  if (r.status != 200) return failure{"service_failed", "status " + std::to_string(r.status)};
  chat_answer a;
  if (r.content_type.starts_with("text/event-stream")) {
    a.text = text_in_events(r.body);
  } else if (auto json = json_document::parse(r.body)) {
    a.text = text_at(json.value().root(), {"choices", "message", "content"});
  }
  if (a.text.empty()) return failure{"service_failed", "its answer is not one of a chat"};
  a.text.resize(whole_letters(a.text, o.answer_bytes_max).size());
  return to_json(a);
}

class chat final : public service {
 public:
  chat(http_client& web, std::shared_ptr<const chat_options> options) : web_(web), options_(std::move(options)) {}
  ~chat() override { drop(); }

  void ask(std::string question, answer_function done) override {
    auto json = json_document::parse(question);
    chat_question q;
    if (!json || read_fields(json.value().root(), q)) throw std::invalid_argument("not a chat's question");
    http_call call{.url = options_->url,
                   .headers = {"Content-Type: application/json"},
                   .body = body_for(q, *options_),
                   .within = options_->within,
                   .answer_bytes_max = response_bytes_max};
    if (!options_->key.empty()) call.headers.push_back("Authorization: Bearer " + options_->key);
    last_ = web_.send(std::move(call), [done = std::move(done), options = options_](auto response) mutable {
      done(response ? answer_in(response.value(), *options) : result<std::string>(response.why()));
    });
  }

  void stop(callback<void()> stopped) override {
    drop();
    stopped();
  }

 private:
  void drop() {
    if (last_ != 0) web_.cancel(std::exchange(last_, 0));
  }

  http_client& web_;
  std::shared_ptr<const chat_options> options_;
  http_client::id last_ = 0;  // 0: none to be dropped
};

}  // namespace

std::function<std::unique_ptr<service>(const address& whose)> chat_with(http_client& web, chat_options options) {
  if (options.url.empty()) return {};
  return [&web, shared = std::make_shared<const chat_options>(std::move(options))](const address&) {
    return std::make_unique<chat>(web, shared);
  };
}

}  // namespace parlor
