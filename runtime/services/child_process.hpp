#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/services/child.hpp"
#include "runtime/services/descriptor.hpp"
#include "runtime/services/supervisor_process.hpp"
#include "runtime/values/callback.hpp"

/// Programs that belong to the server: the server's side of supervisor.hpp.
///
/// Each child has a socket to its guardian, and one thread listens to all of them. What is asked of
/// this class is queued for that thread, so nobody who asks ever waits for a process. The rules: an
/// end is told when nothing of the child is left, its grandchildren included; and when the server
/// is gone, however that happened, its children end by themselves.
namespace parlor {

class child_processes {
 public:
  /// Called on the class's own thread, without a lock. Must return soon and not throw. It may start
  /// and stop.
  using ended_function = callback<void(child_end&&)>;

  /// `supervisor` is the command line of a program whose main calls `supervise(supervisor_link)`.
  /// It is started when it is first needed, and again should it have ended. Throws
  /// std::system_error.
  explicit child_processes(std::vector<std::string> supervisor);
  /// Stops all, and waits until they have ended, for as long as the longest `stop_within` and a few
  /// seconds. What a callback starts meanwhile is refused, or dropped. Not from a callback.
  ~child_processes();
  child_processes(const child_processes&) = delete;
  child_processes& operator=(const child_processes&) = delete;

  /// Starts a program. `ended` is called once: when nothing of it is left, or it could not be
  /// started. Any thread. Returns what `stop` calls it by.
  std::uint64_t start(child_options program, ended_function ended);

  /// Has it end: SIGTERM to its process group, after its `stop_within` SIGKILL to all of it.
  /// Harmless for one that has ended. Any thread.
  void stop(std::uint64_t child);

 private:
  using steady = std::chrono::steady_clock;

  struct child {
    descriptor socket;
    ended_function ended;
    duration stop_within;
    bool started = false;
  };
  /// What somebody asked for: to start with these options, or else to stop.
  struct request {
    std::uint64_t child;
    std::optional<child_options> call;
    ended_function ended;
  };

  void wake();
  void serve();
  void do_requests();
  void begin(request& r);
  void stop_all();
  void listen();
  void hear(std::uint64_t number);
  void end(std::uint64_t number, child_end&& how);

  // Any thread.
  std::mutex mutex_;
  std::vector<request> requests_;
  std::uint64_t last_ = 0;
  bool ending_ = false;
  descriptor wake_;

  // The class's own thread.
  supervisor_process supervisor_;
  std::map<std::uint64_t, child> children_;
  std::optional<steady::time_point> leave_at_;  ///< when the server stops: no longer than that

  std::thread thread_;
};

}  // namespace parlor
