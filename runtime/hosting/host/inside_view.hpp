#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "runtime/hosting/requests/request.hpp"
#include "runtime/storage/kept_events.hpp"

namespace parlor {

/// What is to be seen of an actor by looking into it.
struct inside_view {
  bool exists = false;  ///< false: it is awake for somebody who asked for what is not there
  version_tag tag{};
  int schema = 1;                     ///< the version of the declaration that the state is of
  std::size_t replies = 0;            ///< kept for requests that are sent again
  std::size_t unstored = 0;           ///< answers that wait for a commit to be stored
  std::size_t waiting = 0;            ///< requests that wait for a load or a service
  std::vector<std::string> asking{};  ///< the services that it waits for
  kept_events events{};               ///< told of late, with whom each is for
  std::string state{};                ///< JSON
};
std::string to_text(const inside_view& v);

}  // namespace parlor
