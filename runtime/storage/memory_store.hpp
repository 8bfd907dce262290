#pragma once

#include <map>
#include <mutex>

#include "runtime/storage/store.hpp"

namespace parlor {

/// Keeps actors in memory, as long as the process lives. Completes every call before it returns.
class memory_store final : public store {
 public:
  void load(const address& who, loaded done) override;
  void save(commit what, saved done) override;

  [[nodiscard]] std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::map<address, stored_actor> actors_;
};

}  // namespace parlor
