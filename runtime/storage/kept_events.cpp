#include "runtime/storage/kept_events.hpp"

#include <utility>

#include "runtime/values/json_text.hpp"
#include "runtime/values/json_writing.hpp"

namespace parlor {

void kept_events::append(event&& e) {
  std::size_t before = stored_.size();
  write_value(stored_, e);
  stored_ += ',';
  bytes_.push_back(stored_.size() - before);
  book_.events.push_back(std::move(e));
}

void kept_events::add(std::uint64_t version, const std::vector<parlor::event>& emitted, const options& limits) {
  for (const parlor::event& e : emitted) {
    event kept{static_cast<std::int64_t>(version), e.name, {}, *e.data};
    if (e.to.is != audience::scope::everyone) kept.to = e.to.player;
    append(std::move(kept));
  }
  auto& [dropped_to, events] = book_;
  std::size_t first = 0, dropped_bytes = 0;
  while (first < events.size() && (events.size() - first > limits.events_kept_max ||
                                   stored_.size() - dropped_bytes > limits.events_kept_bytes_max)) {
    dropped_to = events[first].version;
    for (; first < events.size() && events[first].version == dropped_to; ++first) dropped_bytes += bytes_[first];
  }
  auto until = static_cast<std::ptrdiff_t>(first);
  events.erase(events.begin(), events.begin() + until);
  bytes_.erase(bytes_.begin(), bytes_.begin() + until);
  stored_.erase(0, dropped_bytes);
}

void kept_events::save(std::string& out) const {
  if (book_.events.empty() && book_.dropped_to == 0) return;
  out.reserve(out.size() + stored_.size() + 64);
  json_object book(out);
  std::string& list = book.add("dropped_to", book_.dropped_to).key("events");
  list += '[';
  if (!stored_.empty()) list.append(stored_, 0, stored_.size() - 1);
  list += ']';
}

result<kept_events> kept_events::load(std::string_view saved) {
  kept_events kept;
  if (saved.empty()) return kept;
  auto parsed = json_document::parse(saved);
  book read;
  auto wrong = parsed ? read_fields(parsed.value().root(), read) : parsed.why();
  if (wrong) return failure{"state_unreadable", "its kept events: " + wrong->detail};
  kept.book_.dropped_to = read.dropped_to;
  for (event& e : read.events) kept.append(std::move(e));
  return kept;
}

}  // namespace parlor
