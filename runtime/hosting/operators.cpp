#include "runtime/hosting/operators.hpp"

#include <utility>

#include "runtime/hosting/host/core.hpp"
#include "runtime/hosting/host/inside_view.hpp"

namespace parlor {
namespace {

std::string_view word_of(order::kind_of what) {
  switch (what) {
    case order::kind_of::sleep: return "sleep";
    case order::kind_of::wake: return "wake";
    case order::kind_of::close: return "close";
    case order::kind_of::cancel: return "cancel";
  }
  return "wake";
}

/// The state of one that sleeps. A session that was never stored is one that nothing has happened in.
reply stored_inside(const kind& of, result<std::optional<stored_actor>>&& found) {
  if (!found) return {.why = {"storage_failed", found.why().detail}};
  if (!found.value()) {
    if (of.reached_by == reach::room) return {.why = {"unknown_room"}};
    return {.body = to_text(inside_view{.schema = of.schema(), .state = "null"})};
  }
  stored_actor& s = *found.value();
  auto kept = kept_events::load(s.events);
  return {.body = to_text(inside_view{.exists = true,
                                      .tag = {s.incarnation, s.version},
                                      .schema = s.schema,
                                      .replies = s.replies.size(),
                                      .events = kept ? std::move(kept.value()) : kept_events{},
                                      .state = std::move(s.state)})};
}

}  // namespace

awake_page oversight::list(const awake_query& q) const { return shared_.awake.list(q); }

request_ptr oversight::make_request(const kind& of, const address& who, std::string wanted,
                                    const trace_context& because_of, request::answer_function done) const {
  call c{.to = who, .from = source::overseer, .args = std::move(wanted), .trace = because_of};
  return std::make_shared<request>(std::move(c), of, 0, shared_.time.now() + shared_.limits.deadline,
                                   std::move(done));
}

void oversight::inspect(const address& who, callback<void(result<inspection>&&)> done) {
  const kind* of = shared_.kinds.find(who.kind);
  if (!of) return done(failure{"unknown_kind"});
  // Before the request itself is one that the actor has in hand, and before the actor can answer it elsewhere. One
  // that wakes behind this look is one that slept.
  auto awake = shared_.awake.attend(*of, who.id);
  bool sleeps = !awake;
  auto told = [this, who, awake = std::move(awake), done = std::move(done)](reply&& looked) mutable {
    if (!looked.ok()) return done(std::move(looked.why));
    done(inspection{std::move(awake), std::move(looked.body), shared_.later.of(who)});
  };
  auto r = make_request(*of, who, {}, {}, std::move(told));
  if (!shared_.doors.admit(*r)) return;
  if (!sleeps && shared_.awake.offer(r, shared_.time.now()) == directory::offered::delivered) return;
  // What is not durable has no state while it sleeps.
  if (!of->durable) return void(r->answer(stored_inside(*of, std::optional<stored_actor>{})));
  shared_.actors_store.load(who, [r, of](auto found) { r->answer(stored_inside(*of, std::move(found))); });
}

void oversight::give(order what, callback<void(reply&&)> done) {
  auto noted = [this, what, done = std::move(done)](reply&& r) mutable {
    std::string told = std::string(word_of(what.what)) + " by " + what.by;
    if (!what.reminder.empty()) told += ", " + what.reminder;
    shared_.log.note(journal::level::info, "ordered", what.who,
                     told + ": " + (r.ok() ? "done" : r.why.code), what.trace);
    done(std::move(r));
  };
  const kind* of = shared_.kinds.find(what.who.kind);
  if (!of) return noted({.why = {"unknown_kind"}});
  if (what.what == order::kind_of::sleep)
    return sleep_(what.who, [noted = std::move(noted)](bool was_awake) mutable {
      noted({.body = was_awake ? R"({"slept":true})" : R"({"slept":false})"});
    });
  std::string wanted(word_of(what.what));
  if (!what.reminder.empty()) wanted += " " + what.reminder;
  auto r = make_request(*of, what.who, std::move(wanted), what.trace, std::move(noted));
  if (shared_.doors.admit(*r)) dispatch_(std::move(r));
}

void oversight::drain(bool on, const std::string& by, const trace_context& because_of) {
  shared_.draining = on;
  shared_.log.note(journal::level::info, "ordered", {}, (on ? "drain by " : "undrain by ") + by + ": done", because_of);
}

}  // namespace parlor
