#include "http/operators/operator_match.hpp"

#include <optional>
#include <utility>

#include "runtime/values/address.hpp"

namespace parlor::http {
namespace {

using named_route = std::pair<std::string_view, operator_route>;

constexpr named_route server_routes[] = {
    {"actors", operator_route::actors},   {"log", operator_route::log},
    {"metrics", operator_route::metrics}, {"drain", operator_route::drain},
    {"undrain", operator_route::undrain}, {"accept_clock", operator_route::accept_clock},
    {"denials", operator_route::denials}, {"revoke", operator_route::revoke},
    {"ban", operator_route::ban},         {"ban_address", operator_route::ban_address},
    {"lift", operator_route::lift},       {"quarantine", operator_route::quarantine},
    {"release", operator_route::release}, {"letters", operator_route::letters},
};
constexpr named_route letter_routes[] = {
    {"redeliver", operator_route::redeliver},
    {"drop", operator_route::drop_letters},
};
constexpr named_route actor_routes[] = {
    {"view", operator_route::view}, {"events", operator_route::events}, {"sleep", operator_route::sleep},
    {"wake", operator_route::wake}, {"close", operator_route::close},   {"drop", operator_route::drop},
};

template <std::size_t N>
std::optional<operator_route> find_route(const named_route (&list)[N], std::string_view name) {
  for (const auto& [known, route] : list)
    if (known == name) return route;
  return {};
}

/// What is behind `/api/admin/actors/{kind}/{id}`.
std::optional<operator_route> match_actor(const path_parts& path, operator_match& m) {
  if (path.size() == 5) return operator_route::inspect;
  if (path.size() == 6) return find_route(actor_routes, path[5]);
  if (path.size() == 7 && path[5] == "messages" && path[6] == "drop") return operator_route::drop_messages;
  if (path.size() != 8 || path[6].empty()) return {};
  m.part = path[6];
  if (path[5] == "reminders" && path[7] == "cancel") return operator_route::cancel;
  if (path[5] == "players" && path[7] == "kick") return operator_route::kick;
  return {};
}

}  // namespace

operator_match match_operators(const path_parts& path, const catalog& kinds) {
  operator_match m;
  if (path.size() == 2) return m;
  std::optional<operator_route> found;
  if (path.size() >= 5 && path[2] == "actors") {
    m.actor_kind = kinds.find(path[3]);
    m.id = path[4];
    if (!m.actor_kind) return m.wrong = "unknown_kind", m;
    if (!is_id(m.id)) return m.wrong = "bad_id", m;
    found = match_actor(path, m);
  } else if (path.size() == 3) {
    found = find_route(server_routes, path[2]);
  } else if (path.size() == 4 && path[2] == "letters") {
    found = find_route(letter_routes, path[3]);
  }
  if (found) m.is = *found;
  else m.wrong = "not_found";
  return m;
}

}  // namespace parlor::http
