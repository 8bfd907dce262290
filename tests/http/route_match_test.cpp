#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "actors/catalog.hpp"
#include "http/gateway/route_match.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/fake_service.hpp"

// A path is read once: here is what each becomes.
using namespace parlor;
using namespace parlor::testing;
using http::operator_route;
using http::route_id;
using http::route_match;

namespace {

struct matched {
  outside world;
  catalog kinds{[this] {
    std::vector<kind> kinds = actors::make_catalog().kinds();
    kinds.push_back(counter(false));
    kind by_id = counter();
    by_id.name = "numbered";
    kinds.push_back(by_id);
    kinds.push_back(switchboard(world));
    return kinds;
  }()};
  http::route_matcher routes{kinds, "switchboard"};

  route_match get(std::string_view path) const { return routes.match("GET", path); }
  route_match post(std::string_view path) const { return routes.match("POST", path); }
  std::string wrong(std::string_view path) const { return std::string(post(path).wrong); }
};

/// The route's word for itself: `POST` or, where a path takes two methods and needs a token, `POST of GET, POST +`.
std::string rule_of(const route_match& m) {
  if (!m.rule) return "none";
  std::string text(m.rule->method);
  if (m.rule->allow != m.rule->method) text.append(" of ").append(m.rule->allow);
  return m.rule->needs_token ? text + " +" : text;
}

}  // namespace

TEST_CASE("a path of the server is one route, with its method") {
  matched paths;
  struct row {
    const char* path;
    route_id is;
    const char* rule;
  };
  for (const row& r : {row{"/healthz", route_id::health, "GET"}, row{"/readyz", route_id::ready, "GET"},
                       row{"/metrics", route_id::metrics, "GET"}, row{"/openapi.json", route_id::contract, "GET"},
                       row{"/", route_id::page, "GET"}, row{"/docs", route_id::page, "GET"},
                       row{"/api/guest", route_id::guest, "POST"}, row{"/api/stats", route_id::stats, "GET"},
                       row{"/ann/action", route_id::action, "POST"}, row{"/nowhere", route_id::none, "none"},
                       row{"/healthz/", route_id::none, "none"}, row{"/a/b/action", route_id::none, "none"},
                       row{"", route_id::none, "none"}}) {
    INFO(r.path);
    route_match m = paths.post(r.path);
    CHECK(m.is == r.is);
    CHECK(rule_of(m) == r.rule);
    CHECK(m.wrong == (r.is == route_id::none ? "not_found" : ""));
    CHECK_FALSE(m.in_api == (r.path != std::string("/api/guest") && r.path != std::string("/api/stats")));
  }
  CHECK(paths.post("/ann/action").id == "ann");
  CHECK(paths.post("/ann/action").actor_kind->name == "switchboard");
  CHECK(http::route_matcher(paths.kinds, "").match("POST", "/ann/action").is == route_id::none);
  CHECK(http::route_matcher(paths.kinds, "tictactoe").match("POST", "/ann/action").is == route_id::none);
  CHECK(paths.routes.match("OPTIONS", "/api/tictactoe/r1/place").is == route_id::preflight);
}

TEST_CASE("a path of a room kind is one route, with the room and the command") {
  matched paths;
  auto place = paths.post("/api/tictactoe/r1/place");
  CHECK(place.is == route_id::command);
  CHECK(place.id == "r1");
  CHECK(place.actor_kind->commands[place.command].name == "place");
  CHECK(rule_of(place) == "POST +");
  CHECK(place.in_api);
  CHECK(paths.get("/api/tictactoe/r1/place").is == route_id::command);
  CHECK(rule_of(paths.get("/api/tictactoe")) == "GET");
  CHECK(paths.get("/api/tictactoe").is == route_id::list);
  CHECK(paths.post("/api/tictactoe").is == route_id::create);
  CHECK(rule_of(paths.routes.match("DELETE", "/api/tictactoe")) == "POST of GET, POST +");
  CHECK(paths.get("/api/tictactoe/join").is == route_id::join);
  CHECK(rule_of(paths.get("/api/tictactoe/r1")) == "GET");
  CHECK(paths.get("/api/tictactoe/r1").is == route_id::view);
  CHECK(paths.post("/api/tictactoe/r1/events").is == route_id::events);
  CHECK(paths.post("/api/tictactoe/r1/join").is == route_id::command);

  CHECK(paths.wrong("/api") == "unknown_kind");
  CHECK(paths.wrong("/api/") == "unknown_kind");
  CHECK(paths.wrong("/api/chess/r1") == "unknown_kind");
  CHECK(paths.wrong("/api/lobby/tictactoe") == "unknown_kind");
  CHECK(paths.wrong("/api/guest/") == "unknown_kind");
  CHECK(paths.wrong("/api/tictactoe/") == "bad_id");
  CHECK(paths.wrong("/api/tictactoe/R 1/place") == "bad_id");
  CHECK(paths.wrong("/api/tictactoe/session/status") == "not_found");
  CHECK(paths.wrong("/api/tictactoe/R 1/place/now") == "not_found");
  CHECK(paths.wrong("/api/tictactoe/r1/place/now") == "not_found");
  CHECK(paths.wrong("/api/tictactoe/r1/time_up") == "unknown_command");
  CHECK(paths.wrong("/api/tictactoe/r1/") == "unknown_command");
  // What has no seats has no lobby.
  CHECK(paths.wrong("/api/numbered") == "not_found");
  CHECK(paths.wrong("/api/numbered/join") == "not_found");
  CHECK(paths.post("/api/numbered/r1/add").is == route_id::command);
}

TEST_CASE("a path of a session kind is one route, and a raw handler takes all others") {
  matched paths;
  CHECK(rule_of(paths.get("/api/session")) == "GET +");
  CHECK(paths.get("/api/session").is == route_id::view);
  CHECK(paths.get("/api/session/ticket").is == route_id::ticket);
  CHECK(paths.get("/api/session/close").is == route_id::close);
  CHECK(paths.get("/api/session/events").is == route_id::events);
  CHECK(paths.get("/api/counter/session/status").is == route_id::status);
  CHECK(paths.get("/api/counter/session/open").is == route_id::open);
  CHECK(paths.get("/api/counter/session/close").is == route_id::close);
  CHECK(paths.post("/api/counter/add").is == route_id::command);
  CHECK(paths.wrong("/api/counter/close") == "unknown_command");
  CHECK(paths.wrong("/api/counter/ticket") == "unknown_command");
  CHECK(paths.wrong("/api/counter/add/now") == "not_found");
  CHECK(paths.wrong("/api/counter/session/nap") == "not_found");
  CHECK(rule_of(paths.post("/api/counter/events")) == "GET");

  CHECK(paths.post("/api/switchboard/hang_up").is == route_id::command);
  for (const char* path : {"/api/switchboard/a", "/api/switchboard/*", "/api/switchboard/", "/api/switchboard/a/b/c/d",
                           "/api/switchboard/session/nap", "/api/switchboard/a/b/c/d/e/f/g/h/i"}) {
    INFO(path);
    CHECK(paths.get(path).is == route_id::raw);
    CHECK(rule_of(paths.get(path)) == "POST +");
    CHECK(paths.kinds.find("switchboard")->commands[paths.get(path).command].raw);
  }
  CHECK(paths.get("/api/switchboard/events").is == route_id::events);
  CHECK(paths.post("/api/switchboard/events").is == route_id::raw);
  CHECK(rule_of(paths.post("/api/switchboard/events")) == "POST of GET, POST +");
}

TEST_CASE("a path of operators is one route, with the actor") {
  matched paths;
  struct row {
    const char* path;
    operator_route is;
    const char* rule;
  };
  for (const row& r : {row{"", operator_route::server, "GET"}, row{"/actors", operator_route::actors, "GET"},
                       row{"/log", operator_route::log, "GET"}, row{"/metrics", operator_route::metrics, "GET"},
                       row{"/drain", operator_route::drain, "POST"}, row{"/undrain", operator_route::undrain, "POST"},
                       row{"/accept_clock", operator_route::accept_clock, "POST"},
                       row{"/actors/lobby/tictactoe", operator_route::inspect, "GET"},
                       row{"/actors/tictactoe/r1/view", operator_route::view, "GET"},
                       row{"/actors/tictactoe/r1/events", operator_route::events, "GET"},
                       row{"/actors/tictactoe/r1/sleep", operator_route::sleep, "POST"},
                       row{"/actors/tictactoe/r1/wake", operator_route::wake, "POST"},
                       row{"/actors/tictactoe/r1/close", operator_route::close, "POST"},
                       row{"/actors/tictactoe/r1/reminders/tidy/cancel", operator_route::cancel, "POST"}}) {
    INFO(r.path);
    route_match m = paths.get(std::string("/api/admin") + r.path);
    CHECK(m.is == route_id::operators);
    CHECK(m.operators.is == r.is);
    CHECK(rule_of(m) == r.rule);
    CHECK(m.wrong.empty());
  }
  auto cancel = paths.post("/api/admin/actors/tictactoe/r1/reminders/tidy/cancel").operators;
  CHECK(cancel.actor_kind->name == "tictactoe");
  CHECK(cancel.id == "r1");
  CHECK(cancel.part == "tidy");

  CHECK(paths.wrong("/api/admin/actors/chess/r1") == "unknown_kind");
  CHECK(paths.wrong("/api/admin/actors/tictactoe/") == "bad_id");
  for (const char* path : {"/api/admin/", "/api/admin/nothing", "/api/admin/actors/tictactoe", "/api/admin/log/now",
                           "/api/admin/actors/tictactoe/r1/nap", "/api/admin/actors/tictactoe/r1/sleep/now",
                           "/api/admin/actors/tictactoe/r1/reminders//cancel",
                           "/api/admin/actors/tictactoe/r1/reminders/tidy/cancel/now"}) {
    INFO(path);
    CHECK(paths.wrong(path) == "not_found");
    CHECK(paths.post(path).is == route_id::operators);
    CHECK(rule_of(paths.post(path)) == "none");
  }
}
