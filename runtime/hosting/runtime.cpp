#include "runtime/hosting/runtime.hpp"

#include <algorithm>
#include <caf/scheduler/test_coordinator.hpp>
#include <thread>
#include <utility>

#include "runtime/hosting/crashes/crash_marks.hpp"
#include "runtime/hosting/delivery.hpp"
#include "runtime/hosting/host/core.hpp"
#include "runtime/hosting/host/handler_run.hpp"
#include "runtime/hosting/host/messages.hpp"
#include "runtime/hosting/loops/request_batch.hpp"
#include "runtime/hosting/loops/ticker.hpp"
#include "runtime/hosting/operators.hpp"
#include "runtime/hosting/registry.hpp"
#include "runtime/hosting/scheduler/loop_config.hpp"

namespace parlor {
namespace {

/// Long work goes on in steps of some 10 us, one in each round of a loop, and rests after so many: then it
/// takes a fifth of a core. Never at rest it would be over sooner; but to the machine's scheduler a thread
/// that always wants its core is one like any other, and it has the requests wait for milliseconds.
constexpr int steps_on_end = 100;
constexpr auto steps_rest = std::chrono::milliseconds(4);

/// Given to actors at the very end, when their services had all of the time and did not stop.
constexpr auto last_moment = std::chrono::milliseconds(200);

/// Given to the log's own thread before the process ends at once.
constexpr auto log_moment = std::chrono::milliseconds(20);

/// Reminders sent at a tick; after a long downtime hundreds of thousands may be due.
constexpr std::size_t due_at_once = 1000;

caf::strong_actor_ptr make_registry(caf::actor_system& actors, core& core) {
  caf::actor_config config;
  auto made = caf::make_actor<registry, caf::strong_actor_ptr>(actors.next_actor_id(), actors.node(), &actors, config,
                                                               std::ref(core));
  static_cast<registry*>(caf::actor_cast<caf::abstract_actor*>(made))->launch(nullptr, true, false);
  return made;
}

}  // namespace

struct runtime::implementation {
  implementation(const catalog& kinds, const options& limits, parlor::store& store, const clock& time, journal& log,
                 scheduling how, std::uint64_t seed)
      : how(how),
        config(how == scheduling::simulated, limits.threads, limits.messages_per_turn),
        actors(config),
        core(
            kinds, limits, store, time, log, seed, how == scheduling::simulated ? 0 : limits.blocking_threads,
            [this](directory_entry& s) { mail_registry(registry_actor, {entry_drained{&s}}); },
            [this](const running_handler& stuck, pthread_t on, duration ran) { end_process(stuck, on, ran); }),
        registry_actor(make_registry(actors, core)),
        delivery(core, [this](request_ptr r) { dispatch(std::move(r)); }),
        operators(
            core, [this](request_ptr r) { dispatch(std::move(r)); },
            [this](const address& actor, callback<void(bool)> done) { close(actor, std::move(done)); }),
        next_sweep(time.now() + limits.sweep_every),
        next_short_sweep(time.now() + limits.short_stay) {
    core.deliver = [this](parcel p) { delivery.deliver(std::move(p)); };
    core.ended = [this](directory_entry& s) { mail_registry(registry_actor, {entry_ended{&s}}); };
    core.failed = [this](directory_entry& s) { mail_registry(registry_actor, {entry_failed{&s}}); };
    core.step = [this](event_loop::work next) { step(std::move(next)); };
    for (event_loop* loop : loops())
      batches.emplace_back(*loop, core.directory, time,
                           [this](std::span<directory::batched_request> batch) { turned_away(batch); });
    backlog owed = store.restore(delivery.portion());
    for (stored_reminder& r : owed.reminders) core.reminders.apply(r.actor, {std::move(r.change)});
    // Before any client can ask for what they bring about: a room that was created is there.
    delivery.deliver_owed(std::move(owed));
    if (how == scheduling::threads) ticks.start();
  }

  std::vector<event_loop*> loops() {
    if (how == scheduling::simulated) return {};
    return dynamic_cast<loop_scheduler&>(actors.scheduler()).loops();
  }

  void step(event_loop::work next) {
    if (how == scheduling::simulated) return next();
    event_loop& on = *loops().front();
    if (++steps % steps_on_end == 0) on.post_later(steps_rest, std::move(next));
    else on.post(std::move(next));
  }

  /// A thread cannot be ended from outside, and what it holds is everybody's.
  void end_process(const running_handler& stuck, pthread_t on, duration ran) {
    core.log.note(journal::level::error, "handler_stuck", stuck.actor,
                  stuck.part + " is still running after " + std::to_string(ran.count()) + " ms: the process ends");
    std::this_thread::sleep_for(log_moment);
    end_process_stuck_on(on, ran);
  }

  void dispatch(request_ptr r) {
    if (core.quarantine.any() && r->call().from != source::operators) {
      const call& c = r->call();
      auto why = core.quarantine.refusal(r->actor_kind(), c.to.id, part_of(c), c.player);
      if (!why.empty()) return void(r->refuse("quarantined", why));
    }
    if (event_loop* here = event_loop::reading())
      for (request_batch& a : batches)
        if (a.belongs_to(here)) return a.add(std::move(r));
    auto became = core.directory.offer(std::move(r), core.time.now());
    if (became != directory::offered::delivered) turned_away(std::move(r), became);
  }

  void turned_away(request_ptr r, directory::offered became) {
    if (became == directory::offered::actor_busy) r->refuse("actor_busy");
    else mail_registry(registry_actor, {std::move(r)});
  }

  /// The registry hears of all that a round has for it at once.
  void turned_away(std::span<directory::batched_request> batch) {
    std::vector<request_ptr> for_registry;
    for (directory::batched_request& a : batch) {
      if (!a.r) continue;
      if (a.became == directory::offered::actor_busy) a.r->refuse("actor_busy");
      else for_registry.push_back(std::move(a.r));
    }
    if (!for_registry.empty()) mail_registry(registry_actor, {std::move(for_registry)});
  }

  void close(const address& actor, callback<void(bool)> done) {
    using done_function = callback<void(bool)>;
    const kind* actor_kind = core.kinds.find(actor.kind);
    if (!actor_kind) return done(false);
    // A registry that has ended drops the message: the caller is told all the same.
    std::shared_ptr<done_function> shared(new done_function(std::move(done)), [](done_function* f) {
      if (*f) (*f)(false);
      delete f;
    });
    mail_registry(registry_actor, {close_actor{std::move(shared), actor_kind, actor.id}});
  }

  void tick() {
    instant now = core.time.now();
    core.in_flight.expire(now);
    ring(now);
    core.feeds->ring(now);
    if (core.held_deletions.size() > 0 && !core.store.holds_deletions()) release_deletions(now);
    if (!core.in_flight.closed()) delivery.go_on_with_owed();
    for (parcel& p : core.reminders.due(now, due_at_once)) delivery.deliver(std::move(p));
    if (!broken_noted && !core.store.broken().empty()) {
      broken_noted = true;
      core.log.note(journal::level::error, "store_broken", {}, core.store.broken());
    }
    if (now >= next_sweep) {
      next_sweep = now + core.limits.sweep_every;
      mail_registry(registry_actor, {sweep{false}});
    } else if (now >= next_short_sweep) {
      mail_registry(registry_actor, {sweep{true}});
    }
    if (now >= next_short_sweep) next_short_sweep = now + core.limits.short_stay;
  }

  /// A reminder that its actor has set anew meanwhile is another one, and comes by itself.
  void release_deletions(instant now) {
    for (parcel& p : core.held_deletions.take()) {
      auto set = core.reminders.of_actor(p.message.to);
      bool anew = std::any_of(set.begin(), set.end(), [&p](const auto& r) { return r.name == p.owed.reminder; });
      if (!anew) core.reminders.postpone(std::move(p), now);
    }
  }

  void ring(instant now) {
    for (auto& timer : core.timers.due(now)) timer();
  }

  std::size_t run_steps(std::size_t count) {
    auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(actors.scheduler());
    std::size_t taken = 0;
    while (taken < count && scheduler.try_run_once()) ++taken;
    return taken;
  }

  /// Waits until `done`, at most until `bound` of the real clock.
  template <class Done>
  bool wait_for(Done done, std::chrono::steady_clock::time_point bound) {
    while (!done()) {
      if (how == scheduling::simulated && run_steps(SIZE_MAX) == 0) return done();
      if (std::chrono::steady_clock::now() >= bound) return false;
      if (how == scheduling::threads) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  /// Waits until no request is left.
  bool wait_until_alone(std::chrono::steady_clock::time_point bound) {
    return wait_for([this] { return core.in_flight.alive() == 0; }, bound);
  }

  bool stop() {
    auto now = std::chrono::steady_clock::now();
    auto bound = now + core.limits.stop_within;
    core.in_flight.close();
    core.feeds->stop();
    // Services have half of the time; then their answers are late, and the commands still have theirs.
    if (!wait_until_alone(now + core.limits.stop_within / 2)) ring(instant::max());
    bool drained = wait_until_alone(bound);
    mail_registry(registry_actor, {close_all{}});
    auto none_awake = [this] { return core.directory.awake() == 0; };
    bool asleep = wait_for(none_awake, bound);
    // Services that hang must not hang the runtime.
    if (!asleep) ring(instant::max());
    return drained && (asleep || wait_for(none_awake, bound + last_moment));
  }

  const scheduling how;
  loop_config config;
  caf::actor_system actors;
  parlor::core core;
  caf::strong_actor_ptr registry_actor;
  message_delivery delivery;
  parlor::operators operators;
  std::vector<request_batch> batches;  // one for each loop
  instant next_sweep;
  instant next_short_sweep;
  bool stopped = false;
  bool broken_noted = false;
  int steps = 0;  // the registry's
  ticker ticks{{.tick = [this] { tick(); }, .look = [this] { return core.watchdog.look(); }}};
};

runtime::runtime(const catalog& kinds, const options& limits, parlor::store& store, const clock& time, journal& log,
                 scheduling how, std::uint64_t seed)
    : implementation_(std::make_unique<implementation>(kinds, limits, store, time, log, how, seed)) {}

runtime::~runtime() {
  if (!implementation_->stopped) stop();
  if (implementation_->how == scheduling::simulated) implementation_->run_steps(SIZE_MAX);
  // Actors use the core to their last step: all of them end before any of it goes. One may wait for a
  // service until its timer rings.
  implementation_->actors.await_all_actors_done();
  // What an operator asked of one that sleeps is with the store alone, and answered here.
  implementation_->wait_until_alone(std::chrono::steady_clock::time_point::max());
  implementation_->ticks.stop();
}

void runtime::send(call&& c, request::answer_function answer) {
  const kind* actor_kind = kinds().find(c.to.kind);
  std::size_t command = 0;
  std::string_view wrong;
  if (!actor_kind) {
    wrong = "unknown_kind";
  } else if (!c.command.empty()) {
    auto found = actor_kind->find_command(c.command);
    if (found && actor_kind->commands[*found].senders != open_to::actors) command = *found;
    else wrong = "unknown_command";
  }
  if (!wrong.empty()) return answer({.why = {.code = std::string(wrong)}});
  send(*actor_kind, command, std::move(c), std::move(answer));
}

void runtime::send(const kind& actor_kind, std::size_t command, call&& c, request::answer_function answer) {
  core& shared = implementation_->core;
  duration patience = shared.limits.deadline;
  for (duration more_exact : {actor_kind.deadline, c.patience})
    if (more_exact > duration{0}) patience = more_exact;
  auto r =
      std::make_shared<request>(std::move(c), actor_kind, command, shared.time.now() + patience, std::move(answer));
  if (shared.in_flight.admit(*r)) implementation_->dispatch(std::move(r));
}

void runtime::close(const address& actor, callback<void(bool)> done) { implementation_->close(actor, std::move(done)); }

watch_handle::~watch_handle() {
  if (in_) in_->leave(subscription_);
}

watch_handle runtime::watch(watch_request&& watch, std::weak_ptr<watcher> listener, watch_function started) {
  core& shared = implementation_->core;
  const kind* k = kinds().find(watch.actor.kind);
  if (!k) return started(failure{"unknown_kind"}), watch_handle();
  auto s = std::make_shared<subscription>(*k, watch.actor.id, watch.player, watch.after, std::move(listener));
  if (auto refused = shared.feeds->enter(s, watch.until); !refused.empty())
    return started(failure{std::string(refused)}), watch_handle();
  auto looked = [in = shared.feeds, s, started = std::move(started)](reply&& r) mutable {
    if (!r.ok()) return started(std::move(r.why));
    in->start(s, r.tag);
    started(std::exchange(s->first, {}));
  };
  send(*k, 0,
       {.to = std::move(watch.actor),
        .player = std::move(watch.player),
        .from = source::client_get,
        .caller = watch.caller,
        .watch = s,
        .trace = watch.trace},
       std::move(looked));
  return {shared.feeds, s};
}

timer_handle runtime::call_at(instant due, timers::ring_function ring) {
  timers& in = implementation_->core.timers;
  return {in, in.set(due, std::move(ring))};
}

operators& runtime::operators() { return implementation_->operators; }
bool runtime::draining() const { return implementation_->core.draining; }

store_bound runtime::bound_reached(const caller_info& caller, std::string_view player) const {
  return implementation_->core.holdings.reached(caller, player);
}

void runtime::change_bounds(const bounds& to) { implementation_->core.bounds.replace(to); }

void runtime::count_for(const caller_info& caller, std::string_view player, const address& room) {
  implementation_->core.holdings.add(room, caller, player);
}

std::optional<activation_state> runtime::look(const address& actor) const {
  const kind* actor_kind = kinds().find(actor.kind);
  if (!actor_kind) return {};
  return implementation_->core.directory.look(*actor_kind, actor.id);
}

std::vector<event_loop*> runtime::loops() const { return implementation_->loops(); }

runtime::statistics runtime::stats() const {
  const core& shared = implementation_->core;
  statistics s;
  for (const kind& k : shared.kinds.kinds()) {
    std::size_t awake = shared.directory.awake(k);
    s.awake_by_kind[k.name] = awake;
    s.awake += awake;
    if (k.reached_by == reach::session) s.sessions += awake;
  }
  s.requests = shared.in_flight.clients();
  s.messages = shared.in_flight.actors();
  s.refused_by = shared.in_flight.refused_by();
  s.reminders = shared.reminders.size();
  s.watchers = shared.feeds->count();
  auto refused = shared.feeds->refused();
  for (std::size_t i = 0; i < refused.size(); ++i) s.watchers_refused[std::string(feeds::limits[i])] = refused[i];
  s.holds_deletions = shared.store.holds_deletions();
  s.deletions_held = shared.held_deletions.size();
  s.woken = shared.directory.activations();
  s.quarantined = shared.quarantine.size();
  s.slow_handlers = shared.watchdog.slow();
  s.hungry_handlers = shared.watchdog.hungry();
  s.messages_lost_by = implementation_->delivery.lost();
  for (const auto& [reason, count] : s.messages_lost_by) s.messages_lost += count;
  s.unreadable = shared.unreadable.size();
  s.deliveries_unread = implementation_->delivery.unread();
  return s;
}

const catalog& runtime::kinds() const { return implementation_->core.kinds; }
const clock& runtime::time() const { return implementation_->core.time; }
bool runtime::stopping() const { return implementation_->core.in_flight.closed(); }
bool runtime::holds_deletions() const { return implementation_->core.store.holds_deletions(); }
std::string runtime::store_broken() const { return implementation_->core.store.broken(); }

bool runtime::stop() {
  implementation_->stopped = true;
  return implementation_->stop();
}

void runtime::tick() { implementation_->tick(); }
std::size_t runtime::run_steps(std::size_t count) { return implementation_->run_steps(count); }

}  // namespace parlor
