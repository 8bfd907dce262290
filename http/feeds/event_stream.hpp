#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "http/admission/feed_right.hpp"
#include "http/admission/watch_permits.hpp"
#include "http/protocol/stream.hpp"
#include "runtime/hosting/runtime.hpp"

namespace parlor::http {

/// One watcher as a stream of server-sent events.
///
/// It is told on the thread of an actor and writes to a connection of another: what it hears before the connection
/// is there waits. A text that goes to many watchers is made once. Any thread.
class event_stream final : public stream, public watcher, public open_feed {
 public:
  /// Behind each id stands `mark`, if there is one. It keeps its place until it is over, and ends with its right.
  event_stream(std::string mark, feed_right right, watch_permit place)
      : mark_(std::move(mark)), right_(std::move(right)), place_(std::move(place)) {}

  /// The watch that feeds it, and its entry among the open feeds: they end with the stream.
  void keep(watch_handle w, open_feeds::entry entry);

  // open_feed
  void ask_right() override;

  // watcher
  void hear(feed_update_ptr update) override;
  void end(watch_end why) override;

  // stream
  void open(std::shared_ptr<outlet> to) override;
  void closed() override;

 private:
  void send(std::shared_ptr<const std::string> text);

  const std::string mark_;
  const feed_right right_;
  const watch_permit place_;
  std::mutex mutex_;
  watch_handle watch_;
  open_feeds::entry entry_;
  std::vector<std::shared_ptr<const std::string>> early_;  // heard before it was open
  std::shared_ptr<outlet> to_;
  bool ended_ = false;  // nothing is sent any more
  bool closed_ = false;
};

}  // namespace parlor::http
