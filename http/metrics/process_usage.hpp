#pragma once

#include <cstdint>

namespace parlor::http {

/// What the kernel says of this process.
struct process_usage {
  bool is_known = false;   ///< false: there was no descriptor to read it by, and only those of descriptors are right
  double cpu_seconds = 0;  ///< of all threads, in user and kernel
  std::uint64_t resident_bytes = 0;
  std::uint64_t virtual_bytes = 0;
  std::uint64_t open_fds = 0;
  std::uint64_t fds_max = 0;  ///< then nothing can be opened any more
  double started_at = 0;      ///< seconds since 1970
};

/// Reads them. Any thread; some 50 us.
[[nodiscard]] process_usage read_process_usage();

}  // namespace parlor::http
