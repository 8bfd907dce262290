#include "runtime/authoring/kind.hpp"

#include <exception>
#include <stdexcept>

namespace parlor {
namespace {

/// Upgrades a state by one version. What the author's step throws is a state that it cannot read.
result<std::string> step_from(const kind& actor_kind, int version, json_value saved) {
  try {
    return actor_kind.upgrades[static_cast<std::size_t>(version) - 1].step(saved);
  } catch (const std::exception& e) {
    return failure{"state_unreadable", e.what()};
  } catch (...) {
    return failure{"state_unreadable", "it threw something that is not a std::exception"};
  }
}

}  // namespace

void activation::closing(context& ctx) const {
  for (message& last : parting(ctx.self())) ctx.tell(last.to, last.command, last.args);
}

void check_shown(std::size_t bytes, std::size_t most) {
  if (bytes > most)
    throw std::length_error("what is shown has " + std::to_string(bytes) + " bytes, and at most " +
                            std::to_string(most) + " may be");
}

result<std::unique_ptr<activation>> wake(const kind& actor_kind, int schema, std::string_view saved) {
  auto unreadable = [](std::string why) { return failure{"state_unreadable", std::move(why)}; };
  if (schema < 1 || schema > actor_kind.schema())
    return unreadable("the state is of version " + std::to_string(schema) + ", this program reads up to " +
                      std::to_string(actor_kind.schema()));
  std::string upgraded;
  for (int version = schema; version < actor_kind.schema(); ++version) {
    auto old = json_document::parse(saved);
    if (!old) return unreadable(old.why().detail);
    auto next = step_from(actor_kind, version, old.value().root());
    if (!next) return unreadable("no way from version " + std::to_string(version) + ": " + next.why().detail);
    upgraded = std::move(next.value());
    saved = upgraded;
  }
  auto parsed = json_document::parse(saved);
  if (!parsed) return unreadable(parsed.why().detail);
  auto state = actor_kind.make_activation();
  if (auto wrong = state->load(parsed.value().root())) return unreadable(wrong->detail);
  return state;
}

}  // namespace parlor
