#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/fake_service.hpp"
#include "tests/support/json.hpp"
#include "tests/support/simulation.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

// A kind whose commands may come between the halves of others, and that takes bytes.
namespace {

raw_request_ptr raw(raw_request request) { return std::make_shared<const raw_request>(std::move(request)); }

/// A simulation of `switchboard`, whose line the test plays.
struct switchboard_simulation : with_outside, simulation {
  switchboard_simulation() : simulation(switchboard(world)) {}

  pending_reply dial(const std::string& path, const std::string& key = {}, const std::string& body = "hello") {
    pending_reply p = send({.to = at("switchboard/ann"),
                            .player = "ann",
                            .command = std::string(raw_command),
                            .raw = raw({.path = path, .key = key, .body = body}),
                            .key = key});
    run();
    return p;
  }
  /// Answers the question number `i` of those that are open.
  void answer(std::size_t i, const std::string& body, int status = 200) {
    auto asked = std::move(world.questions.at(i));
    world.questions.erase(world.questions.begin() + static_cast<std::ptrdiff_t>(i));
    asked.done(to_text(raw_reply{status, "text/plain", body}));
    run();
  }
  static std::string body_of(const pending_reply& p) { return p.answer().raw ? p.answer().raw->body : "none"; }
  std::string seen() { return get("ann", "switchboard/ann").body(); }
};

}  // namespace

TEST_CASE("what goes through a kind as it is arrives as it was, whatever bytes it has") {
  std::string bytes("\0\n\r\xff{\n", 6);
  raw_request asked{"a/b%2Fc", "x=1&y", "image/png", "k", bytes};
  auto read = read_raw_request(to_text(asked));
  REQUIRE(read);
  CHECK(read.value().path == "a/b%2Fc");
  CHECK(read.value().query == "x=1&y");
  CHECK(read.value().content_type == "image/png");
  CHECK(read.value().key == "k");
  CHECK(read.value().body == bytes);
  auto answer = read_raw_reply(to_text(raw_reply{404, "", bytes}));
  REQUIRE(answer);
  CHECK(answer.value().status == 404);
  CHECK(answer.value().content_type.empty());
  CHECK(answer.value().body == bytes);
  CHECK(to_text(raw_reply{404, "", bytes}) == "404\n\n" + bytes);  // as it always was
  auto with_headers = read_raw_reply(to_text(raw_reply{200, "t", bytes, {{"Link", "<a>"}, {"Link", ""}}}));
  REQUIRE(with_headers);
  CHECK(with_headers.value().body == bytes);
  REQUIRE(with_headers.value().headers.size() == 2);
  CHECK(with_headers.value().headers[0].value == "<a>");
  CHECK(with_headers.value().headers[1].name == "Link");
  for (const char* wrong : {"", "200", "200\n", "x\n\n", "199\n\n", "600\n\n", "200x\n\n", "200 \n\n", "200 1\n\n",
                            "200 2\n\nLink: a\n", "200 x\n\n", "200 99999999\n\nLink: a\n"}) {
    INFO(wrong);
    CHECK_FALSE(read_raw_reply(wrong).ok());
  }
  CHECK_FALSE(read_raw_request("a\nb\nc\n"));
  CHECK_FALSE(check(raw_reply{599, "text/plain", bytes}));
  for (const raw_reply& wrong :
       {raw_reply{199}, raw_reply{600}, raw_reply{200, "text/plain\nx"}, raw_reply{200, "", "", {{"Link", "a\nb"}}},
        raw_reply{200, "", "", {{"Cookie", "a"}}}, raw_reply{200, "", "", {{"Link", std::string(9000, 'x')}}}})
    CHECK(check(wrong).value().code == "service_failed");
}

TEST_CASE("a raw answer is kept as text, and given again as it was after a restart") {
  outside world;
  actor_of<calls> lasting = switchboard(world);
  lasting.durable = true;
  simulation sim(lasting);
  const raw_request asked{.path = "a", .query = "b", .content_type = "c", .key = "k", .body = "d\n"};
  auto dial = [&](raw_request_ptr typed, std::string text) {
    pending_reply p = sim.send({.to = at("switchboard/ann"),
                                .player = "ann",
                                .command = std::string(raw_command),
                                .args = std::move(text),
                                .raw = std::move(typed),
                                .key = "k"});
    sim.run();
    return p;
  };
  pending_reply first = dial(raw(asked), {});
  world.answer(to_text(raw_reply{404, "text/x", "gone\n"}));
  sim.run();
  auto is_it = [](const pending_reply& p) {
    const raw_reply_ptr& r = p.answer().raw;
    return r && r->status == 404 && r->content_type == "text/x" && r->body == "gone\n";
  };
  CHECK(is_it(first));
  CHECK(is_it(dial(raw(asked), {})));
  sim.restart();
  CHECK(is_it(dial(raw(asked), {})));
  // A request that is a text is the same request; another body is another.
  CHECK(is_it(dial({}, to_text(asked))));
  CHECK(dial(raw({.path = "a", .query = "b", .content_type = "c", .key = "k", .body = "e"}), {}).word() ==
        "key_reused");
  CHECK(world.questions.empty());
}

TEST_CASE("a raw handler that gets no raw request is not asked, nor a service that takes none") {
  switchboard_simulation h;
  pending_reply none =
      h.send({.to = at("switchboard/ann"), .player = "ann", .command = std::string(raw_command), .args = "{}"});
  h.run();
  CHECK(none.word() == "bad_request");
  struct mute final : service {
    void stop(callback<void()> stopped) override { stopped(); }
  } takes_nothing;
  std::string words;
  takes_nothing.ask("{}", [&](result<std::string> r) { words += r.why().detail + "; "; });
  takes_nothing.ask_raw({}, [&](result<raw_reply> r) { words += r.why().detail; });
  CHECK(words == "it takes raw requests; it takes no raw requests");
}

TEST_CASE("calls of a reentrant kind run side by side, and commands come between") {
  switchboard_simulation sim;
  pending_reply slow = sim.dial("slow"), quick = sim.dial("quick");
  REQUIRE(sim.world.questions.size() == 2);
  CHECK(sim.world.made.size() == 1);
  CHECK(sim.post("ann", "switchboard/ann", "hang_up").word() == "ok");
  sim.answer(1, "quick's");
  CHECK(sim.body_of(quick) == "quick's");
  CHECK(slow.word() == "pending");
  CHECK(sim.seen() == R"({"passed":1})");
  sim.answer(0, "slow's");
  CHECK(sim.body_of(slow) == "slow's");
  CHECK(sim.seen() == R"({"passed":2})");
  CHECK(sim.dial("refused").word() == "not_here");
  CHECK(sim.balanced());
}

TEST_CASE("the same call again under its key is passed on once, and both hear the answer") {
  switchboard_simulation sim;
  pending_reply first = sim.dial("pay", "k1"), again = sim.dial("pay", "k1"), other = sim.dial("pay", "k2");
  pending_reply mistaken = sim.dial("play", "k1");
  REQUIRE(sim.world.questions.size() == 2);
  sim.answer(0, "paid");
  CHECK(sim.body_of(first) == "paid");
  CHECK(sim.body_of(again) == "paid");
  CHECK(mistaken.word() == "key_reused");
  CHECK(other.word() == "pending");
  CHECK(sim.body_of(sim.dial("pay", "k1")) == "paid");
  CHECK(sim.world.questions.size() == 1);
  sim.answer(0, "out of order", 503);
  CHECK(sim.body_of(other) == "out of order");
  // What failed is tried anew: by a later one, and by one that waited for it.
  pending_reply fails = sim.dial("pay", "k3"), waits = sim.dial("pay", "k3");
  sim.answer(0, "out of order", 503);
  CHECK(sim.body_of(fails) == "out of order");
  CHECK(waits.word() == "pending");
  sim.answer(0, "paid at last");
  CHECK(sim.body_of(waits) == "paid at last");
  pending_reply once_more = sim.dial("pay", "k2");
  REQUIRE(sim.world.questions.size() == 1);
  sim.answer(0, "paid, too");
  CHECK(sim.body_of(once_more) == "paid, too");
}

TEST_CASE("each of several questions is late by itself, and closing answers all of them") {
  switchboard_simulation sim;
  pending_reply early = sim.dial("early");
  sim.advance(5s);
  pending_reply late = sim.dial("late", "k"), again = sim.dial("late", "k");
  sim.advance(5s);
  CHECK(early.word() == "service_late");
  CHECK(late.word() == "pending");
  pending_reply third = sim.dial("third");
  sim.runtime().close(at("switchboard/ann"), [](bool) {});
  sim.run();
  CHECK(late.word() == "closed");
  CHECK(third.word() == "closed");
  CHECK(again.word() == "closed");
  CHECK(sim.world.stopped.size() == 1);
  CHECK(sim.world.alive == 0);
  CHECK(sim.balanced());
}

TEST_CASE("a call with If-Match is not made of a state that has moved on while it was asked") {
  outside world;
  actor_of<calls> lasting = switchboard(world);
  lasting.durable = true;
  simulation sim(lasting);
  auto dial = [&](std::optional<version_tag> seen) {
    pending_reply p = sim.send({.to = at("switchboard/ann"),
                                .player = "ann",
                                .command = std::string(raw_command),
                                .args = to_text(raw_request{}),
                                .if_match = seen});
    sim.run();
    return p;
  };
  pending_reply first = dial({});
  world.answer(to_text(raw_reply{}));
  sim.run();
  REQUIRE(first.word() == "ok");
  pending_reply stale = dial(first.answer().tag);
  CHECK(stale.word() == "pending");
  CHECK(sim.post("ann", "switchboard/ann", "hang_up").word() == "ok");
  world.answer(to_text(raw_reply{}));
  sim.run();
  CHECK(stale.word() == "stale_version");
}

TEST_CASE("when a commit fails, every question of a reentrant actor is refused, and those behind it") {
  outside world;
  actor_of<calls> lasting = switchboard(world);
  lasting.durable = true;
  simulation sim(lasting);
  auto dial = [&](const char* key) {
    return sim.send({.to = at("switchboard/ann"),
                     .player = "ann",
                     .command = std::string(raw_command),
                     .args = to_text(raw_request{}),
                     .key = key});
  };
  sim.post("ann", "switchboard/ann", "hang_up");
  pending_reply first = dial("1"), same = dial("1"), two = dial("2");
  sim.run();
  sim.store.fail_saves = true;
  pending_reply failing = sim.post("ann", "switchboard/ann", "hang_up");
  CHECK(failing.word() == "storage_failed");
  for (const pending_reply& p : {first, same, two}) CHECK(p.word() == "storage_failed");
  CHECK(world.alive == 0);
  CHECK(sim.balanced());
}

TEST_CASE("a service that there is none of here is answered for by its fallback, and nobody is warned") {
  outside world;
  actor_of<talk> lonely = talks(world, true);
  lonely.services[0].make = nullptr;
  simulation sim(lonely);
  CHECK(sim.post("ann", "talk/ann", "say", json("text", "a")).body() == R"({"lines":["a-home!"]})");
  CHECK(sim.log.count("service_failed") == 0);
  pending_reply opened = sim.send({.to = at("talk/ann"), .player = "ann"});
  sim.run();
  CHECK(opened.word() == "ok");
  CHECK(world.made.size() == 1);  // the scribe
}
