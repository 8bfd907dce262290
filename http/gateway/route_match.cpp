#include "http/gateway/route_match.hpp"

#include "runtime/authoring/room_news.hpp"
#include "runtime/values/address.hpp"

namespace parlor::http {
namespace {

constexpr route_rule reads{};
constexpr route_rule reads_own{.needs_token = true};
constexpr route_rule posts{.method = "POST"};
constexpr route_rule acts{.method = "POST", .needs_token = true};
constexpr route_rule preflights{.method = "OPTIONS"};
/// Rooms are listed and created at one path.
constexpr route_rule creates{.method = "POST", .allow = "GET, POST", .needs_token = true};
/// A raw kind's feed is read at a path to which its program takes POSTs.
constexpr route_rule acts_at_feed = creates;

void found(route_match& m, route_id route, const route_rule& rule) {
  m.is = route;
  m.rule = &rule;
}

void found_command(route_match& m, route_id route, std::size_t command, const route_rule& rule = acts) {
  m.command = command;
  found(m, route, rule);
}

/// A command that clients may send, beside a raw one.
std::optional<std::size_t> find_command(const kind& k, std::string_view name) {
  auto index = k.find_command(name);
  if (index && (k.commands[*index].senders == open_to::actors || k.commands[*index].raw)) index.reset();
  return index;
}

/// `/api/{kind}/{id}/...`; what has no seats has no lobby, either.
void match_room(route_match& m, std::string_view method, const path_parts& path) {
  const kind& k = *m.actor_kind;
  bool is_join = path.size() == 3 && path[2] == "join";
  if ((path.size() == 2 || is_join) && k.seats_max == 0) return;
  if (path.size() == 2) return method == "GET" ? found(m, route_id::list, reads) : found(m, route_id::create, creates);
  if (is_join) return found(m, route_id::join, acts);
  if (path.size() > 4 || is_reserved_id(path[2])) return;
  m.id = path[2];
  if (!is_id(m.id)) return void(m.wrong = "bad_id");
  if (path.size() == 3) return found(m, route_id::view, reads);
  if (path[3] == "events") return found(m, route_id::events, reads);
  if (auto command = find_command(k, path[3])) return found_command(m, route_id::command, *command);
  m.wrong = "unknown_command";
}

/// `/api/{kind}/...`: the caller is the id.
void match_session(route_match& m, std::string_view method, const path_parts& path) {
  const kind& k = *m.actor_kind;
  const auto raw = k.raw();
  if (path.size() == 2) return found(m, route_id::view, reads_own);
  if (path.size() == 4 && path[2] == "session") {
    if (path[3] == "status") return found(m, route_id::status, reads_own);
    if (path[3] == "open") return found(m, route_id::open, acts);
    if (path[3] == "close") return found(m, route_id::close, acts);
  }
  if (path.size() == 3) {
    bool is_feed = path[2] == "events";
    if (is_feed && (method == "GET" || !raw)) return found(m, route_id::events, reads);
    if (is_feed) return found_command(m, route_id::raw, *raw, acts_at_feed);
    // The player's own actor is itself the session: /api/session/close.
    bool is_own = k.name == session_kind;
    if (is_own && path[2] == "ticket") return found(m, route_id::ticket, posts);
    if (is_own && path[2] == "close") return found(m, route_id::close, acts);
    if (auto command = find_command(k, path[2])) return found_command(m, route_id::command, *command);
    m.wrong = "unknown_command";
  }
  if (raw) found_command(m, route_id::raw, *raw);
}

/// The few paths that no kind has, and pages.
void match_server(route_match& m, std::string_view path) {
  if (path == "/healthz") return found(m, route_id::health, reads);
  if (path == "/readyz") return found(m, route_id::ready, reads);
  if (path == "/metrics") return found(m, route_id::metrics, reads);
  if (path == "/openapi.json") return found(m, route_id::contract, reads);
  m.file = find_page(path);
  if (m.file) found(m, route_id::page, reads);
}

}  // namespace

route_matcher::route_matcher(const catalog& kinds, std::string_view action_kind)
    : kinds_(kinds), action_kind_(kinds.find(action_kind)) {
  if (action_kind_ && !action_kind_->raw()) action_kind_ = nullptr;
}

route_match route_matcher::match(std::string_view method, std::string_view path) const {
  route_match m{.wrong = "not_found"};
  const path_parts parts(path);
  if (method == "OPTIONS") {
    found(m, route_id::preflight, preflights);
  } else if (parts[0] == "api") {
    match_api(m, method, parts);
  } else if (action_kind_ && parts.size() == 2 && parts[1] == "action") {
    m.actor_kind = action_kind_;
    m.id = parts[0];
    found_command(m, route_id::action, *action_kind_->raw(), posts);
  } else {
    match_server(m, path);
  }
  if (m.rule) m.wrong = {};
  return m;
}

void route_matcher::match_api(route_match& m, std::string_view method, const path_parts& path) const {
  m.in_api = true;
  std::string_view name = path.size() > 1 ? path[1] : std::string_view{};
  if (name == "guest" && path.size() == 2) return found(m, route_id::guest, posts);
  if (name == "stats" && path.size() == 2) return found(m, route_id::stats, reads);
  if (name == "admin") {
    m.is = route_id::operators;
    m.operators = match_operators(path, kinds_);
    m.wrong = m.operators.wrong;
    if (m.wrong.empty()) m.rule = m.operators.reads() ? &reads : &posts;
    return;
  }
  m.actor_kind = kinds_.find(name);
  if (m.actor_kind && m.actor_kind->reached_by == reach::internal) m.actor_kind = nullptr;
  if (!m.actor_kind) return void(m.wrong = "unknown_kind");
  if (m.actor_kind->reached_by == reach::session) match_session(m, method, path);
  else match_room(m, method, path);
}

bool route_matcher::is_feed(std::string_view path) const {
  return path.starts_with('/') && match("GET", path).is == route_id::events;
}

}  // namespace parlor::http
