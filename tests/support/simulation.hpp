#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/hosting/runtime.hpp"
#include "tests/support/at.hpp"
#include "tests/support/late_store.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/notes.hpp"
#include "tests/support/pending_reply.hpp"

/// The whole runtime on one thread, in virtual time, in an order that repeats.
///
///     simulation sim(tictactoe());
///     sim.post("ann", "tictactoe/r1", "join");
///     sim.advance(31min);
///     CHECK_FALSE(sim.awake("tictactoe/r1"));
namespace parlor::testing {

class simulation {
 public:
  explicit simulation(kind only, options limits = {}) : simulation(catalog({std::move(only)}), limits) {}
  explicit simulation(catalog kinds, options limits = {}) : kinds_(std::move(kinds)), limits_(limits) { restart(); }

  /// Actors that wait for the store would never end: the power goes first.
  ~simulation() {
    *connected_ = false;
    store.power_off(0);
  }

  // A client's requests. `send` leaves the answer pending; the others run until nothing moves.
  pending_reply send(call c) {
    pending_reply p;
    runtime_->send(std::move(c), [receive = p.receiver(), here = connected_](reply r) mutable {
      if (*here) receive(std::move(r));
    });
    return p;
  }
  pending_reply send(std::string player, std::string_view to, std::string command, std::string args = "{}") {
    return send({.to = at(to), .player = std::move(player), .command = std::move(command), .args = std::move(args)});
  }
  pending_reply post(std::string player, std::string_view to, std::string command, std::string args = "{}") {
    pending_reply p = send(std::move(player), to, std::move(command), std::move(args));
    run();
    return p;
  }
  /// The same with an Idempotency-Key.
  pending_reply post_once(std::string key, std::string player, std::string_view to, std::string command,
                          std::string args = "{}") {
    pending_reply p = send({.to = at(to),
                            .player = std::move(player),
                            .command = std::move(command),
                            .args = std::move(args),
                            .key = std::move(key)});
    run();
    return p;
  }
  pending_reply get(std::string player, std::string_view to) {
    pending_reply p = send({.to = at(to), .player = std::move(player), .from = source::client_get});
    run();
    return p;
  }

  /// Lets actors work until none has a message.
  void run() { runtime_->run_until_idle(); }

  /// Lets time pass, in steps small enough that everything happens when it is due.
  void advance(duration by, duration step = std::chrono::seconds(1)) {
    run();
    while (by > duration{0}) {
      duration part = std::min(by, step);
      time.advance(part);
      runtime_->tick();
      run();
      by -= part;
    }
  }

  [[nodiscard]] bool awake(std::string_view actor) const { return runtime_->look(at(actor)).has_value(); }

  /// Kills the runtime and starts another on what had reached the store. Clients hear nothing of what was
  /// under way. Of the commits that the store held, `kept` had reached it without being acknowledged.
  void crash(std::size_t kept = 0) {
    *connected_ = false;
    store.power_off(kept);
    restart();
  }

  /// Stops the runtime, if there is one, and starts another on the same store.
  void restart() {
    runtime_.reset();
    store.power_on();
    connected_ = std::make_shared<bool>(true);
    runtime_ = std::make_unique<parlor::runtime>(kinds_, limits_, store, time, log, scheduling::simulated, 1);
  }

  /// Stops the runtime and starts another program on the same store, with this kind alone.
  void deploy(kind only) {
    runtime_.reset();
    kinds_ = catalog({std::move(only)});
    restart();
  }

  /// Accepted = answered + refused, and nothing is left inside.
  [[nodiscard]] bool balanced() const {
    auto s = runtime_->stats();
    return s.requests.in_flight == 0 && s.messages.in_flight == 0;
  }

  [[nodiscard]] parlor::runtime& runtime() { return *runtime_; }

  manual_clock time;
  late_store store;
  notes log;

 private:
  catalog kinds_;
  options limits_;
  std::unique_ptr<parlor::runtime> runtime_;
  std::shared_ptr<bool> connected_ = std::make_shared<bool>(true);
};

}  // namespace parlor::testing
