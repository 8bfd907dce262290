#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "actors/catalog.hpp"
#include "http/admission/credentials.hpp"
#include "http/gateway/gateway.hpp"
#include "http/metrics/metrics.hpp"
#include "http/sockets/server.hpp"
#include "runtime/hosting/runtime.hpp"
#include "runtime/storage/memory_store.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/fake_service.hpp"
#include "tests/support/late_store.hpp"
#include "tests/support/loopback_client.hpp"

namespace parlor::testing {

/// A whole server on a free port of this machine: the catalog, and two counters to misbehave with:
/// `counter`, a session kind, and `numbered`, addressed by an id; `talk` asks services, and
/// `switchboard` one that takes bytes.
class served {
 public:
  explicit served(options limits = {}, http::gateway_options gate_limits = {}, http::stream_limits streams = {},
                  http::server_options listen = {})
      : kinds_(all_kinds()),
        runtime(kinds_, limits, store, time_, log),
        gate(runtime, tokens, gate_limits, &log),
        sockets(gate, runtime.loops(), on_loopback(listen, streams), gate_limits.body_bytes_max, log),
        client(sockets.port()) {
    gate.closed_by_transport = [this] { return sockets.closed_without_answer(); };
    gate.metrics_text = [this] {
      return http::metrics_page({.runtime_statistics = [this] { return runtime.stats(); },
                                 .closed_by_transport = gate.closed_by_transport,
                                 .limited = [this] { return gate.limited(); },
                                 .denied = [this] { return gate.denied().refused(); },
                                 .connections = [this] { return sockets.connections(); },
                                 .routes = &gate.times(),
                                 .version = "test"});
    };
  }
  ~served() {
    runtime.stop();
    sockets.stop(std::chrono::seconds(1));
  }

  std::string token(const std::string& player, http::role as = http::role::player) {
    return tokens.sign({player, as, time_.now() + std::chrono::hours(1), time_.now()});
  }
  loopback_client::headers as(const std::string& player) { return {{"Authorization", "Bearer " + token(player)}}; }

  http_answer get(const std::string& target, loopback_client::headers with = {}) {
    return client.request("GET", target, with);
  }
  http_answer post(const std::string& target, loopback_client::headers with = {}, const std::string& json = {}) {
    if (!json.empty()) with.emplace("Content-Type", "application/json");
    return client.request("POST", target, with, json);
  }

 private:
  static http::server_options on_loopback(http::server_options listen, const http::stream_limits& streams) {
    listen.address = "127.0.0.1";
    listen.port = 0;
    listen.streams = streams;
    return listen;
  }
  catalog all_kinds() {
    std::vector<kind> kinds = actors::make_catalog().kinds();
    kinds.push_back(counter(false));
    auto by_id = counter();
    by_id.name = "numbered";
    kinds.push_back(by_id);
    kinds.push_back(talks(world));
    kinds.push_back(switchboard(world));
    return catalog(std::move(kinds));
  }

  real_clock time_;
  no_journal silent_;

 public:
  http::recent_log log{silent_, time_};
  outside world;  ///< of `talk`; the loops use it while a request is under way

 private:
  catalog kinds_;

 public:
  late_store store;
  http::credentials tokens{std::string(32, 's')};
  parlor::runtime runtime;
  http::gateway gate;
  http::server sockets;
  loopback_client client;
};

/// ann and bob sit down in a room for two, and their game begins.
inline void seat_two(served& s, const std::string& room = "tictactoe/r") {
  for (const char* player : {"ann", "bob"})
    if (s.post("/api/" + room + "/join", s.as(player)).status != 200) throw std::runtime_error("no seat in " + room);
}

}  // namespace parlor::testing
