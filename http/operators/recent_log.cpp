#include "http/operators/recent_log.hpp"

#include <algorithm>
#include <utility>

namespace parlor::http {

// Numbers go on from the milliseconds since 1970. As long as there are fewer than a thousand lines a second on
// average those of an earlier process are all smaller, and a client's number tells whether it is of this one.
recent_log::recent_log(journal& to, const clock& time)
    : to_(to),
      time_(time),
      before_(static_cast<std::uint64_t>(
          std::chrono::duration_cast<std::chrono::milliseconds>(time.now().time_since_epoch()).count())) {}

void recent_log::note(level l, std::string_view event, const address& actor, std::string_view detail,
                      const trace_context& because_of) {
  if (wants(l)) {
    line kept{.at = time_.now(),
              .how = l,
              .event = std::string(event),
              .actor = actor.kind.empty() ? std::string{} : actor.text(),
              .detail = std::string(detail.substr(0, detail_max))};
    std::lock_guard lock(mutex_);
    kept.number = ++last_;
    lines_.push_back(std::move(kept));
    if (lines_.size() > lines_max) lines_.pop_front();
    if (!followers_.empty()) {
      page item = read(last_ - 1, 1);
      for (const auto& f : followers_) f->hear(item);
    }
  }
  if (to_.wants(l)) to_.note(l, event, actor, detail, because_of);
}

recent_log::page recent_log::after(std::uint64_t number, std::size_t most) const {
  std::lock_guard lock(mutex_);
  return read(number, most);
}

bool recent_log::follow(std::uint64_t number, const std::shared_ptr<follower>& reader) {
  std::lock_guard lock(mutex_);
  if (followers_.size() >= followers_max) return false;
  reader->hear(read(number, lines_max));
  followers_.push_back(reader);
  return true;
}

void recent_log::leave(const follower& reader) {
  std::lock_guard lock(mutex_);
  std::erase_if(followers_, [&](const auto& f) { return f.get() == &reader; });
}

std::size_t recent_log::followers() const {
  std::lock_guard lock(mutex_);
  return followers_.size();
}

recent_log::page recent_log::read(std::uint64_t number, std::size_t most) const {
  bool ours = number > 0 && number >= before_ && number <= last_;
  std::uint64_t forgotten = last_ - lines_.size();
  std::size_t from = ours && number > forgotten ? number - forgotten : 0;
  if (!ours && lines_.size() > most) from = lines_.size() - most;
  std::size_t until = std::min(lines_.size(), from + most);
  page p{.lines = {lines_.begin() + static_cast<std::ptrdiff_t>(from),
                   lines_.begin() + static_cast<std::ptrdiff_t>(until)},
         .missed = ours && number < forgotten ? forgotten - number : 0,
         .next = forgotten + until};
  return p;
}

}  // namespace parlor::http
