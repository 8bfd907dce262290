#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/services/child_process.hpp"
#include "runtime/services/http_client.hpp"
#include "runtime/services/lock_and_after.hpp"
#include "runtime/services/programs.hpp"
#include "runtime/values/random.hpp"

namespace parlor {

/// How long a look at a program takes at most.
inline constexpr duration program_look_max = std::chrono::seconds(2);

/// All programs, and who waits for them. One lock for all: a request holds it for a moment, and there are
/// some hundreds of programs.
class programs::table {
 public:
  struct program_pool;
  struct program;
  using program_ptr = std::shared_ptr<program>;

  table(std::vector<std::string> supervisor, std::string folder, journal& log, const start_limits& limits)
      : folder_(std::move(folder)), log_(log), limits_(limits), children_(std::move(supervisor)) {}

  std::function<std::unique_ptr<service>(const service_owner& whose)> service_of(program_options o);
  [[nodiscard]] statistics stats();

 private:
  using steady = std::chrono::steady_clock;
  using locked = lock_and_after;
  /// `waits_for_turn` has a place in its pool already, `waits_for_room` has none yet.
  enum class state { down, waits_for_room, waits_for_turn, starting, up, ending };
  class seat;
  struct waiting_call {
    raw_request request;
    service::raw_answer_function done;
    steady::time_point asked_at = steady::now();
  };
  /// One that broke off: because the program ended, which is told a little later, or for its own reason.
  struct unanswered_call {
    service::raw_answer_function done;
    failure why;
  };

  // The life of a program: programs.cpp.
  void stop(const program_ptr& p, callback<void()> stopped);
  void become(program& p, state next);
  void start(locked& l, const program_ptr& p);
  void start_if_it_may(locked& l, const program_ptr& p);
  void launch(locked& l, const program_ptr& p);
  void run(const program_ptr& p);
  void give_place(program& p);
  static http_call look_at(const program& p);
  void look(const program_ptr& p, duration after);
  void looked(const program_ptr& p, std::uint64_t run, const result<http_response>& seen);
  void end(program& p);
  void ended(const program_ptr& p, std::uint64_t run, child_end&& how);
  void ended_by_itself(locked& l, program& p, bool was_up, const child_end& how);
  /// The program that ends so that another may start, or why none does.
  result<program_ptr> room_for(const program& p) const;

  // Who waits for what: program_line.cpp.
  void start_in_turn(locked& l, const program_ptr& p);
  void give_turns(locked& l);
  void give_room(locked& l, program_pool& pool);
  void leave_line(const program_ptr& p);
  void turn_away(locked& l, const program_ptr& p, const std::string& why);

  // What it is asked: program_calls.cpp.
  void ask(const program_ptr& p, raw_request&& request, service::raw_answer_function done);
  static http_call call_to(const program& p, std::string_view path_and_query);
  void pass_on(const program_ptr& p, waiting_call&& call);
  void passed_on(const program_ptr& p, std::uint64_t run, service::raw_answer_function done,
                 result<http_response>&& answer);
  void was_late(const program_ptr& p, std::uint64_t run);
  void asked_ready(const program_ptr& p, std::uint64_t run, const result<http_response>& seen);
  static void give_up(locked& l, program& p, const std::string& better);
  static void refuse(locked& l, unanswered_call&& call);
  static void refuse(locked& l, program& p, std::string_view code, const std::string& detail);
  void forget_late(locked& l, program& p) const;

  const std::string folder_;
  journal& log_;
  const start_limits limits_;
  std::mutex mutex_;
  std::deque<program_ptr> line_;  // for a turn to start
  std::map<state, std::size_t> in_state_;
  std::uint64_t replaced_ = 0;
  std::set<std::uint16_t> ports_;
  std::uint64_t runs_ = 0;
  bool has_folder_ = false;
  // Of this server's own sockets: a program of one that was killed removes its own when it ends, perhaps late.
  const std::string name_ = std::to_string(static_cast<std::uint32_t>(random_number(purpose::names))) + "-";
  // These end first: until then their threads come here.
  http_client web_;
  child_processes children_;
};

/// The programs of one kind.
struct programs::table::program_pool {
  program_options options;
  std::set<program_ptr> alive;  // those that have a process, or wait for their turn to get one
  std::deque<program_ptr> wait_for_room;

  /// Programs that run, or wait for one that is ending, and are such.
  template <class Such>
  [[nodiscard]] std::size_t count(Such such) const;
  /// The one that was idle for longest among those that are such; null if there is none.
  template <class Such>
  [[nodiscard]] program_ptr longest_idle(Such such) const;
};

/// One player's.
struct programs::table::program {
  program(std::shared_ptr<program_pool> o, const service_owner& w) : pool(std::move(o)), whose(w), owner(w.caller) {}

  const std::shared_ptr<program_pool> pool;
  const address whose;
  const caller_info owner;
  state now = state::down;
  std::uint64_t run = 0;  // tells one process of this player's from the next
  std::uint64_t child = 0;
  std::uint16_t port = 0;
  std::string socket;
  int ports_tried = 0;
  std::chrono::steady_clock::time_point in_line_since, started_at, used_at, not_before;
  int failures = 0;
  std::size_t late = 0;  // answers in a row
  bool doubted = false;  // being asked whether it is ready
  std::string ended_as;  // in words; empty if it was we who ended it
  std::size_t under_way = 0;
  std::vector<waiting_call> waiting;
  std::vector<unanswered_call> unanswered;
  callback<void()> stopped;  // whom to tell when it has ended
};

}  // namespace parlor
