#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/admission/credentials.hpp"
#include "http/admission/feed_right.hpp"
#include "http/admission/gateway_options.hpp"
#include "http/operators/denial_desk.hpp"
#include "http/operators/letter_desk.hpp"
#include "http/operators/operator_match.hpp"
#include "http/operators/recent_log.hpp"
#include "http/protocol/message.hpp"
#include "http/protocol/responder.hpp"
#include "runtime/hosting/operators.hpp"
#include "runtime/hosting/runtime.hpp"

/// The operators' routes, `/api/admin/...`: docs/console.md.
///
/// A client without an administrator's token learns nothing here, not even which paths there are: `refuse` comes
/// first. Everything else is the runtime's: here it becomes HTTP.
namespace parlor::http {

class operator_routes {
 public:
  /// Without a log, `GET /api/admin/log` has no lines; while there is no text of metrics, they are 404. All must
  /// outlive it.
  operator_routes(runtime& runtime, recent_log* log, const std::function<std::string()>& metrics_text,
                  denial_desk& desk, const feed_rights& rights)
      : runtime_(runtime), log_(log), metrics_text_(metrics_text), desk_(desk), letters_(runtime), rights_(rights) {}

  /// The answer to what came through a proxy, unless the settings let operators in that way.
  [[nodiscard]] static std::optional<web_reply> refuse_proxied(const web_request& r, const gateway_options& options);
  /// The answer to a caller that is no administrator.
  [[nodiscard]] static std::optional<web_reply> refuse(const std::optional<identity>& caller);
  /// Answers a request that goes an operators' route with the method that the route takes. Any thread.
  void handle(const web_request& r, const operator_match& route, const identity& caller, responder&& answer);

 private:
  void show_server(const identity& caller, responder&& answer) const;
  void show_metrics(responder&& answer) const;
  void show_log(const web_request& r, const identity& caller, responder&& answer) const;
  void follow_log(std::uint64_t after, const web_request& r, const identity& caller, responder&& answer) const;
  void list_actors(std::string_view query, responder&& answer) const;
  void list_letters(std::string_view query, responder&& answer) const;
  void inspect_actor(const address& actor, responder&& answer) const;
  void view_actor(const address& actor, std::string_view query, responder&& answer);
  /// The feed of an actor, as a spectator knows it; of a session, as its player.
  void follow_actor(const web_request& r, const address& actor, const identity& caller, responder&& answer);
  void view_as(const address& actor, std::string player, responder&& answer);
  void view_seat(const address& actor, std::size_t seat, responder&& answer);
  void give_order(const operator_match& route, const identity& caller, responder&& answer);
  /// Has a player leave a room, as if by their own command.
  void kick_player(const address& room, std::string_view player, const identity& caller, responder&& answer);
  void show_quarantine(responder&& answer) const;
  void release_from_quarantine(const web_request& r, const identity& caller, responder&& answer);
  void drop_actor(const address& actor, const identity& caller, responder&& answer);
  void set_draining(bool on, const identity& caller, responder&& answer);
  void trust_clock(const identity& caller, responder&& answer);

  runtime& runtime_;
  recent_log* log_;
  const std::function<std::string()>& metrics_text_;
  denial_desk& desk_;
  letter_desk letters_;
  const feed_rights& rights_;
};

}  // namespace parlor::http
