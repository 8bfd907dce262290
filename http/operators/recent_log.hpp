#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/values/fields_description.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/journal.hpp"

namespace parlor::http {

/// A journal that hands everything on to another, and keeps the last lines for operators to read.
///
/// What it keeps is bounded: `lines_max` lines, of a detail its first `detail_max` bytes. At `info` and above it
/// keeps lines also where the other journal wants none of them; at `debug` it keeps what that one wants. Any
/// thread.
class recent_log final : public journal {
 public:
  static constexpr std::size_t lines_max = 1000;
  static constexpr std::size_t detail_max = 400;

  struct line {
    std::uint64_t number = 0;  ///< the next for each line; greater than all of an earlier process
    instant at{};
    level how{};
    std::string event;
    std::string actor;  ///< `kind/id`, or empty
    std::string detail;
    static constexpr auto fields = describe(
        field("number", &line::number, schema_is(R"({"type":"integer","minimum":1})")), field("time", &line::at),
        field("level", &line::how, one_of("debug", "info", "warning", "error")), field("event", &line::event),
        field("actor", &line::actor, about("kind/id, or empty")), field("detail", &line::detail));
  };
  struct page {
    std::vector<line> lines;   ///< the oldest first
    std::uint64_t missed = 0;  ///< lines that were wanted and are kept no more
    std::uint64_t next = 0;    ///< the `after` of what comes next
    static constexpr auto fields =
        describe(field("lines", &page::lines), field("next", &page::next), field("missed", &page::missed));
  };

  /// Is told lines as they come, under the log's lock: it must neither block nor write to the log.
  class follower {
   public:
    virtual ~follower() = default;
    virtual void hear(const page& more) = 0;
  };
  /// How many there may be: who writes a line hands it to each of them.
  static constexpr std::size_t followers_max = 16;

  /// Both must outlive it.
  recent_log(journal& to, const clock& time);

  void note(level l, std::string_view event, const address& actor, std::string_view detail,
            const trace_context& because_of = {}) override;
  [[nodiscard]] bool wants(level l) const override { return l >= level::info || to_.wants(l); }

  /// The lines after a number, at most `most`; after 0, and after one of another process, the latest ones.
  [[nodiscard]] page after(std::uint64_t number, std::size_t most) const;

  /// Tells of the lines after a number, and from then on of each as it comes, until `leave`; false if too many
  /// follow already.
  [[nodiscard]] bool follow(std::uint64_t number, const std::shared_ptr<follower>& reader);
  void leave(const follower& reader);
  [[nodiscard]] std::size_t followers() const;

 private:
  [[nodiscard]] page read(std::uint64_t number, std::size_t most) const;

  journal& to_;
  const clock& time_;
  mutable std::mutex mutex_;
  std::deque<line> lines_;
  std::vector<std::shared_ptr<follower>> followers_;
  const std::uint64_t before_;  // the number before the first line
  std::uint64_t last_ = before_;
};

}  // namespace parlor::http
