#include "runtime/services/child_messages.hpp"

#include <algorithm>
#include <cstring>

namespace parlor {

namespace {

constexpr char end_mark = '\x01';

void put(std::string& out, std::uint64_t number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  out.append(bytes, sizeof bytes);
}
void put(std::string& out, const std::string& text) {
  put(out, text.size());
  out += text;
}
void put(std::string& out, const std::vector<std::string>& texts) {
  put(out, texts.size());
  for (const std::string& t : texts) put(out, t);
}

/// Takes a message apart, in the order in which it was put together.
class taker {
 public:
  explicit taker(std::string_view message) : left_(message) {}

  void take(std::uint64_t& number) {
    number = 0;
    if (left_.size() < sizeof number) return fail();
    std::memcpy(&number, left_.data(), sizeof number);
    left_.remove_prefix(sizeof number);
  }
  void take(std::string& text) {
    std::uint64_t bytes = 0;
    take(bytes);
    if (bytes > left_.size()) return fail();
    text = left_.substr(0, bytes);
    left_.remove_prefix(bytes);
  }
  void take(std::vector<std::string>& texts) {
    std::uint64_t count = 0;
    take(count);
    for (; count > 0 && fits_; --count) take(texts.emplace_back());
  }
  /// Whether all was there, and nothing more.
  [[nodiscard]] bool fits() const { return fits_ && left_.empty(); }

 private:
  void fail() {
    fits_ = false;
    left_ = {};
  }

  std::string_view left_;
  bool fits_ = true;
};

bool has_nul(const std::string& text) { return text.find('\0') != std::string::npos; }

}  // namespace

std::string wrong_with(const child_options& program) {
  if (program.command.empty() || program.command.front().empty()) return "it has no command";
  auto& variables = program.environment;
  // A NUL would end a text early: the program would be asked for something else than was meant.
  if (has_nul(program.directory) || std::any_of(program.command.begin(), program.command.end(), has_nul) ||
      std::any_of(variables.begin(), variables.end(), has_nul))
    return "its command, directory or environment holds a NUL";
  for (const std::string& v : variables)
    if (auto sign = v.find('='); sign == 0 || sign == std::string::npos)
      return "a variable of its environment is not NAME=value";
  if (to_message(program).size() > child_message_bytes_max) return "its command and environment are larger than 64 KiB";
  return {};
}

std::string to_message(const child_options& program) {
  std::string message;
  put(message, program.command);
  put(message, program.directory);
  put(message, program.environment);
  put(message, program.memory_bytes_max);
  put(message, program.cpu_seconds_max);
  put(message, static_cast<std::uint64_t>(std::max<std::int64_t>(0, program.stop_within.count())));
  return message;
}

std::optional<child_options> to_child_options(std::string_view message) {
  child_options program;
  std::uint64_t stop_within_ms = 0;
  taker parts(message);
  parts.take(program.command);
  parts.take(program.directory);
  parts.take(program.environment);
  parts.take(program.memory_bytes_max);
  parts.take(program.cpu_seconds_max);
  parts.take(stop_within_ms);
  program.stop_within = duration(stop_within_ms);
  if (!parts.fits() || program.command.empty()) return std::nullopt;
  return program;
}

std::string to_message(const child_end& how) {
  std::string message(1, end_mark);
  put(message, how.how);
  put(message, how.started ? 1 : 0);
  put(message, how.last_lines);
  return message;
}

std::optional<child_end> to_child_end(std::string_view message) {
  if (message.empty() || message.front() != end_mark) return std::nullopt;
  child_end how;
  std::uint64_t started = 0;
  taker parts(message.substr(1));
  parts.take(how.how);
  parts.take(started);
  parts.take(how.last_lines);
  how.started = started != 0;
  if (!parts.fits()) return std::nullopt;
  return how;
}

}  // namespace parlor
