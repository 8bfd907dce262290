#pragma once

#include <chrono>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/scratch_folder.hpp"

namespace parlor::testing {

/// A civil clock for programs under test, which can be set: forward, and back.
class stepped_clock {
 public:
  stepped_clock() { set(std::chrono::seconds(0)); }
  /// Has it be so far ahead of the real one from now on.
  void set(std::chrono::seconds ahead) {
    // Written into the file that the programs have mapped, not over it.
    std::fstream file(folder_.path("seconds"), exists_ ? std::ios::in | std::ios::out : std::ios::out);
    exists_ = true;
    long seconds = ahead.count();
    file.write(reinterpret_cast<const char*>(&seconds), sizeof seconds);
  }
  /// The environment of a program that goes by it.
  [[nodiscard]] std::vector<std::string> environment() const {
    return {"LD_PRELOAD=" PARLOR_STEPPED_CLOCK, "STEPPED_CLOCK=" + folder_.path("seconds"),
            "ASAN_OPTIONS=verify_asan_link_order=0"};
  }

 private:
  scratch_folder folder_;
  bool exists_ = false;
};

}  // namespace parlor::testing
