#include "runtime/services/program_command.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace parlor {
namespace {

std::string with(std::string text, std::string_view name, const std::string& value) {
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size()))
    text.replace(at, name.size(), value);
  return text;
}

std::vector<std::string> environment_for(const program_options& o, const std::string& player) {
  std::vector<std::string> list;
  for (const std::string& part : o.environment) {
    if (part.find('=') != std::string::npos) list.push_back(part);
    else if (const char* own = std::getenv(part.c_str())) list.push_back(part + "=" + own);
  }
  list.push_back("PARLOR_PLAYER=" + player);
  return list;
}

}  // namespace

bool mentions(const std::vector<std::string>& command, std::string_view name) {
  return std::any_of(command.begin(), command.end(),
                     [&](const std::string& part) { return part.find(name) != std::string::npos; });
}

child_options filled_in(const program_options& o, std::uint16_t port, const std::string& socket,
                        const std::string& player) {
  child_options program{.directory = o.directory,
                        .environment = environment_for(o, player),
                        .memory_bytes_max = o.memory_bytes_max,
                        .cpu_seconds_max = o.cpu_seconds_max,
                        .stop_within = o.stop_within};
  for (std::string part : o.command) {
    part = with(std::move(part), "{port}", std::to_string(port));
    part = with(std::move(part), "{socket}", socket);
    program.command.push_back(with(std::move(part), "{player}", player));
  }
  return program;
}

}  // namespace parlor
