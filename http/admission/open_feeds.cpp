#include "http/admission/open_feeds.hpp"

#include <vector>

namespace parlor::http {

open_feeds::entry open_feeds::enter(const std::weak_ptr<open_feed>& feed) {
  std::lock_guard lock(mutex_);
  std::uint64_t number = ++last_;
  feeds_.emplace(number, feed);
  return {this, [self = shared_from_this(), number](const void*) {
            std::lock_guard leaving(self->mutex_);
            self->feeds_.erase(number);
          }};
}

void open_feeds::ask_rights() {
  std::vector<std::weak_ptr<open_feed>> feeds;
  {
    std::lock_guard lock(mutex_);
    feeds.reserve(feeds_.size());
    for (const auto& [number, feed] : feeds_) feeds.push_back(feed);
  }
  for (const auto& feed : feeds)
    if (auto open = feed.lock()) open->ask_right();
}

}  // namespace parlor::http
