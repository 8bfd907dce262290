#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

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
    std::uint64_t number = 0;  ///< counts the lines, from 1
    instant at{};
    level how{};
    std::string event;
    std::string actor;         ///< `kind/id`, or empty
    std::string detail;
  };
  struct page {
    std::vector<line> lines;   ///< the oldest first
    std::uint64_t missed = 0;  ///< lines that were wanted and are kept no more
    std::uint64_t next = 0;    ///< the `after` of what comes next
  };

  /// Both must outlive it.
  recent_log(journal& to, const clock& time) : to_(to), time_(time) {}

  void note(level l, std::string_view event, const address& who, std::string_view detail,
            const trace_context& because_of = {}) override;
  [[nodiscard]] bool wants(level l) const override { return l >= level::info || to_.wants(l); }

  /// The lines after a number, at most `most`; after 0 the latest ones.
  [[nodiscard]] page after(std::uint64_t number, std::size_t most) const;

 private:
  journal& to_;
  const clock& time_;
  mutable std::mutex mutex_;
  std::deque<line> lines_;
  std::uint64_t count_ = 0;
};

std::string_view name_of(journal::level l);

}  // namespace parlor::http
