#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/credentials.hpp"
#include "http/web.hpp"
#include "runtime/hosting/system.hpp"

/// Turns HTTP requests into requests to actors, and their answers into HTTP.
///
/// The gateway knows no game: the catalogue says whether a kind is a room kind or a session kind, and the
/// next segment of the path is read accordingly. It holds no state of its own, knows nothing of sockets,
/// and answers each request exactly once, on whatever thread the answer comes.
namespace parlor::http {

struct gateway_options {
  /// Bodies beyond this are refused with 413. Moves are small; this leaves room for chat.
  std::size_t body_bytes_max = 64 * 1024;
  /// Whether `POST /api/guest` makes players out of nobody.
  bool guests = true;
  /// How long a guest's token lasts.
  duration guest_ttl = std::chrono::hours(24 * 30);
  /// The origins whose pages may call this server; `*`: all (without credentials).
  std::vector<std::string> allowed_origins{"*"};
};

class gateway {
 public:
  gateway(system& house, credentials& tokens, gateway_options limits);

  /// Answers a request. Any thread.
  void handle(const web_request& r, respond answer);

  /// How often the transport closed a connection without an answer (malformed requests, headers or bodies
  /// far beyond the limits), for the statistics.
  std::function<std::uint64_t()> closed_by_transport = [] { return std::uint64_t{0}; };

 private:
  using segments = std::vector<std::string_view>;

  void route(const web_request& r, const respond& answer);
  void route_api(const web_request& r, const segments& path, const respond& answer);
  void route_session(const web_request& r, const kind& k, const segments& path,
                     const std::optional<identity>& who, const respond& answer);
  void route_room(const web_request& r, const kind& k, const segments& path,
                  const std::optional<identity>& who, const respond& answer);

  void make_guest(const web_request& r, const std::optional<identity>& who, const respond& answer);
  void show_stats(const std::optional<identity>& who, const respond& answer) const;
  void show_status(const kind& k, const identity& who, const respond& answer) const;
  void close_session(const kind& k, const identity& who, const respond& answer);
  void create_room(const web_request& r, const kind& k, const identity& who, const respond& answer);
  void list_rooms(const web_request& r, const kind& k, const respond& answer);
  void quick_join(const kind& k, const identity& who, std::string key, const respond& answer,
                  int attempts);
  void show(const web_request& r, address to, const std::optional<identity>& who, const respond& answer);
  void command(const web_request& r, address to, std::string name, const identity& who,
               const respond& answer);

  void add_cors(const web_request& r, web_reply& reply) const;
  [[nodiscard]] web_reply preflight(const web_request& r) const;

  system& house_;
  credentials& tokens_;
  const gateway_options limits_;
  const instant started_at_;
};

/// An ETag as it is written: `"<incarnation>-<version>"`.
std::string etag_of(const version_tag& tag);
std::optional<version_tag> parse_etag(std::string_view text);

}  // namespace parlor::http
