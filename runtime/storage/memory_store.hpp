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
  backlog restore(std::size_t messages_max = SIZE_MAX) override;
  result<std::vector<stored_message>> owed(std::uint64_t after, std::uint64_t last, std::size_t messages_max) override;
  void drop_messages(const address& actor, counted done) override;
  void read_letters(const letter_choice& which, std::uint64_t after, std::size_t most, letters_read done) override;
  void redeliver(const letter_choice& which, redelivered done) override;
  void drop_letters(const letter_choice& which, counted done) override;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t dead_letters() const;

 private:
  std::uint64_t put(message m, message_chain_ptr chain);
  void remove(const address& actor, const delivery& owed);
  [[nodiscard]] std::vector<dead_letter> chosen(const letter_choice& which) const;
  void keep_letters_bounded(const address& receiver);

  mutable std::mutex mutex_;
  std::map<address, stored_actor> actors_;
  std::map<std::uint64_t, stored_message> messages_;
  std::map<std::pair<address, std::string>, reminder_change> reminders_;
  std::uint64_t next_message_ = 1;
  std::map<std::uint64_t, dead_letter> letters_;
  std::uint64_t next_letter_ = 1;
};

}  // namespace parlor
