#include <algorithm>
#include <charconv>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "http/event_id.hpp"
#include "http/event_stream.hpp"
#include "http/event_text.hpp"
#include "http/gateway.hpp"
#include "http/query.hpp"
#include "runtime/values/json_text.hpp"

// Feeds: what happens to an actor, as a stream or by long poll, and the tickets for those who cannot send a
// header.
namespace parlor::http {
namespace {

constexpr int usual_wait_s = 25, wait_s_max = 60;

struct feed_query {
  std::optional<feed_place> after;
  int wait = usual_wait_s;
  std::string ticket;
};

bool is_wait(std::string_view text, int& to) {
  auto end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, to);
  return read.ec == std::errc{} && read.ptr == end && to >= 0 && to <= wait_s_max;
}

/// `Prefer: wait=25`, perhaps among others; what cannot be read is not preferred.
void prefer_wait(std::string_view prefer, int& to) {
  auto at = prefer.find("wait=");
  if (at == std::string_view::npos) return;
  std::string_view value = prefer.substr(at + 5);
  int seconds = 0;
  if (is_wait(value.substr(0, value.find_first_of(",; ")), seconds)) to = seconds;
}

result<feed_query> read_query(const web_request& r) {
  auto wrong = [](const std::string& what) { return failure{.code = "bad_query", .detail = what}; };
  auto asked = parse_query(r.query);
  if (!asked) return wrong("the query is not well-formed");
  feed_query q;
  prefer_wait(r.prefer, q.wait);
  for (auto& [name, value] : *asked) {
    if (name == "ticket") q.ticket = std::move(value);
    else if (name == "wait" && is_wait(value, q.wait)) continue;
    else if (name == "after" && (q.after = parse_event_id(value))) continue;
    else return wrong(name + " cannot be read");
  }
  return q;
}

/// What every answer of a feed says: it is for this caller alone, and no cache is to keep it.
void add_lines(header_lines& to) { to.add("Vary", "Authorization, Accept").add("Cache-Control", "no-store"); }

/// A watcher that waits for one thing to happen, and answers with it.
class long_poll final : public watcher, public std::enable_shared_from_this<long_poll> {
 public:
  long_poll(std::optional<feed_place> after, responder&& answer) : after_(after), answer_(std::move(answer)) {}

  void begin(const system::first_news& missed) {
    if (missed.empty()) return;
    std::string list = "[";
    for (const happening_ptr& h : missed) append_as_json(list, *h);
    tell(list, *missed.back());
  }
  void hear(happening_ptr what) override {
    std::string list = "[";
    append_as_json(list, *what);
    tell(list, *what);
  }
  void end(watch_end why) override {
    if (why == watch_end::stopping) return refuse({"stopping"});
    web_reply nothing{.status = 204, .content_type = {}};
    if (after_) add_place(nothing, {after_->incarnation.value_or(0), after_->version}, after_->number);
    answer(std::move(nothing));
  }
  void refuse(const failure& why) { answer(problem(why)); }

  /// The watch, and this, last until there is an answer.
  void keep(watching w) {
    std::lock_guard lock(mutex_);
    if (answered_) return;
    watch_ = std::move(w);
    self_ = shared_from_this();
  }

 private:
  void tell(const std::string& list, const happening& last) {
    web_reply reply;
    {
      json_object body(reply.body);
      body.add_raw("events", list + "]");
      if (last.what == happening::sort::closed) body.add_raw("next", "null");
      else body.add("next", event_id(last.tag));
    }
    if (last.what != happening::sort::closed) reply.headers.add("Last-Event-ID", event_id(last.tag));
    answer(std::move(reply));
  }
  void add_place(web_reply& to, const version_tag& tag, unsigned number) const {
    if (after_->incarnation) to.headers.add("Last-Event-ID", event_id(tag, number));
    else to.headers.add("Last-Event-ID", std::to_string(tag.version));
  }
  void answer(web_reply&& reply) {
    watching over;
    std::shared_ptr<long_poll> self;
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(answered_, true)) return;
      over = std::move(watch_);
      self = std::move(self_);
    }
    add_lines(reply.headers);
    answer_(std::move(reply));
  }

  const std::optional<feed_place> after_;
  std::mutex mutex_;
  responder answer_;
  watching watch_;
  std::shared_ptr<long_poll> self_;
  bool answered_ = false;
};

struct ticket_args {
  std::string feed;
  static constexpr auto fields = describe(field("feed", &ticket_args::feed));
};

}  // namespace

void gateway::route_feed(const web_request& r, address of, caller&& who, responder&& answer) {
  auto asked = read_query(r);
  if (!asked) return answer(problem(asked.why()));
  feed_query& q = asked.value();
  std::string_view last = r.last_event_id, mark;
  if (auto tilde = last.find('~'); tilde != std::string_view::npos) {
    mark = last.substr(tilde + 1);
    last = last.substr(0, tilde);
  }
  std::string player = who ? std::move(who->player) : std::string{};
  // Only the ticket that opened a stream is marked there: a token must not renew one that somebody has found.
  bool by_ticket = !who && !q.ticket.empty();
  if (by_ticket) {
    auto known = tickets_.check(q.ticket, r.path, mark, house_.time().now());
    if (!known) return answer(problem(known.why()));
    player = std::move(known.value());
  }
  bool own = house_.kinds().find(of.kind)->reached_by == reach::session;
  if (own && player.empty()) return answer(problem("unauthorized", "this needs a token or a ticket"));
  if (own) of.id = player;
  // A client that comes back by itself knows better than the URL that it began with.
  if (!last.empty()) q.after = parse_event_id(last);
  if (r.accept.find("text/event-stream") == std::string_view::npos)
    return poll_feed(q.wait, std::move(of), std::move(player), q.after, std::move(answer));
  stream_feed(std::move(of), std::move(player), q.after,
              by_ticket ? tickets_.mark_of(q.ticket) : std::string{}, std::move(answer));
}

void gateway::stream_feed(address of, std::string player, std::optional<feed_place> after, std::string mark,
                          responder&& answer) {
  auto flow = std::make_shared<event_stream>(std::move(mark));
  auto started = [flow, answer = std::move(answer)](result<system::first_news>&& missed) mutable {
    if (!missed) return answer(problem(missed.why()));
    for (happening_ptr& h : missed.value()) flow->hear(std::move(h));
    web_reply begun{.content_type = "text/event-stream"};
    add_lines(begun.headers);
    begun.headers.add("X-Accel-Buffering", "no");  // nginx would collect it
    begun.flow = std::move(flow);
    answer(std::move(begun));
  };
  flow->keep(house_.watch(std::move(of), std::move(player), after, flow, {}, std::move(started)));
}

void gateway::poll_feed(int wait_s, address of, std::string player, std::optional<feed_place> after,
                        responder&& answer) {
  auto poll = std::make_shared<long_poll>(after, std::move(answer));
  auto started = [poll, wait_s](result<system::first_news>&& missed) {
    if (!missed) return poll->refuse(missed.why());
    poll->begin(missed.value());
    if (wait_s == 0) poll->end(watch_end::time_up);
  };
  instant until = house_.time().now() + std::chrono::seconds(std::max(wait_s, 1));
  poll->keep(house_.watch(std::move(of), std::move(player), after, poll, until, std::move(started)));
}

void gateway::make_ticket(const web_request& r, const caller& who, responder&& answer) {
  if (!who) return answer(problem("unauthorized", "a ticket is given for a token"));
  auto json = json_document::parse(r.body);
  ticket_args args;
  auto wrong = json ? read_fields(json.value().root(), args) : json.why();
  if (!wrong && !is_feed(args.feed))
    wrong = failure{.code = "bad_arguments", .detail = "this is no feed's path", .field = "feed"};
  if (wrong) return answer(problem(*wrong));
  instant now = house_.time().now();
  std::string ticket = tickets_.issue(*who, args.feed, now);
  web_reply reply{.status = 201};
  json_object(reply.body)
      .add("ticket", ticket)
      .add("url", args.feed + "?ticket=" + ticket)
      .add("expires_at", to_text(now + tickets::lasts));
  reply.headers.add("Cache-Control", "no-store");
  answer(std::move(reply));
}

}  // namespace parlor::http
