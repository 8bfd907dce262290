#include "http/feeds/event_text.hpp"

#include <atomic>

#include "http/feeds/event_id.hpp"
#include "runtime/values/json_text.hpp"

namespace parlor::http {
namespace {

std::string_view name_of(feed_update::type type) {
  switch (type) {
    case feed_update::type::version: return "version";
    case feed_update::type::snapshot: return "snapshot";
    case feed_update::type::closed: return "closed";
  }
  return "closed";
}

/// What is known of the actor itself: how it is, or at least its number.
std::string state_of(const feed_update& h) {
  if (h.is == feed_update::type::closed) return "{}";
  if (!h.view.empty()) return h.view;
  std::string number;
  json_object(number).add("version", h.tag.version);
  return number;
}

/// Calls `tell(id, name, data)` for each thing that an update tells; without an id at the end of an actor.
template <class Tell>
void each(const feed_update& h, Tell tell) {
  for (const feed_update::event& e : h.events) tell(event_id(h.tag, e.number), e.name, *e.data);
  bool is_place = h.is != feed_update::type::closed;
  tell(is_place ? event_id(h.tag) : std::string{}, name_of(h.is), state_of(h));
}

/// A line break would end the field: each line is a field of its own, and the client joins them again.
void append_data(std::string& out, std::string_view data) {
  for (;;) {
    auto end = data.find_first_of("\r\n");
    out.append("data: ").append(data.substr(0, end)).append("\n");
    if (end == std::string_view::npos) return;
    data.remove_prefix(end + (data.substr(end).starts_with("\r\n") ? 2 : 1));
  }
}

}  // namespace

std::string stream_beginning() {
  static std::atomic<unsigned> counted{0};
  constexpr unsigned least_ms = 1000, spread_ms = 2000, stride = 769;
  unsigned wait = least_ms + counted.fetch_add(1, std::memory_order_relaxed) * stride % spread_ms;
  return "retry: " + std::to_string(wait) + "\n\n";
}

void append_event(std::string& out, std::string_view name, std::string_view id, std::string_view data) {
  out.append("event: ").append(name).append("\n");
  if (!id.empty()) out.append("id: ").append(id).append("\n");
  append_data(out, data);
  out += '\n';
}

std::string as_event_stream(const feed_update& h, std::string_view mark) {
  std::string out;
  out.reserve(96 + h.view.size() + h.events.size() * 128);
  each(h, [&](std::string&& id, std::string_view name, std::string_view data) {
    if (!id.empty() && !mark.empty()) id.append("~").append(mark);
    append_event(out, name, id, data);
  });
  return out;
}

void append_as_json(std::string& list, const feed_update& h) {
  each(h, [&](const std::string& id, std::string_view name, std::string_view data) {
    if (list.back() != '[') list += ',';
    json_object item(list);
    if (!id.empty()) item.add("id", id);
    item.add("event", name).add_raw("data", data);
  });
}

}  // namespace parlor::http
