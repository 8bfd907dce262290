#include <catch2/catch.hpp>
#include <string>

#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"
#include "tests/support/json.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/simulation.hpp"
#include "tests/support/workbench.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// Live streams: ann streams, the others watch.
namespace {

const std::string hello = json("title", "hello");

/// Tells ann's stream to begin, as a message that comes late does.
verdict on_comes(no_args&, context& ctx) {
  ctx.tell({"stream", "ann"}, "begin", hello);
  return accept();
}
kind late_news() { return actor_of<no_args>{.name = "late_news", .durable = false, .commands = {{"comes", on_comes}}}; }

/// A simulation in which ann is on air.
struct stream_simulation : simulation {
  explicit stream_simulation(options limits = {})
      : simulation(catalog({actors::live(), actors::stream(), late_news()}), limits) {
    REQUIRE(own("open", hello).word() == "ok");
  }

  /// A command of ann's own side.
  pending_reply own(const std::string& command, const std::string& args = "{}") {
    return post("ann", "live/ann", command, args);
  }
  /// A command to the stream; the word that came of it.
  std::string say(const std::string& player, const std::string& command, const std::string& args = "{}") {
    return post(player, "stream/ann", command, args).word();
  }
  /// A part of the stream as anybody sees it, or why it cannot be seen.
  std::string seen(const std::string& path) {
    pending_reply p = get("", "stream/ann");
    return p.word() == "ok" ? json_part(p.body(), path) : p.word();
  }
  std::string own_side() { return get("ann", "live/ann").body(); }
  void close() {
    runtime().close(at("live/ann"), [](bool) {});
    run();
  }
  /// That no trace of the stream is left.
  void check_over() {
    CHECK(seen("title") == "unknown_room");
    CHECK(say("bob", "watch") == "unknown_room");
    advance(1s);
    CHECK(runtime().stats().awake_by_kind.at("stream") == 0);
    CHECK(runtime().stats().reminders == 0);
    CHECK(balanced());
  }
};

/// The stream on its own, which has begun.
struct bench : workbench {
  bench() : workbench(actors::stream()) { REQUIRE(say("", "begin", hello) == "ok"); }
};

}  // namespace

TEST_CASE("who opens a stream is on air, and others watch") {
  stream_simulation sim;
  CHECK(sim.own("open", hello).body() == R"({"stream":"ann"})");
  CHECK(sim.own_side() == R"({"on_air":true,"title":"hello"})");
  pending_reply p = sim.post("bob", "stream/ann", "watch");
  CHECK(p.body() == R"({"streamer":"ann","title":"hello","since":")" + to_text(sim.time.now()) +
                        R"(","watchers":1,"reactions":{"clap":0,"laugh":0,"like":0,"wow":0},)"
                        R"("chat":[]})");
  CHECK(sim.get("cid", "stream/ann").body() == p.body());
}

TEST_CASE("who opens again changes the title, and the stream goes on") {
  stream_simulation sim;
  std::string since = sim.seen("since");
  sim.say("bob", "watch");
  sim.advance(5s);
  CHECK(sim.own("open", json("title", "good bye")).word() == "ok");
  CHECK(sim.seen("title") == "good bye");
  CHECK(sim.seen("since") == since);
  CHECK(sim.seen("watchers") == "1");
}

TEST_CASE("a title has 1 to 100 bytes") {
  stream_simulation sim;
  auto titled = [](std::size_t bytes) { return json("title", std::string(bytes, 'x')); };
  CHECK(sim.own("open", titled(0)).word() == "no_title");
  CHECK(sim.own("open", titled(101)).word() == "bad_arguments");
  CHECK(sim.own("open").word() == "bad_arguments");
  // And something that can be seen.
  for (const char* unseen : {" ", "\u200b", "\u200d\ufeff\u2060", "\u3164 \u202e"})
    CHECK(sim.own("open", json("title", unseen)).word() == "no_title");
  CHECK(sim.seen("title") == "hello");
  CHECK(sim.own("open", titled(100)).word() == "ok");
  CHECK(sim.seen("title") == std::string(100, 'x'));
}

TEST_CASE("who watches and the streamer may speak and react, nobody else") {
  stream_simulation sim;
  CHECK(sim.say("bob", "say", json("text", "hi")) == "not_watching");
  CHECK(sim.say("bob", "react", json("reaction", "wow")) == "not_watching");
  CHECK(sim.say("bob", "watch") == "ok");
  CHECK(sim.say("bob", "say", json("text", "hi")) == "ok");
  CHECK(sim.say("bob", "react", json("reaction", "wow")) == "ok");
  CHECK(sim.say("ann", "say", json("text", "hi bob")) == "ok");
  CHECK(sim.say("ann", "react", json("reaction", "clap")) == "ok");
  CHECK(sim.say("ann", "react", json("reaction", "clap")) == "ok");
  std::string now = to_text(sim.time.now());
  CHECK(sim.seen("chat") == R"([{"at":")" + now + R"(","player":"bob","text":"hi"},{"at":")" + now +
                                R"(","player":"ann","text":"hi bob"}])");
  CHECK(sim.seen("reactions") == R"({"clap":2,"laugh":0,"like":0,"wow":1})");
  CHECK(sim.seen("watchers") == "1");  // to speak is not to watch
  CHECK(sim.say("bob", "unwatch") == "ok");
  CHECK(sim.say("bob", "unwatch") == "ok");
  CHECK(sim.seen("watchers") == "0");
  CHECK(sim.say("bob", "say", json("text", "still here")) == "not_watching");
  CHECK(sim.runtime().stats().reminders == 0);
}

TEST_CASE("what is said has 1 to 200 bytes, and a reaction is one of four") {
  bench b;
  b.say("bob", "watch");
  for (const char* nothing : {"", " ", "\u200b\u200b"})
    CHECK(b.say("bob", "say", json("text", nothing)) == "say_something");
  CHECK(b.say("bob", "say", json("text", std::string(200, 'x'))) == "ok");
  CHECK(b.say("bob", "say", json("text", std::string(201, 'x'))) == "bad_arguments");
  for (const char* name : {"like", "laugh", "wow", "clap"}) {
    CHECK(b.say("bob", "react", std::string("{\"reaction\":\"") + name + "\"}") == "ok");
    CHECK(b.part(std::string("reactions.") + name) == "1");
  }
  CHECK(b.say("bob", "react", json("reaction", "boo")) == "bad_arguments");
}

TEST_CASE("the last fifty lines are kept") {
  bench b;
  b.say("bob", "watch");
  for (int i = 0; i < 51; ++i) b.say("bob", "say", json("text", std::to_string(i)));
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
  stream_simulation sim;
  sim.say("bob", "watch");
  sim.advance(20s);
  sim.say("cid", "watch");
  sim.advance(39s);
  CHECK(sim.seen("watchers") == "2");
  sim.advance(1s);
  CHECK(sim.seen("watchers") == "1");
  CHECK(sim.say("bob", "say", json("text", "hi")) == "not_watching");
  // Speaking does not make it longer, watching again does.
  sim.advance(15s);
  CHECK(sim.say("cid", "say", json("text", "hi")) == "ok");
  sim.advance(4s);
  CHECK(sim.say("cid", "watch") == "ok");
  sim.advance(59s);
  CHECK(sim.seen("watchers") == "1");
  CHECK(sim.runtime().stats().reminders == 1);
  sim.advance(1s);
  CHECK(sim.seen("watchers") == "0");
  CHECK(sim.runtime().stats().reminders == 0);
}

TEST_CASE("a watcher whose minute is over may not speak, even before the stream has noticed") {
  bench b;
  b.say("bob", "watch");
  b.time += 59s;
  CHECK(b.say("bob", "say", json("text", "hi")) == "ok");
  b.time += 1s;
  CHECK(b.say("bob", "say", json("text", "hi")) == "not_watching");
}

TEST_CASE("the stream ends when the streamer says so") {
  stream_simulation sim;
  sim.say("bob", "watch");
  CHECK(sim.own("end").body() == R"({"on_air":false,"title":""})");
  sim.check_over();
  CHECK(sim.own("end").word() == "not_on_air");
  CHECK(sim.own("keep").word() == "not_on_air");
  // Another one is another stream.
  CHECK(sim.own("open", json("title", "again")).word() == "ok");
  CHECK(sim.seen("title") == "again");
  CHECK(sim.seen("watchers") == "0");
}

TEST_CASE("the stream ends with its streamer's session") {
  stream_simulation sim;
  sim.say("bob", "watch");
  sim.close();
  sim.check_over();
  CHECK(sim.own_side() == R"({"on_air":false,"title":""})");
  CHECK(sim.own("keep").word() == "not_on_air");
}

TEST_CASE("the stream ends when its streamer says nothing for fifteen minutes") {
  stream_simulation sim;
  for (int minute = 0; minute < 14; ++minute) {
    sim.advance(1min, 10s);
    sim.say("bob", "watch");  // watching it does not keep it
  }
  CHECK(sim.seen("title") == "hello");
  sim.advance(6min + 1s, 10s);
  CHECK_FALSE(sim.awake("live/ann"));
  sim.check_over();
}

TEST_CASE("the stream lasts while its streamer says that they are there") {
  stream_simulation sim;
  auto tag = sim.get("", "stream/ann").answer().tag;
  for (int i = 0; i < 12; ++i) {
    sim.advance(10min, 10s);
    CHECK(sim.own("keep").body() == R"({"on_air":true,"title":"hello"})");
  }
  CHECK(sim.get("", "stream/ann").answer().tag == tag);
  sim.advance(21min, 10s);
  sim.check_over();
}

TEST_CASE("a stream that lost its place comes back when its streamer is heard of") {
  options limits;
  limits.awake_max = 2;
  stream_simulation sim(limits);
  sim.advance(1s);
  sim.own("keep");
  sim.advance(1s);
  sim.post("bob", "live/bob", "keep");  // makes room for itself
  REQUIRE(sim.log.count("crowded_out", "stream/ann") == 1);
  sim.advance(1s);
  CHECK(sim.own("keep").word() == "ok");
  CHECK(sim.seen("title") == "hello");
  sim.own("end");
  sim.check_over();
}

TEST_CASE("a streamer who is crowded out takes the stream along") {
  options limits;
  limits.awake_max = 2;
  stream_simulation sim(limits);
  sim.advance(1s);
  sim.say("bob", "watch");
  sim.post("bob", "live/bob", "keep");
  REQUIRE(sim.log.count("crowded_out", "live/ann") == 1);
  sim.check_over();
}

TEST_CASE("a stream that begins when its streamer is off air already ends") {
  stream_simulation sim;
  SECTION("the streamer has ended it") { sim.own("end"); }
  SECTION("the streamer's session is over") { sim.close(); }
  CHECK(sim.post("bob", "late_news/bob", "comes").word() == "ok");
  CHECK(sim.log.count("created", "stream/ann") == 2);
  sim.check_over();
  CHECK_FALSE(sim.awake("live/ann"));
}

TEST_CASE("a session that ends while off air tells nothing") {
  stream_simulation sim;
  sim.own("end");
  auto messages = sim.runtime().stats().messages.accepted;
  sim.close();
  CHECK(sim.runtime().stats().messages.accepted == messages);
}

TEST_CASE("a stream is its streamer's alone") {
  stream_simulation sim;
  for (const char* command : {"begin", "off", "count"}) {
    CHECK(sim.say("bob", command, hello) == "unknown_command");
    CHECK(sim.say("ann", command, hello) == "unknown_command");
  }
  // A player's own side reaches no stream but theirs.
  CHECK(sim.post("bob", "live/bob", "end").word() == "not_on_air");
  sim.post("bob", "live/bob", "open", json("title", "bob's"));
  sim.post("bob", "live/bob", "end");
  CHECK(sim.seen("title") == "hello");
  // And nobody makes a stream by watching it.
  CHECK(sim.post("bob", "stream/bob", "watch").word() == "unknown_room");
  CHECK(sim.get("bob", "stream/bob").word() == "unknown_room");
}

TEST_CASE("nothing of a stream is stored, and a server that stops ends it") {
  stream_simulation sim;
  sim.say("bob", "watch");
  CHECK(sim.store.size() == 0);
  CHECK(sim.runtime().stop());
  CHECK(sim.runtime().stats().awake == 0);
  sim.restart();
  sim.check_over();
}
