#include "runtime/services/programs.hpp"

#include <sys/un.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <mutex>
#include <set>
#include <stdexcept>
#include <utility>

#include "runtime/services/child_process.hpp"
#include "runtime/services/http_client.hpp"
#include "runtime/services/lock_and_after.hpp"
#include "runtime/services/loopback_port.hpp"
#include "runtime/services/program_command.hpp"

namespace parlor {
namespace {

using steady = std::chrono::steady_clock;

/// Between two looks whether a program is ready.
constexpr auto look_every = std::chrono::milliseconds(50);

/// Within that its keeper tells that a program has ended: milliseconds, unless the machine has too much to do.
constexpr auto told_within = std::chrono::seconds(2);

/// One that has run for so long is not said to fail again and again.
constexpr auto proven_after = std::chrono::minutes(1);
constexpr auto backoff_max = std::chrono::seconds(60);

/// Starts on other ports, when somebody else was faster.
constexpr int ports_tried_max = 5;

std::chrono::seconds backoff(int failures) {
  if (failures < 2) return {};
  return std::min<std::chrono::seconds>(std::chrono::seconds(1) * (1 << std::min(failures - 2, 10)), backoff_max);
}

}  // namespace

/// All programs, and who waits for them. One lock for all: a request holds it for a moment, and there are
/// some hundreds of programs.
class programs::all {
 public:
  struct pool;
  struct program;
  using program_ptr = std::shared_ptr<program>;

  all(std::vector<std::string> supervisor, std::string folder, journal& log)
      : folder_(std::move(folder)), log_(log), children_(std::move(supervisor)) {}

  std::function<std::unique_ptr<service>(const address& whose)> service_of(program_options o);

 private:
  using locked = lock_and_after;
  class seat;
  struct waiting_call {
    raw_request what;
    service::answer_function done;
  };
  /// One that broke off: because the program ended, which is told a little later, or for its own reason.
  struct unanswered_call {
    service::answer_function done;
    failure why;
  };

  void ask(const program_ptr& p, std::string_view text, service::answer_function done);
  void stop(const program_ptr& p, callback<void()> stopped);
  void start(locked& l, const program_ptr& p);
  void launch(locked& l, const program_ptr& p);
  void run(const program_ptr& p);
  void give_place(program& p);
  void look(const program_ptr& p, duration after);
  void looked(const program_ptr& p, std::uint64_t run, const result<http_response>& seen);
  void pass_on(const program_ptr& p, waiting_call&& call);
  void passed_on(const program_ptr& p, std::uint64_t run, service::answer_function done,
                 result<http_response>&& answer);
  static void give_up(locked& l, program& p, const std::string& better);
  void end(program& p);
  void ended(const program_ptr& p, std::uint64_t run, child_end&& how);
  void ended_by_itself(locked& l, program& p, bool was_up, const child_end& how);
  static void refuse(locked& l, program& p, std::string_view code, const std::string& detail);
  static program_ptr longest_idle(const pool& of);
  http_call call_to(const program& p, std::string_view path_and_query) const;

  const std::string folder_;
  journal& log_;
  std::mutex mutex_;
  std::set<std::uint16_t> ports_;
  std::uint64_t runs_ = 0;
  bool has_folder_ = false;
  // These end first: until then their threads come here.
  http_client web_;
  child_processes children_;
};

/// The programs of one kind.
struct programs::all::pool {
  program_options options;
  std::set<program_ptr> alive;           // those that have a process
  std::deque<program_ptr> wait_for_room;
};

/// One player's.
struct programs::all::program {
  enum class state { down, waits_for_room, starting, up, ending };

  program(std::shared_ptr<pool> o, address w) : of(std::move(o)), whose(std::move(w)) {}

  const std::shared_ptr<pool> of;
  const address whose;
  state now = state::down;
  std::uint64_t run = 0;  // tells one process of this player's from the next
  std::uint64_t child = 0;
  std::uint16_t port = 0;
  std::string socket;
  int ports_tried = 0;
  steady::time_point started_at, used_at, not_before;
  int failures = 0;
  std::size_t under_way = 0;
  std::vector<waiting_call> waiting;
  std::vector<unanswered_call> unanswered;
  callback<void()> stopped;  // whom to tell when it has ended
};

void programs::all::ask(const program_ptr& p, std::string_view text, service::answer_function done) {
  auto what = read_raw_request(text);
  if (!what) return done(what.why());
  locked l(mutex_);
  using state = program::state;
  p->used_at = steady::now();
  waiting_call call{std::move(what.value()), std::move(done)};
  if (p->now == state::up) return pass_on(p, std::move(call));
  p->waiting.push_back(std::move(call));
  if (p->now != state::down) return;
  if (p->used_at < p->not_before) {
    auto wait = std::chrono::ceil<std::chrono::seconds>(p->not_before - p->used_at);
    return refuse(l, *p, "service_failed", "the program ended " + std::to_string(p->failures) +
                                               " times; it is started again in " +
                                               std::to_string(wait.count()) + " s");
  }
  p->ports_tried = 0;
  start(l, p);
}

void programs::all::start(locked& l, const program_ptr& p) {
  pool& of = *p->of;
  if (of.alive.size() < of.options.programs_max) return launch(l, p);
  program_ptr idle = longest_idle(of);
  if (!idle) {
    p->now = program::state::down;
    return refuse(l, *p, "overloaded", "all " + std::to_string(of.options.programs_max) +
                                           " programs are busy");
  }
  p->now = program::state::waits_for_room;
  of.wait_for_room.push_back(p);
  log_.note(journal::level::info, "program_crowded_out", idle->whose, "");
  end(*idle);
}

programs::all::program_ptr programs::all::longest_idle(const pool& of) {
  program_ptr found;
  for (const program_ptr& p : of.alive) {
    if (p->now != program::state::up || p->under_way > 0) continue;
    if (!found || p->used_at < found->used_at) found = p;
  }
  return found;
}

void programs::all::give_place(program& p) {
  const auto& command = p.of->options.command;
  if (mentions(command, "{port}")) {
    // Two programs that start at once must not be given the same.
    do p.port = free_loopback_port();
    while (!ports_.insert(p.port).second);
  }
  if (mentions(command, "{socket}")) {
    // Sockets of a server that was killed go first.
    if (!std::exchange(has_folder_, true)) std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    p.socket = folder_ + "/" + std::to_string(p.run) + ".sock";
    if (p.socket.size() >= sizeof(sockaddr_un::sun_path))
      throw std::runtime_error("the path of its socket is too long: " + p.socket);
  }
}

void programs::all::launch(locked& l, const program_ptr& p) {
  p->of->alive.insert(p);
  p->now = program::state::starting;
  p->run = ++runs_;
  p->started_at = steady::now();
  try {
    give_place(*p);
    run(p);
  } catch (const std::exception& e) {
    p->of->alive.erase(p);
    p->now = program::state::down;
    ended_by_itself(l, *p, false, {.how = std::string("cannot be started: ") + e.what(), .started = false});
  }
}

void programs::all::run(const program_ptr& p) {
  child_options what = filled_in(p->of->options, p->port, p->socket, p->whose.id);
  p->child = children_.start(std::move(what), [this, p, run = p->run](child_end&& how) {
    ended(p, run, std::move(how));
  });
  look(p, duration{0});
}

http_call programs::all::call_to(const program& p, std::string_view path_and_query) const {
  // A name of its own for each socket: to the client programs of one name are one host, with so many
  // connections for all of them.
  std::string host = p.port ? "127.0.0.1:" + std::to_string(p.port)
                            : "program" + std::to_string(p.run) + ".localhost";
  return {.url = "http://" + host + "/" + std::string(path_and_query),
          .answer_bytes_max = p.of->options.answer_bytes_max,
          .unix_socket = p.socket,
          .direct = true};
}

/// Looks whether it is ready.
void programs::all::look(const program_ptr& p, duration after) {
  const std::string& path = p->of->options.ready_path;
  http_call call = call_to(*p, std::string_view(path).substr(path.starts_with('/') ? 1 : 0));
  call.after = after;
  call.within = p->of->options.start_within;
  call.post = false;
  call.connect_only = path.empty();
  web_.send(std::move(call), [this, p, run = p->run](const auto& seen) { looked(p, run, seen); });
}

void programs::all::looked(const program_ptr& p, std::uint64_t run, const result<http_response>& seen) {
  locked l(mutex_);
  if (p->run != run || p->now != program::state::starting) return;
  const program_options& o = p->of->options;
  bool ready = seen && (o.ready_path.empty() || seen.value().status / 100 == 2);
  auto took = std::chrono::duration_cast<duration>(steady::now() - p->started_at);
  if (ready) {
    p->now = program::state::up;
    log_.note(journal::level::info, "program_started", p->whose,
              (p->port ? "on port " + std::to_string(p->port) : "at " + p->socket) + ", ready after " +
                  std::to_string(took.count()) + " ms");
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
}

void programs::all::pass_on(const program_ptr& p, waiting_call&& call) {
  raw_request& r = call.what;
  http_call out = call_to(*p, r.path + (r.query.empty() ? "" : "?" + r.query));
  out.within = p->of->options.answer_within;
  if (!r.content_type.empty()) out.headers.push_back("Content-Type: " + r.content_type);
  else out.headers.emplace_back("Content-Type:");
  if (!r.key.empty()) out.headers.push_back("Idempotency-Key: " + r.key);
  out.headers.push_back("Parlor-Player: " + p->whose.id);
  out.body = std::move(r.body);
  ++p->under_way;
  web_.send(std::move(out), [this, p, run = p->run, done = std::move(call.done)](auto answer) mutable {
    passed_on(p, run, std::move(done), std::move(answer));
  });
}

void programs::all::passed_on(const program_ptr& p, std::uint64_t run, service::answer_function done,
                              result<http_response>&& answer) {
  locked l(mutex_);
  --p->under_way;
  p->used_at = steady::now();
  if (answer) {
    http_response& r = answer.value();
    l.after([done = std::move(done),
             text = to_text(raw_reply{r.status, std::move(r.content_type), std::move(r.body)})]() mutable {
      done(std::move(text));
    });
    return;
  }
  failure why{answer.why().code, "the program did not answer: " + answer.why().detail};
  p->unanswered.push_back({std::move(done), std::move(why)});
  bool may_have_ended = p->run == run && p->now == program::state::up && answer.why().code == "service_failed";
  if (!may_have_ended) return give_up(l, *p, {});
  http_call rest = call_to(*p, "");
  rest.after = told_within;
  rest.connect_only = true;
  web_.send(std::move(rest), [this, p](const auto&) {
    locked later(mutex_);
    give_up(later, *p, {});
  });
}

/// Answers what broke off, each with its own reason unless there is a better one.
void programs::all::give_up(locked& l, program& p, const std::string& better) {
  for (unanswered_call& call : std::exchange(p.unanswered, {})) {
    if (!better.empty()) call.why = {"service_failed", better};
    l.after([done = std::move(call.done), why = std::move(call.why)]() mutable { done(std::move(why)); });
  }
}

void programs::all::end(program& p) {
  p.now = program::state::ending;
  children_.stop(p.child);
}

void programs::all::ended(const program_ptr& p, std::uint64_t run, child_end&& how) {
  locked l(mutex_);
  if (p->run != run) return;
  using state = program::state;
  pool& of = *p->of;
  state was = std::exchange(p->now, state::down);
  of.alive.erase(p);
  bool port_lost = was == state::starting && p->port && is_loopback_port_taken(p->port) &&
                   ++p->ports_tried < ports_tried_max;
  ports_.erase(p->port);
  if (!p->socket.empty()) std::filesystem::remove(p->socket);
  p->port = 0;
  p->socket.clear();
  if (port_lost && how.started) return launch(l, p);
  if (was == state::ending) log_.note(journal::level::info, "program_stopped", p->whose, how.how);
  else ended_by_itself(l, *p, was == state::up, how);
  if (!of.wait_for_room.empty()) {
    program_ptr next = std::move(of.wait_for_room.front());
    of.wait_for_room.pop_front();
    launch(l, next);
  }
  if (p->stopped) l.after(std::exchange(p->stopped, {}));
  else if (!p->waiting.empty()) start(l, p);
}

void programs::all::ended_by_itself(locked& l, program& p, bool was_up, const child_end& how) {
  if (was_up && steady::now() - p.started_at > proven_after) p.failures = 0;
  ++p.failures;
  p.not_before = steady::now() + backoff(p.failures);
  log_.note(journal::level::warning, "program_ended", p.whose,
            how.how + (how.last_lines.empty() ? "" : "; its last lines: " + how.last_lines));
  std::string why = how.started ? "the program ended: " + how.how : "the program " + how.how;
  refuse(l, p, "service_failed", why);
  give_up(l, p, why);
}

void programs::all::refuse(locked& l, program& p, std::string_view code, const std::string& detail) {
  for (waiting_call& call : std::exchange(p.waiting, {}))
    l.after([done = std::move(call.done), why = failure{std::string(code), detail}]() mutable {
      done(std::move(why));
    });
}

void programs::all::stop(const program_ptr& p, callback<void()> stopped) {
  locked l(mutex_);
  using state = program::state;
  p->waiting.clear();
  if (p->now == state::waits_for_room) {
    std::erase(p->of->wait_for_room, p);
    p->now = state::down;
  }
  if (p->now == state::down) {
    if (stopped) l.after(std::move(stopped));
    return;
  }
  p->stopped = std::move(stopped);
  if (p->now != state::ending) end(*p);
}

/// A session's side of its program.
class programs::all::seat final : public service {
 public:
  seat(all& of, program_ptr p) : all_(of), program_(std::move(p)) {}
  ~seat() override { all_.stop(program_, {}); }
  void ask(std::string question, answer_function done) override {
    all_.ask(program_, question, std::move(done));
  }
  void stop(callback<void()> stopped) override { all_.stop(program_, std::move(stopped)); }

 private:
  all& all_;
  const program_ptr program_;
};

std::function<std::unique_ptr<service>(const address& whose)> programs::all::service_of(program_options o) {
  auto of = std::make_shared<pool>();
  of->options = std::move(o);
  return [this, of](const address& whose) {
    auto p = std::make_shared<program>(of, whose);
    auto made = std::make_unique<seat>(*this, p);
    // It is on its way up when it is asked, or before, if the session was only opened.
    locked l(mutex_);
    start(l, p);
    return made;
  };
}

programs::programs(std::vector<std::string> supervisor, std::string folder, journal& log)
    : supervisor_(std::move(supervisor)), folder_(std::move(folder)), log_(log) {}
programs::~programs() = default;

std::function<std::unique_ptr<service>(const address& whose)> programs::service_of(program_options options) {
  if (!all_) all_ = std::make_unique<all>(supervisor_, folder_, log_);
  return all_->service_of(std::move(options));
}

}  // namespace parlor
