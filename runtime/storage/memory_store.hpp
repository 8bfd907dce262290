#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "runtime/storage/store.hpp"

namespace parlor {

/// Keeps actors in memory, as long as it lives itself: for tests, where it outlives the system that is
/// restarted. Completes every call before it returns.
class memory_store final : public store {
 public:
  void load(const address& actor, loaded done) override;
  void save(commit change, saved done) override;
  void cross_off(const address& actor, delivery owed) override;
  void bury(const address& actor, delivery owed, std::string reason) override;
  backlog restore() override;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t dead_letters() const;

 private:
  void remove(const address& actor, const delivery& owed);

  mutable std::mutex mutex_;
  std::map<address, stored_actor> actors_;
  std::map<std::uint64_t, message> messages_;
  std::map<std::pair<address, std::string>, reminder_change> reminders_;
  std::uint64_t next_message_ = 1;
  std::size_t dead_letters_ = 0;
};

}  // namespace parlor
