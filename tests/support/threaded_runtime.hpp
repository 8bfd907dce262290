#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "runtime/hosting/runtime.hpp"
#include "tests/support/at.hpp"
#include "tests/support/late_store.hpp"
#include "tests/support/notes.hpp"
#include "tests/support/pending_reply.hpp"

namespace parlor::testing {

/// The whole runtime on threads of its own, in real time: what the simulation is in virtual time, on one thread.
///
///     threaded_runtime running(counter(), {.threads = 4});
///     CHECK(running.post("ann", "counter/a", "add").word() == "ok");
class threaded_runtime {
 public:
  explicit threaded_runtime(kind only, options limits = {})
      : kinds_({std::move(only)}), runtime_(kinds_, limits, store, time, log) {}

  /// Sends a command; its reply goes to `replies`, which may collect several.
  void send(std::string player, std::string_view actor, std::string command, request::answer_function replies,
            std::string args = "{}") {
    runtime_.send(
        {.to = at(actor), .player = std::move(player), .command = std::move(command), .args = std::move(args)},
        std::move(replies));
  }
  /// Sends a command, and waits for its reply.
  pending_reply post(std::string player, std::string_view actor, std::string command, std::string args = "{}") {
    pending_reply p;
    send(std::move(player), actor, std::move(command), p.receiver(), std::move(args));
    p.wait_for(1);
    return p;
  }

  [[nodiscard]] parlor::runtime& runtime() { return runtime_; }

  real_clock time;
  late_store store;
  notes log;

 private:
  catalog kinds_;
  parlor::runtime runtime_;
};

}  // namespace parlor::testing
