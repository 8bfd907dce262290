#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "runtime/authoring/actor_of.hpp"
#include "tests/support/json.hpp"

/// A service that does what the test says, and a kind that asks it: a player talks, an oracle answers, what
/// was said and answered is kept.
namespace parlor::testing {

/// What all fake services of one test have seen, and how they behave.
struct outside {
  struct asked {
    std::string owner;
    std::string question;
    service::answer_function done;
  };
  std::mutex mutex;  ///< of the questions, for tests with threads
  std::vector<asked> questions;
  std::vector<callback<void()>> stops;  ///< those that were not told that they have stopped
  std::vector<std::string> made, stopped;
  int alive = 0;
  bool down = false;     ///< cannot be made
  bool refuses = false;  ///< throws when asked
  bool hangs = false;    ///< never says that it has stopped
  bool throws_at_stop = false;

  /// Answers the oldest question.
  void answer(result<std::string> answer) {
    std::unique_lock lock(mutex);
    asked first = std::move(questions.front());
    questions.erase(questions.begin());
    lock.unlock();
    first.done(std::move(answer));
  }
  void say(std::string text) { answer(json("text", text)); }
};

/// A base before the simulation, so that the world outlives the services in it.
struct with_outside {
  outside world;
};

class fake_service final : public service {
 public:
  fake_service(outside& world, std::string owner) : world_(world), owner_(std::move(owner)) {
    world_.made.push_back(owner_);
    ++world_.alive;
  }
  ~fake_service() override { --world_.alive; }
  void ask(std::string question, answer_function done) override {
    if (world_.refuses) throw std::runtime_error("not today");
    std::lock_guard lock(world_.mutex);
    world_.questions.push_back({owner_, std::move(question), std::move(done)});
  }
  /// Kept as text, so that a test answers every question in one way.
  void ask_raw(raw_request request, raw_answer_function done) override {
    ask(to_text(request), [done = std::move(done)](result<std::string> text) mutable {
      done(text ? read_raw_reply(text.value()) : result<raw_reply>(text.why()));
    });
  }
  void stop(callback<void()> stopped) override {
    world_.stopped.push_back(owner_);
    if (world_.throws_at_stop) throw std::runtime_error("it will not stop");
    if (world_.hangs) world_.stops.push_back(std::move(stopped));
    else stopped();
  }

 private:
  outside& world_;
  std::string owner_;
};

struct words {
  std::string text;
  static constexpr auto fields = describe(field("text", &words::text));
};

struct talk {
  std::vector<std::string> lines;
  static constexpr auto fields = describe(field("lines", &talk::lines));
};

inline result<question> on_say(const talk&, const words& said, const context&) {
  if (said.text == "nothing") return failure{.code = "say_something"};
  if (said.text == "wrong") return ask("nobody", said);
  if (said.text == "write") return ask("scribe", said);
  if (said.text == "throw") throw std::runtime_error("the first half fell over");
  return ask("oracle", said);
}
inline verdict on_told(talk& t, const words& said, const service_answer<words>& answer, context&) {
  if (answer.value.text == "forbidden") return reject("not_repeatable");
  t.lines.push_back(said.text + "-" + answer.value.text + (answer.fallback ? "!" : ""));
  return accept();
}
inline verdict on_note(talk& t, const words& said, context&) {
  t.lines.push_back(said.text);
  return accept();
}
inline talk view_talk(const talk& t) { return t; }
inline words oracle_at_home(const words&) { return {"home"}; }

/// Each player talks to an oracle and a scribe of their own.
inline actor_of<talk> talks(outside& world, bool with_fallback = false) {
  auto make = [&world](const address& owner) {
    if (world.down) throw std::runtime_error("no oracle today");
    return std::make_unique<fake_service>(world, owner.id);
  };
  return {.name = "talk",
          .services = {service_from<words, words>("oracle", make, with_fallback ? oracle_at_home : nullptr),
                       service_from<words, words>("scribe", make)},
          .commands = {{"say", on_say, on_told}, {"note", on_note}},
          .view = view_talk};
}

/// What a switchboard has passed on.
struct calls {
  int passed = 0;
  static constexpr auto fields = describe(field("passed", &calls::passed));
};
inline result<question> on_call(const calls&, const raw_request& r, const context&) {
  if (r.path == "refused") return failure{.code = "not_here"};
  return ask("line", r);
}
inline verdict on_called(calls& c, const raw_request&, const service_answer<raw_reply>& answer, context&) {
  ++c.passed;
  return answer.value.status < 500 ? accept(answer.value) : unchanged(answer.value);
}
inline calls view_calls(const calls& c) { return c; }
inline verdict on_hang_up(calls& c, context&) {
  c.passed = 0;
  return accept();
}

/// Passes everything on, however much is under way.
inline actor_of<calls> switchboard(outside& world) {
  auto make = [&world](const address& owner) { return std::make_unique<fake_service>(world, owner.id); };
  return {.name = "switchboard",
          .durable = false,
          .reentrant = true,
          .services = {raw_service("line", make)},
          .commands = {{"hang_up", on_hang_up}},
          .raw = {{on_call, on_called}},
          .view = view_calls};
}

}  // namespace parlor::testing
