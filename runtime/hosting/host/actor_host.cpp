#include "runtime/hosting/host/actor_host.hpp"

#include <exception>
#include <iterator>
#include <utility>

#include "runtime/hosting/host/faults.hpp"
#include "runtime/hosting/host/reply_records.hpp"

namespace parlor {
namespace {

/// Bytes of a state's own, before what its texts and lists keep elsewhere: most games' are within.
constexpr std::size_t state_expected = 256;

/// Parts of a game that make an actor, and that read its stored state.
const std::string making = "making", waking = "waking";

/// Runs what of a game an actor needs to wake; what that throws is in the journal, and is returned.
template <class Run>
std::string wakes(core& core, const address& actor, const std::string& part, Run run) {
  std::string threw = guarded(core.watchdog, actor, part, {}, run);
  if (!threw.empty()) note_throw(core.log, actor, part, threw);
  return threw;
}

/// Actors that the log names as errors because their states cannot be read.
constexpr std::size_t unreadable_named = 100;

/// Makes the activation of a stored state. Upgrades are the game's code: they are watched as handlers are.
result<std::unique_ptr<activation>> read(core& core, const directory_entry& entry, const stored_actor& stored) {
  if (auto why = core.quarantine.refusal(entry.actor_kind(), entry.id(), waking, {}); !why.empty())
    return failure{"quarantined", why};
  result<std::unique_ptr<activation>> woken = failure{};
  std::string threw =
      wakes(core, entry.name(), waking, [&] { woken = wake(entry.actor_kind(), stored.schema, stored.state); });
  if (!threw.empty()) return failure{"state_unreadable", threw};
  return woken;
}

}  // namespace

actor_host::actor_host(caf::actor_config& config, core& shared, directory_entry& entry)
    : slim_actor(config), core_(shared), entry_(entry) {}

void actor_host::prefetch(int runs_ahead) const {
  // While a handler runs on the pool the state is that thread's.
  if (phase_ != phase::ready) return;
  if (runs_ahead == 3) parlor::prefetch(state_.get(), state_expected);
  else state_->prefetch(3 - runs_ahead);
}

void actor_host::receive(caf::mailbox_element& message) {
  // Nothing but our own messages arrives here; anything else is dropped rather than answered.
  auto& content = message.content();
  if (content.size() != 1 || !content.match_element<host_mail>(0)) return;
  std::visit(cases{[this](request_ptr& r) { take(r); },
                   [this](std::shared_ptr<state_loaded>& m) { loaded(std::move(m->found)); },
                   [this](commit_settled& m) { settle(m); }, [this](handler_ended& m) { go_on(*m.run); },
                   [this](service_answered& m) { go_on_with(m.number, std::move(*m.answer)); },
                   [this](service_stopped& m) {
                     if (questions().stopped(m.late)) leave();
                   },
                   [this](closing&) { close_questions(); }, [this](retire&) { leave(); }},
             content.get_mutable_as<host_mail>(0).content);
}

void actor_host::take(request_ptr& r) {
  if (phase_ == phase::asleep) {
    auto why = core_.quarantine.refusal(entry_.actor_kind(), entry_.id(), making, {});
    bool is_loaded = why.empty() && load();
    if (!is_loaded) {
      r->refuse(why.empty() ? "handler_failed" : "quarantined", why);
      return break_down();
    }
  }
  // To be looked at it need not wait for a service.
  bool looks = phase_ == phase::asking && r->call().command.empty();
  if (phase_ == phase::ready || looks) handle(r);
  else if (phase_ == phase::broken) r->refuse("storage_failed", "the actor is being discarded");
  else opened(ledger_).waiting.push_back(std::move(r));
}

bool actor_host::load() {
  auto threw = wakes(core_, entry_.name(), making, [this] { state_ = entry_.actor_kind().make_activation(); });
  if (!threw.empty()) return false;
  if (!entry_.actor_kind().durable) {
    phase_ = phase::ready;
    return true;
  }
  phase_ = phase::loading;
  core_.store.load(entry_.name(), [self = caf::strong_actor_ptr(ctrl())](auto found) {
    mail(self, {std::make_shared<state_loaded>(state_loaded{std::move(found)})});
  });
  return true;
}

void actor_host::loaded(result<std::optional<stored_actor>> found) {
  auto fail = [this](const failure& why) {
    auto name = entry_.name();
    bool is_unreadable = why.code == "state_unreadable";
    // What waits for it comes again and again: the log has it once, and of very many the first.
    bool is_one_of_many = is_unreadable && core_.unreadable.size() >= unreadable_named;
    if (!is_unreadable || core_.unreadable.add(name))
      core_.log.note(is_one_of_many ? journal::level::debug : journal::level::error, "load_failed", name, why.detail);
    for (request_ptr& r : std::exchange(opened(ledger_).waiting, {})) r->refuse(why.code, why.detail);
    break_down();
  };
  if (!found) return fail({"storage_failed", found.why().detail});
  if (stored_actor* stored = found.value() ? &*found.value() : nullptr) {
    auto woken = read(core_, entry_, *stored);
    if (!woken) return fail(woken.why());
    auto kept = kept_events::load(stored->events);
    if (!kept) return fail(kept.why());
    state_ = std::move(woken.value());
    exists_ = true;
    opened(ledger_).row = stored->row;
    ledger_->events = std::move(kept.value());
    incarnation_ = stored->incarnation;
    version_ = stored->version;
    auto& replies = stored->replies;
    for (auto r = replies.rbegin(); r != replies.rend(); ++r)
      remember(ledger_->replies, {std::make_shared<reply_record>(std::move(*r)), 0}, core_.time.now(), core_.limits);
  }
  if (core_.unreadable.any())
    opened(ledger_).readable_from = core_.unreadable.read(entry_.name(), core_.time.now()).value_or(instant{});
  phase_ = phase::ready;
  take_waiting();
}

void actor_host::take_waiting() {
  if (!ledger_) return;
  // An operator's close that waits among them comes here again: what was before it is not there any more, and
  // what is behind it stays behind.
  auto waiting = std::exchange(ledger_->waiting, {});
  auto next = waiting.begin();
  while (phase_ == phase::ready && next != waiting.end()) {
    request_ptr r = std::move(*next++);
    if (has_fault(fault::last_waiting_request_is_lost) && next - waiting.begin() > 1 && next == waiting.end()) continue;
    handle(r);
  }
  if (phase_ == phase::broken)
    for (; next != waiting.end(); ++next) (*next)->refuse("storage_failed", "the actor is being discarded");
  waiting.erase(waiting.begin(), next);
  ledger_->waiting.insert(ledger_->waiting.begin(), std::make_move_iterator(waiting.begin()),
                          std::make_move_iterator(waiting.end()));
}

void actor_host::handle(const request_ptr& r) {
  if (core_.time.now() >= r->deadline()) r->expire();
  if (ledger_ && ledger_->questions && ledger_->questions->join(r)) return;
  if (!r->start() && !has_fault(fault::expired_requests_are_run)) return;
  if (r->call().order) return handle_order(r);
  if (answered_before(r) || turned_away(r)) return;
  if (r->call().from == source::client_post && !kept_) {
    core_.directory.keep(entry_, core_.time.now());
    kept_ = true;
    if (entry_.actor_kind().warm_up && !r->call().command.empty()) questions().warm_up(r);
  } else if (r->call().from == source::client_post && core_.log.wants(journal::level::debug)) {
    core_.log.note(journal::level::debug, "reused", r->call().to, r->call().command, r->call().trace);
  }
  if (!r->call().command.empty()) return begin_command(r);
  if (r->call().from == source::client_post && !entry_.actor_kind().services.empty()) questions().warm_up(r);
  reply answer{.tag = tag()};
  actor_view seen = view();
  bool shown = seen.shows(r->call(), [&] {
    if (r->call().watch) seen.catch_up(*r->call().watch);
    else answer.body = seen.body_for(r->call().player);
  });
  if (!shown) return void(r->refuse("handler_failed"));
  pass_gate({r, std::move(answer)});
}

bool actor_host::answered_before(const request_ptr& r) {
  const call& c = r->call();
  if (c.key.empty() || !ledger_) return false;
  const reply_memory::known* known = ledger_->replies.find(c.player, c.key);
  if (!known) return false;
  const reply_record& record = *known->record;
  reply again{.tag = tag()};
  again.tag.version = record.version;
  restore(again, record, *r);
  if (record.fingerprint != fingerprint_of(c)) again = {.why = {"key_reused"}};
  pass_gate({r, std::move(again), known->after});
  return true;
}

bool actor_host::turned_away(const request_ptr& r) {
  const call& c = r->call();
  if (c.chain && core_.traffic.is_ended(c.to, c.chain.get(), core_.time.now())) {
    pass_gate({r, {.why = {"withdrawn"}}});
    if (!exists_) leave_when_unused();
    return true;
  }
  bool asks_nothing_of_it = c.command.empty() ? entry_.actor_kind().reached_by != reach::room
                                              : entry_.actor_kind().commands[r->command()].creates;
  bool drained = core_.draining && entry_.actor_kind().reached_by == reach::room && r->from_client();
  if (!exists_ && (!asks_nothing_of_it || drained)) {
    pass_gate({r, {.why = {asks_nothing_of_it ? "draining" : "unknown_room"}}});
    leave_when_unused();
    return true;
  }
  if (!exists_ && holdings::counts(entry_.actor_kind()) && c.caller.bounded && !c.command.empty()) {
    if (auto refused = core_.holdings.refuse(c.caller, c.player)) {
      pass_gate({r, {.why = std::move(*refused)}});
      leave_when_unused();
      return true;
    }
  }
  if (c.if_match && *c.if_match != tag()) {
    reply stale{.why = {"stale_version"}, .tag = tag()};
    actor_view seen = view();
    bool shown = !exists_ || seen.shows(c, [&] { stale.current = seen.body_for(c.player); });
    if (!shown) r->refuse("handler_failed");
    else pass_gate({r, std::move(stale)});
    return true;
  }
  return false;
}

void actor_host::leave_when_unused() {
  core_.directory.leave_when_unused(entry_);
  kept_ = false;
}

void actor_host::leave() {
  if (ledger_ && ledger_->questions && ledger_->questions->stop()) {
    phase_ = phase::stopping;
    return;
  }
  // Before the registry hears of it: what the next activation has to say comes after this.
  if (exists_) view().take_leave();
  core_.ended(entry_);
  end();
}

service_questions& actor_host::questions() {
  auto& made = opened(ledger_).questions;
  if (made) return *made;
  // A service may keep these for as long as it likes: the actor does not live longer for it.
  auto answered = [me = caf::weak_actor_ptr(ctrl())](std::uint64_t question, result<context::service_reply> answer) {
    if (auto self = me.lock())
      mail(self, {service_answered{question, std::make_shared<result<context::service_reply>>(std::move(answer))}});
  };
  auto stopped = [me = caf::weak_actor_ptr(ctrl())](bool late) {
    if (auto self = me.lock()) mail(self, {service_stopped{late}});
  };
  made = std::make_unique<service_questions>(core_, entry_,
                                             service_questions::listener{std::move(answered), std::move(stopped)});
  return *made;
}

}  // namespace parlor
