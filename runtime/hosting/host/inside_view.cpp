#include "runtime/hosting/host/inside_view.hpp"

namespace parlor {

std::vector<inside_view::event_row> rows_of(const kept_events& kept) {
  std::vector<inside_view::event_row> rows;
  for (const kept_events::event& e : kept.events())
    rows.push_back({static_cast<std::uint64_t>(e.version), e.name, e.to, {e.data}});
  return rows;
}

}  // namespace parlor
