#pragma once

#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace parlor::testing {

inline std::string text_of(const std::filesystem::path& file) {
  std::ostringstream text;  // a file of /proc may go while it is read: then this is what there was
  text << std::ifstream(file).rdbuf();
  return std::move(text).str();
}

/// Processes that live now and were given this variable, `NAME=value`. Who has ended has no
/// environment.
inline std::vector<pid_t> processes_with(const std::string& variable) {
  std::vector<pid_t> pids;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", gone)) {
    std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::string environment = '\0' + text_of(entry.path() / "environ");
    if (environment.find('\0' + variable + '\0') == std::string::npos) continue;
    pids.push_back(std::stoi(name));
  }
  return pids;
}

}  // namespace parlor::testing
