#include "tests/chaos/chaos.hpp"

#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "runtime/authoring/actor_of.hpp"

namespace parlor::testing {
namespace {

struct heap {
  std::int64_t count = 0;
  int small = 0;
  std::string on_sight;  // the mistake of the view
  std::vector<std::string> junk;
  static constexpr auto fields = describe(field("count", &heap::count), field("small", &heap::small, between(0, 3)),
                                          field("on_sight", &heap::on_sight), field("junk", &heap::junk, or_default));
};

struct mistake {
  std::string how;
  std::int64_t ms = 0;
  static constexpr auto fields =
      describe(field("how", &mistake::how),
               field("ms", &mistake::ms, between(std::int64_t{0}, std::int64_t{600'000}), or_default));
};

volatile int sink = 0;

int recurse(int depth) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(depth);
  sink = frame[0];
  return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

[[noreturn]] void loop() {
  while (true) sink = sink + 1;
}

void allocate(std::size_t mib) {
  std::vector<std::unique_ptr<char[]>> blocks;
  for (std::size_t i = 0; i < mib; ++i) {
    blocks.push_back(std::make_unique<char[]>(1 << 20));
    for (std::size_t at = 0; at < 1 << 20; at += 4096) blocks.back()[at] = 1;
  }
}

void fall_over() { throw std::runtime_error("it fell over"); }

void throw_where_nobody_may() noexcept { fall_over(); }

/// Makes a mistake that needs no context.
void blunder(const std::string& how) {
  int* nothing = nullptr;
  void (*no_function)() = nullptr;
  asm("" : "+r"(nothing), "+r"(no_function));
  if (how == "throw") fall_over();
  if (how == "throw_int") throw 7;
  if (how == "crash") *nothing = 1;
  if (how == "no_function") no_function();
  if (how == "recurse") recurse(0);
  if (how == "loop") loop();
  if (how == "sleep") std::this_thread::sleep_for(std::chrono::hours(1));
  if (how == "allocate") allocate(256);
  if (how == "abort") std::abort();
  if (how == "terminate") throw_where_nobody_may();
  if (how == "exit") std::exit(0);
  if (how == "divide") sink = 1000 / sink;
  if (how == "alarm") raise(SIGALRM);
  if (how == "trap") raise(SIGTRAP);
}

verdict on_open(heap&, context&) { return accept(); }

verdict on_move(heap& h, context&) {
  ++h.count;
  return accept();
}

void go_wrong(heap& h, const mistake& m, context& ctx) {
  ++h.count;
  if (m.ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(m.ms));
  if (m.how == "break") h.small = 7;
  if (m.how == "grow") h.junk.assign(64, std::string(64 * 1024, 'x'));
  if (m.how == "tell") ctx.tell(ctx.self(), "mistake", m);
  if (m.how == "fork")
    for (int i = 0; i < 2; ++i) ctx.tell(ctx.self(), "mistake", m);
  if (m.how == "remind") ctx.remind("again", duration{0}, "mistake", to_json(m));
  blunder(m.how);
}

struct done {
  bool done = true;
  static constexpr auto fields = describe(field("done", &done::done));
};

// Not answered with the view, which may be what goes wrong.
verdict_of<done> on_mistake(heap& h, const mistake& m, context& ctx) {
  go_wrong(h, m, ctx);
  return accept(done{});
}

verdict_of<done> on_later(heap& h, const mistake& m, context& ctx) {
  ++h.count;
  ctx.remind("later", duration(m.ms), "mistake", to_json(mistake{m.how}));
  return accept(done{});
}

verdict_of<done> on_look(heap& h, const mistake& m, context&) {
  h.on_sight = m.how;
  return accept(done{});
}

heap view_of_heap(const heap& h) {
  blunder(h.on_sight);
  return h;
}

/// A service that goes wrong where it is asked.
class unsound final : public service {
 public:
  void ask(std::string text, answer_function done) override {
    auto json = json_document::parse(text);
    mistake m;
    if (json && !read_fields(json.value().root(), m)) blunder(m.how);
    done(std::string(R"({"done":true})"));
  }
  void stop(callback<void()> stopped) override { stopped(); }
};

result<question> on_ask(const heap&, const mistake& m, const context&) { return ask("unsound", m); }
verdict_of<done> on_answer(heap& h, const mistake&, const service_answer<done>&, context&) {
  ++h.count;
  return accept(done{});
}

std::vector<upgrade> upgrades() {
  const char* how = std::getenv("PARLOR_CHAOS_UPGRADE");
  if (!how) return {};
  return {upgrade_with(+[](const heap& old) {
    blunder(std::getenv("PARLOR_CHAOS_UPGRADE"));
    return old;
  })};
}

kind chaos_kind(std::string name, bool durable) {
  return actor_of<heap>{.name = std::move(name),
                        .reached_by = reach::room,
                        .durable = durable,
                        .upgrades = durable ? upgrades() : std::vector<upgrade>{},
                        .created_by = {"open"},
                        .services = {service_from<mistake, done>(
                            "unsound", [](const service_owner&) { return std::make_unique<unsound>(); })},
                        .commands = {{"open", on_open},
                                     {"move", on_move},
                                     {"mistake", on_mistake},
                                     {"later", on_later},
                                     {"look", on_look},
                                     {"ask", on_ask, on_answer}},
                        .view = view_of_heap};
}

}  // namespace

std::vector<kind> chaos_kinds() {
  kind sound = actor_of<heap>{.name = "sound",
                              .reached_by = reach::room,
                              .created_by = {"open"},
                              .commands = {{"open", on_open}, {"move", on_move}},
                              .view = view_of_heap};
  return {chaos_kind("chaos", true), chaos_kind("flash", false), std::move(sound)};
}

}  // namespace parlor::testing
