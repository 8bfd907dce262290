#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/hosting/runtime.hpp"
#include "tests/support/late_store.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/notes.hpp"

/// The whole runtime on one thread, in virtual time, in an order that repeats.
///
///     simulation sim(tictactoe());
///     sim.post("ann", "tictactoe/r1", "join");
///     sim.advance(31min);
///     CHECK_FALSE(sim.awake("tictactoe/r1"));
namespace parlor::testing {

/// `kind/id` as an address.
inline address at(std::string_view text) {
  auto slash = text.find('/');
  return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

/// An answer that may not have come yet.
class pending {
 public:
  [[nodiscard]] bool answered() const { return *times_ > 0; }
  [[nodiscard]] int times() const { return *times_; }
  [[nodiscard]] const reply& answer() const { return *reply_; }
  /// The word of the failure; "ok", or "pending".
  [[nodiscard]] std::string word() const {
    if (!answered()) return "pending";
    return reply_->ok() ? "ok" : reply_->why.code;
  }
  [[nodiscard]] const std::string& body() const { return reply_->body; }

  [[nodiscard]] request::answer_function receiver() const {
    return [times = times_, kept = reply_](reply r) {
      ++*times;
      if (*times == 1) *kept = std::move(r);
    };
  }

 private:
  std::shared_ptr<int> times_ = std::make_shared<int>(0);
  std::shared_ptr<reply> reply_ = std::make_shared<reply>();
};

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
  pending send(call c) {
    pending p;
    runtime_->send(std::move(c), [receive = p.receiver(), here = connected_](reply r) mutable {
      if (*here) receive(std::move(r));
    });
    return p;
  }
  pending send(std::string player, std::string_view to, std::string command, std::string args = "{}") {
    return send({.to = at(to), .player = std::move(player), .command = std::move(command), .args = std::move(args)});
  }
  pending post(std::string player, std::string_view to, std::string command, std::string args = "{}") {
    pending p = send(std::move(player), to, std::move(command), std::move(args));
    run();
    return p;
  }
  /// The same with an Idempotency-Key.
  pending post_once(std::string key, std::string player, std::string_view to, std::string command,
                    std::string args = "{}") {
    pending p = send({.to = at(to),
                      .player = std::move(player),
                      .command = std::move(command),
                      .args = std::move(args),
                      .key = std::move(key)});
    run();
    return p;
  }
  pending get(std::string player, std::string_view to) {
    pending p = send({.to = at(to), .player = std::move(player), .from = source::client_get});
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

  /// Kills the system and starts another on what had reached the store. Clients hear nothing of what was
  /// under way. Of the commits that the store held, `kept` had reached it without being acknowledged.
  void crash(std::size_t kept = 0) {
    *connected_ = false;
    store.power_off(kept);
    restart();
  }

  /// Stops the system, if there is one, and starts another on the same store.
  void restart() {
    runtime_.reset();
    store.power_on();
    connected_ = std::make_shared<bool>(true);
    runtime_ = std::make_unique<parlor::runtime>(kinds_, limits_, store, time, log, scheduling::simulated, 1);
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
