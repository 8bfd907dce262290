#include "http/program/handed_down.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "http/protocol/number.hpp"

namespace parlor::http {
namespace {

constexpr int first_given = 3;
constexpr std::string_view name_of_ready = "parlor-ready", name_of_socket = "parlor";
constexpr std::string_view own_variables[] = {"LISTEN_FDS=", "LISTEN_FDNAMES=", "LISTEN_PID="};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// The first name of a list with colons, which is taken out of it.
std::string next_name(std::string& names) {
  const auto colon = names.find(':');
  std::string name = names.substr(0, colon);
  names.erase(0, colon == std::string::npos ? names.size() : colon + 1);
  return name;
}

}  // namespace

handed_down take_handed_down() {
  handed_down taken;
  std::uint64_t pid = 0, count = 0;
  std::string names = variable("LISTEN_FDNAMES");
  const bool ours = read_number(variable("LISTEN_PID"), pid) && pid == static_cast<std::uint64_t>(::getpid()) &&
                    read_number(variable("LISTEN_FDS"), count) && count < 4096;
  for (std::string_view own : own_variables) ::unsetenv(std::string(own.substr(0, own.size() - 1)).c_str());
  for (int fd = first_given; ours && fd < first_given + static_cast<int>(count); ++fd) {
    const bool is_ready = next_name(names) == name_of_ready;
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) continue;
    if (is_ready) taken.ready = descriptor(fd);
    else taken.sockets.emplace_back(fd);
  }
  return taken;
}

void handed_down::tell_ready() const {
  // A parent that has ended has its server end, too.
  [[maybe_unused]] auto sent = ready ? ::write(ready.get(), "!", 1) : 0;
}

hand_over::hand_over(const std::vector<descriptor>& sockets, const descriptor& ready) {
  std::string names;
  for (const descriptor& s : sockets) {
    given_.push_back(s.get());
    names.append(name_of_socket).append(":");
  }
  given_.push_back(ready.get());
  names += name_of_ready;
  aside_.resize(given_.size(), -1);
  own_.push_back("LISTEN_FDS=" + std::to_string(given_.size()));
  own_.push_back("LISTEN_FDNAMES=" + names);
  own_.push_back("LISTEN_PID=" + std::string(20, '\0'));
  for (char** v = environ; *v; ++v) {
    bool replaced = false;
    for (std::string_view own : own_variables) replaced |= std::string_view(*v).starts_with(own);
    if (!replaced) environment_.push_back(*v);
  }
  for (std::string& v : own_) environment_.push_back(v.data());
  environment_.push_back(nullptr);
}

void hand_over::become(char** argv) {
  std::string& pid = own_.back();
  *std::to_chars(pid.data() + pid.find('=') + 1, pid.data() + pid.size(), ::getpid()).ptr = '\0';
  if (place_descriptors()) ::execve("/proc/self/exe", argv, environment_.data());
}

/// First out of the way: the number that one has may be another's place.
bool hand_over::place_descriptors() {
  const int count = static_cast<int>(given_.size());
  for (int i = 0; i < count; ++i) {
    aside_[i] = ::fcntl(given_[i], F_DUPFD_CLOEXEC, first_given + count);
    if (aside_[i] < 0) return false;
  }
  for (int i = 0; i < count; ++i)
    if (::dup2(aside_[i], first_given + i) < 0) return false;
  return true;
}

}  // namespace parlor::http
