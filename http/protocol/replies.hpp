#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/hosting/requests/in_flight_requests.hpp"
#include "runtime/values/fields.hpp"

/// What the server itself answers to players, whatever the kinds are. Each body is described once, here: it is
/// written with `to_json`, and its schema in the contract (http/contract/schemas.cpp) is `written_schema_of` it.
///
///     answer({.body = to_json(closed_reply{.closed = was_awake})});
///
/// Texts are views: a reply lives no longer than it takes to write it. What operators are answered is described in
/// http/operators/operator_replies.hpp.
namespace parlor::http {

struct guest_reply {
  std::string_view player{};
  std::string_view token{};
  instant expires_at{};
  static constexpr auto fields =
      describe(field("player", &guest_reply::player, an_id),
               field("token", &guest_reply::token, about("for the header Authorization: Bearer")),
               field("expires_at", &guest_reply::expires_at));
};

struct ticket_reply {
  std::string_view ticket{};
  std::string url{};
  instant expires_at{};
  static constexpr auto fields =
      describe(field("ticket", &ticket_reply::ticket), field("url", &ticket_reply::url, about("for EventSource")),
               field("expires_at", &ticket_reply::expires_at));
};

struct closed_reply {
  bool closed = false;
  static constexpr auto fields = describe(field("closed", &closed_reply::closed, about("whether it was awake")));
};

struct session_status {
  bool has_session = false;
  std::optional<std::string> session_id{};
  std::optional<instant> created_at{};
  std::optional<instant> last_activity{};
  std::vector<std::string_view> services{};
  std::string_view user_id{};
  static constexpr auto fields =
      describe(field("has_session", &session_status::has_session, about("whether it is awake")),
               field("session_id", &session_status::session_id, about("names this activation")),
               field("created_at", &session_status::created_at, about("when it woke")),
               field("last_activity", &session_status::last_activity), field("services", &session_status::services),
               field("user_id", &session_status::user_id, an_id));
};

/// What became of clients' requests.
struct clients_tally {
  tally outcomes{};
  std::map<std::string, std::uint64_t> refused_by{};
  static constexpr std::string_view description = tally::description;
  static constexpr auto fields =
      describe(flattened(&clients_tally::outcomes), field("refused_by", &clients_tally::refused_by));
};

struct stats_reply {
  struct awake_actors {
    std::uint64_t total = 0;
    std::map<std::string, std::size_t> by_kind{};
    static constexpr auto fields =
        describe(field("total", &awake_actors::total), field("by_kind", &awake_actors::by_kind));
  };
  struct awake_sessions {
    std::uint64_t total = 0;
    std::uint64_t mine = 0;
    std::vector<std::pair<std::string_view, std::uint64_t>> by_kind{};
    static constexpr auto fields =
        describe(field("total", &awake_sessions::total), field("mine", &awake_sessions::mine),
                 field("by_kind", &awake_sessions::by_kind));
  };
  struct sessions_of_player {
    std::string_view name{};
    std::uint64_t total = 0;
    std::vector<std::string_view> kinds{};
    static constexpr std::string_view description = "if the query asks for a user";
    static constexpr auto fields =
        describe(field("name", &sessions_of_player::name), field("total", &sessions_of_player::total),
                 field("kinds", &sessions_of_player::kinds));
  };

  awake_actors awake{};
  awake_sessions sessions{};
  std::optional<sessions_of_player> user{};
  clients_tally requests{};
  tally messages{};
  std::uint64_t reminders = 0;
  std::uint64_t watchers = 0;
  std::uint64_t closed_by_transport = 0;
  std::uint64_t uptime_ms = 0;
  static constexpr auto fields = describe(
      field("awake", &stats_reply::awake), field("sessions", &stats_reply::sessions),
      field("user", &stats_reply::user, if_any), field("requests", &stats_reply::requests),
      field("messages", &stats_reply::messages), field("reminders", &stats_reply::reminders),
      field("watchers", &stats_reply::watchers), field("closed_by_transport", &stats_reply::closed_by_transport),
      field("uptime_ms", &stats_reply::uptime_ms));
};

/// The body of every refusal.
struct problem_reply {
  std::string type{};
  std::string_view title{};
  int status = 0;
  std::string_view code{};
  std::string_view detail{};
  std::string_view field_name{};
  raw_json legal{};
  raw_json current{};
  static constexpr std::string_view description = "RFC 9457";
  static constexpr auto fields = describe(
      field("type", &problem_reply::type), field("title", &problem_reply::title),
      field("status", &problem_reply::status, between(400, 599)),
      field("code", &problem_reply::code, about("a stable word for programs")),
      field("detail", &problem_reply::detail, if_any),
      field("field", &problem_reply::field_name, if_any, about("the argument at fault, as cells[3]")),
      field("legal", &problem_reply::legal, if_any, about("what would have been allowed, where the game says so")),
      field("current", &problem_reply::current, if_any, about("with stale_version: the actor as it is now")));
};

}  // namespace parlor::http
