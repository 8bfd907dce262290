#include <catch2/catch.hpp>
#include <future>
#include <set>

#include "http/feeds/event_id.hpp"
#include "http/feeds/event_text.hpp"
#include "tests/support/check_problem.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/json.hpp"
#include "tests/support/stream_client.hpp"

// Feeds over HTTP: streams and long polls.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

std::string version_of(int n) { return "data: {\"version\":" + std::to_string(n); }

void begin_game(served& s, const std::string& room = "tictactoe/r1") { seat_two(s, room); }

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++n;
  return n;
}

}  // namespace

TEST_CASE("a stream tells how things are, then each version; and a client that comes back misses nothing") {
  served s;
  begin_game(s);
  stream_client eve(s, "/api/tictactoe/r1/events");
  CHECK(eve.head.status == 200);
  CHECK(eve.head.header("content-type") == "text/event-stream");
  CHECK(eve.head.header("cache-control") == "no-store");
  CHECK(eve.head.header("access-control-allow-origin") == "*");
  CHECK(eve.head.header("content-length").empty());
  std::string first = eve.until("event: snapshot");
  CHECK(first.starts_with("retry: "));
  CHECK(first.find(version_of(2)) != first.npos);

  auto moved = s.post("/api/tictactoe/r1/place", s.as("ann"), json("cell", 4));
  std::string event = eve.until(version_of(3));
  CHECK(event == "event: version\nid: " + eve.id + "\ndata: " + s.get("/api/tictactoe/r1").body + "\n\n");
  CHECK("\"" + eve.id + "\"" == moved.header("etag"));

  std::string place = eve.id;
  s.post("/api/tictactoe/r1/place", s.as("bob"), json("cell", 0));
  s.post("/api/tictactoe/r1/place", s.as("ann"), json("cell", 5));
  stream_client back(s, "/api/tictactoe/r1/events?after=1", {{"Last-Event-ID", place}});
  std::string missed = back.until(version_of(5));
  CHECK(count(missed, "event: ") == 2);
  CHECK(missed.find(version_of(4) + "}\n") != missed.npos);  // no view: it is not the newest
  CHECK(missed.find("snapshot") == missed.npos);
}

TEST_CASE("a stream is refused as a view is") {
  served s;
  CHECK(s.get("/api/tictactoe/nowhere/events", as_stream).code() == "unknown_room");
  CHECK(s.get("/api/chess/r1/events", as_stream).code() == "unknown_kind");
  CHECK(s.get("/api/lobby/tictactoe/events", as_stream).code() == "unknown_kind");
  CHECK(s.get("/api/tictactoe/no%20id/events", as_stream).code() == "bad_id");
  CHECK(s.get("/api/session/events", as_stream).code() == "unauthorized");
  CHECK(s.post("/api/tictactoe/r1/events", s.as("ann")).code() == "method_not_allowed");
  CHECK(s.post("/api/session/events", s.as("ann")).code() == "method_not_allowed");
  CHECK(s.get("/api/session/ticket", s.as("ann")).code() == "method_not_allowed");
}

TEST_CASE("a player's own feed tells of all their rooms") {
  served s;
  stream_client ann(s, "/api/session/events", s.as("ann"));
  CHECK(ann.until("event: snapshot").find(R"("rooms":[])") != std::string::npos);
  begin_game(s);
  std::string heard = ann.until("event: your_turn");
  CHECK(heard.find("event: entered\nid: ") != heard.npos);
  CHECK(heard.ends_with("data: {\"kind\":\"tictactoe\",\"id\":\"r1\"}\n\n"));
  CHECK(ann.id.ends_with("-2.1"));
}

TEST_CASE("a long poll answers at once with what is new, or when something comes") {
  served s;
  begin_game(s);
  auto first = s.get("/api/tictactoe/r1/events");
  CHECK(first.status == 200);
  CHECK(first.body.starts_with(R"({"events":[{"id":")"));
  CHECK(first.field("event") == "snapshot");
  std::string next = first.field("next");
  CHECK(next.ends_with("-2"));
  CHECK(first.header("last-event-id") == next);

  for (const std::string& after : {next, std::string("2")}) {
    auto none = s.get("/api/tictactoe/r1/events?wait=0&after=" + after);
    CHECK(none.status == 204);
    CHECK(none.header("last-event-id") == after);
    CHECK(none.header("cache-control") == "no-store");
  }
  loopback_client eve(s.sockets.port());
  std::future<http_answer> waiting =
      std::async(std::launch::async, [&] { return eve.request("GET", "/api/tictactoe/r1/events?after=" + next); });
  REQUIRE(eventually([&] { return s.runtime.stats().watchers == 1; }));
  s.post("/api/tictactoe/r1/place", s.as("ann"), json("cell", 4));
  auto answer = waiting.get();
  CHECK(answer.field("event") == "version");
  CHECK(answer.field("next").ends_with("-3"));
  s.post("/api/tictactoe/r1/place", s.as("bob"), json("cell", 0));
  auto both = s.get("/api/tictactoe/r1/events?after=2");
  CHECK(both.body.starts_with(R"({"events":[{"id":")" + answer.field("next") +
                              R"(","event":"version","data":{"version":3}},)"));
  CHECK(eventually([&] { return s.runtime.stats().watchers == 0; }));
}

TEST_CASE("how long a poll waits is in the query, or in Prefer") {
  served s;
  begin_game(s);
  CHECK(s.get("/api/tictactoe/r1/events?after=2&wait=1").status == 204);
  CHECK(s.get("/api/tictactoe/r1/events?after=2", {{"Prefer", "respond-async, wait=0"}}).status == 204);
  for (const char* query : {"wait=61", "wait=-1", "wait=", "wait=x", "after=", "after=x", "after=1.", "after=1.0",
                            "after=0.1", "after=a-b-c", "since=3", "%"}) {
    INFO(query);
    CHECK(s.get("/api/tictactoe/r1/events?" + std::string(query)).code() == "bad_query");
  }
}

TEST_CASE("a player's own feed is of nobody else") {
  served s;
  s.post("/api/tictactoe/r1/join", s.as("ann"));
  auto shows_room = [&](const std::string& player) {
    auto feed = s.get("/api/session/events?wait=0", s.as(player));
    CHECK(feed.body.find("\"player\":\"" + player + "\"") != std::string::npos);
    return feed.body.find("r1") != std::string::npos;
  };
  CHECK(eventually([&] { return shows_room("ann"); }));
  CHECK_FALSE(shows_room("bob"));
}

TEST_CASE("hidden stays hidden: nobody learns of a choice before it is shown") {
  served s;
  begin_game(s, "rock_paper_scissors/r1");
  std::string path = "/api/rock_paper_scissors/r1/events";
  stream_client ann(s, path, s.as("ann")), bob(s, path, s.as("bob")), eve(s, path), zoe(s, path, s.as("zoe"));
  s.post("/api/rock_paper_scissors/r1/choose", s.as("ann"), json("hand", "paper"));
  for (stream_client* client : {&ann, &bob, &eve, &zoe}) {
    std::string heard = client->until(version_of(3));
    CHECK(heard.find("\"chosen\":[true,false]") != heard.npos);
    CHECK(heard.find("paper") == heard.npos);
  }
  // Nor from anything else that may be asked.
  for (const std::string& asked :
       {path, std::string("/api/rock_paper_scissors/r1"), std::string("/api/rock_paper_scissors"), path + "?after=1",
        std::string("/api/session"), std::string("/api/session/events")})
    for (const char* player : {"ann", "bob", "zoe"}) {
      INFO(asked << " as " << player);
      auto answer = s.get(asked, s.as(player));
      CHECK(answer.status == 200);
      CHECK(count(answer.body, "paper") == count(answer.body, "paper_scissors"));
    }
  s.post("/api/rock_paper_scissors/r1/choose", s.as("bob"), json("hand", "rock"));
  for (stream_client* client : {&ann, &bob, &eve, &zoe}) {
    std::string heard = client->until(version_of(4));
    CHECK(heard.find(R"(["paper","rock"])") != heard.npos);
  }
}

TEST_CASE("an actor that is no more ends its streams and polls") {
  served s;
  s.post("/api/numbered/a/add", s.as("ann"));
  stream_client eve(s, "/api/numbered/a/events");
  eve.until("snapshot");
  loopback_client poller(s.sockets.port());
  auto waiting =
      std::async(std::launch::async, [&] { return poller.request("GET", "/api/numbered/a/events?after=1"); });
  REQUIRE(eventually([&] { return s.runtime.stats().watchers == 2; }));
  s.post("/api/numbered/a/erase", s.as("ann"));
  CHECK(eve.connection.read_to_end() == "event: closed\ndata: {}\n\n");
  CHECK(waiting.get().body == R"({"events":[{"event":"closed","data":{}}],"next":null})");
  CHECK(s.get("/api/numbered/a/events", as_stream).status == 404);
}

TEST_CASE("a client that leaves is noticed at once, without anything to tell it") {
  served s;
  s.post("/api/numbered/a/add", s.as("ann"));
  {
    stream_client eve(s, "/api/numbered/a/events");
    eve.until("snapshot");
    CHECK(s.runtime.stats().watchers == 1);
    CHECK(s.sockets.streams().open == 1);
  }
  CHECK(eventually([&] { return s.runtime.stats().watchers == 0 && s.sockets.streams().open == 0; }));
}

TEST_CASE("a quiet stream gets a heartbeat") {
  served s({}, {}, {.heartbeat = 1s});
  s.post("/api/numbered/a/add", s.as("ann"));
  stream_client eve(s, "/api/numbered/a/events");
  eve.until("snapshot");
  CHECK(eve.connection.read_until(":\n\n") == ":\n\n");
  CHECK(eve.connection.read_until(":\n\n") == ":\n\n");
}

TEST_CASE("a reader that stalls is cut off at a bound, and can come back; others hear everything") {
  served s({}, {}, {.queued_bytes_max = 16 * 1024, .send_buffer_bytes = 8 * 1024});
  s.post("/api/numbered/a/add", s.as("ann"));
  stream_client stalled(s, "/api/numbered/a/events");
  stalled.until("snapshot");
  stream_client eager(s, "/api/numbered/a/events");
  int version = 1;
  // What a stalled client's system takes for it is out of our hands: some megabytes.
  while (s.sockets.streams().cut_off == 0 && version < 200'000) {
    for (int i = 0; i < 100; ++i, ++version) s.post("/api/numbered/a/add", s.as("ann"), json("by", 0));
    eager.connection.read_until("-" + std::to_string(version) + "\n");
  }
  CHECK(s.sockets.streams().cut_off == 1);
  CHECK(eventually([&] { return s.runtime.stats().watchers == 1; }));
  std::string text = stalled.connection.read_to_end();
  auto at = text.rfind("id: ", text.rfind("\n\n"));
  std::string id = text.substr(at + 4, text.find('\n', at) - at - 4);
  stream_client back(s, "/api/numbered/a/events", {{"Last-Event-ID", id}});
  CHECK(back.until("-" + std::to_string(version) + "\n").find("event: ") != std::string::npos);
}

TEST_CASE("an actor that is larger than the bound can be watched") {
  served s({}, {}, {.queued_bytes_max = 100});
  begin_game(s);
  stream_client eve(s, "/api/tictactoe/r1/events");
  CHECK(eve.until("snapshot").size() > 100);
  s.post("/api/tictactoe/r1/place", s.as("ann"), json("cell", 4));
  CHECK(eve.until(version_of(3)).size() > 100);
}

TEST_CASE("a client that is cut off before it has read anything may come back") {
  served s({}, {}, {.queued_bytes_max = 100});
  for (int i = 0; i < 9; ++i) s.post("/api/numbered/a/add", s.as("ann"));
  // What it has missed comes at once, and is too much.
  stream_client late(s, "/api/numbered/a/events?after=1");
  late.connection.read_to_end();
  CHECK(s.sockets.streams().cut_off == 1);
  CHECK(eventually([&] { return s.runtime.stats().watchers == 0; }));
  stream_client back(s, "/api/numbered/a/events?after=8");
  CHECK(count(back.until("-9\n"), "event: ") == 1);
}

TEST_CASE("a stream ends with the token that it was opened with") {
  served s;
  begin_game(s);
  auto briefly = [&](http::role as) {
    std::string token = s.tokens.sign({"ann", as, real_clock().now() + 2s});
    return loopback_client::headers{{"Authorization", "Bearer " + token}};
  };
  stream_client ann(s, "/api/tictactoe/r1/events", briefly(http::role::player));
  std::string url =
      s.post("/api/session/ticket", briefly(http::role::player), json("feed", "/api/session/events")).field("url");
  stream_client by_ticket(s, url);
  stream_client root(s, "/api/admin/actors/tictactoe/r1/events", briefly(http::role::admin));
  stream_client log(s, "/api/admin/log", briefly(http::role::admin));
  log.until("event: lines");
  for (stream_client* client : {&ann, &by_ticket, &root}) {
    client->until("event: snapshot");
    CHECK(client->connection.read_to_end().find("event:") == std::string::npos);
  }
  s.log.note(journal::level::info, "noted", {}, "later");
  CHECK(log.connection.read_to_end().empty());
  CHECK(s.get(url, {{"Accept", "text/event-stream"}, {"Last-Event-ID", by_ticket.id}}).code() == "unauthorized");
  CHECK(s.log.followers() == 0);
}

TEST_CASE("a client of a stream that talks without end is cut off") {
  served s;
  begin_game(s);
  stream_client eve(s, "/api/tictactoe/r1/events");
  eve.until("snapshot");
  eve.connection.send(std::string(1000, 'x'));
  s.post("/api/tictactoe/r1/place", s.as("ann"), json("cell", 4));
  eve.until(version_of(3));
  eve.connection.send(std::string(10'000, 'x'));
  CHECK(eventually([&] { return s.sockets.streams().open == 0; }));
  CHECK(s.sockets.streams().cut_off == 0);
}

TEST_CASE("many watchers of one room all hear of it") {
  options limits;
  limits.watchers_per_actor_max = 300;
  served s(limits);
  s.post("/api/numbered/a/add", s.as("ann"));
  std::vector<std::unique_ptr<stream_client>> watchers;
  for (int i = 0; i < 300; ++i) watchers.push_back(std::make_unique<stream_client>(s, "/api/numbered/a/events"));
  CHECK(s.get("/api/numbered/a/events", as_stream).code() == "too_many_watchers");
  s.post("/api/numbered/a/add", s.as("ann"));
  for (auto& client : watchers) CHECK(count(client->until("-2\n"), "event: ") == 2);
}

TEST_CASE("versions come in their order, whichever thread the actor has its turns on") {
  options limits;
  limits.threads = 4;
  served s(limits);
  s.post("/api/numbered/a/add", s.as("ann"));
  constexpr int posters = 4, each = 250;
  std::vector<std::unique_ptr<stream_client>> watchers;
  for (int i = 0; i < 8; ++i) watchers.push_back(std::make_unique<stream_client>(s, "/api/numbered/a/events"));
  std::vector<std::future<bool>> posting;
  for (int p = 0; p < posters; ++p)
    posting.push_back(std::async(std::launch::async, [&s, headers = s.as("p" + std::to_string(p))] {
      loopback_client client(s.sockets.port());
      bool fine = true;
      for (int i = 0; i < each; ++i)
        fine = client.request("POST", "/api/numbered/a/add", headers).status == 200 && fine;
      return fine;
    }));
  for (auto& answer : posting) CHECK(answer.get());
  for (auto& client : watchers) {
    std::string heard = client->until("-" + std::to_string(1 + posters * each) + "\n");
    int expected = 1;
    for (auto at = heard.find("\nid: "); at != heard.npos; at = heard.find("\nid: ", at + 1), ++expected) {
      auto hyphen = heard.find('-', at);
      if (heard.substr(hyphen + 1, heard.find('\n', hyphen) - hyphen - 1) != std::to_string(expected)) break;
    }
    CHECK(expected == 2 + posters * each);
  }
}

TEST_CASE("a server that stops ends streams and answers polls") {
  auto s = std::make_unique<served>();
  s->post("/api/numbered/a/add", s->as("ann"));
  stream_client eve(*s, "/api/numbered/a/events");
  eve.until("snapshot");
  loopback_client poller(s->sockets.port());
  auto waiting =
      std::async(std::launch::async, [&] { return poller.request("GET", "/api/numbered/a/events?after=1"); });
  REQUIRE(eventually([&] { return s->runtime.stats().watchers == 2; }));
  auto begun = std::chrono::steady_clock::now();
  s.reset();
  CHECK(std::chrono::steady_clock::now() - begun < 900ms);
  CHECK(waiting.get().code() == "stopping");
  CHECK(eve.connection.read_to_end().empty());
}

TEST_CASE("a long poll whose client has left waits no longer, and one whose client says no more is answered") {
  served s;
  s.post("/api/numbered/a/add", s.as("ann"));
  const std::string poll = "GET /api/numbered/a/events?after=1 HTTP/1.1\r\nHost: x\r\nPrefer: wait=50\r\n\r\n";
  {
    loopback_client leaver(s.sockets.port());
    leaver.send(poll);
    REQUIRE(eventually([&] { return s.runtime.stats().watchers == 1; }));
  }
  CHECK(eventually([&] { return s.runtime.stats().watchers == 0; }));
  loopback_client quiet(s.sockets.port());
  quiet.send(poll);
  REQUIRE(eventually([&] { return s.runtime.stats().watchers == 1; }));
  quiet.ends_sending();
  CHECK(quiet.read().status == 204);
  // The next request is not the end.
  loopback_client eager(s.sockets.port());
  eager.send(poll + "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  REQUIRE(eventually([&] { return s.runtime.stats().watchers == 1; }));
  s.post("/api/numbered/a/add", s.as("ann"));
  CHECK_THAT(eager.read().body, Catch::Contains("\"events\""));
  CHECK(eager.read().status == 200);
}

TEST_CASE("who asks for a stream while the server stops is told when to come again") {
  served s;
  s.post("/api/numbered/a/add", s.as("ann"));
  s.runtime.stop();
  std::set<std::string> waits;
  for (int i = 0; i < 10; ++i) {
    auto answer = s.get("/api/numbered/a/events", as_stream);
    CHECK(answer.status == 200);
    CHECK(answer.header("content-type") == "text/event-stream");
    CHECK_THAT(answer.body, Catch::Matches("retry: [12][0-9]{3}\n\n"));
    waits.insert(answer.body);
  }
  CHECK(waits.size() > 5);
  CHECK(s.get("/api/numbered/a/events?after=1").code() == "stopping");
}

TEST_CASE("text of several lines is several lines of data") {
  auto data = std::make_shared<const std::string>("{\n\"a\":1,\r\n\"b\":2}");
  feed_update h{.tag = {36, 7}, .events = {{1, "said", data}}, .view = "{}"};
  CHECK(
      http::as_event_stream(h, "m") ==
      "event: said\nid: 10-7.1~m\ndata: {\ndata: \"a\":1,\ndata: \"b\":2}\n\nevent: version\nid: 10-7~m\ndata: {}\n\n");
}

TEST_CASE("the id of an event is read as it was written, and the number alone will do") {
  using http::event_id;
  using http::parse_event_id;
  for (unsigned number : {0U, 1U, 12U}) {
    auto place = parse_event_id(event_id({UINT64_MAX, UINT64_MAX}, number));
    REQUIRE(place);
    CHECK(place->incarnation == UINT64_MAX);
    CHECK(place->version == UINT64_MAX);
    CHECK(place->number == number);
  }
  CHECK(parse_event_id("7")->version == 7);
  CHECK_FALSE(parse_event_id("7")->incarnation);
  for (const char* wrong : {"", "-", "a", "7.", "7.x", "7.0", "a-", "-7", "a-7.", "a-7.-1", "a-b", "7 ", "a-7~m"})
    CHECK_FALSE(parse_event_id(wrong));
}
