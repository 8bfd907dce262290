#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace parlor::http {

/// A feed under way that can be told to ask anew whether it may go on.
class open_feed {
 public:
  virtual ~open_feed() = default;
  /// Ends, if the right to it is over. Any thread.
  virtual void ask_right() = 0;
};

/// The feeds under way, for the moment at which operators deny somebody something: a feed on which nothing happens ends
/// then, too. Any thread.
class open_feeds : public std::enable_shared_from_this<open_feeds> {
 public:
  /// The feed stands here until this goes.
  using entry = std::shared_ptr<const void>;

  [[nodiscard]] entry enter(const std::weak_ptr<open_feed>& feed);
  /// Has all of them ask.
  void ask_rights();

 private:
  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, std::weak_ptr<open_feed>> feeds_;
};

}  // namespace parlor::http
