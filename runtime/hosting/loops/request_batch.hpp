#pragma once

#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "runtime/hosting/directory/directory.hpp"
#include "runtime/hosting/loops/event_loop.hpp"

/// The requests that a loop has read in this round: they go to their actors together, in their order.
///
/// One after the other each would wait alone for what the directory keeps of its actor, three times from one
/// place in memory to the next. Together they wait but once each time. On the loop's thread.
namespace parlor {

class request_batch {
 public:
  /// Gets a round's requests when they have been offered. Those that were delivered are gone.
  using turned_away_function = std::function<void(std::span<directory::batched_request>)>;

  request_batch(event_loop& at, directory& awake, const clock& time, turned_away_function turned_away)
      : at_(&at), directory_(&awake), time_(&time), turned_away_(std::move(turned_away)) {}

  [[nodiscard]] bool belongs_to(const event_loop* loop) const { return at_ == loop; }

  void add(request_ptr r) {
    if (waiting_.empty()) at_->before_runs([this] { hand_over(); });
    waiting_.push_back({std::move(r)});
  }

 private:
  void hand_over() {
    directory_->offer_all(waiting_, time_->now());
    turned_away_(waiting_);
    waiting_.clear();
  }

  event_loop* at_;
  directory* directory_;
  const clock* time_;
  turned_away_function turned_away_;
  std::vector<directory::batched_request> waiting_;
};

}  // namespace parlor
