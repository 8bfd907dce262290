#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/admission/credentials.hpp"
#include "http/admission/deny_list.hpp"
#include "http/admission/feed_right.hpp"
#include "http/admission/gateway_options.hpp"
#include "http/admission/limiter.hpp"
#include "http/admission/tickets.hpp"
#include "http/gateway/coded_text.hpp"
#include "http/gateway/route_match.hpp"
#include "http/operators/denial_desk.hpp"
#include "http/operators/operator_routes.hpp"
#include "http/protocol/message.hpp"
#include "http/protocol/responder.hpp"
#include "http/protocol/route_times.hpp"
#include "runtime/hosting/runtime.hpp"

/// Turns HTTP requests into requests to actors, and their answers into HTTP.
///
/// The gateway knows no game: route_match.hpp reads a path by what the catalog says of its kind. The gateway knows
/// nothing of sockets, keeps nothing of a request, and answers each exactly once, on whatever thread the answer
/// comes.
///
/// Most requests are commands of rooms, so their way is short: nothing of the request is copied but
/// what the actor keeps, the answer moves from hand to hand, and no lock is shared by all threads.
/// The checks are in gateway.cpp, what is asked of actors in gateway_actors.cpp, the rest in
/// gateway_sessions.cpp; feeds in gateway_feeds.cpp.
namespace parlor::http {

class gateway {
 public:
  /// `log` is what operators are shown of the log. All must outlive the gateway. Waits until it knows what operators
  /// have denied, and throws std::runtime_error if that cannot be read.
  gateway(runtime& runtime, credentials& tokens, gateway_options options, recent_log* log = nullptr);

  /// What operators deny, and the configuration.
  [[nodiscard]] deny_list& denied() { return denied_; }

  /// Goes by other limits from now on, but by the same proxies, and denies what the configuration denies now, to feeds
  /// that are open, too. Any thread.
  void reload(const limit_options& limits, denials configured);

  /// Answers a request, perhaps after the call; the gateway must outlive the answer. Any thread.
  void handle(const web_request& r, respond to);
  /// Answers a request that cannot be read. Any thread.
  void turn_away(const web_request& r, respond to, web_reply&& why);

  /// How often the transport closed a connection without an answer (malformed requests, headers or
  /// bodies far beyond the limits), for the statistics.
  std::function<std::uint64_t()> closed_by_transport = [] { return std::uint64_t{0}; };
  /// The text of /metrics; without it there is no such page. Set it before the first request.
  std::function<std::string()> metrics_text;
  /// Kinds of which stored actors cannot be read, as they were found when the server started.
  std::vector<std::string> unreadable_kinds;

  /// How long requests took.
  [[nodiscard]] const route_times& times() const { return times_; }
  /// How often who asked too often was refused.
  [[nodiscard]] limiter::statistics limited() const { return limiter_.refused(); }

 private:
  struct joining;
  using caller = std::optional<identity>;

  // Where a request goes. Whoever answers takes the responder, and the caller's name, over.
  void route(const web_request& r, responder&& answer);
  /// What a route does: for requests that have passed all checks, with the caller if the route needs one.
  void go(const web_request& r, const route_match& m, caller&& caller, responder&& answer);
  /// The row that counts a request on a route.
  [[nodiscard]] route_times::row& row_of(const route_match& m);
  /// Says who asks and counts the request for that player, or is the answer that refuses it: operators may deny
  /// players and addresses everything.
  [[nodiscard]] std::optional<web_reply> identify(const web_request& r, instant now, caller& to);
  /// What every request to a kind must fulfil, or the answer that says so.
  [[nodiscard]] std::optional<web_reply> refuse(const web_request& r, const kind& k) const;

  // What is answered without an actor.
  [[nodiscard]] web_reply readiness() const;
  void show_metrics(const web_request& r, responder&& answer);
  [[nodiscard]] std::optional<web_reply> refuse_metrics(const web_request& r);
  [[nodiscard]] web_reply show_contract(const web_request& r) const;
  void make_guest(const web_request& r, const caller& caller, responder&& answer);
  void show_stats(const web_request& r, const caller& caller, responder&& answer) const;
  /// The session kinds in which the player is awake.
  [[nodiscard]] std::vector<std::string_view> sessions_of(const std::string& player) const;
  void show_status(const kind& k, const identity& caller, responder&& answer) const;
  void close_session(const kind& k, const identity& caller, responder&& answer);
  void open_session(const web_request& r, const kind& k, const identity& caller, responder&& answer);

  // What is asked of one. A session's id is its player's name.
  void create_room(const web_request& r, const kind& k, identity&& caller, responder&& answer);
  void list_rooms(const web_request& r, const kind& k, responder&& answer);
  void quick_join(const web_request& r, const kind& k, identity&& caller, responder&& answer);
  void ask_lobby(joining&& j);
  void take_seat(joining&& j, std::string id);
  void show(const web_request& r, const route_match& m, caller&& caller, responder&& answer);
  void command(const web_request& r, const route_match& m, identity&& caller, responder&& answer);
  void invite(const kind& k, std::size_t command, call&& c, responder&& answer);
  /// Passes a request on to a raw kind, as it is. Without a path it cannot be read.
  void pass_on(const web_request& r, const route_match& m, std::optional<std::string_view> path, identity&& caller,
               responder&& answer);
  /// `/{player}/action`, for clients of an earlier gateway.
  void act(const web_request& r, const route_match& m, responder&& answer);

  // Feeds: gateway_feeds.cpp.
  /// Without a caller a ticket may say who it is.
  void show_feed(const web_request& r, const route_match& m, caller&& caller, responder&& answer);
  void make_ticket(const web_request& r, const caller& caller, responder&& answer);

  /// The lines that every answer to a page of `origin` carries.
  [[nodiscard]] const header_lines& common_lines(std::string_view origin) const;

  runtime& runtime_;
  credentials& tokens_;
  const tickets tickets_;
  const gateway_options options_;
  const instant started_at_;
  const route_matcher routes_;
  route_times times_;
  limiter limiter_;
  deny_list denied_;
  const feed_rights rights_;
  denial_desk desk_;
  operator_routes operator_routes_;
  const std::string contract_;  // see contract/contract.hpp
  const coded_text coded_contract_;
  std::vector<std::pair<std::string, header_lines>> lines_by_origin_;  // of named origins
  header_lines lines_;                                                 // of all others
};

}  // namespace parlor::http
