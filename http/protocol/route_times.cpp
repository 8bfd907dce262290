#include "http/protocol/route_times.hpp"

#include <algorithm>
#include <cassert>

namespace parlor::http {

route_times::route_times(const std::vector<kind>& kinds) : kinds_(kinds) {
  rows_.emplace_back("", "other", "");
  rows_.emplace_back("OPTIONS", "*", "");
  rows_.emplace_back("GET", "/healthz", "");
  rows_.emplace_back("GET", "/readyz", "");
  rows_.emplace_back("GET", "/{page}", "");
  rows_.emplace_back("GET", "/metrics", "");
  rows_.emplace_back("POST", "/api/guest", "");
  rows_.emplace_back("GET", "/api/stats", "");
  rows_.emplace_back("POST", "/{player}/action", "");
  rows_.emplace_back("POST", "/api/session/ticket", "");
  rows_.emplace_back("*", "/api/admin/{rest}", "");
  assert(rows_.size() == index_of(route_id::contract));
  for (const kind& k : kinds) add_kind(k);
}

void route_times::add_kind(const kind& k) {
  first_of_.push_back(rows_.size());
  const std::string path = "/api/{kind}";
  const std::string part = k.reached_by == reach::room ? path + "/{id}" : path;
  rows_.emplace_back("GET", part, k.name);
  rows_.emplace_back("GET", path, k.name);
  rows_.emplace_back("POST", path, k.name);
  rows_.emplace_back("POST", path + "/join", k.name);
  rows_.emplace_back("GET", path + "/session/status", k.name);
  rows_.emplace_back("POST", path + "/session/open", k.name);
  rows_.emplace_back("POST", path + "/session/close", k.name);
  rows_.emplace_back("POST", path + "/{rest}", k.name);
  rows_.emplace_back("GET", part + "/events", k.name);
  for (const command_info& c : k.commands) rows_.emplace_back("POST", part + "/" + c.name, k.name);
}

void route_times::row::record(int status, steady::duration took) {
  auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
  auto of_class = static_cast<std::size_t>(std::clamp(status / 100, 1, 5)) - 1;
  by_class[of_class].record(static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0)));
}

}  // namespace parlor::http
