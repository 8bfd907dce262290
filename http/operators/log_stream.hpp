#pragma once

#include <cstdint>
#include <memory>

#include "http/operators/recent_log.hpp"
#include "http/protocol/stream.hpp"

namespace parlor::http {

/// The log as a stream of server-sent events: pages of lines as they come, each `lines` with the `next` of the page
/// as its id. Any thread.
class log_stream final : public stream, public recent_log::follower, public std::enable_shared_from_this<log_stream> {
 public:
  /// Begins behind a line's number; 0: with all that are kept. From `until` on, when its operator's token has
  /// expired, it tells nothing. Log and clock must outlive it.
  log_stream(recent_log& log, std::uint64_t after, const clock& time, instant until)
      : log_(log), after_(after), time_(time), until_(until) {}

  // stream
  void open(std::shared_ptr<outlet> to) override;
  void closed() override { log_.leave(*this); }

  // recent_log::follower
  void hear(const recent_log::page& more) override;

 private:
  recent_log& log_;
  const std::uint64_t after_;
  const clock& time_;
  const instant until_;
  std::shared_ptr<outlet> to_;
};

}  // namespace parlor::http
