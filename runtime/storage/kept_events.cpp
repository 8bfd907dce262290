#include "runtime/storage/kept_events.hpp"

#include <numeric>
#include <utility>

#include "runtime/values/json_text.hpp"

namespace parlor {
namespace {

std::size_t bytes_of(const kept_events::one& e) {
  constexpr std::size_t around = 48;  // in an event's JSON
  return e.name.size() + e.data.size() + (e.to ? e.to->size() : 0) + around;
}

}  // namespace

void kept_events::add(std::uint64_t version, const std::vector<event>& of_it, const options& limits) {
  auto& [dropped_to, all] = book_;
  for (const event& e : of_it) {
    one kept{static_cast<std::int64_t>(version), e.name, {}, *e.data};
    if (e.to.who != audience::sort::everyone) kept.to = e.to.player;
    all.push_back(std::move(kept));
  }
  auto bytes = std::accumulate(all.begin(), all.end(), std::size_t{0},
                               [](std::size_t sum, const one& e) { return sum + bytes_of(e); });
  auto first = all.begin();
  while (first != all.end() && (all.end() - first > static_cast<std::ptrdiff_t>(limits.events_kept_max) ||
                                 bytes > limits.events_kept_bytes_max)) {
    dropped_to = first->version;
    for (; first != all.end() && first->version == dropped_to; ++first) bytes -= bytes_of(*first);
  }
  all.erase(all.begin(), first);
}

void kept_events::save(std::string& out) const {
  if (!book_.events.empty() || book_.dropped_to > 0) write_value(out, book_);
}

result<kept_events> kept_events::load(std::string_view saved) {
  kept_events kept;
  if (saved.empty()) return kept;
  auto parsed = json_document::parse(saved);
  auto wrong = parsed ? read_fields(parsed.value().root(), kept.book_) : parsed.why();
  if (wrong) return failure{"state_unreadable", "its kept events: " + wrong->detail};
  return kept;
}

}  // namespace parlor
