#include "http/operators/denial_desk.hpp"

#include <algorithm>
#include <future>
#include <optional>
#include <stdexcept>

#include "http/operators/operator_replies.hpp"
#include "http/operators/operator_requests.hpp"
#include "runtime/values/json_text.hpp"

namespace parlor::http {
namespace {

address desk_actor() { return {denials_kind, denials_id}; }

failure wrong_field(std::string field, std::string detail) {
  return {.code = "bad_arguments", .detail = std::move(detail), .field = std::move(field)};
}

template <class Args>
std::optional<failure> read_body(const web_request& r, Args& to) {
  auto json = json_document::parse(r.body);
  return json ? read_fields(json.value().root(), to) : json.why();
}

/// The addresses as the list names them.
std::optional<std::string> range_named(const std::string& text) {
  auto range = address_range::parse_denied(text);
  if (!range) return {};
  return range->text();
}

}  // namespace

void denial_desk::load() {
  if (!runtime_.kinds().find(denials_kind)) return;
  std::promise<result<std::string>> looked;
  runtime_.operators().read_stored(desk_actor(),
                                   [&](result<std::string>&& seen) { looked.set_value(std::move(seen)); });
  auto state = looked.get_future().get();
  auto unreadable = [](const failure& why) {
    return std::runtime_error("cannot read what operators have denied: " + why.code + " " + why.detail);
  };
  if (!state) throw unreadable(state.why());
  if (state.value().empty()) return;
  auto json = json_document::parse(state.value());
  if (!json) throw unreadable(json.why());
  denials stored;
  if (auto wrong = read_fields(json.value().root(), stored)) throw unreadable(*wrong);
  list_.replace(std::move(stored));
}

void denial_desk::show(responder&& answer) const {
  denials lists = list_.stored();
  answer(fresh(to_json(denied_now_of(lists, runtime_.time().now()))));
}

void denial_desk::revoke(const web_request& r, const identity& caller, responder&& answer) {
  revoke_args asked;
  if (auto wrong = read_body(r, asked)) return answer(problem(*wrong));
  auto ends = is_guest_name(asked.player) ? std::chrono::ceil<std::chrono::seconds>(guest_ttl_).count() : 0;
  deny({denial_list::revoked, asked.player, ends, asked.why}, "revoke", caller, std::move(answer));
}

void denial_desk::ban(const web_request& r, const identity& caller, responder&& answer) {
  ban_args asked;
  if (auto wrong = read_body(r, asked)) return answer(problem(*wrong));
  if (asked.player == caller.player) return answer(problem(wrong_field("player", "operators do not ban themselves")));
  deny({denial_list::players, asked.player, asked.seconds, asked.why}, "ban", caller, std::move(answer));
}

void denial_desk::ban_address(const web_request& r, const identity& caller, responder&& answer) {
  ban_address_args asked;
  if (auto wrong = read_body(r, asked)) return answer(problem(*wrong));
  auto range = range_named(asked.address);
  if (!range)
    return answer(problem(wrong_field("address", "this is neither an address nor a range such as 10.0.0.0/8")));
  deny({denial_list::addresses, *range, asked.seconds, asked.why}, "ban_address", caller, std::move(answer));
}

void denial_desk::lift(const web_request& r, const identity& caller, responder&& answer) {
  lift_args asked;
  if (auto wrong = read_body(r, asked)) return answer(problem(*wrong));
  lift_order order{asked.list, asked.name};
  if (asked.list == denial_list::addresses) order.name = range_named(asked.name).value_or(asked.name);
  std::string args = to_json(order);
  give({"lift", "lift", caller.player, std::move(args)}, std::move(order.name), caller, std::move(answer),
       [](denials&) { return fresh(R"({"lifted":true})"); });
}

void denial_desk::deny(deny_order&& order, std::string word, const identity& by, responder&& answer) {
  std::string about = order.name;
  if (order.seconds > 0) about += " for " + std::to_string(order.seconds) + " s";
  give({std::move(word), "deny", by.player, to_json(order)}, std::move(about), by, std::move(answer),
       [list = order.list](denials& lists) { return fresh(to_json(row_of(lists.in(list).back()))); });
}

void denial_desk::give(operator_command&& command, std::string about, const identity& by, responder&& answer,
                       callback<web_reply(denials&)> show) {
  operator_order order{.is = operator_order::action::command,
                       .actor = desk_actor(),
                       .command = std::move(command),
                       .about = std::move(about),
                       .by = by.player,
                       .trace = answer.trace()};
  runtime_.operators().give(std::move(order),
                            [this, answer = std::move(answer), show = std::move(show)](reply&& done) mutable {
                              if (!done.ok()) return answer(problem(done.why));
                              auto json = json_document::parse(done.body);
                              denials lists;
                              if (!json || read_fields(json.value().root(), lists))
                                return answer(problem("handler_failed"));
                              web_reply shown = show(lists);
                              list_.replace(std::move(lists), done.tag.incarnation, done.tag.version);
                              rights_.ask_all();
                              answer(std::move(shown));
                            });
}

}  // namespace parlor::http
