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
  assert(rows_.size() == static_cast<std::size_t>(fixed::count));
  for (const kind& k : kinds) add_kind(k);
}

void route_times::add_kind(const kind& k) {
  first_of_.push_back(static_cast<std::ptrdiff_t>(rows_.size()));
  const std::string all = "/api/{kind}";
  const std::string one = k.reached_by == reach::room ? all + "/{id}" : all;
  rows_.emplace_back("GET", one, k.name);
  rows_.emplace_back("GET", all, k.name);
  rows_.emplace_back("POST", all, k.name);
  rows_.emplace_back("POST", all + "/join", k.name);
  rows_.emplace_back("GET", all + "/session/status", k.name);
  rows_.emplace_back("POST", all + "/session/open", k.name);
  rows_.emplace_back("POST", all + "/session/close", k.name);
  rows_.emplace_back("POST", all + "/{rest}", k.name);
  rows_.emplace_back("GET", one + "/events", k.name);
  for (const command_info& c : k.commands) rows_.emplace_back("POST", one + "/" + c.name, k.name);
}

void route_times::row::record(int status, steady::duration took) {
  auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
  auto of_class = static_cast<std::size_t>(std::clamp(status / 100, 1, 5)) - 1;
  by_class[of_class].record(static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0)));
}

}  // namespace parlor::http
