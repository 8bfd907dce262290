#pragma once

#include <signal.h>

#include <memory>

namespace parlor {

/// A stack for the signals of the thread that makes it, until its end: one that has used up its own can still say so.
class signal_stack {
 public:
  signal_stack() : memory_(std::make_unique<char[]>(bytes)) {
    stack_t mine{.ss_sp = memory_.get(), .ss_flags = 0, .ss_size = bytes};
    sigaltstack(&mine, &before_);
  }
  ~signal_stack() { sigaltstack(&before_, nullptr); }
  signal_stack(const signal_stack&) = delete;
  signal_stack& operator=(const signal_stack&) = delete;

 private:
  static constexpr std::size_t bytes = 64 * 1024;
  std::unique_ptr<char[]> memory_;
  stack_t before_{};
};

}  // namespace parlor
