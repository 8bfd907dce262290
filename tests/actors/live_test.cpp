#include <catch2/catch.hpp>
#include <string>

#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/simulation.hpp"
#include "tests/support/workbench.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// Live streams: ann streams, the others watch.
namespace {

const std::string hello = R"({"title":"hello"})";

std::string text(const std::string& words) { return "{\"text\":\"" + words + "\"}"; }

/// Tells ann's stream to begin, as a message that comes late does.
verdict on_comes(no_args&, context& ctx) {
  ctx.tell({"stream", "ann"}, "begin", hello);
  return accept();
}
kind late_news() { return actor_of<no_args>{.name = "late_news", .durable = false, .commands = {{"comes", on_comes}}}; }

/// A server on which ann is on air.
struct house {
  explicit house(options limits = {}) : sim(catalog({actors::live(), actors::stream(), late_news()}), limits) {
    REQUIRE(own("open", hello).word() == "ok");
  }

  /// A command of ann's own side.
  pending own(const std::string& command, const std::string& args = "{}") {
    return sim.post("ann", "live/ann", command, args);
  }
  /// A command to the stream; the word that came of it.
  std::string say(const std::string& player, const std::string& command, const std::string& args = "{}") {
    return sim.post(player, "stream/ann", command, args).word();
  }
  /// A part of the stream as anybody sees it, or why it cannot be seen.
  std::string seen(const std::string& path) {
    pending p = sim.get("", "stream/ann");
    return p.word() == "ok" ? json_part(p.body(), path) : p.word();
  }
  std::string own_side() { return sim.get("ann", "live/ann").body(); }
  void close() {
    sim.runtime().close(at("live/ann"), [](bool) {});
    sim.run();
  }
  /// That no trace of the stream is left.
  void check_over() {
    CHECK(seen("title") == "unknown_room");
    CHECK(say("bob", "watch") == "unknown_room");
    sim.advance(1s);
    CHECK(sim.runtime().stats().awake_by_kind.at("stream") == 0);
    CHECK(sim.runtime().stats().reminders == 0);
    CHECK(sim.balanced());
  }

  simulation sim;
};

/// The stream on its own, which has begun.
struct bench : workbench {
  bench() : workbench(actors::stream()) { REQUIRE(say("", "begin", hello) == "ok"); }
};

}  // namespace

TEST_CASE("who opens a stream is on air, and others watch") {
  house h;
  CHECK(h.own("open", hello).body() == R"({"stream":"ann"})");
  CHECK(h.own_side() == R"({"on_air":true,"title":"hello"})");
  pending p = h.sim.post("bob", "stream/ann", "watch");
  CHECK(p.body() == R"({"streamer":"ann","title":"hello","since":")" + to_text(h.sim.time.now()) +
                        R"(","watchers":1,"reactions":{"clap":0,"laugh":0,"like":0,"wow":0},)"
                        R"("chat":[]})");
  CHECK(h.sim.get("cid", "stream/ann").body() == p.body());
}

TEST_CASE("who opens again changes the title, and the stream goes on") {
  house h;
  std::string since = h.seen("since");
  h.say("bob", "watch");
  h.sim.advance(5s);
  CHECK(h.own("open", R"({"title":"good bye"})").word() == "ok");
  CHECK(h.seen("title") == "good bye");
  CHECK(h.seen("since") == since);
  CHECK(h.seen("watchers") == "1");
}

TEST_CASE("a title has 1 to 100 bytes") {
  house h;
  auto titled = [](std::size_t bytes) { return "{\"title\":\"" + std::string(bytes, 'x') + "\"}"; };
  CHECK(h.own("open", titled(0)).word() == "no_title");
  CHECK(h.own("open", titled(101)).word() == "bad_arguments");
  CHECK(h.own("open").word() == "bad_arguments");
  CHECK(h.seen("title") == "hello");
  CHECK(h.own("open", titled(100)).word() == "ok");
  CHECK(h.seen("title") == std::string(100, 'x'));
}

TEST_CASE("who watches and the streamer may speak and react, nobody else") {
  house h;
  CHECK(h.say("bob", "say", text("hi")) == "not_watching");
  CHECK(h.say("bob", "react", R"({"reaction":"wow"})") == "not_watching");
  CHECK(h.say("bob", "watch") == "ok");
  CHECK(h.say("bob", "say", text("hi")) == "ok");
  CHECK(h.say("bob", "react", R"({"reaction":"wow"})") == "ok");
  CHECK(h.say("ann", "say", text("hi bob")) == "ok");
  CHECK(h.say("ann", "react", R"({"reaction":"clap"})") == "ok");
  CHECK(h.say("ann", "react", R"({"reaction":"clap"})") == "ok");
  std::string now = to_text(h.sim.time.now());
  CHECK(h.seen("chat") == R"([{"at":")" + now + R"(","player":"bob","text":"hi"},{"at":")" + now +
                              R"(","player":"ann","text":"hi bob"}])");
  CHECK(h.seen("reactions") == R"({"clap":2,"laugh":0,"like":0,"wow":1})");
  CHECK(h.seen("watchers") == "1");  // to speak is not to watch
  CHECK(h.say("bob", "unwatch") == "ok");
  CHECK(h.say("bob", "unwatch") == "ok");
  CHECK(h.seen("watchers") == "0");
  CHECK(h.say("bob", "say", text("still here")) == "not_watching");
  CHECK(h.sim.runtime().stats().reminders == 0);
}

TEST_CASE("what is said has 1 to 200 bytes, and a reaction is one of four") {
  bench b;
  b.say("bob", "watch");
  CHECK(b.say("bob", "say", text("")) == "say_something");
  CHECK(b.say("bob", "say", text(std::string(200, 'x'))) == "ok");
  CHECK(b.say("bob", "say", text(std::string(201, 'x'))) == "bad_arguments");
  for (const char* name : {"like", "laugh", "wow", "clap"}) {
    CHECK(b.say("bob", "react", std::string("{\"reaction\":\"") + name + "\"}") == "ok");
    CHECK(b.part(std::string("reactions.") + name) == "1");
  }
  CHECK(b.say("bob", "react", R"({"reaction":"boo"})") == "bad_arguments");
}

TEST_CASE("the last fifty lines are kept") {
  bench b;
  b.say("bob", "watch");
  for (int i = 0; i < 51; ++i) b.say("bob", "say", text(std::to_string(i)));
  CHECK(b.part("chat[0].text") == "1");
  CHECK(b.part("chat[49].text") == "50");
  CHECK(b.part("chat[50]") == "absent");
}

TEST_CASE("a thousand may watch, and a place that is given up is free") {
  bench b;
  for (int i = 0; i < 1000; ++i) REQUIRE(b.say("p" + std::to_string(i), "watch") == "ok");
  CHECK(b.say("bob", "watch") == "stream_full");
  CHECK(b.decided.why().detail == "too many watch this stream");
  CHECK(b.part("watchers") == "1000");
  CHECK(b.say("p7", "watch") == "ok");
  CHECK(b.say("p8", "unwatch") == "ok");
  CHECK(b.say("bob", "watch") == "ok");
  CHECK(b.say("cid", "watch") == "stream_full");
  b.time += 60s;
  CHECK(b.say("cid", "watch") == "ok");
  CHECK(b.part("watchers") == "1");
}

TEST_CASE("who does not repeat it within a minute is not counted any more") {
  house h;
  h.say("bob", "watch");
  h.sim.advance(20s);
  h.say("cid", "watch");
  h.sim.advance(39s);
  CHECK(h.seen("watchers") == "2");
  h.sim.advance(1s);
  CHECK(h.seen("watchers") == "1");
  CHECK(h.say("bob", "say", text("hi")) == "not_watching");
  // Speaking does not make it longer, watching again does.
  h.sim.advance(15s);
  CHECK(h.say("cid", "say", text("hi")) == "ok");
  h.sim.advance(4s);
  CHECK(h.say("cid", "watch") == "ok");
  h.sim.advance(59s);
  CHECK(h.seen("watchers") == "1");
  CHECK(h.sim.runtime().stats().reminders == 1);
  h.sim.advance(1s);
  CHECK(h.seen("watchers") == "0");
  CHECK(h.sim.runtime().stats().reminders == 0);
}

TEST_CASE("a watcher whose minute is over may not speak, even before the stream has noticed") {
  bench b;
  b.say("bob", "watch");
  b.time += 59s;
  CHECK(b.say("bob", "say", text("hi")) == "ok");
  b.time += 1s;
  CHECK(b.say("bob", "say", text("hi")) == "not_watching");
}

TEST_CASE("the stream ends when the streamer says so") {
  house h;
  h.say("bob", "watch");
  CHECK(h.own("end").body() == R"({"on_air":false,"title":""})");
  h.check_over();
  CHECK(h.own("end").word() == "not_on_air");
  CHECK(h.own("keep").word() == "not_on_air");
  // Another one is another stream.
  CHECK(h.own("open", R"({"title":"again"})").word() == "ok");
  CHECK(h.seen("title") == "again");
  CHECK(h.seen("watchers") == "0");
}

TEST_CASE("the stream ends with its streamer's session") {
  house h;
  h.say("bob", "watch");
  h.close();
  h.check_over();
  CHECK(h.own_side() == R"({"on_air":false,"title":""})");
  CHECK(h.own("keep").word() == "not_on_air");
}

TEST_CASE("the stream ends when its streamer says nothing for fifteen minutes") {
  house h;
  for (int minute = 0; minute < 14; ++minute) {
    h.sim.advance(1min, 10s);
    h.say("bob", "watch");  // watching it does not keep it
  }
  CHECK(h.seen("title") == "hello");
  h.sim.advance(6min + 1s, 10s);
  CHECK_FALSE(h.sim.awake("live/ann"));
  h.check_over();
}

TEST_CASE("the stream lasts while its streamer says that they are there") {
  house h;
  auto tag = h.sim.get("", "stream/ann").answer().tag;
  for (int i = 0; i < 12; ++i) {
    h.sim.advance(10min, 10s);
    CHECK(h.own("keep").body() == R"({"on_air":true,"title":"hello"})");
  }
  CHECK(h.sim.get("", "stream/ann").answer().tag == tag);
  h.sim.advance(21min, 10s);
  h.check_over();
}

TEST_CASE("a stream that lost its place comes back when its streamer is heard of") {
  options limits;
  limits.awake_max = 2;
  house h(limits);
  h.sim.advance(1s);
  h.own("keep");
  h.sim.advance(1s);
  h.sim.post("bob", "live/bob", "keep");  // makes room for itself
  REQUIRE(h.sim.log.count("crowded_out", "stream/ann") == 1);
  h.sim.advance(1s);
  CHECK(h.own("keep").word() == "ok");
  CHECK(h.seen("title") == "hello");
  h.own("end");
  h.check_over();
}

TEST_CASE("a streamer who is crowded out takes the stream along") {
  options limits;
  limits.awake_max = 2;
  house h(limits);
  h.sim.advance(1s);
  h.say("bob", "watch");
  h.sim.post("bob", "live/bob", "keep");
  REQUIRE(h.sim.log.count("crowded_out", "live/ann") == 1);
  h.check_over();
}

TEST_CASE("a stream that begins when its streamer is off air already ends") {
  house h;
  SECTION("the streamer has ended it") { h.own("end"); }
  SECTION("the streamer's session is over") { h.close(); }
  CHECK(h.sim.post("bob", "late_news/bob", "comes").word() == "ok");
  CHECK(h.sim.log.count("created", "stream/ann") == 2);
  h.check_over();
  CHECK_FALSE(h.sim.awake("live/ann"));
}

TEST_CASE("a session that ends while off air tells nothing") {
  house h;
  h.own("end");
  auto told = h.sim.runtime().stats().messages.accepted;
  h.close();
  CHECK(h.sim.runtime().stats().messages.accepted == told);
}

TEST_CASE("a stream is its streamer's alone") {
  house h;
  for (const char* command : {"begin", "off", "count"}) {
    CHECK(h.say("bob", command, hello) == "unknown_command");
    CHECK(h.say("ann", command, hello) == "unknown_command");
  }
  // A player's own side reaches no stream but theirs.
  CHECK(h.sim.post("bob", "live/bob", "end").word() == "not_on_air");
  h.sim.post("bob", "live/bob", "open", R"({"title":"bob's"})");
  h.sim.post("bob", "live/bob", "end");
  CHECK(h.seen("title") == "hello");
  // And nobody makes a stream by watching it.
  CHECK(h.sim.post("bob", "stream/bob", "watch").word() == "unknown_room");
  CHECK(h.sim.get("bob", "stream/bob").word() == "unknown_room");
}

TEST_CASE("nothing of a stream is stored, and a server that stops ends it") {
  house h;
  h.say("bob", "watch");
  CHECK(h.sim.store.size() == 0);
  CHECK(h.sim.runtime().stop());
  CHECK(h.sim.runtime().stats().awake == 0);
  h.sim.restart();
  h.check_over();
}
