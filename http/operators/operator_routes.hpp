#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/admission/credentials.hpp"
#include "http/operators/recent_log.hpp"
#include "http/protocol/message.hpp"
#include "http/protocol/responder.hpp"
#include "runtime/hosting/operators.hpp"
#include "runtime/hosting/runtime.hpp"

/// The operators' routes, `/api/admin/...`: docs/console.md.
///
/// Who has no administrator's token learns nothing here, not even which paths there are: the token is looked at
/// first. Everything else is the system's: here it becomes HTTP.
namespace parlor::http {

class operator_routes {
 public:
  /// Without a log, `GET /api/admin/log` has no lines; while there is no text of metrics, they are 404. All must
  /// outlive it.
  operator_routes(runtime& runtime, recent_log* log, const std::function<std::string()>& metrics_text)
      : runtime_(runtime), log_(log), metrics_text_(metrics_text) {}

  /// Answers a request whose path begins with `/api/admin`; `who` is what its token proved. Any thread.
  void handle(const web_request& r, const std::optional<identity>& caller, responder&& answer);

 private:
  using segments = std::vector<std::string_view>;

  void route(const web_request& r, const segments& path, const identity& caller, responder&& answer);
  void route_actor(const web_request& r, const segments& path, const identity& caller, responder&& answer);

  void show_server(const identity& caller, responder&& answer) const;
  void show_metrics(responder&& answer) const;
  void show_log(const web_request& r, const identity& caller, responder&& answer) const;
  void follow_log(std::uint64_t after, const identity& caller, responder&& answer) const;
  void list(std::string_view query, responder&& answer) const;
  void inspect(const address& actor, responder&& answer) const;
  void view(const address& actor, std::string_view query, responder&& answer);
  /// The feed of an actor, as a spectator knows it; of a session, as its player.
  void feed(const web_request& r, const address& actor, const identity& caller, responder&& answer);
  void view_as(const address& actor, std::string player, responder&& answer);
  void view_seat(const address& actor, std::size_t seat, responder&& answer);
  void give(operator_order order, responder&& answer);
  void drain(bool on, const identity& caller, responder&& answer);

  runtime& runtime_;
  recent_log* log_;
  const std::function<std::string()>& metrics_text_;
};

}  // namespace parlor::http
