#include "runtime/authoring/actor_of.hpp"

#include <algorithm>

namespace parlor::detail {

kind make_kind(const std::string& name, const std::vector<upgrade>& upgrades, const std::vector<service_info>& services,
               const std::string& view_schema) {
  return {.name = name, .services = services, .view_schema = view_schema, .upgrades = upgrades};
}

void add_command(kind& to, const command_info& command, const std::vector<std::string>& created_by) {
  command_info& added = to.commands.emplace_back(command);
  if (added.senders == open_to::standard) added.senders = open_to::players;
  added.creates = created_by.empty() || std::find(created_by.begin(), created_by.end(), added.name) != created_by.end();
}

}  // namespace parlor::detail
