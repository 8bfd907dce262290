#include "http/program/logging.hpp"

#include <poll.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <unistd.h>

#include <thread>

#include "runtime/values/instant.hpp"
#include "runtime/values/json_text.hpp"

namespace parlor::http {
namespace {

constexpr std::size_t lines_max = 8192;

spdlog::level::level_enum level_of(journal::level l) {
  switch (l) {
    case journal::level::debug: return spdlog::level::debug;
    case journal::level::info: return spdlog::level::info;
    case journal::level::warning: return spdlog::level::warn;
    case journal::level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

class spdlog_journal final : public program_log {
 public:
  /// Without a `writer`, which has the thread, who notes something writes it.
  spdlog_journal(const std::string& level, const std::string& format,
                 std::shared_ptr<spdlog::details::thread_pool> writer)
      : writer_(std::move(writer)), logger_(logger_on(writer_)), json_(format == "json") {
    logger_->set_level(spdlog::level::from_str(level));
    logger_->set_pattern(json_ ? "%v" : "%Y-%m-%d %H:%M:%S.%e %^%-7l%$ %v");
  }

  void note(level l, std::string_view event, const address& actor, std::string_view detail,
            const trace_context& because_of) override {
    if (!wants(l) || (!writer_ && !would_be_taken())) return;
    std::string line;
    if (json_) {
      json_object object(line);
      auto now = std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
      object.add("time", to_text(now));
      auto name = spdlog::level::to_string_view(level_of(l));
      object.add("level", std::string_view(name.data(), name.size()));
      object.add("event", event);
      if (!actor.kind.empty()) object.add("actor", actor.text());
      if (!detail.empty()) object.add("detail", detail);
      if (because_of.known()) {
        object.add("trace", trace_of(because_of));
        object.add("request", std::string_view(hex_text(because_of.request)));
      }
    } else {
      line = event;
      if (!actor.kind.empty()) line += " " + actor.text();
      if (!detail.empty()) line += (actor.kind.empty() ? " " : ": ") + one_line(detail);
      if (because_of.known()) {
        line += " trace=" + trace_of(because_of) + " request=";
        line += hex_text(because_of.request);
      }
    }
    logger_->log(level_of(l), spdlog::string_view_t(line));
  }

  [[nodiscard]] bool wants(level l) const override { return logger_->should_log(level_of(l)); }

  void write_from(const std::string& level) override { logger_->set_level(spdlog::level::from_str(level)); }
  void flush() override {
    if (!writer_) return;
    auto until = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    // The line that is just being written is in the queue no more: a moment for it, too.
    do std::this_thread::sleep_for(std::chrono::milliseconds(10));
    while (writer_->queue_size() > 0 && std::chrono::steady_clock::now() < until);
  }

 private:
  static std::shared_ptr<spdlog::logger> logger_on(const std::shared_ptr<spdlog::details::thread_pool>& writer) {
    auto to = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    if (!writer) return std::make_shared<spdlog::logger>("parlor", std::move(to));
    return std::make_shared<spdlog::async_logger>("parlor", std::move(to), writer,
                                                  spdlog::async_overflow_policy::overrun_oldest);
  }

  static bool would_be_taken() {
    pollfd log{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
    return ::poll(&log, 1, 0) > 0 && (log.revents & POLLOUT);
  }

  static std::string trace_of(const trace_context& c) {
    std::string id(hex_text(c.trace_high));
    return id += hex_text(c.trace_low);
  }

  /// What a handler threw may hold anything; a line of the log stays a line.
  static std::string one_line(std::string_view text) {
    std::string line(text);
    for (char& c : line)
      if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    return line;
  }

  std::shared_ptr<spdlog::details::thread_pool> writer_;
  std::shared_ptr<spdlog::logger> logger_;
  const bool json_;
};

}  // namespace

std::unique_ptr<program_log> make_log(const std::string& level, const std::string& format) {
  return std::make_unique<spdlog_journal>(level, format, std::make_shared<spdlog::details::thread_pool>(lines_max, 1));
}

std::unique_ptr<program_log> make_log_without_thread(const std::string& level, const std::string& format) {
  return std::make_unique<spdlog_journal>(level, format, nullptr);
}

}  // namespace parlor::http
