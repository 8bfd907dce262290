#include "runtime/hosting/runtime.hpp"

#include <algorithm>
#include <atomic>
#include <caf/scheduler/test_coordinator.hpp>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "runtime/hosting/loops/request_batch.hpp"
#include "runtime/hosting/host/core.hpp"
#include "runtime/hosting/scheduler/loop_scheduler.hpp"
#include "runtime/hosting/host/messages.hpp"
#include "runtime/hosting/operators.hpp"
#include "runtime/hosting/registry.hpp"

namespace parlor {
namespace {

constexpr auto tick_every = std::chrono::milliseconds(50);

/// Long work goes on in steps of some 10 us, one in each round of a loop, and rests after so many: then it
/// takes a fifth of a core. Never at rest it would be over sooner; but to the machine's scheduler a thread
/// that always wants its core is one like any other, and it has the requests wait for milliseconds.
constexpr int steps_on_end = 100;
constexpr auto steps_rest = std::chrono::milliseconds(4);

/// Given to actors at the very end, when their services had all of the time and did not stop.
constexpr auto last_moment = std::chrono::milliseconds(200);

/// Reminders sent at a tick; after a long downtime hundreds of thousands may be due.
constexpr std::size_t due_at_once = 1000;

struct caf_config : caf::actor_system_config {
  caf_config(const options& limits, scheduling how) {
    if (how == scheduling::simulated)
      set("scheduler.policy", caf::atom("testing"));
    else
      module_factories.push_back([](caf::actor_system& of) -> caf::actor_system::module* {
        return new loop_scheduler(of);
      });
    std::size_t threads = limits.threads ? limits.threads : std::thread::hardware_concurrency();
    set("scheduler.max-threads", std::max<std::size_t>(threads, 1));
    set("scheduler.max-throughput", limits.messages_per_turn);
    set("logger.verbosity", caf::atom("quiet"));
  }
};

std::uint64_t seed_of_the_machine() {
  std::random_device source;
  return (std::uint64_t{source()} << 32) ^ source();
}

}  // namespace

struct system::parts {
  parts(const catalog& kinds, const options& limits, store& actors_store, const clock& time,
        journal& log, scheduling how, std::uint64_t seed)
      : how(how),
        config(limits, how),
        actors(config),
        shared(kinds, limits, actors_store, time, log, seed ? seed : seed_of_the_machine(),
               how == scheduling::simulated ? 0 : limits.blocking_threads,
               [this](slot& s) { caf::anon_send(keeper, slot_drained{&s}); }),
        keeper(actors.spawn<registry>(std::ref(shared))),
        operators(shared, [this](request_ptr r) { dispatch(std::move(r)); },
                  [this](const address& who, callback<void(bool)> done) { close(who, std::move(done)); }),
        next_sweep(time.now() + limits.sweep_every),
        next_short_sweep(time.now() + limits.short_stay) {
    shared.deliver = [this](parcel p) { deliver(std::move(p)); };
    shared.ended = [this](slot& s) { caf::anon_send(keeper, slot_ended{&s}); };
    shared.failed = [this](slot& s) { caf::anon_send(keeper, slot_failed{&s}); };
    shared.step = [this](event_loop::work next) { step(std::move(next)); };
    for (event_loop* loop : loops())
      arriving.emplace_back(*loop, shared.awake, time,
                            [this](std::span<directory::arrival> all) { turned_away(all); });
    backlog owed = actors_store.restore();
    for (stored_reminder& r : owed.reminders) shared.later.apply(r.who, {std::move(r.what)});
    // Before any client can ask for what they bring about: a room that was created is there.
    for (stored_message& m : owed.messages) deliver({std::move(m.what), {.message = m.number}});
    if (how == scheduling::threads) ticker = std::thread([this] { keep_ticking(); });
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

  void dispatch(request_ptr r) {
    if (event_loop* here = event_loop::reading())
      for (arrivals& a : arriving)
        if (a.are_of(here)) return a.add(std::move(r));
    auto became = shared.awake.offer(std::move(r), shared.time.now());
    if (became != directory::offered::delivered) turned_away(std::move(r), became);
  }

  void turned_away(request_ptr r, directory::offered became) {
    if (became == directory::offered::actor_busy) r->refuse("actor_busy");
    else caf::anon_send(keeper, std::move(r));
  }

  /// The registry hears of all that a round has for it at once.
  void turned_away(std::span<directory::arrival> all) {
    std::vector<request_ptr> for_keeper;
    for (directory::arrival& a : all) {
      if (!a.r) continue;
      if (a.became == directory::offered::actor_busy) a.r->refuse("actor_busy");
      else for_keeper.push_back(std::move(a.r));
    }
    if (!for_keeper.empty()) caf::anon_send(keeper, std::move(for_keeper));
  }

  void deliver(parcel p) {
    const kind* of = shared.kinds.find(p.what.to.kind);
    auto command = of ? of->find_command(p.what.command) : std::nullopt;
    if (!command) return lose(p, "no such kind or command");
    call what{.to = p.what.to,
              .from = source::actor,
              .command = p.what.command,
              .args = p.what.args,
              .trace = p.trace,
              .brought = p.brought};
    auto answer = [this, p = std::move(p)](const reply& r) mutable {
      if (!r.ok()) not_taken(std::move(p), r.why);
    };
    auto r = std::make_shared<request>(std::move(what), *of, *command, instant::max(),
                                       std::move(answer));
    shared.doors.admit(*r);
    dispatch(std::move(r));
  }

  /// A message was refused: by the receiver's rules, and that is that, or because something failed.
  void not_taken(parcel p, const failure& why) {
    if (find_word(why.code).status < 500) {
      shared.log.note(journal::level::debug, "message_refused", p.what.to,
                      p.what.command + ": " + why.code + " " + why.detail, p.trace);
      return;
    }
    if (shared.doors.closed()) return;  // the store owes it to the next process
    // A store that fails is not the receiver's fault: the message waits for better times.
    if (why.code != "storage_failed") ++p.failures;
    if (!p.brought.owed() || p.failures >= shared.limits.deliveries_max) return lose(p, why.code);
    auto wait = std::chrono::seconds(1) * (1 << std::clamp(p.failures - 1, 0, 8));
    shared.later.postpone(std::move(p), shared.time.now() + wait);
  }

  void close(const address& who, callback<void(bool)> done) {
    using told_function = callback<void(bool)>;
    const kind* of = shared.kinds.find(who.kind);
    if (!of) return done(false);
    // A registry that has ended drops the message: whoever asked is told all the same.
    std::shared_ptr<told_function> told(new told_function(std::move(done)), [](told_function* f) {
      if (*f) (*f)(false);
      delete f;
    });
    caf::anon_send(keeper, close_actor{std::move(told), of, who.id});
  }

  void lose(const parcel& p, std::string_view why) {
    ++lost;
    shared.log.note(journal::level::warning, "message_lost", p.what.to,
                    p.what.command + ": " + std::string(why), p.trace);
    if (p.brought.owed()) shared.actors_store.bury(p.what.to, p.brought, std::string(why));
  }

  void tick() {
    instant now = shared.time.now();
    shared.doors.expire(now);
    ring(now);
    shared.watched->ring(now);
    shared.dog.look();
    for (parcel& p : shared.later.due(now, due_at_once)) deliver(std::move(p));
    if (!broken_noted && !shared.actors_store.broken().empty()) {
      broken_noted = true;
      shared.log.note(journal::level::error, "store_broken", {}, shared.actors_store.broken());
    }
    if (now >= next_sweep) {
      next_sweep = now + shared.limits.sweep_every;
      caf::anon_send(keeper, sweep{false});
    } else if (now >= next_short_sweep) {
      caf::anon_send(keeper, sweep{true});
    }
    if (now >= next_short_sweep) next_short_sweep = now + shared.limits.short_stay;
  }

  void ring(instant now) {
    for (auto& one : shared.waits.due(now)) one();
  }

  void keep_ticking() {
    std::unique_lock lock(ticking);
    while (!ended) {
      lock.unlock();
      tick();
      lock.lock();
      ticking_changed.wait_for(lock, tick_every, [this] { return ended; });
    }
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
    return wait_for([this] { return shared.doors.alive() == 0; }, bound);
  }

  bool stop() {
    auto now = std::chrono::steady_clock::now();
    auto bound = now + shared.limits.stop_within;
    shared.doors.close();
    shared.watched->stop();
    // Services have half of the time; then their answers are late, and the commands still have theirs.
    if (!wait_until_alone(now + shared.limits.stop_within / 2)) ring(instant::max());
    bool drained = wait_until_alone(bound);
    caf::anon_send(keeper, close_all{});
    auto none_awake = [this] { return shared.awake.awake() == 0; };
    bool asleep = wait_for(none_awake, bound);
    // Services that hang must not hang the house.
    if (!asleep) ring(instant::max());
    return drained && (asleep || wait_for(none_awake, bound + last_moment));
  }

  void end_ticking() {
    {
      std::lock_guard lock(ticking);
      ended = true;
    }
    ticking_changed.notify_all();
    if (ticker.joinable()) ticker.join();
  }

  const scheduling how;
  caf_config config;
  caf::actor_system actors;
  core shared;
  caf::actor keeper;
  oversight operators;
  std::vector<arrivals> arriving;  // one for each loop
  instant next_sweep;
  instant next_short_sweep;
  std::mutex ticking;
  std::condition_variable ticking_changed;
  bool ended = false;
  bool stopped = false;
  bool broken_noted = false;
  int steps = 0;  // the registry's
  std::atomic<std::uint64_t> lost{0};
  std::thread ticker;
};

system::system(const catalog& kinds, const options& limits, store& actors_store, const clock& time,
               journal& log, scheduling how, std::uint64_t seed)
    : parts_(std::make_unique<parts>(kinds, limits, actors_store, time, log, how, seed)) {}

system::~system() {
  if (!parts_->stopped) stop();
  if (parts_->how == scheduling::simulated) parts_->run_steps(SIZE_MAX);
  // Actors use the core to their last step: all of them end before any of it goes. One may wait for a
  // service until its alarm rings.
  parts_->actors.await_all_actors_done();
  // What an operator asked of one that sleeps is with the store alone, and answered here.
  parts_->wait_until_alone(std::chrono::steady_clock::time_point::max());
  parts_->end_ticking();
}

void system::send(call&& what, request::answer_function answer) {
  core& shared = parts_->shared;
  const kind* of = shared.kinds.find(what.to.kind);
  std::size_t command = 0;
  std::string_view wrong;
  if (!of) {
    wrong = "unknown_kind";
  } else if (!what.command.empty()) {
    auto found = of->find_command(what.command);
    if (found && of->commands[*found].who != open_to::actors) command = *found;
    else wrong = "unknown_command";
  }
  if (!wrong.empty()) return answer({.why = {.code = std::string(wrong)}});
  duration patience = shared.limits.deadline;
  for (duration more_exact : {of->deadline, what.patience})
    if (more_exact > duration{0}) patience = more_exact;
  auto r = std::make_shared<request>(std::move(what), *of, command, shared.time.now() + patience,
                                     std::move(answer));
  if (shared.doors.admit(*r)) parts_->dispatch(std::move(r));
}

void system::close(const address& who, callback<void(bool)> done) {
  parts_->close(who, std::move(done));
}

watching::~watching() {
  if (in_) in_->leave(what_);
}

watching system::watch(watch_request&& what, std::weak_ptr<watcher> who, watch_function started) {
  core& shared = parts_->shared;
  const kind* k = kinds().find(what.of.kind);
  if (!k) return started(failure{"unknown_kind"}), watching();
  auto s = std::make_shared<subscription>(*k, what.of.id, what.player, what.after, std::move(who));
  if (auto refused = shared.watched->enter(s, what.until); !refused.empty())
    return started(failure{std::string(refused)}), watching();
  auto looked = [in = shared.watched, s, started = std::move(started)](reply&& r) mutable {
    if (!r.ok()) return started(std::move(r.why));
    in->start(s, r.tag);
    started(std::exchange(s->first, {}));
  };
  send({.to = std::move(what.of), .player = std::move(what.player), .from = source::client_get, .watch = s,
        .trace = what.trace},
       std::move(looked));
  return {shared.watched, s};
}

oversight& system::oversee() { return parts_->operators; }
bool system::draining() const { return parts_->shared.draining; }

std::optional<presence> system::look(const address& who) const {
  const kind* of = kinds().find(who.kind);
  if (!of) return {};
  return parts_->shared.awake.look(*of, who.id);
}

std::vector<event_loop*> system::loops() const { return parts_->loops(); }

system::statistics system::stats() const {
  const core& shared = parts_->shared;
  statistics s;
  for (const kind& k : shared.kinds.kinds()) {
    std::size_t awake = shared.awake.awake(k);
    s.awake_by_kind[k.name] = awake;
    s.awake += awake;
    if (k.reached_by == reach::session) s.sessions += awake;
  }
  s.requests = shared.doors.clients();
  s.messages = shared.doors.actors();
  s.refused_by = shared.doors.refused_by();
  s.reminders = shared.later.size();
  s.watchers = shared.watched->count();
  s.woken = shared.awake.activations();
  s.slow_handlers = shared.dog.slow();
  s.messages_lost = parts_->lost;
  return s;
}

const catalog& system::kinds() const { return parts_->shared.kinds; }
const clock& system::time() const { return parts_->shared.time; }
bool system::stopping() const { return parts_->shared.doors.closed(); }
std::string system::store_broken() const { return parts_->shared.actors_store.broken(); }

bool system::stop() {
  parts_->stopped = true;
  return parts_->stop();
}

void system::tick() { parts_->tick(); }
std::size_t system::run_steps(std::size_t count) { return parts_->run_steps(count); }

}  // namespace parlor
