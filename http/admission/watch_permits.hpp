#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace parlor::http {

/// A place among those who watch: it is free again when this goes.
using watch_permit = std::shared_ptr<const void>;

/// How many of something each name has: the feeds that an address watches without a token, where no player is counted,
/// and its connections. Any thread.
class watch_permits : public std::enable_shared_from_this<watch_permits> {
 public:
  explicit watch_permits(std::size_t most) : most_(most) {}

  [[nodiscard]] std::size_t most() const { return most_; }
  /// Gives each name as many from now on. Who has more keeps them.
  void change_most(std::size_t most) { most_ = most; }

  /// Nothing if none is left under that name.
  [[nodiscard]] watch_permit take(std::uint64_t name) {
    std::lock_guard lock(mutex_);
    const std::size_t most = most_;
    if (most == 0) return {};
    std::size_t& taken = taken_[name];
    if (taken >= most) return {};
    ++taken;
    return {this, [self = shared_from_this(), name](const void*) { self->give_back(name); }};
  }

 private:
  void give_back(std::uint64_t name) {
    std::lock_guard lock(mutex_);
    auto found = taken_.find(name);
    if (--found->second == 0) taken_.erase(found);
  }

  std::atomic<std::size_t> most_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::size_t> taken_;
};

}  // namespace parlor::http
