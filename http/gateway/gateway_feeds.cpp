#include <string>
#include <utility>

#include "http/feeds/feed_answer.hpp"
#include "http/gateway/gateway.hpp"
#include "http/protocol/replies.hpp"

// Feeds: who may watch what, and the tickets for those who cannot send a header.
namespace parlor::http {
namespace {

struct ticket_args {
  std::string feed;
  static constexpr auto fields = describe(field("feed", &ticket_args::feed));
};

}  // namespace

void gateway::show_feed(const web_request& r, const route_match& m, caller&& caller, responder&& answer) {
  auto asked = read_feed_question(r);
  if (!asked) return answer(problem(asked.why()));
  const feed_question& q = asked.value();
  std::string mark;
  // Only the ticket that opened a stream is marked there: a token must not renew one that somebody has found.
  if (!caller && !q.ticket.empty()) {
    instant now = runtime_.time().now();
    auto known = tickets_.check(q.ticket, r.path, q.mark, runtime_.time().civil());
    if (!known) return answer(problem(known.why()));
    caller = std::move(known.value());
    if (auto refused = denied_.turn_away(caller, r, now)) return answer(std::move(*refused));
    if (auto refused = limiter_.count_player(r, *caller, now)) return answer(std::move(*refused));
    mark = tickets_.mark_of(q.ticket);
  }
  bool own = m.actor_kind->reached_by == reach::session;
  if (own && !caller) return answer(problem("unauthorized", "this needs a token or a ticket"));
  watch_permit place;
  if (!caller)
    if (auto refused = limiter_.count_watch(r, place)) return answer(std::move(*refused));
  address actor{m.actor_kind->name, own ? caller->player : std::string(m.id)};
  std::string player = caller ? caller->player : std::string{};
  caller_info known;
  if (own) known = limiter_.info_of(r, *caller);
  feed_viewer viewer{std::move(player), known, std::move(mark), rights_.make(std::move(caller), r), std::move(place)};
  answer_feed(runtime_, std::move(actor), std::move(viewer), q, std::move(answer));
}

void gateway::make_ticket(const web_request& r, const caller& caller, responder&& answer) {
  if (!caller) return answer(problem("unauthorized", "a ticket is given for a token"));
  auto json = json_document::parse(r.body);
  ticket_args args;
  auto wrong = json ? read_fields(json.value().root(), args) : json.why();
  if (!wrong && !routes_.is_feed(args.feed))
    wrong = failure{.code = "bad_arguments", .detail = "this is no feed's path", .field = "feed"};
  if (wrong) return answer(problem(*wrong));
  instant now = runtime_.time().civil();
  std::string ticket = tickets_.issue(*caller, args.feed, now);
  answer(fresh(to_json(ticket_reply{ticket, args.feed + "?ticket=" + ticket, now + tickets::lasts}), 201));
}

}  // namespace parlor::http
