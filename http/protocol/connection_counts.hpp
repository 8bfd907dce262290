#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>

namespace parlor::http {

/// What became of who came to the server's door.
struct connection_counts {
  std::size_t open = 0, most = 0;
  std::uint64_t accepted = 0;
  std::uint64_t refused_full = 0, refused_address = 0;    ///< there were as many as may be
  std::uint64_t accept_failed = 0;                        ///< tries that found no descriptor, as a rule
  std::map<std::string_view, std::uint64_t> misframed{};  ///< requests that were none, by the word of the refusal
  std::map<std::string_view, std::uint64_t> ended{};      ///< by the server, by the reason
};

}  // namespace parlor::http
