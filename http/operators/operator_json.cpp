#include "http/operators/operator_json.hpp"

#include <string_view>

namespace parlor::http {
namespace {

std::string_view name_of(reach r) {
  switch (r) {
    case reach::room: return "room";
    case reach::session: return "session";
    case reach::internal: return "internal";
  }
  return "internal";
}

/// Appends a list: `write` appends one item.
template <class Items, class Write>
void write_list(std::string& out, const Items& items, Write write) {
  out += '[';
  bool first = true;
  for (const auto& item : items) {
    if (!std::exchange(first, false)) out += ',';
    write(item);
  }
  out += ']';
}

void write_attendance(json_object& to, const activation_info& a, const kind& actor_kind) {
  to.add("why", word_of(a.why)).add("since", to_text(a.since)).add("last_used", to_text(a.last_used));
  to.add("until", to_text(a.until)).add("requests", std::uint64_t{a.requests});
  to.add("activation", a.activation);
  std::vector<std::string_view> services;
  for (std::size_t i = 0; i < actor_kind.services.size(); ++i)
    if (a.services >> i & 1U) services.push_back(actor_kind.services[i].name);
  std::string& out = to.key("services");
  write_list(out, services, [&](std::string_view name) { write_json(out, name); });
}

}  // namespace

std::string server_json(const runtime& runtime, const std::string& operator_name) {
  std::string text;
  {
    json_object body(text);
    body.add("operator", operator_name).add("time", to_text(runtime.time().now()));
    body.add("draining", runtime.draining()).add("stopping", runtime.stopping());
    body.add("store_broken", runtime.store_broken());
    std::string& out = body.key("kinds");
    write_list(out, runtime.kinds().kinds(), [&](const kind& k) {
      json_object object(out);
      object.add("name", k.name).add("reached_by", name_of(k.reached_by)).add("seats", k.seats_max);
      object.add("durable", k.durable);
    });
  }
  return text;
}

std::string page_json(const awake_page& page, const catalog& kinds) {
  std::string text;
  {
    json_object body(text);
    std::string& out = body.key("actors");
    write_list(out, page.actors, [&](const activation_info& a) {
      json_object object(out);
      object.add("kind", a.actor.kind).add("id", a.actor.id).add("version", a.version);
      write_attendance(object, a, *kinds.find(a.actor.kind));
    });
    // As text: a browser's numbers are too small for it.
    if (page.next != 0) body.add("next", std::to_string(page.next));
    else body.add_raw("next", "null");
  }
  return text;
}

std::string actor_json(const address& actor, const inspection& seen, const kind& actor_kind) {
  std::string text;
  {
    json_object body(text);
    body.add("kind", actor.kind).add("id", actor.id);
    if (seen.awake) {
      json_object awake(body.key("awake"));
      write_attendance(awake, *seen.awake, actor_kind);
    } else {
      body.add_raw("awake", "null");
    }
    std::string& out = body.key("reminders");
    write_list(out, seen.reminders, [&](const reminder_change& r) {
      json_object object(out);
      object.add("name", r.name).add("due", to_text(*r.due)).add("command", r.command).add_raw("args", r.args);
    });
    // The rest is the actor's own words, an object: its members follow.
    out += "," + seen.inside.substr(1, seen.inside.size() - 2);
  }
  return text;
}

std::string log_json(const recent_log::page& page) {
  std::string text;
  {
    json_object body(text);
    std::string& out = body.key("lines");
    write_list(out, page.lines, [&](const recent_log::line& l) {
      json_object object(out);
      object.add("number", l.number).add("time", to_text(l.at)).add("level", http::name_of(l.how));
      object.add("event", l.event).add("actor", l.actor).add("detail", l.detail);
    });
    body.add("next", page.next).add("missed", page.missed);
  }
  return text;
}

}  // namespace parlor::http
