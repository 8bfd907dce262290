// The part of a host that serves operators: it shows what is inside, and carries their orders out. An order
// comes between two commands, never into one; while a service is asked the state is that of before, so it may
// come then, too.
#include <algorithm>
#include <utility>

#include "runtime/hosting/host/actor_host.hpp"
#include "runtime/hosting/host/inside_view.hpp"

namespace parlor {
namespace {

struct closed_answer {
  bool closed = true;
  static constexpr auto fields = describe(field("closed", &closed_answer::closed));
};
struct cancelled_answer {
  bool cancelled = true;
  static constexpr auto fields = describe(field("cancelled", &cancelled_answer::cancelled));
};

}  // namespace

void actor_host::handle_order(const request_ptr& r) {
  std::string_view wanted = r->call().args;
  if (wanted.empty()) return show_inside(r);
  if (!exists_ && kind_of().reached_by == reach::room) {
    pass_gate({begun(), r, {.why = {"unknown_room"}}});
    return leave_when_unused();
  }
  if (wanted == "close") return close_for_good(r);
  if (wanted.starts_with("cancel ")) return cancel_reminder(r, std::string(wanted.substr(7)));
  pass_gate({begun(), r, {.body = R"({"awake":true})", .tag = tag()}});
}

void actor_host::show_inside(const request_ptr& r) {
  inside_view v{.exists = exists_, .version = tag().version, .schema = static_cast<std::uint64_t>(kind_of().schema())};
  if (ledger_) {
    v.replies = ledger_->replies.size();
    v.events = rows_of(ledger_->events);
    v.unstored = ledger_->gate.size();
    v.waiting = ledger_->waiting.size();
    if (ledger_->asking)
      for (const auto& [number, q] : ledger_->asking->open) v.asking.push_back(q.asked.service);
  }
  std::string state;
  state_->save(state);
  v.state = {state};
  pass_gate({begun(), r, {.body = to_json(v), .tag = tag()}});
}

void actor_host::close_for_good(const request_ptr& r) {
  // Their second halves would meet an actor that is no more, or make it anew.
  if (ledger_ && ledger_->asking) {
    bool for_good = asking().closed;
    close_questions();
    asking().closed = for_good;
  }
  if (!exists_) {
    pass_gate({begun(), r, {.body = R"({"closed":false})"}});
    return leave_when_unused();
  }
  handler_run work{.request = r};
  prepare(work);
  // A game that falls over here is to be closed all the more.
  guarded(work, core_.watchdog, [&] { state_->closing(*work.ctx); });
  if (!work.threw.empty())
    core_.log.note(journal::level::error, "handler_threw", r->call().to, "closing: " + work.threw);
  work.ctx->erase();
  work.decided = verdict(accept(closed_answer{}));
  accept_change(work);
}

void actor_host::cancel_reminder(const request_ptr& r, const std::string& name) {
  auto set = core_.reminders.of_actor(r->call().to);
  bool is_set = std::any_of(set.begin(), set.end(), [&](const reminder_change& c) { return c.name == name; });
  if (!exists_ || !is_set) {
    pass_gate({begun(), r, {.why = {"unknown_reminder"}, .tag = tag()}});
    // Those of one that is just being erased are there until that is stored.
    if (!exists_) leave_when_unused();
    return;
  }
  handler_run work{.request = r};
  prepare(work);
  work.ctx->forget(name);
  work.decided = verdict(accept(cancelled_answer{}));
  accept_change(work);
}

}  // namespace parlor
