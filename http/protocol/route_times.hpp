#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "runtime/authoring/kind.hpp"
#include "runtime/values/histogram.hpp"

/// How long requests took, by route, kind and class of status.
///
/// A route is a path with its variable parts left open, `/api/{kind}/{id}/place`: never an id or a player, so
/// there are as many rows as the catalog has commands, whoever calls. Rows are made with the gateway; to find
/// one costs an index, for a route knows its kind and its command.
namespace parlor::http {

class route_times {
 public:
  using steady = std::chrono::steady_clock;

  /// The routes that belong to no kind. `other`: nothing was found at the path, or it was refused before that.
  enum class fixed : std::uint8_t {
    other,
    preflight,
    health,
    ready,
    page,
    metrics,
    guest,
    stats,
    action,
    ticket,
    admin,
    count
  };
  /// Those that every kind has beside its commands, each where its reach has it.
  enum class common : std::uint8_t { view, list, create, join, status, open, close, raw, events, count };

  struct row {
    row(std::string the_method, std::string the_path, std::string the_kind)
        : method(std::move(the_method)), path(std::move(the_path)), kind(std::move(the_kind)) {}
    /// Counts a request. Any thread.
    void record(int status, steady::duration took);

    const std::string method;
    const std::string path;
    const std::string kind;  ///< empty: none
    std::array<histogram, 5> by_class{histogram(time_bounds_ns), histogram(time_bounds_ns), histogram(time_bounds_ns),
                                      histogram(time_bounds_ns), histogram(time_bounds_ns)};  ///< in ns; 1xx to 5xx
  };

  /// The kinds must outlive it.
  explicit route_times(const std::vector<kind>& kinds);

  [[nodiscard]] row& row_of(fixed route) { return rows_[static_cast<std::size_t>(route)]; }
  [[nodiscard]] row& row_of(const kind& k, common route) { return *(first_of(k) + static_cast<std::ptrdiff_t>(route)); }
  [[nodiscard]] row& of_command(const kind& k, std::size_t command) {
    return *(first_of(k) + static_cast<std::ptrdiff_t>(common::count) + static_cast<std::ptrdiff_t>(command));
  }
  [[nodiscard]] const std::deque<row>& rows() const { return rows_; }

 private:
  [[nodiscard]] std::deque<row>::iterator first_of(const kind& k) {
    return rows_.begin() + first_of_[static_cast<std::size_t>(&k - kinds_.data())];
  }
  void add_kind(const kind& k);

  const std::vector<kind>& kinds_;
  std::deque<row> rows_;
  std::vector<std::ptrdiff_t> first_of_;  // by the kind's index: its first row
};

}  // namespace parlor::http
