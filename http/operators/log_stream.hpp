#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

#include "http/admission/feed_right.hpp"
#include "http/operators/recent_log.hpp"
#include "http/protocol/stream.hpp"
#include "runtime/hosting/runtime.hpp"

namespace parlor::http {

/// The log as a stream of server-sent events: pages of lines as they come, each `lines` with the `next` of the page
/// as its id. Any thread.
class log_stream final : public stream,
                         public recent_log::follower,
                         public open_feed,
                         public std::enable_shared_from_this<log_stream> {
 public:
  /// Begins behind a line's number; 0: with all that are kept. It ends with its operator's right. The log must
  /// outlive it.
  log_stream(recent_log& log, std::uint64_t after, feed_right right)
      : log_(log), after_(after), right_(std::move(right)) {}

  /// What calls `end` in time, and its entry among the open feeds: they go with the stream. Before it is open.
  void keep(timer_handle timer, open_feeds::entry entry) {
    timer_ = std::move(timer);
    entry_ = std::move(entry);
  }
  /// Nothing more is told.
  void end();

  // stream
  void open(std::shared_ptr<outlet> to) override;
  void closed() override;

  // open_feed
  void ask_right() override;

  // recent_log::follower
  void hear(const recent_log::page& more) override;

 private:
  recent_log& log_;
  const std::uint64_t after_;
  const feed_right right_;
  timer_handle timer_;
  open_feeds::entry entry_;
  std::mutex mutex_;
  std::shared_ptr<outlet> to_;  // null before it is open and when it is over
  bool ended_ = false;
};

}  // namespace parlor::http
