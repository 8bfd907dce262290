#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "http/admission/limiter.hpp"
#include "runtime/values/instant.hpp"

namespace parlor::http {

/// Who may read /metrics.
enum class metrics_for : std::uint8_t {
  nobody,    ///< there is no such page
  loopback,  ///< who asks from this machine, not through a proxy
  admin,     ///< who has an administrator's token
  everyone,
};

struct gateway_options {
  /// Bodies beyond this are refused with 413. Moves are small; this leaves room for chat.
  std::size_t body_bytes_max = 64 * 1024;
  /// Whether `POST /api/guest` makes players out of nobody.
  bool guests = true;
  /// How long a guest's token lasts.
  duration guest_ttl = std::chrono::hours(24 * 30);
  /// The origins whose pages may call this server; `*`: all (without credentials).
  std::vector<std::string> allowed_origins{"*"};
  /// A kind with a raw handler that also takes `POST /{player}/action`, for clients of a gateway that was
  /// there before this server. Empty: none does.
  std::string action_kind{};
  /// Who may read /metrics. What it tells is of the whole server: how busy it is, and what fails.
  metrics_for metrics = metrics_for::loopback;
  /// Whether operators may come through a proxy. Proxies stand before the whole internet, and few who set one up think
  /// of the operators' paths.
  bool operators_through_proxy = false;
  /// How often players and addresses may ask.
  limit_options limits{};
};

}  // namespace parlor::http
