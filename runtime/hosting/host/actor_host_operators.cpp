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

bool is_set(const core& core, const address& actor, const std::string& name) {
  auto set = core.reminders.of_actor(actor);
  return std::any_of(set.begin(), set.end(), [&](const reminder_change& c) { return c.name == name; });
}

std::string inside_of(const kind& actor_kind, const activation& state, version_tag tag, bool exists,
                      const actor_ledger* ledger) {
  inside_view v{.exists = exists, .version = tag.version, .schema = static_cast<std::uint64_t>(actor_kind.schema())};
  if (ledger) {
    v.replies = ledger->replies.size();
    v.events = rows_of(ledger->events);
    v.unstored = ledger->gate.size();
    v.waiting = ledger->waiting.size();
    if (ledger->questions) v.asking = ledger->questions->asked();
  }
  std::string saved;
  try {
    state.save(saved);
  } catch (const broken_value& broken) {
    // Of a volatile actor, whose state is never stored.
    write_json(saved = {}, broken.what());
  }
  v.state = {saved};
  return to_json(v);
}

}  // namespace

void actor_host::handle_order(const request_ptr& r) {
  const actor_order& order = *r->call().order;
  if (order.as<actor_order::look>()) {
    static const std::string part = "look";
    std::string inside;
    std::string threw = guarded(core_.watchdog, r->call().to, part, r->call().trace, [&] {
      inside = inside_of(entry_.actor_kind(), *state_, tag(), exists_, ledger_.get());
    });
    if (!threw.empty()) return void(r->refuse("handler_failed", threw));
    return pass_gate({r, {.body = std::move(inside), .tag = tag()}});
  }
  // An actor that does not exist was woken by the order alone, and leaves again.
  auto answer_for_nothing = [&](reply&& answer) {
    pass_gate({r, std::move(answer)});
    if (!exists_) leave_when_unused();
  };
  if (!exists_ && entry_.actor_kind().reached_by == reach::room) return answer_for_nothing({.why = {"unknown_room"}});
  if (order.as<actor_order::wake>()) return pass_gate({r, {.body = R"({"awake":true})", .tag = tag()}});

  handler_run run(r);
  if (auto* cancel = order.as<actor_order::cancel>()) {
    // An actor that is just being erased has its reminders until that is stored.
    if (!exists_ || !is_set(core_, r->call().to, cancel->reminder))
      return answer_for_nothing({.why = {"unknown_reminder"}, .tag = tag()});
    prepare(run, core_, version_, ready_at(core_, ledger_.get()));
    run.ctx->forget(cancel->reminder);
    run.decided = verdict(accept(cancelled_answer{}));
    if (entry_.actor_kind().durable) guarded(run, core_.watchdog, [&] { state_->save(run.saved); });
    return run.threw.empty() ? accept_change(run) : conclude(run);
  }
  // What is on its way here, or is told because of that, would make it anew.
  core_.traffic.end(r->call().to, message_traffic::ending::to_it, core_.time.now());
  // Second halves would meet an actor that is no more, or make it anew.
  if (ledger_ && ledger_->questions) {
    bool for_good = questions().closed();
    close_questions();
    questions().close(for_good);
  }
  if (!exists_) return answer_for_nothing({.body = R"({"closed":false})"});
  prepare(run, core_, version_, ready_at(core_, ledger_.get()));
  // A game that falls over here is to be closed all the more.
  guarded(run, core_.watchdog, [&] { state_->closing(*run.ctx); });
  if (!run.threw.empty()) note_throw(core_.log, r->call().to, "closing", run.threw);
  run.ctx->erase();
  run.decided = verdict(accept(closed_answer{}));
  accept_change(run);
}

}  // namespace parlor
