#include <catch2/catch.hpp>
#include <string>

#include "runtime/authoring/room_of.hpp"
#include "tests/support/json.hpp"
#include "tests/support/simulation.hpp"

// A state has a bound, and so has what is shown and sent: who grows it goes on from the last state that had room.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

constexpr int kib = 1024;

struct diary {
  std::string text{};
  static constexpr auto fields = describe(field("text", &diary::text));
};
struct entry {
  int bytes = 0;
  static constexpr auto fields = describe(field("bytes", &entry::bytes));
};
struct length {
  int bytes = 0;
  static constexpr auto fields = describe(field("bytes", &length::bytes));
};

verdict on_write(diary& d, const entry& e, context&) {
  d.text.append(static_cast<std::size_t>(e.bytes), 'x');
  return accept();
}
verdict on_send(diary& d, const entry& e, context& ctx) {
  d.text += "sent";
  ctx.tell(ctx.self(), "write", std::string(static_cast<std::size_t>(e.bytes), ' ') + "{}");
  return accept();
}
verdict on_plan(diary& d, const entry& e, context& ctx) {
  d.text += "planned";
  ctx.remind("later", 1h, "write", std::string(static_cast<std::size_t>(e.bytes), ' ') + "{}");
  return accept();
}
length short_view(const diary& d) { return {static_cast<int>(d.text.size())}; }
diary whole_view(const diary& d) { return d; }

actor_of<diary> diaries() {
  return {.name = "diary", .commands = {{"write", on_write}, {"send", on_send}, {"plan", on_plan}}, .view = short_view};
}

options small() {
  options limits;
  limits.state_bytes_max = 4 * kib;
  return limits;
}

std::string bytes(int count) { return json("bytes", count); }

}  // namespace

TEST_CASE("a command that would leave a state beyond its bound is refused by name, and the actor goes on") {
  simulation sim(diaries(), small());
  CHECK(sim.post("ann", "diary/ann", "write", bytes(4000)).word() == "ok");
  auto refused = sim.post("ann", "diary/ann", "write", bytes(100));
  CHECK(refused.word() == "state_too_large");
  CHECK(refused.answer().why.detail == "it would have 4111 bytes, and at most 4096 are stored");
  CHECK(sim.log.last("state_too_large", "diary/ann") == "write: it would have 4111 bytes, and at most 4096 are stored");
  CHECK(sim.post("ann", "diary/ann", "write", bytes(1)).body() == R"({"bytes":4001})");
  sim.restart();
  CHECK(sim.get("ann", "diary/ann").body() == R"({"bytes":4001})");
  CHECK(sim.balanced());
}

TEST_CASE("a mebibyte is the bound of who says nothing else") {
  simulation sim(diaries());
  CHECK(sim.post("ann", "diary/ann", "write", bytes(1000 * kib)).word() == "ok");
  CHECK(sim.post("ann", "diary/ann", "write", bytes(30 * kib)).word() == "state_too_large");
}

TEST_CASE("a kind has a bound of its own") {
  auto roomy = diaries();
  roomy.state_bytes_max = 8 * kib;
  simulation sim(kind(roomy), small());
  CHECK(sim.post("ann", "diary/ann", "write", bytes(7 * kib)).word() == "ok");
  CHECK(sim.post("ann", "diary/ann", "write", bytes(2 * kib)).word() == "state_too_large");
}

TEST_CASE("a room's bound is of its table and its game") {
  simulation sim(room_of<diary>{.name = "diary",
                                .seats = exactly(1),
                                .state_bytes_max = 4 * kib,
                                .commands = {{"write", on_write}},
                                .view = short_view});
  sim.post("ann", "diary/r", "join");
  CHECK(sim.post("ann", "diary/r", "write", bytes(2 * kib)).word() == "ok");
  CHECK(sim.post("ann", "diary/r", "write", bytes(2 * kib)).word() == "state_too_large");
}

TEST_CASE("the log says once that half of the bound is reached") {
  simulation sim(diaries(), small());
  sim.post("ann", "diary/ann", "write", bytes(1000));
  CHECK(sim.log.count("state_large") == 0);
  sim.post("ann", "diary/ann", "write", bytes(2000));
  sim.post("ann", "diary/ann", "write", bytes(500));
  CHECK(sim.log.count("state_large", "diary/ann") == 1);
  CHECK(sim.log.last("state_large") == "3011 bytes; at most 4096 are stored");
}

TEST_CASE("more than a state may have is not shown either, of an actor that is never stored") {
  auto in_memory = diaries();
  in_memory.durable = false;
  in_memory.view = whole_view;
  simulation sim(kind(in_memory), small());
  CHECK(sim.post("ann", "diary/ann", "write", bytes(4000)).word() == "ok");
  CHECK(sim.post("ann", "diary/ann", "write", bytes(100)).word() == "handler_failed");
  CHECK(sim.log.last("handler_threw") == "write: what is shown has 4111 bytes, and at most 4096 may be");
  CHECK(sim.get("ann", "diary/ann").word() == "ok");
}

TEST_CASE("a look at more than may be shown is refused") {
  auto in_memory = diaries();
  in_memory.durable = false;
  in_memory.view = whole_view;
  in_memory.commands.emplace_back(
      "fill",
      [](diary& d, context&) {
        d.text.assign(5 * kib, 'x');
        return accept();
      },
      open_to::actors);
  in_memory.commands.emplace_back("order", [](diary& d, context& ctx) {
    d.text += "!";
    ctx.tell(ctx.self(), "fill");
    return accept();
  });
  simulation sim(kind(in_memory), small());
  sim.post("ann", "diary/ann", "order");
  CHECK(sim.get("ann", "diary/ann").word() == "handler_failed");
  CHECK(sim.log.last("handler_threw") == "view: what is shown has 5131 bytes, and at most 4096 may be");
}

TEST_CASE("arguments of messages and reminders have a bound") {
  simulation sim(diaries());
  CHECK(sim.post("ann", "diary/ann", "send", bytes(2 * kib * kib)).word() == "handler_failed");
  CHECK(sim.log.last("handler_threw") ==
        "send: the message \"write\" has 2097154 bytes of arguments, and at most 1048576 may be");
  CHECK(sim.post("ann", "diary/ann", "plan", bytes(2 * kib * kib)).word() == "handler_failed");
  CHECK(sim.log.last("handler_threw") ==
        "plan: the reminder \"later\" has 2097154 bytes of arguments, and at most 1048576 may be");
  CHECK(sim.get("ann", "diary/ann").answer().tag.version == 0);
}

TEST_CASE("an upgrade that takes long is named, as handlers are") {
  static manual_clock* hands = nullptr;
  simulation sim(diaries());
  hands = &sim.time;
  sim.post("ann", "diary/ann", "write", bytes(1));
  auto next = diaries();
  next.upgrades = {{[](json_value saved) -> result<std::string> {
    hands->advance(150ms);
    return saved.text();
  }}};
  sim.deploy(next);
  CHECK(sim.get("ann", "diary/ann").body() == R"({"bytes":1})");
  CHECK(sim.log.last("slow_handler", "diary/ann") == "waking ran for 150 ms");
}
