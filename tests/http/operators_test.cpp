#include <catch2/catch.hpp>

#include "tests/support/check_problem.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/json.hpp"
#include "tests/support/served.hpp"

// The operators' routes, over a real socket.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const std::string room = "/api/admin/actors/tictactoe/r";

loopback_client::headers root(served& s) { return {{"Authorization", "Bearer " + s.token("root", http::role::admin)}}; }

/// ann and bob play in tictactoe/r.
}  // namespace

TEST_CASE("every route is for administrators alone, and tells others nothing") {
  served s;
  seat_two(s);
  loopback_client::headers guest{{"Authorization", "Bearer " + s.post("/api/guest").field("token")}};
  for (const char* path :
       {"", "/actors", "/log", "/metrics", "/actors/tictactoe/r", "/actors/tictactoe/r/view?player=ann", "/denials",
        "/quarantine", "/no/such/path", "/actors/chess/r", "/actors/tictactoe/%2F"}) {
    std::string target = std::string("/api/admin") + path;
    INFO(target);
    check_problem(s.get(target), 401, "unauthorized");
    check_problem(s.get(target, {{"Authorization", "Bearer a.b.c"}}), 401, "unauthorized");
    for (const auto& player : {s.as("ann"), guest}) {
      auto refused = s.get(target, player);
      check_problem(refused, 403, "forbidden");
      CHECK_THAT(refused.body, !Contains("bob"));
    }
  }
  for (const char* path :
       {"/actors/tictactoe/r/sleep", "/actors/tictactoe/r/wake", "/actors/tictactoe/r/close",
        "/actors/tictactoe/r/reminders/tidy/cancel", "/actors/tictactoe/r/players/ann/kick",
        "/actors/tictactoe/r/messages/drop", "/letters/redeliver", "/letters/drop", "/drain", "/undrain", "/revoke",
        "/ban", "/ban_address", "/lift", "/release", "/actors/tictactoe/r/drop"}) {
    std::string target = std::string("/api/admin") + path;
    INFO(target);
    check_problem(s.post(target), 401, "unauthorized");
    check_problem(s.post(target, s.as("ann")), 403, "forbidden");
    check_problem(s.post(target, guest), 403, "forbidden");
  }
  CHECK(s.get("/readyz").status == 200);
  CHECK_THAT(s.get("/api/tictactoe/r").body, Contains("\"seats\":[\"ann\",\"bob\"]"));
  CHECK_THAT(s.get("/api/admin/log", root(s)).body, !Contains("ordered"));
}

TEST_CASE("what came through a proxy is no operator's, unless a setting says so") {
  served s, open({}, {.operators_through_proxy = true});
  for (const char* name : {"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"})
    for (const char* path : {"/api/admin", "/api/admin/actors", "/api/admin/metrics", "/api/admin/no/such/path"}) {
      INFO(name << " " << path);
      auto by_proxy = root(s);
      by_proxy.emplace(name, "127.0.0.1");
      auto refused = s.get(path, by_proxy);
      check_problem(refused, 403, "forbidden");
      CHECK_THAT(refused.body, Contains("the setting operators_through_proxy"));
      CHECK(open.get(path, by_proxy).status != 403);
    }
  loopback_client::headers by_proxy{{"Via", "1.1 somebody"}};
  CHECK(s.get("/api/tictactoe", by_proxy).status == 200);
  CHECK(s.get("/console", by_proxy).status == 200);
}

TEST_CASE("paths, methods and queries of operators are read strictly") {
  served s;
  auto as_root = root(s);
  for (const char* path :
       {"/nothing", "/actors/tictactoe", "/actors/tictactoe/r/dance", "/actors/tictactoe/r/view/more",
        "/actors/tictactoe/r/reminders//cancel", "/actors/tictactoe/r/reminders/tidy",
        "/actors/tictactoe/r/reminders/tidy/cancel/more", "/drain/now"}) {
    INFO(path);
    check_problem(s.get("/api/admin" + std::string(path), as_root), 404, "not_found");
  }
  check_problem(s.get("/api/administrator", as_root), 404, "unknown_kind");
  check_problem(s.get("/api/admin/actors/chess/r", as_root), 404, "unknown_kind");
  check_problem(s.get("/api/admin/actors/tictactoe/a%20b", as_root), 400, "bad_id");
  auto wrong_method = s.post("/api/admin/actors", as_root);
  check_problem(wrong_method, 405, "method_not_allowed");
  CHECK(wrong_method.header("allow") == "GET, HEAD");
  CHECK(s.get("/api/admin/drain", as_root).header("allow") == "POST");
  CHECK(s.get(room + "/close", as_root).status == 405);
  check_problem(s.get("/api/admin/actors?kind=chess", as_root), 404, "unknown_kind");
  for (const char* query :
       {"actors?limit=0", "actors?limit=501", "actors?limit=x", "actors?after=0", "actors?page=2", "actors?%",
        "log?after=-1", "log?limit=1001", "log?lines=3", "actors/tictactoe/r/view?seat=a",
        "actors/tictactoe/r/view?seat=0&player=ann", "actors/counter/ann/view?player=bob"}) {
    INFO(query);
    check_problem(s.get("/api/admin/" + std::string(query), as_root), 400, "bad_query");
  }
}

TEST_CASE("an operator sees who they are, and the kinds") {
  served s;
  auto seen = s.get("/api/admin", root(s));
  CHECK(seen.status == 200);
  CHECK(seen.header("cache-control") == "no-store");
  CHECK(seen.field("operator") == "root");
  CHECK_THAT(seen.body, Contains(R"("draining":false,"stopping":false,"store_broken":"")"));
  CHECK_THAT(seen.body, Contains(R"({"name":"tictactoe","reached_by":"room","seats":2,"durable":true})"));
}

TEST_CASE("the awake are listed in pages") {
  served s;
  for (int i = 0; i < 5; ++i) s.post("/api/numbered/n" + std::to_string(i) + "/add", s.as("ann"));
  std::string target = "/api/admin/actors?kind=numbered&limit=2", text;
  int pages = 0;
  for (std::string next; pages == 0 || !next.empty(); ++pages) {
    auto page = s.get(target + (next.empty() ? "" : "&after=" + next), root(s));
    REQUIRE(page.status == 200);
    text += page.body;
    next = page.field("next");
  }
  CHECK(pages == 3);
  for (int i = 0; i < 5; ++i) CHECK_THAT(text, Contains("\"id\":\"n" + std::to_string(i) + "\",\"version\":1"));
  CHECK_THAT(text, Contains("\"why\":\"kept\""));
  CHECK_THAT(s.get("/api/admin/actors?kind=numbered&prefix=n3", root(s)).body,
             Contains("n3") && !Contains("n4") && Contains("\"next\":null"));
}

TEST_CASE("an operator sees one actor whole, and any viewer's view of it") {
  served s;
  for (const char* player : {"ann", "bob"}) s.post("/api/rock_paper_scissors/r/join", s.as(player));
  s.post("/api/rock_paper_scissors/r/choose", s.as("ann"), json("hand", "rock"));
  std::string actor = "/api/admin/actors/rock_paper_scissors/r";
  auto seen = s.get(actor, root(s));
  CHECK(seen.status == 200);
  CHECK_THAT(seen.body, Contains("rock\"") && Contains(R"("name":"tidy")") && Contains(R"("why":"kept")") &&
                            Contains(R"("exists":true,"version":3)") && Contains(R"("requests":0)"));

  auto own = s.get("/api/rock_paper_scissors/r", s.as("ann")).body;
  auto other = s.get("/api/rock_paper_scissors/r", s.as("bob")).body;
  auto spectator = s.get("/api/rock_paper_scissors/r").body;
  CHECK(s.get(actor + "/view?player=ann", root(s)).body == own);
  CHECK(s.get(actor + "/view?seat=0", root(s)).body == own);
  CHECK(s.get(actor + "/view?seat=1", root(s)).body == other);
  CHECK(s.get(actor + "/view", root(s)).body == spectator);
  // What is hidden stays hidden in every view.
  for (const std::string& view : {own, other, spectator}) CHECK_THAT(view, !Contains("rock"));
  check_problem(s.get(actor + "/view?seat=2", root(s)), 400, "bad_query");
  check_problem(s.get("/api/admin/actors/tictactoe/none/view?seat=0", root(s)), 404, "unknown_room");

  s.post("/api/counter/add", s.as("ann"));
  CHECK(s.get("/api/admin/actors/counter/ann/view", root(s)).body == R"({"count":1})");
  CHECK_THAT(s.get("/api/admin/actors/lobby/gomoku", root(s)).body, Contains(R"("awake":null,)"));
  check_problem(s.get("/api/admin/actors/tictactoe/none", root(s)), 404, "unknown_room");
}

TEST_CASE("an operator puts an actor to sleep, looks at it there, and wakes it") {
  served s;
  seat_two(s);
  CHECK(s.post(room + "/sleep", root(s)).body == R"({"slept":true})");
  CHECK(eventually([&] { return !s.runtime.look({"tictactoe", "r"}); }));
  auto asleep = s.get(room, root(s));
  CHECK_THAT(asleep.body, Contains(R"("awake":null)") && Contains(R"("player":"bob")"));
  CHECK_FALSE(s.runtime.look({"tictactoe", "r"}));
  CHECK(s.post(room + "/wake", root(s)).body == R"({"awake":true})");
  CHECK(s.runtime.look({"tictactoe", "r"}));
  check_problem(s.post("/api/admin/actors/tictactoe/none/wake", root(s)), 404, "unknown_room");
}

TEST_CASE("an operator sees the events that are kept, of one that sleeps too") {
  served s;
  seat_two(s);
  const std::string events =
      R"("events":[{"version":1,"name":"entered","to":null,"data":{"kind":"tictactoe","id":"r"}},)"
      R"({"version":2,"name":"your_turn","to":null,"data":{"kind":"tictactoe","id":"r"}}],)";
  CHECK(eventually(
      [&] { return s.get("/api/admin/actors/session/ann", root(s)).body.find(events) != std::string::npos; }));
  s.post("/api/admin/actors/session/ann/sleep", root(s));
  CHECK_THAT(s.get("/api/admin/actors/session/ann", root(s)).body, Contains("\"awake\":null") && Contains(events));
}

TEST_CASE("an operator closes a room in mid-game: lobby and players' sessions agree") {
  served s;
  std::string id = s.post("/api/tictactoe/join", s.as("ann")).field("id");
  s.post("/api/tictactoe/" + id + "/join", s.as("bob"));
  std::string waiting = s.post("/api/tictactoe", s.as("eve")).field("id");
  for (const std::string& part : {id, waiting})
    CHECK(s.post("/api/admin/actors/tictactoe/" + part + "/close", root(s)).body == R"({"closed":true})");
  check_problem(s.get("/api/tictactoe/" + id), 404, "unknown_room");
  check_problem(s.post("/api/tictactoe/" + id + "/place", s.as("ann"), json("cell", 0)), 404, "unknown_room");
  for (const char* player : {"ann", "bob"})
    CHECK(
        eventually([&] { return s.get("/api/session", s.as(player)).body.find("\"rooms\":[]") != std::string::npos; }));
  CHECK(eventually([&] { return s.get("/api/tictactoe").body == R"({"rooms":[],"next":null})"; }));
  check_problem(s.post("/api/admin/actors/tictactoe/" + id + "/close", root(s)), 404, "unknown_room");
}

TEST_CASE("an operator cancels a reminder") {
  served s;
  seat_two(s);
  CHECK(s.post(room + "/reminders/tidy/cancel", root(s)).body == R"({"cancelled":true})");
  CHECK_THAT(s.get(room, root(s)).body, Contains(R"("reminders":[])"));
  check_problem(s.post(room + "/reminders/tidy/cancel", root(s)), 404, "unknown_reminder");
}

TEST_CASE("a draining server is not ready, lets nothing new begin, and plays on") {
  served s;
  seat_two(s);
  auto guest = s.post("/api/guest");
  CHECK(s.post("/api/admin/drain", root(s)).body == R"({"draining":true})");
  auto unready = s.get("/readyz");
  check_problem(unready, 503, "draining");
  CHECK_FALSE(unready.header("retry-after").empty());
  CHECK(s.get("/healthz").status == 200);
  check_problem(s.post("/api/guest"), 503, "draining");
  check_problem(s.post("/api/tictactoe", s.as("ann")), 503, "draining");
  check_problem(s.post("/api/tictactoe/join", s.as("ann")), 503, "draining");
  check_problem(s.post("/api/tictactoe/new/join", s.as("ann")), 503, "draining");
  CHECK(s.post("/api/guest", {{"Authorization", "Bearer " + guest.field("token")}}).status == 201);
  CHECK(s.post("/api/tictactoe/r/place", s.as("ann"), json("cell", 0)).status == 200);
  CHECK_THAT(s.get("/api/admin", root(s)).body, Contains("\"draining\":true"));
  CHECK(s.post("/api/admin/undrain", root(s)).body == R"({"draining":false})");
  CHECK(s.get("/readyz").status == 200);
  CHECK(s.post("/api/tictactoe", s.as("ann")).status == 201);
}

TEST_CASE("an operator sees that deletions are held, and accepts the clock") {
  served s;
  CHECK_THAT(s.get("/api/admin", root(s)).body, Contains("\"deletions_held\":false"));
  s.store.holds = true;
  CHECK_THAT(s.get("/api/admin", root(s)).body, Contains("\"deletions_held\":true"));
  CHECK_THAT(s.gate.metrics_text(), Contains("parlor_deletions_held 1\n") && Contains("parlor_deletions_waiting 0\n"));
  CHECK(s.get("/readyz").status == 200);
  check_problem(s.post("/api/admin/accept_clock", s.as("ann")), 403, "forbidden");
  CHECK(s.store.holds);
  CHECK(s.post("/api/admin/accept_clock", root(s)).body == R"({"deletions_held":false})");
  CHECK_FALSE(s.store.holds);
  CHECK_THAT(s.gate.metrics_text(), Contains("parlor_deletions_held 0\n"));
  CHECK_THAT(s.get("/api/admin/log", root(s)).body, Contains("accept_clock by root: done"));
}

TEST_CASE("the log shows what was ordered, by whom, and what came of it") {
  served s;
  s.post(room + "/close", root(s));
  s.post("/api/admin/drain", root(s));
  auto log = s.get("/api/admin/log", root(s));
  CHECK_THAT(log.body, Contains(R"("event":"ordered","actor":"tictactoe/r","detail":"close by root: unknown_room")") &&
                           Contains(R"("detail":"drain by root: done")") && Contains(R"("level":"info")"));
  CHECK_THAT(s.get("/api/admin/log?limit=1", root(s)).body, Contains("drain by root") && !Contains("close by root"));
  std::string first = log.body.substr(log.body.find("\"number\":") + 9);
  first.resize(first.find(','));
  CHECK_THAT(s.get("/api/admin/log?limit=5&after=" + first, root(s)).body,
             Contains("drain by root") && !Contains("close by root"));
}

TEST_CASE("the metrics are for operators whatever the setting says, and are none where there are none") {
  served s({}, {.metrics = http::metrics_for::nobody});
  s.gate.metrics_text = [] { return std::string("parlor_up 1\n"); };
  CHECK(s.get("/metrics", root(s)).status == 404);
  check_problem(s.get("/api/admin/metrics", s.as("ann")), 403, "forbidden");
  auto shown = s.get("/api/admin/metrics", root(s));
  CHECK(shown.body == "parlor_up 1\n");
  CHECK_THAT(shown.header("content-type"), Catch::StartsWith("text/plain"));
  s.gate.metrics_text = nullptr;
  check_problem(s.get("/api/admin/metrics", root(s)), 404, "not_found");
}

TEST_CASE("the log that is kept is bounded, and says what it has forgotten") {
  no_journal none;
  real_clock time;
  http::recent_log log(none, time);
  auto note = [&](const std::string& detail) { log.note(journal::level::info, "noted", {}, detail); };
  for (int i = 1; i <= 1500; ++i) note(std::to_string(i));
  log.note(journal::level::debug, "unwanted", {}, "");
  auto latest = log.after(0, 10);
  REQUIRE(latest.lines.size() == 10);
  CHECK(latest.lines.back().detail == "1500");
  CHECK(latest.next == latest.lines.back().number);
  CHECK(latest.missed == 0);
  const std::uint64_t before = latest.next - 1500;
  auto behind = log.after(before + 400, 50);
  CHECK(behind.missed == 100);
  CHECK(behind.lines.front().detail == "501");
  CHECK(behind.next == before + 550);
  CHECK(log.after(before + 550, 1000).lines.front().number == before + 551);
  CHECK(log.after(latest.next, 10).lines.empty());
  // Of another process, that had begun earlier, or that has a later clock.
  for (std::uint64_t other : {before - 1000, std::uint64_t{7}, latest.next + 1}) {
    auto anew = log.after(other, 1000);
    CHECK(anew.lines.size() == 1000);
    CHECK(anew.missed == 0);
    CHECK(anew.next == latest.next);
  }
  note(std::string(100'000, 'x'));
  CHECK(log.after(latest.next, 1).lines.front().detail.size() == http::recent_log::detail_max);
}

TEST_CASE("the log as a stream tells each line once, also to who comes back; too many are turned away") {
  served s;
  auto note = [&](const std::string& detail) { s.log.note(journal::level::info, "noted", {}, detail); };
  auto with = root(s);
  with.emplace("Accept", "text/event-stream");
  note("first");
  loopback_client follower(s.sockets.port());
  auto head = follower.request("GET", "/api/admin/log", with);
  CHECK(head.header("content-type") == "text/event-stream");
  CHECK(head.header("cache-control") == "no-store");
  CHECK_THAT(follower.read_until("\n\n"), Catch::StartsWith("retry: "));
  std::string lines = follower.read_until("\n\n");
  CHECK_THAT(lines, Catch::StartsWith("event: lines\nid: "));
  CHECK(lines.find("\"detail\":\"first\"") != lines.npos);
  note("second");
  lines = follower.read_until("\n\n");
  CHECK(lines.find("\"detail\":\"second\"") != lines.npos);
  CHECK(lines.find("first") == lines.npos);
  auto at = lines.find("id: ") + 4;
  std::string place = lines.substr(at, lines.find('\n', at) - at);

  note("third");
  auto back_with = with;
  back_with.emplace("Last-Event-ID", place);
  loopback_client back(s.sockets.port());
  back.request("GET", "/api/admin/log?after=1", back_with);
  back.read_until("\n\n");
  lines = back.read_until("\n\n");
  CHECK(lines.find("third") != lines.npos);
  CHECK(lines.find("second") == lines.npos);

  std::vector<std::unique_ptr<loopback_client>> many;
  while (s.log.followers() < http::recent_log::followers_max) {
    many.push_back(std::make_unique<loopback_client>(s.sockets.port()));
    many.back()->request("GET", "/api/admin/log", with);
    many.back()->read_until("event: lines");
  }
  check_problem(s.get("/api/admin/log", with), 429, "too_many_watchers");
  many.clear();
  REQUIRE(eventually([&] { return s.log.followers() == 2; }));
}

TEST_CASE("operators follow any actor, a session too, and an actor that is not there is 404") {
  served s;
  REQUIRE(s.post("/api/counter/add", s.as("ann")).status == 200);
  auto seen = s.get("/api/admin/actors/counter/ann/events?wait=0", root(s));
  CHECK(seen.status == 200);
  CHECK_THAT(seen.body, Contains(R"("event":"snapshot","data":{"count":1})"));
  auto with = root(s);
  with.emplace("Accept", "text/event-stream");
  loopback_client follower(s.sockets.port());
  CHECK(follower.request("GET", "/api/admin/actors/counter/ann/events", with).status == 200);
  follower.read_until("event: snapshot");
  s.post("/api/counter/add", s.as("ann"));
  CHECK_THAT(follower.read_until("\"count\":2"), Contains("event: version"));
  check_problem(s.get("/api/admin/actors/tictactoe/none/events?wait=0", root(s)), 404, "unknown_room");
  check_problem(s.get("/api/admin/actors/counter/ann/events?ticket=x", root(s)), 400, "bad_query");
  check_problem(s.get("/api/admin/actors/counter/ann/events", s.as("ann")), 403, "forbidden");
}
