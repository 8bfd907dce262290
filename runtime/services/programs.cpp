// The life of players' programs: who is started, makes room, ends, and is started again.
#include "runtime/services/programs.hpp"

#include <sys/un.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "runtime/services/loopback_port.hpp"
#include "runtime/services/program_command.hpp"
#include "runtime/services/program_table.hpp"

namespace parlor {
namespace {

/// Between two looks whether a program is ready.
constexpr duration look_every = std::chrono::milliseconds(50);

/// One that has run for so long is not said to fail again and again.
constexpr auto proven_after = std::chrono::minutes(1);
constexpr auto backoff_max = std::chrono::seconds(60);

/// Starts on other ports, when somebody else was faster.
constexpr int ports_tried_max = 5;

/// So many per cent of all, and at least one.
std::size_t share(std::size_t places, std::size_t percent) { return std::max<std::size_t>(places * percent / 100, 1); }

/// The places that guests leave to named players; one is always theirs.
std::size_t reserved(const program_options& o) {
  return std::min((o.programs_max * o.reserved_percent + 99) / 100, o.programs_max - 1);
}

bool lacks_descriptors(const std::exception& e) {
  auto* failed = dynamic_cast<const std::system_error*>(&e);
  return failed && parlor::lacks_descriptors(failed->code().value());
}

std::chrono::seconds backoff(int failures) {
  if (failures < 2) return {};
  return std::min<std::chrono::seconds>(std::chrono::seconds(1) * (1 << std::min(failures - 2, 10)), backoff_max);
}

}  // namespace

/// None is counted while it is down.
void programs::table::become(program& p, state next) {
  if (p.now != state::down) --in_state_[p.now];
  if (next != state::down) ++in_state_[next];
  p.now = next;
}

void programs::table::start_if_it_may(locked& l, const program_ptr& p) {
  auto now = steady::now();
  if (now >= p->not_before) return start(l, p);
  auto wait = std::chrono::ceil<std::chrono::seconds>(p->not_before - now);
  refuse(l, *p, "service_failed",
         "the program ended " + std::to_string(p->failures) + " times; it is started again in " +
             std::to_string(wait.count()) + " s");
}

void programs::table::start(locked& l, const program_ptr& p) {
  p->ports_tried = 0;
  program_pool& pool = *p->pool;
  auto leaves = room_for(*p);
  if (!leaves) {
    become(*p, state::down);
    return refuse(l, *p, leaves.why().code, leaves.why().detail);
  }
  if (!leaves.value() && pool.alive.size() < pool.options.programs_max) return start_in_turn(l, p);
  become(*p, state::waits_for_room);
  pool.wait_for_room.push_back(p);
  if (!leaves.value()) return;
  log_.note(journal::level::info, "program_crowded_out", leaves.value()->whose, "");
  end(*leaves.value());
}

template <class Such>
std::size_t programs::table::program_pool::count(Such such) const {
  auto takes_place = [&](const program_ptr& p) { return p->now != state::ending && such(*p); };
  return static_cast<std::size_t>(std::count_if(alive.begin(), alive.end(), takes_place) +
                                  std::count_if(wait_for_room.begin(), wait_for_room.end(), takes_place));
}

template <class Such>
programs::table::program_ptr programs::table::program_pool::longest_idle(Such such) const {
  program_ptr found;
  for (const program_ptr& p : alive) {
    if (p->now != state::up || p->under_way > 0 || !such(*p)) continue;
    if (!found || p->used_at < found->used_at) found = p;
  }
  return found;
}

result<programs::table::program_ptr> programs::table::room_for(const program& p) const {
  const program_pool& pool = *p.pool;
  const program_options& o = pool.options;
  auto of_guest = [](const program& other) { return other.owner.guest; };
  auto of_neighbour = [&](const program& other) { return other.owner.network == p.owner.network; };
  auto unused_of = [&, now = steady::now()](auto such) {
    return pool.longest_idle([&](const program& other) { return such(other) && now >= other.used_at + o.in_use_for; });
  };
  program_ptr leaves;
  std::string full;
  if (p.owner.network != 0 && pool.count(of_neighbour) >= share(o.programs_max, o.address_percent)) {
    leaves = unused_of(of_neighbour);
    full = "the guests of this address run as many programs as they may";
  } else if (p.owner.guest && pool.count(of_guest) >= o.programs_max - reserved(o)) {
    leaves = unused_of(of_guest);
    full = "guests run as many programs as they may";
  }
  if (leaves) return leaves;
  if (!full.empty()) return failure{"too_many_programs", full + ", and all of them are in use"};
  // One that is ending already makes room, too, if nobody else waits for it.
  auto is_ending = [](const program_ptr& other) { return other->now == state::ending; };
  auto ending = std::count_if(pool.alive.begin(), pool.alive.end(), is_ending);
  if (pool.alive.size() < o.programs_max || std::cmp_greater(ending, pool.wait_for_room.size())) return program_ptr{};
  leaves = p.owner.guest ? unused_of(of_guest) : pool.longest_idle(of_guest);
  if (!leaves && !p.owner.guest) leaves = pool.longest_idle([](const program&) { return true; });
  if (leaves) return leaves;
  return failure{"overloaded", "all " + std::to_string(o.programs_max) + " programs are busy"};
}

void programs::table::give_place(program& p) {
  const auto& command = p.pool->options.command;
  if (mentions(command, "{port}")) {
    // Two programs that start at once must not be given the same.
    do p.port = free_loopback_port();
    while (!ports_.insert(p.port).second);
  }
  if (mentions(command, "{socket}")) {
    // Sockets of a server that was killed go first.
    if (!std::exchange(has_folder_, true)) std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    p.socket = folder_ + "/" + name_ + std::to_string(p.run) + ".sock";
  }
}

void programs::table::launch(locked& l, const program_ptr& p) {
  become(*p, state::starting);
  p->run = ++runs_;
  p->started_at = steady::now();
  p->late = 0;
  p->doubted = false;
  p->ended_as.clear();
  try {
    give_place(*p);
    run(p);
  } catch (const std::exception& e) {
    p->pool->alive.erase(p);
    ports_.erase(std::exchange(p->port, 0));
    become(*p, state::down);
    // Who asked for it is yet to come, and to be answered: that counts.
    if (p->waiting.empty()) return;
    child_end how = not_started(e.what());
    how.overloaded = lacks_descriptors(e);
    ended_by_itself(l, *p, false, how);
  }
}

void programs::table::run(const program_ptr& p) {
  child_options program = filled_in(p->pool->options, p->port, p->socket, p->whose.id);
  p->child =
      children_.start(std::move(program), [this, p, run = p->run](child_end&& how) { ended(p, run, std::move(how)); });
  look(p, duration{0});
}

http_call programs::table::look_at(const program& p) {
  const std::string& path = p.pool->options.ready_path;
  http_call call = call_to(p, std::string_view(path).substr(path.starts_with('/') ? 1 : 0));
  call.post = false;
  return call;
}

/// Looks whether it is ready.
void programs::table::look(const program_ptr& p, duration after) {
  http_call call = look_at(*p);
  call.after = after;
  // Each look is short: one that is not answered says nothing of the next.
  auto left = p->pool->options.start_within - std::chrono::duration_cast<duration>(steady::now() - p->started_at);
  call.within = std::clamp<duration>(left, look_every, program_look_max);
  call.connect_only = p->pool->options.ready_path.empty();
  web_.send(std::move(call), [this, p, run = p->run](const auto& seen) { looked(p, run, seen); });
}

void programs::table::looked(const program_ptr& p, std::uint64_t run, const result<http_response>& seen) {
  locked l(mutex_);
  if (p->run != run || p->now != state::starting) return;
  const program_options& o = p->pool->options;
  bool ready = seen && (o.ready_path.empty() || seen.value().status / 100 == 2);
  auto took = std::chrono::duration_cast<duration>(steady::now() - p->started_at);
  if (ready) {
    become(*p, state::up);
    log_.note(journal::level::info, "program_started", p->whose,
              (p->port ? "on port " + std::to_string(p->port) : "at " + p->socket) + ", ready after " +
                  std::to_string(took.count()) + " ms");
    forget_late(l, *p);
    for (waiting_call& call : std::exchange(p->waiting, {})) pass_on(p, std::move(call));
  } else if (took < o.start_within) {
    look(p, look_every);
  } else {
    ++p->failures;
    p->not_before = steady::now() + backoff(p->failures);
    log_.note(journal::level::warning, "program_late", p->whose, "it was not ready in time");
    refuse(l, *p, "service_late", "the program was not ready in time");
    end(*p);
  }
  // Also when it is looked at once more: somebody may have waited for too long.
  give_turns(l);
}

void programs::table::end(program& p) {
  become(p, state::ending);
  children_.stop(p.child);
}

void programs::table::ended(const program_ptr& p, std::uint64_t run, child_end&& how) {
  locked l(mutex_);
  if (p->run != run) return;
  state was = p->now;
  become(*p, state::down);
  bool port_lost =
      was == state::starting && p->port && is_loopback_port_taken(p->port) && ++p->ports_tried < ports_tried_max;
  ports_.erase(p->port);
  std::error_code ignored;  // whatever the program has made of it
  if (!p->socket.empty()) std::filesystem::remove_all(p->socket, ignored);
  p->port = 0;
  p->socket.clear();
  if (port_lost && how.started) {
    log_.note(journal::level::info, "program_ended", p->whose, "somebody else has its port; it gets another");
    return launch(l, p);  // its turn is not over
  }
  p->pool->alive.erase(p);
  if (was == state::ending) log_.note(journal::level::info, "program_stopped", p->whose, how.how);
  else ended_by_itself(l, *p, was == state::up, how);
  give_turns(l);
  give_room(l, *p->pool);
  if (p->stopped) l.after(std::exchange(p->stopped, {}));
  else if (!p->waiting.empty()) start_if_it_may(l, p);
}

void programs::table::ended_by_itself(locked& l, program& p, bool was_up, const child_end& how) {
  log_.note(journal::level::warning, "program_ended", p.whose,
            how.how + (how.last_lines.empty() ? "" : "; its last lines: " + how.last_lines));
  if (how.overloaded) return refuse(l, p, "overloaded", "the program " + how.how);
  if (was_up && steady::now() - p.started_at > proven_after) p.failures = 0;
  ++p.failures;
  p.not_before = steady::now() + backoff(p.failures);
  p.ended_as = how.started ? "the program ended: " + how.how : "the program " + how.how;
  refuse(l, p, "service_failed", p.ended_as);
  give_up(l, p, p.ended_as);
}

void programs::table::stop(const program_ptr& p, callback<void()> stopped) {
  locked l(mutex_);
  p->waiting.clear();
  if (p->now == state::waits_for_room) {
    std::erase(p->pool->wait_for_room, p);
    become(*p, state::down);
  }
  if (p->now == state::waits_for_turn) {
    std::erase(line_, p);
    leave_line(p);
    give_room(l, *p->pool);
  }
  if (p->now == state::down) {
    if (stopped) l.after(std::move(stopped));
    return;
  }
  p->stopped = std::move(stopped);
  if (p->now != state::ending) end(*p);
  give_turns(l);
}

/// A session's side of its program.
class programs::table::seat final : public service {
 public:
  seat(table& table, program_ptr p) : table_(table), program_(std::move(p)) {}
  ~seat() override { table_.stop(program_, {}); }
  void ask_raw(raw_request request, raw_answer_function done) override {
    table_.ask(program_, std::move(request), std::move(done));
  }
  void stop(callback<void()> stopped) override { table_.stop(program_, std::move(stopped)); }

 private:
  table& table_;
  const program_ptr program_;
};

std::function<std::unique_ptr<service>(const service_owner& whose)> programs::table::service_of(program_options o) {
  constexpr std::size_t number_max = 32;  // of a socket's name
  if (mentions(o.command, "{socket}") && folder_.size() + number_max >= sizeof(sockaddr_un::sun_path))
    throw std::runtime_error("the data folder's path is too long for sockets: " + folder_);
  auto pool = std::make_shared<program_pool>();
  pool->options = std::move(o);
  return [this, pool](const service_owner& whose) {
    auto p = std::make_shared<program>(pool, whose);
    auto made = std::make_unique<seat>(*this, p);
    // It is on its way up when it is asked, or before, if the session was only opened.
    locked l(mutex_);
    p->used_at = steady::now();
    start(l, p);
    return made;
  };
}

programs::programs(std::vector<std::string> supervisor, std::string folder, journal& log, start_limits limits)
    : supervisor_(std::move(supervisor)), folder_(std::move(folder)), log_(log), limits_(limits) {
  if (limits_.at_once == 0) limits_.at_once = 2 * std::max<std::size_t>(1, std::thread::hardware_concurrency());
}
programs::~programs() = default;

std::function<std::unique_ptr<service>(const service_owner& whose)> programs::service_of(program_options options) {
  if (!table_) table_ = std::make_unique<table>(supervisor_, folder_, log_, limits_);
  return table_->service_of(std::move(options));
}

programs::statistics programs::stats() const { return table_ ? table_->stats() : statistics{}; }

}  // namespace parlor
