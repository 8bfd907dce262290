#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "http/admission/deny_list.hpp"
#include "http/admission/limiter.hpp"
#include "http/protocol/connection_counts.hpp"
#include "http/protocol/route_times.hpp"
#include "http/protocol/stream_limits.hpp"
#include "runtime/hosting/runtime.hpp"
#include "runtime/services/programs.hpp"
#include "runtime/storage/sqlite_store.hpp"
#include "runtime/storage/sqlite_survey.hpp"

/// What the server knows of itself, in Prometheus's text format: the page /metrics.
///
/// Everything is counted elsewhere, by whoever sees it happen, in plain numbers that cost next to nothing. They
/// are made into metrics when somebody asks: a page takes a millisecond or so, and between two pages nothing
/// here runs. Three rules:
/// - Names and units are Prometheus's: seconds and bytes, `_total` for what only grows. docs/operations.md
///   lists them.
/// - No label has a value that a client chooses: no ids, no players, no addresses. So the page has a bound.
/// - A series is shown once there is something in it.
namespace parlor::http {

/// Where the numbers are; what is empty is not shown.
struct metrics_sources {
  std::function<parlor::runtime::statistics()> runtime_statistics{};
  std::function<sqlite_store::statistics()> store{};
  std::function<std::uint64_t()> closed_by_transport{};
  std::function<limiter::statistics()> limited{};
  std::function<std::array<std::uint64_t, 3>()> denied{};  ///< see deny_list::refused
  std::function<stream_counts()> streams{};
  std::function<connection_counts()> connections{};
  std::function<parlor::programs::statistics()> programs{};
  state_survey sampled{};  ///< when the server started
  const route_times* routes = nullptr;
  std::string version{};
};

/// Writes the page. Any thread.
[[nodiscard]] std::string metrics_page(const metrics_sources& from);

}  // namespace parlor::http
