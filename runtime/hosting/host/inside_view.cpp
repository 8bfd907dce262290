#include "runtime/hosting/host/inside_view.hpp"

namespace parlor {

std::string to_text(const inside_view& v) {
  std::string text;
  {
    json_object body(text);
    body.add("exists", v.exists).add("version", v.tag.version).add("schema", v.schema);
    body.add("replies_kept", std::uint64_t{v.replies}).add("unstored", std::uint64_t{v.unstored});
    body.add("waiting", std::uint64_t{v.waiting});
    std::string& asking = body.key("asking");
    for (std::size_t i = 0; i < v.asking.size(); ++i) write_json(asking += i ? "," : "[", v.asking[i]);
    asking += v.asking.empty() ? "[]" : "]";
    std::string& events = body.key("events");
    events += '[';
    for (const kept_events::event& e : v.events.events()) {
      if (events.back() != '[') events += ',';
      json_object object(events);
      object.add("version", e.version).add("name", e.name);
      if (e.to) object.add("to", *e.to);
      else object.add_raw("to", "null");
      object.add_raw("data", e.data);
    }
    events += ']';
    body.add_raw("state", v.state);
  }
  return text;
}

}  // namespace parlor
