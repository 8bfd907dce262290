#pragma once

#include <optional>
#include <utility>

#include "http/admission/credentials.hpp"

namespace parlor::http {

/// The right to a feed, which its token gives: asked for anew whenever something is to be told, so that it is the
/// token's of then. The clock must outlive it. Any thread.
class feed_right {
 public:
  feed_right(const clock& time, std::optional<identity> caller) : time_(time), caller_(std::move(caller)) {}

  /// When it ends by itself; 0: there is no token.
  [[nodiscard]] instant ends() const { return caller_ ? caller_->expires_at : instant{}; }
  /// Why nothing more may be told: `unauthorized`. Nothing while it may.
  [[nodiscard]] std::optional<failure> ended() const {
    if (caller_ && caller_->expires_at <= time_.now()) return failure{"unauthorized", "the token has expired"};
    return {};
  }

 private:
  const clock& time_;
  const std::optional<identity> caller_;
};

}  // namespace parlor::http
