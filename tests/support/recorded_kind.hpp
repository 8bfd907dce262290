#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/authoring/kind.hpp"

namespace parlor::testing {

/// One thing that an actor was asked while it was recorded, and all that came of it.
struct recorded_step {
  std::string asked;   ///< `roll {"dice":2} of ann to cup/a`
  std::string result;  ///< a word, a sentence, or what was thrown
  std::string answer;  ///< JSON: the reply, a view, a question
  std::string state;   ///< JSON: the state then
  std::string wishes;  ///< messages, reminders and events, a line each
};
using recording = std::shared_ptr<std::vector<recorded_step>>;

/// An activation that notes what another one does.
class recorded_activation final : public activation {
 public:
  recorded_activation(std::unique_ptr<activation> real, std::vector<command_info> commands, recording notes)
      : real_(std::move(real)), commands_(std::move(commands)), notes_(std::move(notes)) {}

  std::optional<failure> load(json_value saved, unknown_members rest) override { return real_->load(saved, rest); }
  void save(std::string& out) const override { real_->save(out); }
  verdict run(std::size_t command, json_value args, context& ctx, std::string* reply, std::string* saved) override {
    recorded_step& step = begin_step(command, args, ctx);
    std::string answer;
    try {
      verdict decided = real_->run(command, args, ctx, reply ? &answer : nullptr, saved);
      step.result = decided.accepted() ? (decided.changed() ? "accepted" : "unchanged") : text_of(decided.why());
      return finish(step, ctx, std::move(answer), reply, std::move(decided));
    } catch (const std::exception& e) {
      step.result = e.what();
      step.state = state();
      throw;
    }
  }
  result<question> begin(std::size_t command, json_value args, const context& ctx) const override {
    recorded_step& step = begin_step(command, args, ctx);
    result<question> asked = real_->begin(command, args, ctx);
    if (asked) step.answer = asked.value().text;
    else step.result = text_of(asked.why());
    return asked;
  }
  void show(std::string& out, const viewer& viewer, std::uint64_t version) const override {
    std::string shown;
    real_->show(shown, viewer, version);
    out += shown;
    notes_->push_back({"the view for " + named(viewer.player), "", std::move(shown), state(), ""});
  }
  [[nodiscard]] std::vector<message> parting(const address& self) const override { return real_->parting(self); }
  void closing(context& ctx) const override { real_->closing(ctx); }
  void prefetch(int depth) const override { real_->prefetch(depth); }

 private:
  static std::string named(std::string_view player) { return player.empty() ? "nobody" : std::string(player); }
  static std::string text_of(const failure& why) { return why.code + " " + why.detail + why.legal; }
  static std::string text_of_wishes(const effects& wanted);

  recorded_step& begin_step(std::size_t command, json_value args, const context& ctx) const {
    std::string sender = ctx.from_actor() ? "an actor" : named(ctx.player());
    return notes_->emplace_back(recorded_step{
        commands_[command].name + " " + args.text() + " of " + sender + " to " + ctx.self().text(), "", "", "", ""});
  }
  verdict finish(recorded_step& step, context& ctx, std::string answer, std::string* reply, verdict decided) const {
    if (reply) *reply += answer;
    step.answer = answer.empty() ? decided.result() : std::move(answer);
    step.state = state();
    step.wishes = text_of_wishes(ctx.effects());
    return decided;
  }
  /// A state that cannot be written is never stored: its text is the reason.
  [[nodiscard]] std::string state() const {
    std::string out;
    try {
      real_->save(out);
    } catch (const std::exception& e) {
      return e.what();
    }
    return out;
  }

  std::unique_ptr<activation> real_;
  std::vector<command_info> commands_;
  recording notes_;
};

inline std::string recorded_activation::text_of_wishes(const effects& wanted) {
  std::string out;
  for (const message& m : wanted.messages) out += "tell " + m.to.text() + " " + m.command + " " + m.args + "\n";
  for (const reminder_change& r : wanted.reminders)
    out += r.due ? "remind " + r.name + " at " + to_text(*r.due) + " " + r.command + " " + r.args + "\n"
                 : "forget " + r.name + "\n";
  for (const event& e : wanted.events) out += "emit " + e.name + " " + *e.data + "\n";
  if (wanted.erase) out += "erase\n";
  return out;
}

/// The same kind, whose actors are recorded.
inline kind recorded(kind real, const recording& notes) {
  real.make_activation = [make = real.make_activation, commands = real.commands, notes] {
    return std::make_unique<recorded_activation>(make(), commands, notes);
  };
  return real;
}

}  // namespace parlor::testing
