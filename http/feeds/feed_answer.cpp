#include "http/feeds/feed_answer.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "http/feeds/event_id.hpp"
#include "http/feeds/event_stream.hpp"
#include "http/feeds/event_text.hpp"
#include "http/protocol/number.hpp"
#include "http/protocol/query.hpp"
#include "runtime/values/json_text.hpp"

namespace parlor::http {
namespace {

constexpr int wait_s_max = 60;

bool is_wait(std::string_view text, int& to) { return read_number(text, to) && to >= 0 && to <= wait_s_max; }

/// `Prefer: wait=25`, perhaps among others; what cannot be read is not preferred.
void prefer_wait(std::string_view prefer, int& to) {
  while (!prefer.empty()) {
    auto end = std::min(prefer.find_first_of(",; "), prefer.size());
    std::string_view part = prefer.substr(0, end);
    int seconds = 0;
    if (part.starts_with("wait=") && is_wait(part.substr(5), seconds)) to = seconds;
    prefer.remove_prefix(std::min(end + 1, prefer.size()));
  }
}

/// What every answer of a feed says: it is for this caller alone, and no cache is to keep it.
void add_lines(header_lines& to) { to.add("Vary", "Authorization, Accept").add("Cache-Control", "no-store"); }

/// A watcher that waits for one thing to happen, and answers with it.
class long_poll final : public watcher, public open_feed, public std::enable_shared_from_this<long_poll> {
 public:
  long_poll(std::optional<feed_cursor> after, feed_right right, watch_permit&& place, responder&& answer)
      : after_(after), right_(std::move(right)), place_(std::move(place)), answer_(std::move(answer)) {}

  void begin(const runtime::first_news& missed) {
    if (missed.empty()) return;
    std::string list = "[";
    for (const feed_update_ptr& h : missed) append_as_json(list, *h);
    tell(list, *missed.back());
  }
  void hear(feed_update_ptr update) override {
    std::string list = "[";
    append_as_json(list, *update);
    tell(list, *update);
  }
  void end(watch_end why) override {
    if (why == watch_end::stopping) return refuse({"stopping"});
    if (auto ended = right_.ended()) return answer(std::move(*ended));
    web_reply nothing{.status = 204, .content_type = {}};
    if (after_) add_place(nothing, {after_->incarnation.value_or(0), after_->version}, after_->number);
    answer(std::move(nothing));
  }
  void refuse(const failure& why) { answer(problem(why)); }

  void ask_right() override {
    if (auto ended = right_.ended()) answer(std::move(*ended));
  }

  /// The watch, the entry and this last until there is an answer.
  void keep(watch_handle w, open_feeds::entry entry) {
    std::lock_guard lock(mutex_);
    if (answered_) return;
    watch_ = std::move(w);
    entry_ = std::move(entry);
    self_ = shared_from_this();
  }

 private:
  void tell(const std::string& list, const feed_update& last) {
    if (auto ended = right_.ended()) return answer(std::move(*ended));
    web_reply reply;
    {
      json_object body(reply.body);
      body.add_raw("events", list + "]");
      if (last.is == feed_update::type::closed) body.add_raw("next", "null");
      else body.add("next", event_id(last.tag));
    }
    if (last.is != feed_update::type::closed) reply.headers.add("Last-Event-ID", event_id(last.tag));
    answer(std::move(reply));
  }
  void add_place(web_reply& to, const version_tag& tag, unsigned number) const {
    if (after_->incarnation) to.headers.add("Last-Event-ID", event_id(tag, number));
    else to.headers.add("Last-Event-ID", std::to_string(tag.version));
  }
  void answer(web_reply&& reply) {
    watch_handle over;
    open_feeds::entry entry;
    std::shared_ptr<long_poll> self;
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(answered_, true)) return;
      over = std::move(watch_);
      entry = std::move(entry_);
      self = std::move(self_);
    }
    add_lines(reply.headers);
    answer_(std::move(reply));
  }

  const std::optional<feed_cursor> after_;
  const feed_right right_;
  const watch_permit place_;
  std::mutex mutex_;
  responder answer_;
  watch_handle watch_;
  open_feeds::entry entry_;
  std::shared_ptr<long_poll> self_;
  bool answered_ = false;
};

void stream_feed(runtime& runtime, watch_request&& watch, feed_viewer&& viewer, responder&& answer) {
  watch.until = viewer.right.ends();
  auto flow = std::make_shared<event_stream>(std::move(viewer.mark), viewer.right, std::move(viewer.place));
  auto started = [flow, answer = std::move(answer)](result<runtime::first_news>&& missed) mutable {
    if (!missed) return answer(missed.why().code == "stopping" ? come_again() : problem(missed.why()));
    for (feed_update_ptr& h : missed.value()) flow->hear(std::move(h));
    web_reply begun = stream_reply(std::move(flow));
    add_lines(begun.headers);
    answer(std::move(begun));
  };
  auto entry = viewer.right.enter(flow);
  flow->keep(runtime.watch(std::move(watch), flow, std::move(started)), std::move(entry));
  flow->ask_right();
}

void poll_feed(runtime& runtime, watch_request&& watch, const feed_question& asked, feed_viewer&& viewer,
               responder&& answer) {
  const int wait_s = asked.wait_s;
  watch.until = runtime.time().now() + std::chrono::seconds(std::max(wait_s, 1));
  if (instant ends = viewer.right.ends(); ends > instant{}) watch.until = std::min(watch.until, ends);
  auto poll = std::make_shared<long_poll>(watch.after, viewer.right, std::move(viewer.place), std::move(answer));
  auto started = [poll, wait_s](result<runtime::first_news>&& missed) {
    if (!missed) return poll->refuse(missed.why());
    poll->begin(missed.value());
    if (wait_s == 0) poll->end(watch_end::time_up);
  };
  auto entry = viewer.right.enter(poll);
  poll->keep(runtime.watch(std::move(watch), poll, std::move(started)), std::move(entry));
  poll->ask_right();
  // Who has left needs no place among those that wait; who only says no more has an answer.
  if (!asked.line) return;
  asked.line->when_it_closes([waiting = std::weak_ptr(poll)] {
    if (auto still = waiting.lock()) still->end(watch_end::time_up);
  });
}

}  // namespace

result<feed_question> read_feed_question(const web_request& r) {
  auto wrong = [](const std::string& text) { return failure{.code = "bad_query", .detail = text}; };
  auto given = parse_query(r.query);
  if (!given) return wrong("the query is not well-formed");
  feed_question q{.as_stream = wants_stream(r), .line = r.line};
  prefer_wait(r.prefer, q.wait_s);
  for (auto& [name, value] : *given) {
    if (name == "ticket") q.ticket = std::move(value);
    else if (name == "wait" && is_wait(value, q.wait_s)) continue;
    else if (name == "after" && (q.after = parse_event_id(value))) continue;
    else return wrong(name + " cannot be read");
  }
  std::string_view place = r.last_event_id.substr(0, r.last_event_id.find('~'));
  if (place.size() < r.last_event_id.size()) q.mark = r.last_event_id.substr(place.size() + 1);
  // A client that comes back by itself knows better than the URL that it began with.
  if (!place.empty()) q.after = parse_event_id(place);
  return q;
}

void answer_feed(runtime& runtime, address actor, feed_viewer&& viewer, const feed_question& asked,
                 responder&& answer) {
  watch_request watch{.actor = std::move(actor),
                      .player = std::move(viewer.player),
                      .after = asked.after,
                      .caller = viewer.caller,
                      .trace = answer.trace()};
  if (asked.as_stream) return stream_feed(runtime, std::move(watch), std::move(viewer), std::move(answer));
  poll_feed(runtime, std::move(watch), asked, std::move(viewer), std::move(answer));
}

}  // namespace parlor::http
