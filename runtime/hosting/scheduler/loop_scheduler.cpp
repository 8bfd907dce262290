#include "runtime/hosting/scheduler/loop_scheduler.hpp"

#include <algorithm>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <atomic>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "runtime/hosting/loops/relief.hpp"
#include "runtime/hosting/loops/running_handler.hpp"
#include "runtime/hosting/loops/signal_stack.hpp"
#include "runtime/hosting/scheduler/slim_actor.hpp"

namespace parlor {
namespace {

/// Runs before the clock is looked at, and how long runs may go on without a look at the sockets.
constexpr int runs_unwatched = 16;
constexpr auto runs_last = std::chrono::milliseconds(1);

/// As `slim_actor::prefetch` has it.
constexpr int runs_ahead_max = 3;

/// Threads of a loop: all but one of them are held up by handlers.
constexpr std::size_t threads_max = 64;

thread_local loop_unit* unit_of_this_thread = nullptr;

}  // namespace

class loop_unit final : public event_loop, public caf::execution_unit, private relievable {
 public:
  loop_unit(caf::actor_system& system, std::size_t messages_per_turn)
      : caf::execution_unit(&system), messages_per_turn_(messages_per_turn), stays_(asio::make_work_guard(context_)) {}

  void start() {
    std::lock_guard lock(turns_);
    add_thread();
  }

  void stop() {
    {
      std::lock_guard lock(turns_);
      ending_ = true;
      context_.stop();
    }
    turn_over_.notify_all();
    for (std::thread& t : threads_) t.join();
    for (caf::resumable* job : std::exchange(handed_over_, {})) drop(job);
    for (caf::resumable* job : std::exchange(ready_, {})) drop(job);
  }

  asio::io_context& context() override { return context_; }

  void post(work task) override {
    // What asio is given here while an actor runs would wait until this thread is through, whoever relieves it.
    if (unit_of_this_thread == this && !running_here && at_ == step::runs) return posted_.push_back(std::move(task));
    asio::post(context_, [task = std::move(task)]() mutable { task(); });
  }

  void post_later(std::chrono::microseconds after, work task) override {
    auto timer = std::make_shared<asio::steady_timer>(context_, after);
    timer->async_wait([timer, task = std::move(task)](const std::error_code& failed) mutable {
      if (!failed) task();
    });
  }

  void before_runs(work task) override {
    assert(reads());
    before_.push_back(std::move(task));
    run_soon();
  }

  void after_runs(work task) override {
    loop_unit* here = unit_of_this_thread;
    if (here == this && at_ != step::answers) {
      afterwards_.push_back(std::move(task));
      if (at_ == step::reading) run_soon();
    } else if (here && here->at_ == step::runs) {
      here->for_others_.push_back({this, std::move(task)});
    } else {
      task();
    }
  }

  void at_round_end(work task) override {
    assert(unit_of_this_thread == this);
    at_end_.push_back(std::move(task));
    if (at_ == step::reading) run_soon();
  }

  /// On the loop's thread.
  [[nodiscard]] bool reads() const { return at_ != step::runs; }

  /// Takes a job that became ready on this thread.
  void exec_later(caf::resumable* job) override {
    ready_.push_back(job);
    if (at_ != step::runs) run_soon();
  }

  /// Takes a job that became ready on another thread.
  void hand_over(caf::resumable* job) {
    bool first = false;
    {
      std::lock_guard lock(handing_over_);
      first = handed_over_.empty();
      handed_over_.push_back(job);
    }
    if (first) asio::post(context_, [this] { take_over(); });
  }

 private:
  void add_thread() {
    threads_.emplace_back([this] {
      CAF_SET_LOGGER_SYS(&system());
      system().thread_started();
      unit_of_this_thread = this;
      served_here = this;
      signal_stack stack;
      serve();
      system().thread_terminates();
    });
    ++free_;
  }

  bool has_another_thread() {
    if (free_ > 0 || returning_ > 0) return true;
    if (threads_.size() >= threads_max) return false;
    try {
      add_thread();
      return true;
    } catch (const std::system_error&) {
      return false;  // the system has none to give just now
    }
  }

  /// A thread's life: it has its turn when no other has, and until it is relieved, or one that was wants to go on.
  void serve() {
    std::unique_lock lock(turns_);
    while (true) {
      turn_over_.wait(lock, [this] { return ending_ || (!taken_ && returning_ == 0); });
      if (ending_) return;
      taken_ = true;
      --free_;
      context_.restart();
      lock.unlock();
      context_.run();
      lock.lock();
      ++free_;
      taken_ = false;
      turn_over_.notify_all();
    }
  }

  bool relieve() override {
    std::lock_guard lock(turns_);
    if (ending_ || at_ != step::runs || !has_another_thread()) return false;
    taken_ = false;
    at_ = step::reading;
    // What the round under way had for others is theirs now: answers that are done, actors that are ready.
    asio::post(context_, [this] { take_over(); });
    turn_over_.notify_all();
    return true;
  }

  void take_back() override {
    std::unique_lock lock(turns_);
    ++returning_;
    if (taken_) context_.stop();
    turn_over_.wait(lock, [this] { return !taken_; });
    --returning_;
    taken_ = true;
    at_ = step::runs;
    // Stopped for the next of those that return, the loop comes to an end behind this thread's handler.
    if (!ending_ && returning_ == 0) context_.restart();
  }

  void take_over() {
    {
      std::lock_guard lock(handing_over_);
      ready_.insert(ready_.end(), handed_over_.begin(), handed_over_.end());
      handed_over_.clear();
    }
    run_ready();
  }

  /// Hands over what the runs left for other loops: each of them is asked once.
  void hand_to_others() {
    while (!for_others_.empty()) {
      loop_unit* to = for_others_.back().first;
      std::vector<work> its;
      for (auto& [loop, task] : for_others_)
        if (loop == to) its.push_back(std::move(task));
      std::erase_if(for_others_, [to](const auto& item) { return item.first == to; });
      to->post([its = std::move(its)]() mutable {
        for (work& task : its) task();
      });
    }
  }

  void run_soon() {
    if (std::exchange(coming_, true)) return;
    asio::post(context_, [this] {
      coming_ = false;
      run_ready();
    });
  }

  void run_ready() {
    at_ = step::runs;
    for (work& task : before_) task();
    before_.clear();
    take_runs();
    at_ = step::answers;
    for (work& task : afterwards_) task();
    afterwards_.clear();
    hand_to_others();
    at_ = step::reading;
    for (work& task : std::exchange(posted_, {})) post(std::move(task));
    for (work& task : std::exchange(at_end_, {})) task();  // which may have more for the next round
    if (!ready_.empty()) run_soon();
  }

  void take_runs() {
    using clock = std::chrono::steady_clock;
    clock::time_point until{};
    for (int runs = 0; !ready_.empty(); ++runs) {
      if (runs == runs_unwatched) until = clock::now() + runs_last;
      if (runs > runs_unwatched && clock::now() >= until) return;
      caf::resumable* job = ready_.front();
      ready_.pop_front();
      prefetch();
      run(job);
    }
  }

  /// While one actor runs, memory for the next ones is on its way.
  void prefetch() {
    for (int ahead = std::min(runs_ahead_max, static_cast<int>(ready_.size())); ahead > 0; --ahead) {
      caf::resumable* job = ready_[static_cast<std::size_t>(ahead) - 1];
      if (job->subtype() != caf::resumable::unspecified) continue;
      assert(dynamic_cast<slim_actor*>(job));
      static_cast<slim_actor*>(job)->prefetch(ahead);
    }
  }

  void run(caf::resumable* job) {
    switch (job->resume(this, messages_per_turn_)) {
      case caf::resumable::resume_later: ready_.push_back(job); break;
      case caf::resumable::done:
      case caf::resumable::awaiting_message:
      case caf::resumable::shutdown_execution_unit: caf::intrusive_ptr_release(job);
    }
  }

  static void drop(caf::resumable* job) { caf::scheduler::abstract_coordinator::cleanup_and_release(job); }

  const std::size_t messages_per_turn_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> stays_;
  // Whose turn it is. One thread serves the loop at a time, and what is the loop's is that one's alone.
  std::mutex turns_;
  std::condition_variable turn_over_;
  std::vector<std::thread> threads_;
  std::size_t free_ = 0;       // threads that wait for a turn
  std::size_t returning_ = 0;  // threads that were relieved and want to go on
  bool taken_ = false;
  bool ending_ = false;
  // Of the thread whose turn it is.
  std::deque<caf::resumable*> ready_;
  std::vector<work> before_;
  std::vector<work> afterwards_;
  std::vector<std::pair<loop_unit*, work>> for_others_;  // after its runs
  std::vector<work> at_end_;
  std::vector<work> posted_;  // during its runs
  enum class step { reading, runs, answers } at_ = step::reading;
  bool coming_ = false;  // a look at `ready_` is posted
  // From other threads.
  std::mutex handing_over_;
  std::vector<caf::resumable*> handed_over_;
};

event_loop* event_loop::reading() {
  loop_unit* here = unit_of_this_thread;
  return here && here->reads() ? here : nullptr;
}

loop_scheduler::loop_scheduler(caf::actor_system& system) : caf::scheduler::abstract_coordinator(system) {}
loop_scheduler::~loop_scheduler() = default;

std::vector<event_loop*> loop_scheduler::loops() const {
  std::vector<event_loop*> loops;
  for (const auto& unit : units_) loops.push_back(unit.get());
  return loops;
}

void loop_scheduler::start() {
  for (std::size_t i = 0; i < num_workers(); ++i)
    units_.push_back(std::make_unique<loop_unit>(system(), max_throughput()));
  for (auto& unit : units_) unit->start();
}

void loop_scheduler::stop() {
  for (auto& unit : units_) unit->stop();
}

void loop_scheduler::enqueue(caf::resumable* job) {
  // What a handler sets off goes a way that is safe on a thread that was relieved.
  loop_unit* here = running_here ? nullptr : unit_of_this_thread;
  if (here && &here->system() == &system()) here->exec_later(job);
  else home_of(*job).hand_over(job);
}

/// The loop that an actor last ran on: what it touches is in that core's cache, and the connection that waits
/// for its answer is likely there. One that never ran goes to the loops in turn.
loop_unit& loop_scheduler::home_of(caf::resumable& job) {
  if (auto* actor = dynamic_cast<caf::local_actor*>(&job))
    if (auto* last = dynamic_cast<loop_unit*>(actor->context())) return *last;
  return *units_[next_worker_++ % units_.size()];
}

}  // namespace parlor
