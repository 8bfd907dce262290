#pragma once

#include <memory>
#include <string>

#include "runtime/values/journal.hpp"

namespace parlor::http {

/// The program's log on standard error. Lines are written by a thread of its own: who notes something goes on at
/// once, also when whoever should read the lines has stopped reading. Then the oldest of 8,192 lines are
/// dropped for new ones.
class program_log : public journal {
 public:
  /// Waits until what was noted is written, at most for a second.
  virtual void flush() = 0;
  /// Writes from now on what is of this level or graver: a value of the setting `log_level`.
  virtual void write_from(const std::string& level) = 0;
};

/// A journal that writes to standard error with spdlog: text for people or, if the format is `json`, lines for
/// programs. Levels and formats are those of the settings `log_level` and `log_format`.
std::unique_ptr<program_log> make_log(const std::string& level, const std::string& format);

/// The same for a process that has one thread and is to keep it: a line is written before `note` returns, or dropped if
/// whoever should read the lines has stopped reading.
std::unique_ptr<program_log> make_log_without_thread(const std::string& level, const std::string& format);

}  // namespace parlor::http
