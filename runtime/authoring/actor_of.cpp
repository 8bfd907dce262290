#include "runtime/authoring/actor_of.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace parlor::detail {

void refuse_wishes(bool is_query) {
  throw std::logic_error(std::string(is_query ? "a query" : "a handler that returns unchanged()") +
                         " tells, reminds, emits or erases: only what accept() says is stored, and happens");
}

verdict refuse_state(std::size_t bytes, std::size_t most) {
  return reject({"state_too_large", "it would have " + std::to_string(bytes) + " bytes, and at most " +
                                        std::to_string(most) + " are stored"});
}

kind make_kind(const std::string& name, const std::vector<upgrade>& upgrades, const std::vector<service_info>& services,
               const std::string& view_schema) {
  return {.name = name, .services = services, .view_schema = view_schema, .upgrades = upgrades};
}

void check_makers(const kind& k, const std::vector<std::string>& created_by) {
  for (const std::string& name : created_by)
    if (!k.find_command(name))
      throw std::invalid_argument("the kind \"" + k.name + "\" is created by \"" + name +
                                  "\", which is none of its commands");
}

void check_functions(const std::string& kind, bool null_view, const std::vector<upgrade>& upgrades,
                     const std::type_info& state) {
  auto refuse = [&](const std::string& why) { throw std::invalid_argument("the kind \"" + kind + "\" " + why); };
  if (null_view) refuse("has a view that is a null function");
  for (std::size_t i = 0; i < upgrades.size(); ++i) {
    std::string step = "the upgrade from version " + std::to_string(i + 1) + " to " + std::to_string(i + 2);
    if (!upgrades[i].step) refuse("has " + step + " that is a null function");
    bool last = i + 1 == upgrades.size();
    const std::type_info* next = last ? &state : upgrades[i + 1].from;
    if (upgrades[i].to && next && *upgrades[i].to != *next)
      refuse("has " + step + " which makes another type than " + (last ? "its state" : "the next upgrade takes"));
  }
}

void add_command(kind& to, const command_info& command, const std::vector<std::string>& created_by) {
  if (command.is_null)
    throw std::invalid_argument("the command \"" + command.name + "\" of the kind \"" + to.name +
                                "\" has a handler that is a null function");
  command_info& added = to.commands.emplace_back(command);
  if (added.senders == open_to::standard) added.senders = open_to::players;
  added.creates = created_by.empty() || std::find(created_by.begin(), created_by.end(), added.name) != created_by.end();
}

}  // namespace parlor::detail
