#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/authoring/kind.hpp"
#include "tests/support/json_part.hpp"

namespace parlor::testing {

/// One actor of a kind without a host: commands go straight to its activation, and what they wanted
/// to happen lies here to be looked at.
///
///     workbench room(tictactoe());
///     CHECK(room.say("ann", "join") == "ok");
///     CHECK(room.part("seats[0]") == "ann");
class workbench {
 public:
  explicit workbench(kind actor_kind, std::uint64_t seed = 1)
      : kind_(std::move(actor_kind)), self_{kind_.name, "r1"}, dice_(seed), state_(kind_.make_activation()) {}

  /// Runs a command; the word that came of it: `ok`, `unchanged`, or the failure's code. An empty
  /// player stands for another actor.
  std::string say(std::string_view player, std::string_view command, std::string_view args = "{}") {
    auto index = kind_.find_command(command);
    if (!index) throw std::invalid_argument("no command " + std::string(command));
    auto parsed = json_document::parse(args);
    if (!parsed) throw std::invalid_argument("not JSON: " + std::string(args));
    context ctx({.self = self_,
                 .player = player,
                 .from_actor = player.empty(),
                 .version = version_,
                 .linger = kind_.linger,
                 .limits = limits},
                time, dice_);
    last = {};
    answered.clear();
    decided = state_->run(*index, parsed.value().root(), ctx, player.empty() ? nullptr : &answered);
    if (!decided.accepted()) return decided.why().code;
    if (!decided.changed()) return "unchanged";
    last = std::move(ctx.effects());
    if (!kind_.commands[*index].reads) ++version_;
    return "ok";
  }

  [[nodiscard]] std::string saved() const {
    std::string out;
    state_->save(out);
    return out;
  }
  /// What `player` is shown.
  [[nodiscard]] std::string seen_by(std::string_view player) const {
    std::string out;
    state_->show(out, {.player = player}, version_);
    return out;
  }
  /// A part of what a spectator sees.
  [[nodiscard]] std::string part(std::string_view path) const { return json_part(seen_by(""), path); }

  /// Goes on from the saved state, as after a sleep.
  void sleep_and_wake() {
    std::string text = saved();
    state_ = kind_.make_activation();
    auto parsed = json_document::parse(text);
    if (auto wrong = state_->load(parsed.value().root()))
      throw std::logic_error("cannot load what was saved: " + wrong->detail);
  }

  /// Whether the last command sends `command` to the actor `to` (`kind/id`).
  [[nodiscard]] bool has_message(std::string_view to, std::string_view command) const {
    for (const message& m : last.messages)
      if (m.to.text() == to && m.command == command) return true;
    return false;
  }
  /// The change that the last command made to a reminder: null if it made none.
  [[nodiscard]] const reminder_change* reminder(std::string_view name) const {
    const reminder_change* found = nullptr;
    for (const reminder_change& r : last.reminders)
      if (r.name == name) found = &r;
    return found;
  }

  [[nodiscard]] const kind& actor_kind() const { return kind_; }
  [[nodiscard]] std::uint64_t version() const { return version_; }

  instant time = from_ms(1'700'000'000'000);  ///< stands still until it is moved
  bounds limits{};
  verdict decided;       ///< of the last command
  std::string answered;  ///< the body of its reply, if it was accepted and a player's
  effects last;          ///< what the last command wants, if it changed anything

 private:
  kind kind_;
  address self_;
  dice dice_;
  std::unique_ptr<activation> state_;
  std::uint64_t version_ = 0;
};

}  // namespace parlor::testing
