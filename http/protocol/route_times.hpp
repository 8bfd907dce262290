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

/// The routes, in the order of their rows. Up to `operators` they belong to no kind; from `view` on every kind has
/// them, each where its reach has it.
enum class route_id : std::uint8_t {
  none,  ///< nothing is at the path, or the request was refused before that was known
  preflight,
  health,
  ready,
  page,
  metrics,
  guest,
  stats,
  action,
  ticket,
  operators,
  contract,  ///< counted as a page
  view,
  list,
  create,
  join,
  status,
  open,
  close,
  raw,
  events,
  command,  ///< one row for each of a kind's commands
};

class route_times {
 public:
  using steady = std::chrono::steady_clock;

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

  /// The row of a route that belongs to no kind.
  [[nodiscard]] row& row_of(route_id route) {
    return rows_[index_of(route == route_id::contract ? route_id::page : route)];
  }
  /// The row of a kind's route; `command` is its index, and 0 for all that are not `route_id::command`.
  [[nodiscard]] row& row_of(const kind& k, route_id route, std::size_t command = 0) {
    return rows_[first_of_[static_cast<std::size_t>(&k - kinds_.data())] + index_of(route) - index_of(route_id::view) +
                 command];
  }
  [[nodiscard]] const std::deque<row>& rows() const { return rows_; }

 private:
  static constexpr std::size_t index_of(route_id route) { return static_cast<std::size_t>(route); }
  void add_kind(const kind& k);

  const std::vector<kind>& kinds_;
  std::deque<row> rows_;
  std::vector<std::size_t> first_of_;  // by the kind's index: its first row
};

}  // namespace parlor::http
