#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/check_problem.hpp"
#include "tests/support/json.hpp"
#include "tests/support/served.hpp"

// Every route and every status, over a real socket.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const std::string exposed =
    "*, ETag, Last-Event-ID, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, "
    "X-Request-Id";

/// Seats ann and bob in a room of a kind.
}  // namespace

TEST_CASE("a guest is made, and renewed by their own token") {
  served s;
  auto made = s.post("/api/guest");
  CHECK(made.status == 201);
  CHECK_THAT(made.field("player"), Catch::StartsWith("guest_"));
  CHECK(made.header("cache-control") == "no-store");
  loopback_client::headers guest{{"Authorization", "Bearer " + made.field("token")}};
  auto again = s.post("/api/guest", guest);
  CHECK(again.status == 201);
  CHECK(again.field("player") == made.field("player"));
  CHECK(s.post("/api/guest").field("player") != made.field("player"));
  check_problem(s.post("/api/guest", s.as("ann")), 403, "forbidden");
  check_problem(s.post("/api/guest", {{"Authorization", "Bearer x.y.z"}}), 401, "unauthorized");
}

TEST_CASE("guests can be turned off") {
  served s({}, {.guests = false});
  check_problem(s.post("/api/guest"), 403, "guests_disabled");
}

TEST_CASE("a room is created, listed, joined by the lobby, and read") {
  served s;
  auto made = s.post("/api/tictactoe", s.as("ann"));
  REQUIRE(made.status == 201);
  std::string id = made.field("id");
  CHECK(made.body == R"({"kind":"tictactoe","id":")" + id + "\"}");
  CHECK(made.header("location") == "/api/tictactoe/" + id);

  auto list = s.get("/api/tictactoe");
  CHECK(list.status == 200);
  CHECK(list.body == R"({"rooms":[{"id":")" + id + R"(","players":[],"free":2}],"next":null})");

  for (const char* player : {"ann", "bob"}) {
    auto joined = s.post("/api/tictactoe/join", s.as(player));
    CHECK(joined.status == 200);
    CHECK(joined.field("id") == id);
    CHECK(joined.header("location") == "/api/tictactoe/" + id);
  }
  CHECK(s.get("/api/tictactoe").body == R"({"rooms":[],"next":null})");

  auto room = s.get("/api/tictactoe/" + id);
  CHECK(room.status == 200);
  CHECK_THAT(room.body, Contains(R"("seats":["ann","bob"],"turn":0,"outcome":null,)"
                                 R"("view":{"cells":[0,0,0,0,0,0,0,0,0]}})"));
}

TEST_CASE("the list of rooms has pages") {
  served s;
  for (int i = 0; i < 5; ++i) s.post("/api/gomoku", s.as("ann"));
  auto first = s.get("/api/gomoku?limit=2");
  std::string next = first.field("next");
  REQUIRE(is_id(next));
  auto second = s.get("/api/gomoku?limit=4&after=" + next);
  CHECK_THAT(second.body, Contains("\"next\":null"));
  CHECK_THAT(second.body, !Contains(next));
  check_problem(s.get("/api/gomoku?limit=0"), 400, "bad_query");
  check_problem(s.get("/api/gomoku?limit=101"), 400, "bad_query");
  check_problem(s.get("/api/gomoku?limit=two"), 400, "bad_query");
  check_problem(s.get("/api/gomoku?page=2"), 400, "bad_query");
}

TEST_CASE("the query of a list is read strictly") {
  served s;
  for (int i = 0; i < 3; ++i) s.post("/api/gomoku", s.as("ann"));
  std::string text = s.get("/api/gomoku").body;
  std::string two = s.get("/api/gomoku?limit=2").body;
  CHECK(two != text);
  // Names and values may be percent-encoded; of one that stands twice the first counts; between two
  // ampersands may be nothing; a name without a value has an empty one.
  for (const char* same : {"%6cimit=%32", "limit=2&", "&limit=2", "&&limit=2&&", "limit=2&limit=1", "limit=2&limit",
                           "limit=2&after=no+room", "limit=2&after=%E2%82%AC", "limit=2&after=a=b"})
    CHECK(s.get(std::string("/api/gomoku?") + same).body == two);
  for (const char* same : {"", "&", "&&"}) CHECK(s.get(std::string("/api/gomoku?") + same).body == text);
  for (const char* wrong : {"limit=%", "limit=%2", "limit=%zz", "limit=2&%", "%", "after=%80", "after=%E2%82",
                            "after=%E2x", "after=%C0%AF", "after=%ED%A0%80", "after=%F4%90%80%80"}) {
    auto refused = s.get(std::string("/api/gomoku?") + wrong);
    check_problem(refused, 400, "bad_query");
    CHECK(refused.field("detail") == "the query is not well-formed");
  }
  for (const char* wrong :
       {"limit=", "limit", "limit&after", "limit=+2", "limit=-1", "limit=1234567890", "limit=x&page=2"})
    CHECK(s.get(std::string("/api/gomoku?") + wrong).field("detail") == "limit cannot be read");
  CHECK(s.get("/api/gomoku?%26limit=2").field("detail") == "&limit cannot be read");
  CHECK(s.get("/api/gomoku?%E2%82%AC").field("detail") == "\u20ac cannot be read");
  CHECK(s.get("/api/gomoku?=2").field("detail") == " cannot be read");
}

TEST_CASE("a query is nobody's business elsewhere") {
  served s;
  seat_two(s, "tictactoe/r");
  for (const char* query : {"?", "?limit=2", "?limit=%zz&", "?%"}) {
    std::string with = query;
    CHECK(s.get("/healthz" + with).status == 200);
    CHECK(s.get("/api/tictactoe/r" + with).status == 200);
    CHECK(s.get("/api/counter" + with, s.as("ann")).status == 200);
    CHECK(s.post("/api/gomoku" + with, s.as("ann")).status == 201);
    check_problem(s.post("/api/tictactoe/r/place" + with, s.as("bob"), json("cell", 0)), 422, "not_your_turn");
  }
}

TEST_CASE("a game is played to its end, with a rematch") {
  served s;
  seat_two(s, "tictactoe/r");
  auto place = [&](const char* player, int cell) {
    return s.post("/api/tictactoe/r/place", s.as(player), json("cell", cell));
  };
  CHECK(place("ann", 0).status == 200);
  check_problem(place("ann", 1), 422, "not_your_turn");
  check_problem(place("bob", 0), 422, "cell_taken");
  check_problem(place("eve", 1), 422, "not_seated");
  place("bob", 3);
  place("ann", 1);
  place("bob", 4);
  auto won = place("ann", 2);
  CHECK_THAT(won.body, Contains(R"("turn":null,"outcome":{"winner":0,"reason":"line",)"
                                R"("rematch":[false,false]})"));
  check_problem(place("bob", 5), 422, "game_over");
  CHECK(s.post("/api/tictactoe/r/rematch", s.as("ann")).status == 200);
  auto again = s.post("/api/tictactoe/r/rematch", s.as("bob"));
  CHECK_THAT(again.body, Contains(R"("turn":1,"outcome":null)"));
  CHECK_THAT(s.post("/api/tictactoe/r/leave", s.as("bob")).body,
             Contains(R"("outcome":{"winner":0,"reason":"forfeit")"));
  check_problem(s.post("/api/tictactoe/r/rematch", s.as("ann")), 422, "opponent_left");
}

TEST_CASE("joining: twice is the same seat, a full room says so, too few cannot start") {
  served s;
  auto first = s.post("/api/tictactoe/r/join", s.as("ann"));
  check_problem(s.post("/api/tictactoe/r/place", s.as("ann"), json("cell", 0)), 422, "not_started");
  auto twice = s.post("/api/tictactoe/r/join", s.as("ann"));
  CHECK(twice.body == first.body);
  CHECK(twice.header("etag") == first.header("etag"));
  s.post("/api/tictactoe/r/join", s.as("bob"));
  check_problem(s.post("/api/tictactoe/r/join", s.as("eve")), 409, "room_full");
  CHECK(s.get("/api/tictactoe").body == R"({"rooms":[],"next":null})");
}

TEST_CASE("nothing is learned of a hidden choice") {
  served s;
  seat_two(s, "rock_paper_scissors/a");
  seat_two(s, "rock_paper_scissors/b");
  auto choose = [&](const std::string& room, const std::string& hand) {
    return s.post("/api/rock_paper_scissors/" + room + "/choose", s.as("ann"), json("hand", hand));
  };
  // The same choice but for the hand: whoever looks sees the same.
  CHECK(choose("a", "rock").body == choose("b", "paper").body);
  for (const auto& viewer : {s.as("ann"), s.as("bob"), s.as("eve"), loopback_client::headers{}}) {
    auto a = s.get("/api/rock_paper_scissors/a", viewer);
    CHECK(a.body == s.get("/api/rock_paper_scissors/b", viewer).body);
    CHECK_THAT(a.body, Contains(R"("chosen":[true,false],"last":null)"));
  }
  check_problem(choose("a", "fist"), 400, "bad_arguments");
}

TEST_CASE("versions: ETag, If-None-Match, If-Match") {
  served s;
  seat_two(s, "tictactoe/r");
  auto room = s.get("/api/tictactoe/r");
  std::string tag = room.header("etag");
  CHECK_THAT(tag, Catch::Matches("\"[0-9a-z]+-2\""));
  CHECK_THAT(room.header("vary"), Contains("Authorization"));
  CHECK(room.header("cache-control") == "private, no-cache");
  auto same = s.get("/api/tictactoe/r", {{"If-None-Match", "\"x\",\tW/" + tag + "\t, \"y\""}});
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(same.header("etag") == tag);

  auto with = s.as("ann");
  with["If-Match"] = tag;
  CHECK(s.post("/api/tictactoe/r/place", with, json("cell", 0)).status == 200);
  CHECK(s.get("/api/tictactoe/r", {{"If-None-Match", tag}}).status == 200);
  with = s.as("bob");
  with["If-Match"] = tag;
  auto stale = s.post("/api/tictactoe/r/place", with, json("cell", 1));
  check_problem(stale, 412, "stale_version");
  CHECK_THAT(stale.body, Contains(R"("current":{"version":3,)"));
  with["If-Match"] = "seven";
  check_problem(s.post("/api/tictactoe/r/place", with, json("cell", 1)), 400, "bad_header");
  with["If-Match"] = "*";
  CHECK(s.post("/api/tictactoe/r/place", with, json("cell", 1)).status == 200);
}

TEST_CASE("a POST with an Idempotency-Key counts once: a move, a creation, a quick join") {
  served s;
  auto keyed = [&](const std::string& player, const std::string& key) {
    auto with = s.as(player);
    with["Idempotency-Key"] = key;
    return with;
  };
  auto made = s.post("/api/gomoku", keyed("ann", "a"));
  auto again = s.post("/api/gomoku", keyed("ann", "a"));
  CHECK(again.status == 201);
  CHECK(again.body == made.body);
  CHECK(again.header("location") == made.header("location"));
  CHECK(s.post("/api/gomoku", keyed("ann", "b")).body != made.body);

  auto joined = s.post("/api/tictactoe/join", keyed("ann", "a"));
  CHECK(s.post("/api/tictactoe/join", keyed("ann", "a")).body == joined.body);
  std::string room = "/api/tictactoe/" + joined.field("id");
  s.post(room + "/join", s.as("bob"));
  auto moved = s.post(room + "/place", keyed("ann", "m"), json("cell", 0));
  s.post(room + "/place", s.as("bob"), json("cell", 1));
  auto repeated = s.post(room + "/place", keyed("ann", "m"), json("cell", 0));
  CHECK(repeated.status == 200);
  CHECK(repeated.body == moved.body);
  CHECK(repeated.header("etag") == moved.header("etag"));
  check_problem(s.post(room + "/place", keyed("ann", "m"), json("cell", 2)), 422, "key_reused");

  CHECK(s.post("/api/guest", {{"Idempotency-Key", "g"}}).field("player") !=
        s.post("/api/guest", {{"Idempotency-Key", "g"}}).field("player"));
  check_problem(s.post(room + "/place", keyed("ann", std::string(129, 'k'))), 400, "bad_header");
}

TEST_CASE("what is not there is 404, and what cannot be done there is 405") {
  served s;
  auto ann = s.as("ann");
  check_problem(s.get("/nothing"), 404, "not_found");
  check_problem(s.get("/api"), 404, "unknown_kind");
  check_problem(s.get("/api/chess"), 404, "unknown_kind");
  check_problem(s.get("/api/lobby", ann), 404, "unknown_kind");
  check_problem(s.post("/api/lobby/tictactoe/news", ann), 404, "unknown_kind");
  check_problem(s.get("/api/tictactoe/r"), 404, "unknown_room");
  check_problem(s.post("/api/tictactoe/r/place", ann, json("cell", 0)), 404, "unknown_room");
  check_problem(s.post("/api/tictactoe/r/jump", ann), 404, "unknown_command");
  check_problem(s.post("/api/tictactoe/r/reserve", ann, json("player", "ann")), 404, "unknown_command");
  check_problem(s.post("/api/tictactoe/r/tidy", ann), 404, "unknown_command");
  check_problem(s.get("/api/tictactoe/session/status", ann), 404, "not_found");
  check_problem(s.post("/api/tictactoe/events/join", ann), 404, "not_found");
  check_problem(s.get("/api/tictactoe/r/place/x"), 404, "not_found");
  check_problem(s.post("/api/tictactoe/r/place/", ann), 404, "not_found");
  check_problem(s.post("/api/tictactoe/r/place/x/y/z", ann), 404, "not_found");
  check_problem(s.post("/api/counter/session/status/x", ann), 404, "not_found");
  check_problem(s.get("/api/chess/a/b/c/d/e"), 404, "unknown_kind");
  check_problem(s.get("/api/"), 404, "unknown_kind");
  check_problem(s.get("/healthz/"), 404, "not_found");
  check_problem(s.get("/api/counter/session", ann), 404, "unknown_command");
  check_problem(s.get("/api/tictactoe/a.b"), 400, "bad_id");
  check_problem(s.get("/api/tictactoe/%zz"), 400, "bad_request");
  check_problem(s.get("/api/tictactoe/" + std::string(65, 'a')), 400, "bad_id");

  for (const char* target : {"/api/guest", "/api/tictactoe/join", "/api/tictactoe/r/place"})
    check_problem(s.get(target, ann), 405, "method_not_allowed");
  for (const char* target : {"/api/stats", "/healthz", "/", "/api/tictactoe/r", "/api/counter"})
    check_problem(s.post(target, ann), 405, "method_not_allowed");
  auto deleted = s.client.request("DELETE", "/api/tictactoe", ann);
  check_problem(deleted, 405, "method_not_allowed");
  CHECK(deleted.header("allow") == "GET, HEAD, POST");
}

TEST_CASE("bodies: malformed, wrong, of another type, too large") {
  served s;
  seat_two(s, "tictactoe/r");
  auto place = [&](const std::string& body) { return s.post("/api/tictactoe/r/place", s.as("ann"), body); };
  check_problem(place("{\"cell\":"), 400, "malformed_json");
  check_problem(place("{} {}"), 400, "malformed_json");
  check_problem(place("[0]"), 400, "bad_arguments");
  for (const char* wrong : {R"({"cell":9})", R"({"cell":-1})", R"({"cell":"0"})", R"({"cell":0.5})", R"({"cell":true})",
                            R"({"cell":null})", "{}"}) {
    auto refused = place(wrong);
    check_problem(refused, 400, "bad_arguments");
    CHECK(refused.field("field") == "cell");
  }
  CHECK(place(R"({"cell":0,"row":1})").field("field") == "row");
  auto plain = s.as("ann");
  plain["Content-Type"] = "text/plain";
  check_problem(s.post("/api/tictactoe/r/place", plain, json("cell", 0)), 415, "unsupported_media_type");
  std::string large = R"({"cell":)" + std::string(70'000, ' ') + "0}";
  check_problem(place(large), 413, "body_too_large");
  auto charset = s.as("ann");
  charset["Content-Type"] = "Application/JSON; charset=utf-8";
  CHECK(s.post("/api/tictactoe/r/place", charset, json("cell", 0)).status == 200);
}

TEST_CASE("tokens: missing, malformed, forged, expired") {
  served s;
  check_problem(s.post("/api/tictactoe"), 401, "unauthorized");
  check_problem(s.post("/api/tictactoe/join"), 401, "unauthorized");
  auto missing = s.post("/api/tictactoe/r/join");
  check_problem(missing, 401, "unauthorized");
  CHECK_THAT(missing.header("www-authenticate"), Catch::StartsWith("Bearer"));
  for (const std::string& value :
       {std::string("Bearer nonsense"), std::string("Basic YW5uOmFubg=="), "Bearer " + s.token("ann") + "x"})
    check_problem(s.get("/api/tictactoe", {{"Authorization", value}}), 401, "unauthorized");
  http::credentials other{std::string(32, 'o')};
  std::string forged = other.sign({"ann", http::role::admin, instant::max() - 1h});
  check_problem(s.post("/api/tictactoe", {{"Authorization", "Bearer " + forged}}), 401, "unauthorized");
  std::string old = s.tokens.sign({"ann", http::role::player, real_clock().now() - 1s});
  check_problem(s.post("/api/tictactoe", {{"Authorization", "Bearer " + old}}), 401, "unauthorized");
}

TEST_CASE("pages of other origins may call, and see what they need") {
  served s;
  auto asked = s.client.request("OPTIONS", "/api/tictactoe/r/place",
                                {{"Origin", "https://game.example"},
                                 {"Access-Control-Request-Method", "POST"},
                                 {"Access-Control-Request-Headers", "authorization,content-type"}});
  CHECK(asked.status == 204);
  CHECK(asked.header("access-control-allow-origin") == "*");
  for (const char* name : {"Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match",
                           "Last-Event-ID", "traceparent", "X-Requested-With", "*, "})
    CHECK_THAT(asked.header("access-control-allow-headers"), Contains(name));
  auto answer = s.get("/api/tictactoe", {{"Origin", "https://game.example"}});
  CHECK(answer.header("access-control-allow-origin") == "*");
  CHECK(answer.header("access-control-expose-headers") == exposed);
  CHECK(answer.header("access-control-allow-credentials").empty());
  CHECK(s.get("/api/chess", {{"Origin", "https://x"}}).header("access-control-allow-origin") == "*");
}

TEST_CASE("origins can be named") {
  served s({}, {.allowed_origins = {"https://game.example", "https://play.example"}});
  for (const char* origin : {"https://game.example", "https://play.example"}) {
    auto mine = s.get("/api/tictactoe", {{"Origin", origin}});
    CHECK(mine.header("access-control-allow-origin") == origin);
    CHECK(mine.header("access-control-expose-headers") == exposed);
    CHECK(mine.header("vary") == "Origin");
  }
  for (const char* origin : {"https://evil.example", "https://game.example.evil", "null", ""}) {
    auto other = s.get("/api/tictactoe", {{"Origin", origin}});
    CHECK(other.header("access-control-allow-origin").empty());
    CHECK(other.header("access-control-expose-headers").empty());
    CHECK(other.header("vary") == "Origin");
  }
  s.post("/api/tictactoe/r/join", s.as("ann"));
  CHECK(s.get("/api/tictactoe/r").header("vary") == "Authorization, Origin");
}

TEST_CASE("no answer's type is to be guessed") {
  served s;
  s.post("/api/tictactoe/r/join", s.as("ann"));
  std::string tag = s.get("/api/tictactoe/r").header("etag");
  for (const auto& answer :
       {s.get("/healthz"), s.get("/"), s.get("/nothing"), s.post("/api/tictactoe/r/join"),
        s.get("/api/tictactoe/r", {{"If-None-Match", tag}}), s.post("/api/tictactoe/r/join", s.as("bob")),
        s.post("/api/counter/session/close", s.as("ann"))})
    CHECK(answer.header("x-content-type-options") == "nosniff");
}

TEST_CASE("the page and the health of the server are served") {
  served s;
  auto page = s.get("/");
  CHECK(page.status == 200);
  CHECK(page.header("content-type") == "text/html; charset=utf-8");
  CHECK_THAT(page.header("content-security-policy"), Contains("default-src 'self'"));
  CHECK(s.get("/", {{"If-None-Match", page.header("etag")}}).status == 304);
  CHECK(s.get("/main.js").header("content-type") == "text/javascript; charset=utf-8");
  CHECK(s.get("/healthz").body == R"({"status":"ok"})");
  CHECK(s.get("/readyz").status == 200);
}

TEST_CASE("the statistics count what came and what became of it") {
  served s;
  s.post("/api/tictactoe/r/join", s.as("ann"));
  s.post("/api/counter/throw", s.as("ann"));
  auto stats = s.get("/api/stats");
  CHECK(stats.status == 200);
  CHECK_THAT(stats.body, Contains(R"("tictactoe":1)"));
  CHECK_THAT(stats.body, Contains(R"("requests":{"accepted":2,"answered":1,"refused":1,"in_flight":0,)"
                                  R"("refused_by":{"handler_failed":1}})"));
}

TEST_CASE("500: a handler that throws") {
  served s;
  check_problem(s.post("/api/counter/throw", s.as("ann")), 500, "handler_failed");
  CHECK(s.post("/api/counter/add", s.as("ann")).status == 200);
}

TEST_CASE("429 and 503: too much at once, with Retry-After") {
  options limits;
  limits.in_flight_per_actor_max = 1;
  limits.in_flight_max = 2;
  served s(limits);
  s.store.hold_loads = true;
  loopback_client ann(s.sockets.port()), two(s.sockets.port());
  std::atomic<int> first_status{0}, second_status{0};
  std::thread first([&] { first_status = ann.request("POST", "/api/counter/add", s.as("ann")).status; });
  auto in_flight = [&] { return s.runtime.stats().requests.in_flight; };
  while (in_flight() < 1) std::this_thread::yield();
  auto busy = s.post("/api/counter/add", s.as("ann"));
  check_problem(busy, 429, "actor_busy");
  CHECK(busy.header("retry-after") == "1");
  std::thread second([&] { second_status = two.request("POST", "/api/counter/add", s.as("bob")).status; });
  while (in_flight() < 2) std::this_thread::yield();
  auto full = s.post("/api/counter/add", s.as("eve"));
  check_problem(full, 503, "overloaded");
  CHECK(full.header("retry-after") == "1");
  while (s.store.held() < 2) std::this_thread::yield();
  s.store.complete();
  first.join();
  second.join();
  CHECK(first_status == 200);
  CHECK(second_status == 200);
}

TEST_CASE("503 and 504: a store that fails, and one that does not answer") {
  options limits;
  limits.deadline = 150ms;
  served s(limits);
  s.store.fail_loads = true;
  auto failed = s.post("/api/counter/add", s.as("ann"));
  check_problem(failed, 503, "storage_failed");
  CHECK(failed.header("retry-after") == "1");
  s.store.fail_loads = false;
  s.store.hold_loads = true;
  check_problem(s.post("/api/counter/add", s.as("bob")), 504, "deadline_passed");
  s.store.complete();
  s.store.hold_loads = false;
  s.store.hold_saves = true;
  check_problem(s.post("/api/counter/add", s.as("eve")), 504, "outcome_unknown");
  s.store.complete();
}

TEST_CASE("a stopping server refuses with 503 and is not ready") {
  served s;
  s.runtime.stop();
  auto refused = s.post("/api/tictactoe/r/join", s.as("ann"));
  check_problem(refused, 503, "stopping");
  CHECK(refused.header("retry-after") == "5");
  check_problem(s.get("/readyz"), 503, "stopping");
  CHECK(s.get("/healthz").status == 200);
}

TEST_CASE("HEAD is answered without a body, and the connection goes on") {
  served s;
  auto head = s.client.request("HEAD", "/healthz");
  CHECK(head.status == 200);
  CHECK(head.header("content-length") == "15");
  CHECK(head.body.empty());
  CHECK(s.get("/healthz").body == R"({"status":"ok"})");
}
