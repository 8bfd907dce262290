#include <catch2/catch.hpp>
#include <string>
#include <thread>

#include "actors/catalog.hpp"
#include "runtime/services/http_client.hpp"
#include "runtime/values/json_text.hpp"
#include "tests/support/json.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/simulation.hpp"
#include "tests/support/threaded_runtime.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

// The fortune-teller: with a model that answers, and with every way in which one does not.
namespace {

using server = scripted_server;

std::string says(const std::string& words) {
  return server::ok("application/json", R"({"id":"x","choices":[{"index":0,"message":{"role":"assistant",)"
                                        R"("content":")" +
                                            words + R"("}}],"usage":{"total_tokens":9}})");
}

/// A runtime that hosts fortune, and the endpoint that it asks.
struct fortune_server {
  explicit fortune_server(server::script endpoint)
      : model(std::move(endpoint)),
        running(actors::fortune({.web = &web,
                                 .teller = {.url = model.url("/v1/chat/completions"),
                                            .model = "seer-1",
                                            .key = "sk-secret",
                                            .within = 300ms}}),
                {.threads = 2}) {}

  reply chat(const std::string& message, const std::string& player = "ann") {
    return send("chat", json("message", message), player);
  }
  reply send(const std::string& command, const std::string& args, const std::string& player) {
    return running.post(player, "fortune/" + player, command, args).answer();
  }
  std::string source_of(const reply& r) {
    INFO(r.why.code << r.why.detail);
    REQUIRE(r.ok());
    return json_document::parse(r.body).value().root().find("source")->as_text();
  }

  http_client web;
  server model;
  threaded_runtime running;
};

}  // namespace

TEST_CASE("a model tells the fortune, and is told of the conversation so far") {
  fortune_server fortune([](const server::request& r) {
    return says(r.body.find("first") != std::string::npos && r.body.find("second") == std::string::npos
                    ? "the first answer"
                    : "another");
  });
  reply first = fortune.chat("first");
  CHECK(first.body == R"({"response":"the first answer","source":"model"})");
  CHECK_THAT(fortune.model.last().head,
             Catch::StartsWith("POST /v1/chat/completions ") && Contains("Authorization: Bearer sk-secret\r\n"));
  CHECK_THAT(fortune.model.last().body, Catch::StartsWith(R"({"model":"seer-1","messages":[{"role":"system",)"));
  fortune.chat("second");
  CHECK_THAT(fortune.model.last().body,
             Contains(R"({"role":"user","content":"first"},{"role":"assistant",)"
                      R"("content":"the first answer"},{"role":"user","content":"second"}])"));
  fortune.chat("hello", "bob");
  CHECK_THAT(fortune.model.last().body, !Contains("first"));
  CHECK(fortune.send("forget", "", "ann").body == R"({"lines":[]})");
}

TEST_CASE("an endpoint that fails, hangs, is slow, or sends rubbish: the teller at home answers and says so") {
  spoken say;
  fortune_server fortune([&](const server::request&) {
    std::string words = say;
    if (words == "slow") std::this_thread::sleep_for(600ms);
    return words;
  });
  for (const std::string& bad :
       {server::answer(500, "text/plain", "down"), server::answer(429, "application/json", "{}"),
        server::answer(401, "application/json", R"({"error":"no such key: sk-secret"})"), server::hang,
        std::string("slow"), std::string("rubbish\r\n\r\n"), std::string(), server::ok("application/json", "not json"),
        server::ok("application/json", "{}"), server::ok("application/json", R"({"choices":[]})"),
        server::ok("application/json", R"({"choices":7})"),
        server::ok("application/json", R"({"choices":[{"message":{"content":null}}]})"),
        server::ok("application/json", std::string(300'000, ' ')), says(""), says("\xff\xfe"),
        server::ok("text/event-stream", "data: rubbish\n\n")}) {
    say = bad;
    INFO(bad.substr(0, 100));
    reply r = fortune.chat("will it rain?");
    CHECK(fortune.source_of(r) == "fallback");
    CHECK(json_document::parse(r.body).value().root().find("response")->as_view().size() > 10);
  }
  say = says("it will");
  CHECK(fortune.source_of(fortune.chat("and now?")) == "model");
  // The key is in no line of the log, no reply and no stored state.
  CHECK_FALSE(fortune.running.log.mentions("sk-secret"));
  CHECK(fortune.running.log.count("service_failed") == 16);
  fortune.running.store.peek({"fortune", "ann"}, [](const auto& stored) {
    REQUIRE(stored);
    CHECK_THAT(stored->state, !Contains("sk-secret") && Contains("and now?"));
  });
}

TEST_CASE("an answer in events is put together, and a long one is cut between characters") {
  spoken say;
  say = server::ok("text/event-stream",
                   "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n"
                   "data: {\"choices\":[{\"delta\":{\"content\":\"soon\"}}]}\r\n\r\n"
                   "data: {\"choices\":[{\"delta\":{\"content\":\"er\"}}]}\n\n"
                   "data: [DONE]\n\n");
  fortune_server fortune([&](const server::request&) { return std::string(say); });
  CHECK(fortune.chat("when?").body == R"({"response":"sooner","source":"model"})");
  std::string long_text;
  for (int i = 0; i < 2000; ++i) long_text += "\xe5\x91\xbd";
  say = says(long_text);
  reply r = fortune.chat("tell me all");
  REQUIRE(fortune.source_of(r) == "model");
  auto document = json_document::parse(r.body);
  auto response = document.value().root().find("response")->as_view();
  CHECK(response.size() == 3999);
  CHECK(response == long_text.substr(0, 3999));
}

TEST_CASE("without an endpoint the teller at home speaks, and nobody is warned") {
  simulation sim(actors::fortune({}));
  pending_reply p = sim.post("ann", "fortune/ann", "chat", json("message", "hello"));
  REQUIRE(p.word() == "ok");
  CHECK_THAT(p.body(), Contains(R"("source":"fallback")"));
  CHECK(sim.log.count("service_failed") == 0);
  CHECK(sim.post("ann", "fortune/ann", "chat", json("message", "")).word() == "say_something");
  CHECK(sim.post("ann", "fortune/ann", "chat", json("message", std::string(1001, 'x'))).word() == "bad_arguments");
  sim.crash();
  CHECK_THAT(sim.get("ann", "fortune/ann").body(), Contains(R"({"role":"user","content":"hello"})"));
}

TEST_CASE("of a conversation the latest is kept, within its bounds, questions with their answers") {
  simulation sim(actors::fortune({}));
  auto lines = [&] { return json_document::parse(sim.get("ann", "fortune/ann").body()); };
  for (int i = 0; i < 15; ++i) sim.post("ann", "fortune/ann", "chat", json("message", "question " + std::to_string(i)));
  auto many = lines();
  auto list = *many.value().root().find("lines");
  CHECK(list.size() == 20);
  CHECK(list.at(0).find("role")->as_view() == "user");
  CHECK(list.at(18).find("content")->as_view() == "question 14");
  for (int i = 0; i < 10; ++i) sim.post("ann", "fortune/ann", "chat", json("message", std::string(1000, 'x')));
  auto large = lines();
  CHECK(large.value().root().find("lines")->size() == 6);
}
