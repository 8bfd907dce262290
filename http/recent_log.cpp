#include "http/recent_log.hpp"

#include <algorithm>
#include <utility>

namespace parlor::http {

std::string_view name_of(journal::level l) {
  switch (l) {
    case journal::level::debug: return "debug";
    case journal::level::info: return "info";
    case journal::level::warning: return "warning";
    case journal::level::error: return "error";
  }
  return "error";
}

void recent_log::note(level l, std::string_view event, const address& who, std::string_view detail,
                      const trace_context& because_of) {
  if (wants(l)) {
    line kept{.at = time_.now(),
              .how = l,
              .event = std::string(event),
              .actor = who.kind.empty() ? std::string{} : who.text(),
              .detail = std::string(detail.substr(0, detail_max))};
    std::lock_guard lock(mutex_);
    kept.number = ++count_;
    lines_.push_back(std::move(kept));
    if (lines_.size() > lines_max) lines_.pop_front();
  }
  if (to_.wants(l)) to_.note(l, event, who, detail, because_of);
}

recent_log::page recent_log::after(std::uint64_t number, std::size_t most) const {
  std::lock_guard lock(mutex_);
  // A number from before a restart is ahead of those of this process: begin anew.
  if (number > count_) number = 0;
  std::uint64_t forgotten = count_ - lines_.size();
  std::size_t from = number > forgotten ? number - forgotten : 0;
  if (number == 0 && lines_.size() > most) from = lines_.size() - most;
  std::size_t until = std::min(lines_.size(), from + most);
  page p{.lines = {lines_.begin() + static_cast<std::ptrdiff_t>(from),
                   lines_.begin() + static_cast<std::ptrdiff_t>(until)},
         .missed = number > 0 && number < forgotten ? forgotten - number : 0,
         .next = forgotten + until};
  return p;
}

}  // namespace parlor::http
