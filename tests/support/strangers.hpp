#pragma once

#include <string>
#include <utility>

#include "tests/support/served.hpp"

namespace parlor::testing {

/// A server behind a proxy on this machine, for what strangers from elsewhere may take. Requests are not limited
/// by how often they come.
struct strangers : served {
  explicit strangers(const bounds& limits = {}, http::limit_options rates = {})
      : served({.bounds = limits}, {.limits = behind_proxy(std::move(rates))}) {}

  /// A token's headers, as the proxy passes them on for an address; without one, from this machine.
  loopback_client::headers by(const std::string& player, http::role as, const std::string& address) {
    loopback_client::headers with{{"Authorization", "Bearer " + token(player, as)}};
    if (!address.empty()) with.emplace("X-Forwarded-For", address);
    return with;
  }
  loopback_client::headers by_guest(const std::string& player, const std::string& address) {
    return by(player, http::role::guest, address);
  }
  /// A guest whom nobody has seen before.
  loopback_client::headers by_new_guest(const std::string& address) {
    return by_guest("guest_" + std::to_string(++guests_), address);
  }
  /// Seats a caller in a new room of gomoku, whose id is `r` and what this returns.
  std::string seat(const loopback_client::headers& as) {
    std::string number = std::to_string(++rooms_);
    post("/api/gomoku/r" + number + "/join", as);
    return number;
  }
  loopback_client::headers by_player(const std::string& player, const std::string& address) {
    return by(player, http::role::player, address);
  }

 private:
  static http::limit_options behind_proxy(http::limit_options rates) {
    rates.players = rates.guests = rates.addresses = {};
    rates.proxies = {http::address_range::parse("127.0.0.1").value()};
    return rates;
  }

  int guests_ = 0;
  int rooms_ = 0;
};

}  // namespace parlor::testing
