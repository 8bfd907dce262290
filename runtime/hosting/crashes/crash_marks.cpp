#include "runtime/hosting/crashes/crash_marks.hpp"

#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <stdexcept>
#include <string_view>

// Everything that runs in a signal's handler here is safe there: no memory is taken, no lock.
namespace parlor {
namespace {

/// Signals that end a process when nobody takes them.
constexpr int ends_by[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
/// Signals that would, and that nobody here has a use for: a game may have set a timer of the system's.
constexpr int pass_by[] = {SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT, SIGXCPU, SIGXFSZ};

constexpr int frames_max = 48;
constexpr int status_of_a_crash = 128 + SIGABRT;

int marks_file = -1;
std::atomic<std::int64_t> stuck_for_ms{0};  // of the handler on whose thread the process ends itself

/// A text of bounded length, put together without memory of its own.
class line_text {
 public:
  line_text& operator<<(std::string_view text) {
    for (char c : text) {
      if (used_ == text_.size()) break;
      text_[used_++] = c;
    }
    return *this;
  }
  line_text& operator<<(std::int64_t number) {
    std::array<char, 24> digits;
    auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    return *this << std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data()));
  }
  /// Text that is to stand between quotes.
  line_text& quoted(std::string_view text) {
    *this << "\"";
    for (const char& c : text) {
      bool is_plain = c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
      *this << (is_plain ? std::string_view(&c, 1) : "_");
    }
    return *this << "\"";
  }
  [[nodiscard]] std::string_view text() const { return {text_.data(), used_}; }
  void write_to(int file) const {
    std::size_t gone = 0;
    while (gone < used_) {
      ssize_t more = ::write(file, text_.data() + gone, used_ - gone);
      if (more < 0 && errno == EINTR) continue;
      if (more <= 0) return;
      gone += static_cast<std::size_t>(more);
    }
  }

 private:
  std::array<char, 2048> text_;
  std::size_t used_ = 0;
};

std::int64_t ms_since_1970() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

void mark(const running_handler& running, std::string_view why) {
  line_text line;
  // A line before it may have been cut off.
  line << "\n"
       << R"({"at_ms":)" << ms_since_1970();
  (line << R"(,"kind":)").quoted(running.actor.kind);
  (line << R"(,"id":)").quoted(running.actor.id);
  (line << R"(,"part":)").quoted(running.part);
  (line << R"(,"sender":)").quoted(running.sender);
  (line << R"(,"why":)").quoted(why);
  line << "}\n";
  line.write_to(marks_file);
}

void print(const running_handler* running, std::string_view why) {
  line_text line;
  line << "parlor: " << why;
  if (running) line << " in " << running->actor.kind << "/" << running->actor.id << ": " << running->part;
  else line << " in no actor";
  if (running && !running->sender.empty()) line << " of " << running->sender;
  line << "; the stack, the latest call first:\n";
  line.write_to(STDERR_FILENO);
  std::array<void*, frames_max> frames;
  int count = backtrace(frames.data(), frames_max);
  backtrace_symbols_fd(frames.data(), count, STDERR_FILENO);
}

void tell_of(std::string_view why, bool is_this_threads) {
  const running_handler* running = is_this_threads ? running_here : nullptr;
  if (running) mark(*running, why);
  print(running, why);
}

void take_signal(int signal, siginfo_t* about, void*) {
  // The first one counts; one that comes while it is told of is how that failed.
  static std::atomic_flag taken = ATOMIC_FLAG_INIT;
  if (!taken.test_and_set()) {
    bool sent_by_another = about->si_code <= 0 && about->si_pid != getpid();
    const char* name = sigdescr_np(signal);
    line_text why;
    if (std::int64_t ran = stuck_for_ms; ran > 0 && signal == SIGABRT) why << "still running after " << ran << " ms";
    else why << (name ? name : "an unknown signal");
    tell_of(why.text(), !sent_by_another);
  }
  raise(signal);
}

/// A game that calls exit has ended everybody's server.
void take_exit() {
  if (!running_here) return;
  tell_of("a call of exit", true);
  _exit(status_of_a_crash);
}

void take(int signal, int flags) {
  struct sigaction how {};
  how.sa_flags = flags;
  sigemptyset(&how.sa_mask);
  if (flags & SA_SIGINFO) how.sa_sigaction = take_signal;
  else how.sa_handler = [](int) {};
  sigaction(signal, &how, nullptr);
}

}  // namespace

void mark_crashes_in(const std::string& path) {
  marks_file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (marks_file < 0) throw std::runtime_error("cannot open " + path + ": " + strerror(errno));
  // The first call takes memory, and is to have done so.
  std::array<void*, 1> frame;
  backtrace(frame.data(), 1);
#ifndef __SANITIZE_ADDRESS__  // which takes them itself, and says more
  for (int signal : ends_by) take(signal, SA_SIGINFO | SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
#endif
  for (int signal : pass_by) take(signal, SA_RESTART | SA_ONSTACK);
  std::atexit(take_exit);
  std::at_quick_exit(take_exit);
}

void end_process_stuck_on(pthread_t thread, duration ran) {
  stuck_for_ms = ran.count();
  pthread_kill(thread, SIGABRT);
  // That one may be where no signal reaches it.
  timespec moment{.tv_sec = 1, .tv_nsec = 0};
  nanosleep(&moment, nullptr);
  _exit(status_of_a_crash);
}

}  // namespace parlor
