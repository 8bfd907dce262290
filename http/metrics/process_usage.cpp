#include "http/metrics/process_usage.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>

namespace parlor::http {
namespace {

std::string contents_of(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// When the machine started, in seconds since 1970: /proc/stat says it in a line of its own.
double boot_time() {
  std::istringstream lines(contents_of("/proc/stat"));
  for (std::string word; lines >> word;)
    if (double at = 0; word == "btime" && lines >> at) return at;
  return 0;
}

std::uint64_t count_fds(std::uint64_t most) {
  std::error_code failed;
  auto files = std::filesystem::directory_iterator("/proc/self/fd", failed);
  if (failed == std::errc::too_many_files_open) return most;
  auto count = failed ? 0 : std::distance(begin(files), end(files));
  return count > 0 ? static_cast<std::uint64_t>(count - 1) : 0;  // less the one that reads the folder
}

}  // namespace

process_usage read_process_usage() {
  process_usage u;
  std::string stat = contents_of("/proc/self/stat");
  double booted_at = boot_time();
  u.is_known = !stat.empty() && booted_at > 0;
  // The program's name, in brackets, may hold anything; fields are numbered from it. See proc(5).
  auto bracket = stat.rfind(')');
  if (bracket != std::string::npos) {
    std::istringstream fields(stat.substr(bracket + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    double user = 0, system = 0, start = 0, pages = 0;
    fields >> user >> system;
    for (int field = 16; field < 22; ++field) fields >> skipped;
    fields >> start >> u.virtual_bytes >> pages;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    u.cpu_seconds = (user + system) / ticks;
    u.started_at = booted_at + start / ticks;
    u.resident_bytes = static_cast<std::uint64_t>(pages * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  }
  rlimit fds{};
  if (::getrlimit(RLIMIT_NOFILE, &fds) == 0) u.fds_max = fds.rlim_cur;
  u.open_fds = count_fds(u.fds_max);
  return u;
}

}  // namespace parlor::http
