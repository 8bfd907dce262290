// The part of a host that serves operators: it shows what is inside, and carries their orders out. An order
// comes between two commands, never into one; while a service is asked the state is that of before, so it may
// come then, too.
#include <algorithm>
#include <utility>

#include "runtime/hosting/host/actor_host.hpp"
#include "runtime/hosting/host/inside_view.hpp"

namespace parlor {
namespace {

struct closed_told {
  bool closed = true;
  static constexpr auto fields = describe(field("closed", &closed_told::closed));
};
struct cancelled_told {
  bool cancelled = true;
  static constexpr auto fields = describe(field("cancelled", &cancelled_told::cancelled));
};

}  // namespace

void host::obey(const request_ptr& r) {
  std::string_view wanted = r->what().args;
  if (wanted.empty()) return show_inside(r);
  if (!exists_ && kind_of().reached_by == reach::room) {
    pass_gate({begun(), r, {.why = {"unknown_room"}}});
    return leave_when_unused();
  }
  if (wanted == "close") return close_for_good(r);
  if (wanted.starts_with("cancel ")) return cancel_reminder(r, std::string(wanted.substr(7)));
  pass_gate({begun(), r, {.body = R"({"awake":true})", .tag = tag()}});
}

void host::show_inside(const request_ptr& r) {
  inside_view v{.exists = exists_, .tag = tag(), .schema = kind_of().schema()};
  if (books_) {
    v.replies = books_->replies.size();
    v.events = books_->events;
    v.unstored = books_->gate.size();
    v.waiting = books_->waiting.size();
    if (books_->asking)
      for (const auto& [number, q] : books_->asking->open) v.asking.push_back(q.what.service);
  }
  state_->save(v.state);
  pass_gate({begun(), r, {.body = to_text(v), .tag = tag()}});
}

void host::close_for_good(const request_ptr& r) {
  // Their second halves would meet an actor that is no more, or make it anew.
  if (books_ && books_->asking) {
    bool for_good = asking().closed;
    close_questions();
    asking().closed = for_good;
  }
  if (!exists_) {
    pass_gate({begun(), r, {.body = R"({"closed":false})"}});
    return leave_when_unused();
  }
  host_work work{.r = r};
  prepare(work);
  // A game that falls over here is to be closed all the more.
  guarded(work, shared_.dog, [&] { state_->closing(*work.now); });
  if (!work.threw.empty())
    shared_.log.note(journal::level::error, "handler_threw", r->what().to, "closing: " + work.threw);
  work.now->erase();
  work.decided = verdict(accept(closed_told{}));
  accept_change(work);
}

void host::cancel_reminder(const request_ptr& r, const std::string& name) {
  auto set = shared_.later.of(r->what().to);
  bool is_set = std::any_of(set.begin(), set.end(), [&](const reminder_change& c) { return c.name == name; });
  if (!exists_ || !is_set) {
    pass_gate({begun(), r, {.why = {"unknown_reminder"}, .tag = tag()}});
    // Those of one that is just being erased are there until that is stored.
    if (!exists_) leave_when_unused();
    return;
  }
  host_work work{.r = r};
  prepare(work);
  work.now->forget(name);
  work.decided = verdict(accept(cancelled_told{}));
  accept_change(work);
}

}  // namespace parlor
