#include "runtime/storage/memory_store.hpp"

#include <utility>

namespace parlor {

void memory_store::load(const address& who, loaded done) {
  std::optional<stored_actor> found;
  {
    std::lock_guard lock(mutex_);
    if (auto it = actors_.find(who); it != actors_.end()) found = it->second;
  }
  done(std::move(found));
}

void memory_store::save(commit what, saved done) {
  std::optional<failure> refused;
  {
    std::lock_guard lock(mutex_);
    auto it = actors_.find(what.who);
    std::uint64_t stored = it == actors_.end() ? 0 : it->second.version;
    if (stored != what.follows)
      refused = failure{"storage_failed", "the stored version is another than the commit follows"};
    else if (what.erase)
      actors_.erase(what.who);
    else
      actors_[what.who] = std::move(what.next);
  }
  done(std::move(refused));
}

std::size_t memory_store::size() const {
  std::lock_guard lock(mutex_);
  return actors_.size();
}

}  // namespace parlor
