#include "runtime/authoring/catalog.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "runtime/authoring/denials.hpp"

namespace parlor {
namespace {

constexpr std::array<std::string_view, 3> reserved_kinds{"admin", "guest", "stats"};
constexpr std::array<std::string_view, 4> reserved_ids{"join", "leave", "session", "events"};
/// Commands that every room brings itself, and that other kinds may not have.
constexpr std::array<std::string_view, 9> commands_of_rooms{"join", "leave",   "rematch", "invite",  "open",
                                                            "tidy", "reserve", "recount", "unlisted"};
/// Of kinds and commands.
std::string not_a_name() { return "has no valid name: it is of the form [a-z][a-z0-9_]{0,31}"; }
constexpr std::array<std::string_view, 5> reserved_players{"api", "play", "docs", "console", "metrics"};

template <std::size_t N>
bool stands_in(const std::array<std::string_view, N>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

void check_commands(const kind& k) {
  std::set<std::string_view> seen;
  for (const command_info& command : k.commands) {
    std::string subject = "the command \"" + command.name + "\" of the kind \"" + k.name + "\" ";
    if (command.raw) {
      // A room's path has its id where a raw path begins.
      if (k.reached_by != reach::session)
        throw std::invalid_argument("the kind \"" + k.name +
                                    "\" has a raw handler, which only kinds reached as "
                                    "sessions have");
      continue;
    }
    if (!is_kind_name(command.name)) throw std::invalid_argument(subject + not_a_name());
    bool room_brings_it = k.seats_max > 0 && stands_in(commands_of_rooms, command.name);
    if (stands_in(reserved_ids, command.name) && !room_brings_it)
      throw std::invalid_argument(subject + "has a name that means something else in a path");
    if (!seen.insert(command.name).second)
      throw std::invalid_argument(subject +
                                  (room_brings_it ? "stands twice: every room brings it itself" : "stands twice"));
    if (k.seats_max == 0 && (command.senders == open_to::seated || command.senders == open_to::on_turn))
      throw std::invalid_argument(subject + "is for seats, which only rooms have");
  }
}

void check_times(const kind& k) {
  for (auto [name, time] : {std::pair{"idle_after", k.idle_after}, {"linger", k.linger}, {"deadline", k.deadline}})
    if (time < duration{0}) throw std::invalid_argument("the kind \"" + k.name + "\" has a negative " + name);
}

void check_services(const kind& k) {
  std::string subject = "the kind \"" + k.name + "\" ";
  if (k.services.size() > services_max)
    throw std::invalid_argument(subject + "declares more than " + std::to_string(services_max) + " services");
  std::set<std::string_view> seen;
  for (const service_info& s : k.services) {
    if (!seen.insert(s.name).second)
      throw std::invalid_argument(subject + "declares the service \"" + s.name + "\" twice");
    if (!s.make && !s.fallback) throw std::invalid_argument(subject + "does not say how \"" + s.name + "\" is made");
  }
  if (k.reentrant && k.blocking)
    throw std::invalid_argument(subject + "is reentrant and blocking: it may be one of the two");
  for (const command_info& command : k.commands) {
    if (!command.asks) continue;
    std::string that = subject + "has the command \"" + command.name + "\", which asks a service, ";
    if (k.services.empty()) throw std::invalid_argument(that + "and declares none");
    // A blocking handler may wait by itself, and its state is another thread's meanwhile.
    if (k.blocking) throw std::invalid_argument(that + "and is blocking: it may be one of the two");
  }
}

}  // namespace

catalog::catalog(std::vector<kind> kinds) : kinds_(std::move(kinds)) {
  std::set<std::string_view> seen;
  for (const kind& k : kinds_) {
    std::string subject = "the kind \"" + k.name + "\" ";
    if (!is_kind_name(k.name)) throw std::invalid_argument(subject + not_a_name());
    if (stands_in(reserved_kinds, k.name)) throw std::invalid_argument(subject + "is reserved");
    if (k.name == "lobby" && k.reached_by != reach::internal)
      throw std::invalid_argument(subject + "is reserved for the container of rooms");
    if (k.name == denials_kind && k.reached_by != reach::internal)
      throw std::invalid_argument(subject + "is reserved for what operators forbid");
    if (!seen.insert(k.name).second) throw std::invalid_argument(subject + "stands twice");
    if (k.parting && k.durable)
      throw std::invalid_argument(subject +
                                  "has a parting and is durable: its actors wake again, so "
                                  "that sleep is not their end");
    check_commands(k);
    check_times(k);
    check_services(k);
  }
}

const kind* catalog::find(std::string_view name) const {
  for (const kind& k : kinds_)
    if (k.name == name) return &k;
  return nullptr;
}

bool is_reserved_id(std::string_view id) { return stands_in(reserved_ids, id); }
bool is_reserved_player(std::string_view player) { return stands_in(reserved_players, player); }

}  // namespace parlor
