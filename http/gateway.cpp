#include "http/gateway.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "http/pages.hpp"
#include "runtime/authoring/room_news.hpp"
#include "runtime/values/json_text.hpp"

namespace parlor::http {
namespace {

constexpr int quick_join_attempts = 3;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  path.remove_prefix(std::min<std::size_t>(1, path.size()));
  while (true) {
    auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

web_reply not_allowed(std::string allow) {
  web_reply reply = problem("method_not_allowed");
  reply.headers.emplace_back("Allow", std::move(allow));
  return reply;
}

web_reply no_token() { return problem("unauthorized", "this needs a token: see POST /api/guest"); }

bool is_json(std::string_view content_type) {
  constexpr std::string_view json = "application/json";
  if (content_type.size() < json.size()) return false;
  for (std::size_t i = 0; i < json.size(); ++i)
    if (char(content_type[i] | 0x20) != (json[i] | 0x20)) return false;
  auto rest = content_type.substr(json.size());
  return rest.empty() || rest[0] == ';' || rest[0] == ' ';
}

/// An Idempotency-Key that may be kept; none at all is fine, too.
bool is_key(std::string_view key) {
  return key.size() <= 128 &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

void add_tag(web_reply& to, const version_tag& tag) {
  if (tag.version > 0) to.headers.emplace_back("ETag", etag_of(tag));
  to.headers.emplace_back("Vary", "Authorization");
  to.headers.emplace_back("Cache-Control", "private, no-cache");
}

/// An actor's answer as HTTP.
web_reply from_actor(reply r) {
  web_reply answer = r.ok() ? web_reply{.body = std::move(r.body)} : problem(r.why, r.current);
  add_tag(answer, r.tag);
  return answer;
}

bool lists_tag(std::string_view if_none_match, const version_tag& tag) {
  if (tag.version == 0) return false;
  if (if_none_match == "*") return true;
  std::string wanted = etag_of(tag);
  while (!if_none_match.empty()) {
    auto comma = if_none_match.find(',');
    std::string_view one = if_none_match.substr(0, comma);
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == wanted) return true;
    if (comma == std::string_view::npos) break;
    if_none_match.remove_prefix(comma + 1);
  }
  return false;
}

std::string location_of(std::string_view kind_name, std::string_view id) {
  return "/api/" + std::string(kind_name) + "/" + std::string(id);
}

/// The id in the lobby's answer `{"kind","id"}`.
std::string id_in(const std::string& body) {
  auto parsed = json_document::parse(body);
  return parsed.value().root().find("id")->as_text();
}

void write_tally(json_object& out, const tally& t) {
  out.add("accepted", t.accepted).add("answered", t.answered);
  out.add("refused", t.refused).add("in_flight", t.in_flight);
}

}  // namespace

std::string etag_of(const version_tag& tag) {
  char digits[16];
  auto end = std::to_chars(digits, digits + sizeof digits, tag.incarnation, 36).ptr;
  return '"' + std::string(digits, end) + '-' + std::to_string(tag.version) + '"';
}

std::optional<version_tag> parse_etag(std::string_view text) {
  if (text.size() < 5 || text.front() != '"' || text.back() != '"') return {};
  text = text.substr(1, text.size() - 2);
  version_tag tag;
  const char* end = text.data() + text.size();
  auto first = std::from_chars(text.data(), end, tag.incarnation, 36);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-') return {};
  auto second = std::from_chars(first.ptr + 1, end, tag.version);
  if (second.ec != std::errc{} || second.ptr != end) return {};
  return tag;
}

gateway::gateway(system& house, credentials& tokens, gateway_options limits)
    : house_(house), tokens_(tokens), limits_(std::move(limits)), started_at_(house.time().now()) {}

void gateway::handle(const web_request& r, respond answer) {
  web_reply cors;
  add_cors(r, cors);
  route(r, [answer = std::move(answer), headers = std::move(cors.headers)](web_reply reply) {
    reply.headers.insert(reply.headers.end(), headers.begin(), headers.end());
    reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
    answer(std::move(reply));
  });
}

void gateway::route(const web_request& r, const respond& answer) {
  if (r.method == "OPTIONS") return answer(preflight(r));
  segments path = split(r.path);
  if (path[0] == "api") return route_api(r, path, answer);
  if (r.path == "/healthz" || r.path == "/readyz") {
    if (r.method != "GET") return answer(not_allowed("GET"));
    if (r.path == "/readyz" && house_.stopping()) return answer(problem("stopping"));
    if (std::string why = house_.store_broken(); r.path == "/readyz" && !why.empty())
      return answer(problem("storage_failed", why));
    return answer({.body = R"({"status":"ok"})"});
  }
  const page* found = find_page(r.path);
  if (!found) return answer(problem("not_found"));
  if (r.method != "GET") return answer(not_allowed("GET"));
  answer(serve_page(*found, r.if_none_match));
}

void gateway::route_api(const web_request& r, const segments& path, const respond& answer) {
  auto who = tokens_.identify(r.authorization, house_.time().now());
  if (!who) return answer(problem(who.why()));
  std::string_view name = path.size() > 1 ? path[1] : std::string_view{};
  if (name == "guest" && path.size() == 2) {
    if (r.method != "POST") return answer(not_allowed("POST"));
    return make_guest(r, who.value(), answer);
  }
  if (name == "stats" && path.size() == 2) {
    if (r.method != "GET") return answer(not_allowed("GET"));
    return show_stats(who.value(), answer);
  }
  const kind* k = house_.kinds().find(name);
  if (!k || k->reached_by == reach::internal) return answer(problem("unknown_kind"));
  if (r.body.size() > limits_.body_bytes_max)
    return answer(problem("body_too_large", "at most " + std::to_string(limits_.body_bytes_max) +
                                                " bytes are taken"));
  if (!is_key(r.idempotency_key))
    return answer(problem("bad_header", "Idempotency-Key must be at most 128 visible characters"));
  if (r.method == "POST" && !r.body.empty() && !is_json(r.content_type))
    return answer(problem("unsupported_media_type"));
  if (k->reached_by == reach::session) route_session(r, *k, path, who.value(), answer);
  else route_room(r, *k, path, who.value(), answer);
}

void gateway::route_session(const web_request& r, const kind& k, const segments& path,
                            const std::optional<identity>& who, const respond& answer) {
  bool is_status = path.size() == 4 && path[2] == "session" && path[3] == "status";
  bool is_close = path.size() == 4 && path[2] == "session" && path[3] == "close";
  // The player's own actor is itself the session: /api/session/close.
  if (k.name == session_kind && path.size() == 3 && path[2] == "close") is_close = true;
  bool is_view = path.size() == 2;
  bool is_command = path.size() == 3 && !is_close;
  if (!is_status && !is_close && !is_view && !is_command) return answer(problem("not_found"));
  if (is_command) {
    auto found = k.find_command(path[2]);
    if (!found || k.commands[*found].who == open_to::actors) return answer(problem("unknown_command"));
  }
  std::string_view method = is_view || is_status ? "GET" : "POST";
  if (r.method != method) return answer(not_allowed(std::string(method)));
  if (!who) return answer(no_token());
  if (is_status) return show_status(k, *who, answer);
  if (is_close) return close_session(k, *who, answer);
  if (is_view) return show(r, {k.name, who->player}, who, answer);
  command(r, {k.name, who->player}, std::string(path[2]), *who, answer);
}

void gateway::route_room(const web_request& r, const kind& k, const segments& path,
                         const std::optional<identity>& who, const respond& answer) {
  if (path.size() == 2) {
    if (r.method == "GET") return list_rooms(r, k, answer);
    if (r.method != "POST") return answer(not_allowed("GET, POST"));
    return who ? create_room(r, k, *who, answer) : answer(no_token());
  }
  if (path.size() == 3 && path[2] == "join") {
    if (r.method != "POST") return answer(not_allowed("POST"));
    if (!who) return answer(no_token());
    return quick_join(k, *who, std::string(r.idempotency_key), answer, quick_join_attempts);
  }
  std::string id(path[2]);
  if (path.size() > 4 || is_reserved_id(id)) return answer(problem("not_found"));
  if (!is_id(id)) return answer(problem("bad_id"));
  if (path.size() == 3) {
    if (r.method != "GET") return answer(not_allowed("GET"));
    return show(r, {k.name, id}, who, answer);
  }
  auto found = k.find_command(path[3]);
  if (!found || k.commands[*found].who == open_to::actors) return answer(problem("unknown_command"));
  if (r.method != "POST") return answer(not_allowed("POST"));
  if (!who) return answer(no_token());
  command(r, {k.name, id}, std::string(path[3]), *who, answer);
}

void gateway::make_guest(const web_request& r, const std::optional<identity>& who,
                         const respond& answer) {
  if (r.body.size() > limits_.body_bytes_max) return answer(problem("body_too_large"));
  if (!limits_.guests) return answer(problem("guests_disabled"));
  if (house_.stopping()) return answer(problem("stopping"));
  // A guest may go on being that guest. Other tokens were given for a time by somebody who meant it.
  if (who && who->as != role::guest)
    return answer(problem("forbidden", "only a guest's token is renewed here"));
  identity guest{who ? who->player : new_guest_name(), role::guest,
                 house_.time().now() + limits_.guest_ttl};
  web_reply reply{.status = 201};
  json_object(reply.body)
      .add("player", guest.player)
      .add("token", tokens_.sign(guest))
      .add("expires_at", to_text(guest.expires_at));
  reply.headers.emplace_back("Cache-Control", "no-store");
  answer(std::move(reply));
}

void gateway::show_stats(const std::optional<identity>& who, const respond& answer) const {
  auto s = house_.stats();
  std::uint64_t mine = 0;
  for (const kind& k : house_.kinds().kinds())
    if (who && k.reached_by == reach::session && house_.look({k.name, who->player})) ++mine;
  web_reply reply;
  {
    json_object body(reply.body);
    {
      json_object awake(body.key("awake"));
      awake.add("total", std::uint64_t{s.awake});
      json_object by_kind(awake.key("by_kind"));
      for (const auto& [name, count] : s.awake_by_kind) by_kind.add(name, std::uint64_t{count});
    }
    json_object(body.key("sessions")).add("total", std::uint64_t{s.sessions}).add("mine", mine);
    {
      json_object requests(body.key("requests"));
      write_tally(requests, s.requests);
      json_object refused_by(requests.key("refused_by"));
      for (const auto& [word, count] : s.refused_by) refused_by.add(word, count);
    }
    {
      json_object messages(body.key("messages"));
      write_tally(messages, s.messages);
    }
    body.add("reminders", std::uint64_t{s.reminders});
    body.add("closed_by_transport", closed_by_transport());
    body.add("uptime_ms", std::int64_t{(house_.time().now() - started_at_).count()});
  }
  reply.headers.emplace_back("Cache-Control", "no-store");
  answer(std::move(reply));
}

void gateway::show_status(const kind& k, const identity& who, const respond& answer) const {
  auto awake = house_.look({k.name, who.player});
  web_reply reply;
  {
    json_object body(reply.body);
    body.add("has_session", awake.has_value());
    if (awake) {
      body.add("session_id", k.name + "-" + who.player + "-" + std::to_string(awake->activation));
      body.add("created_at", to_text(awake->woken_at));
      body.add("last_activity", to_text(awake->last_used));
    } else {
      for (const char* unknown : {"session_id", "created_at", "last_activity"})
        body.add_raw(unknown, "null");
    }
    body.add_raw("services", "[]");
    body.add("user_id", who.player);
  }
  reply.headers.emplace_back("Cache-Control", "no-store");
  answer(std::move(reply));
}

void gateway::close_session(const kind& k, const identity& who, const respond& answer) {
  house_.close({k.name, who.player}, [answer](bool was_awake) {
    answer({.body = was_awake ? R"({"closed":true})" : R"({"closed":false})"});
  });
}

void gateway::create_room(const web_request& r, const kind& k, const identity& who,
                          const respond& answer) {
  house_.send({.to = {lobby_kind, k.name},
               .player = who.player,
               .command = "create",
               .key = std::string(r.idempotency_key)},
              [answer, kind_name = k.name](reply created) {
                if (!created.ok()) return answer(problem(created.why));
                web_reply made{.status = 201, .body = std::move(created.body)};
                made.headers.emplace_back("Location", location_of(kind_name, id_in(made.body)));
                answer(std::move(made));
              });
}

void gateway::list_rooms(const web_request& r, const kind& k, const respond& answer) {
  std::string args;
  {
    json_object object(args);
    for (const auto& [name, value] : r.query) {
      if (name == "after") object.add("after", value);
      // The lobby checks the range; here it only has to be a number.
      else if (name == "limit" && !value.empty() && value.size() < 10 &&
               value.find_first_not_of("0123456789") == std::string::npos)
        object.add("limit", std::stoi(value));
      else return answer(problem("bad_query", name + " cannot be read"));
    }
  }
  house_.send({.to = {lobby_kind, k.name},
               .from = source::client_get,
               .command = "list",
               .args = std::move(args)},
              [answer](reply found) {
                if (found.why.code == "bad_arguments") found.why.code = "bad_query";
                if (!found.ok()) return answer(problem(found.why));
                web_reply list{.body = std::move(found.body)};
                list.headers.emplace_back("Cache-Control", "no-cache");
                answer(std::move(list));
              });
}

void gateway::quick_join(const kind& k, const identity& who, std::string key, const respond& answer,
                         int attempts) {
  // An attempt that led to a full room is over: the next one is another request to the lobby.
  std::string lobby_key = key;
  if (!key.empty() && attempts < quick_join_attempts) lobby_key += "#" + std::to_string(attempts);
  house_.send(
      {.to = {lobby_kind, k.name}, .player = who.player, .command = "quick_join", .key = lobby_key},
      [this, &k, who, key, answer, attempts](reply r) {
        if (!r.ok()) return answer(problem(r.why));
        std::string id = id_in(r.body);
        house_.send({.to = {k.name, id}, .player = who.player, .command = "join", .key = key},
                    [this, &k, who, key, answer, attempts, id](reply joined) {
                      // Somebody with the room's link was faster: the lobby knows by now.
                      if (joined.why.code == "room_full" && attempts > 1)
                        return quick_join(k, who, key, answer, attempts - 1);
                      web_reply reply = from_actor(std::move(joined));
                      if (reply.status == 200) {
                        std::string named = "{\"kind\":\"" + k.name + "\",\"id\":\"" + id + "\",";
                        reply.body.replace(0, 1, named);
                        reply.headers.emplace_back("Location", location_of(k.name, id));
                      }
                      answer(std::move(reply));
                    });
      });
}

void gateway::show(const web_request& r, address to, const std::optional<identity>& who,
                   const respond& answer) {
  house_.send({.to = std::move(to),
               .player = who ? who->player : std::string{},
               .from = source::client_get},
              [answer, if_none_match = std::string(r.if_none_match)](reply found) {
                bool same = found.ok() && lists_tag(if_none_match, found.tag);
                web_reply reply = from_actor(std::move(found));
                if (same) {
                  reply.status = 304;
                  reply.body.clear();
                }
                answer(std::move(reply));
              });
}

void gateway::command(const web_request& r, address to, std::string name, const identity& who,
                      const respond& answer) {
  call what{.to = std::move(to), .player = who.player, .command = std::move(name),
            .args = std::string(r.body), .key = std::string(r.idempotency_key)};
  if (!r.if_match.empty() && r.if_match != "*") {
    what.if_match = parse_etag(r.if_match);
    if (!what.if_match)
      return answer(problem("bad_header", "If-Match must be one ETag of this server"));
  }
  house_.send(std::move(what), [answer](reply done) { answer(from_actor(std::move(done))); });
}

void gateway::add_cors(const web_request& r, web_reply& reply) const {
  const auto& allowed = limits_.allowed_origins;
  bool any = std::find(allowed.begin(), allowed.end(), "*") != allowed.end();
  if (!any) reply.headers.emplace_back("Vary", "Origin");
  if (!any && std::find(allowed.begin(), allowed.end(), r.origin) == allowed.end()) return;
  reply.headers.emplace_back("Access-Control-Allow-Origin", any ? "*" : std::string(r.origin));
  reply.headers.emplace_back("Access-Control-Expose-Headers", "ETag, Location, Retry-After");
}

web_reply gateway::preflight(const web_request&) const {
  web_reply reply{.status = 204, .content_type = {}};
  reply.headers.emplace_back("Allow", "GET, POST, OPTIONS");
  reply.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
  reply.headers.emplace_back("Access-Control-Allow-Headers",
                             "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
                             "Last-Event-ID, traceparent");
  reply.headers.emplace_back("Access-Control-Max-Age", "600");
  return reply;
}

}  // namespace parlor::http
