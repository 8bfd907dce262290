#pragma once

#include <cstdint>
#include <string_view>

#include "http/protocol/path_parts.hpp"
#include "runtime/authoring/catalog.hpp"

namespace parlor::http {

/// The routes of operators: those that read, and from `drain` on those that order.
enum class operator_route : std::uint8_t {
  server,
  actors,
  log,
  metrics,
  denials,
  quarantine,
  letters,
  inspect,
  view,
  events,
  drain,
  undrain,
  accept_clock,
  revoke,
  ban,
  ban_address,
  lift,
  release,
  redeliver,
  drop_letters,
  drop_messages,
  kick,
  sleep,
  wake,
  close,
  cancel,
  drop,
};

/// What a path of operators means. The views live as long as the path.
struct operator_match {
  operator_route is = operator_route::server;
  std::string_view wrong{};          ///< the word for why nothing is there; empty: something is
  const kind* actor_kind = nullptr;  ///< of an actor's routes
  std::string_view id{};             ///< the actor's
  std::string_view part{};           ///< of the actor: the reminder of `cancel`, the player of `kick`
  [[nodiscard]] bool reads() const { return is < operator_route::drain; }
};

/// Matches a path that begins with `/api/admin`.
operator_match match_operators(const path_parts& path, const catalog& kinds);

}  // namespace parlor::http
