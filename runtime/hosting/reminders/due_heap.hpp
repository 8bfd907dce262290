#pragma once

#include <algorithm>
#include <memory>
#include <tuple>
#include <vector>

#include "runtime/hosting/reminders/reminder.hpp"

namespace parlor {

/// Which reminder is next: a heap of times, each with its reminder, which knows its place.
///
/// The times stand in the heap itself, so ordering looks at no reminder; and four below each, so a
/// way from one end to the other is ten steps for a million. It grows by chunks: one array would
/// now and then be copied as a whole, under the lock of the reminders.
class due_heap {
 public:
  /// A time at or before the one at which the reminder is due: see `reminders`.
  struct entry {
    instant due;
    std::uint64_t number;
    parlor::reminder* reminder;
    friend bool operator<(const entry& a, const entry& b) {
      return std::tie(a.due, a.number) < std::tie(b.due, b.number);
    }
  };

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const entry& first() const { return at(0); }
  [[nodiscard]] const entry& entry_of(const reminder& r) const { return at(r.place); }

  void add(const entry& e) {
    if (size_ == chunks_.size() * chunk_size) chunks_.push_back(std::make_unique_for_overwrite<entry[]>(chunk_size));
    rise(size_++, e);
  }
  void remove(const reminder& r) {
    std::size_t place = r.place;
    entry last = at(--size_);
    if (place != size_) settle(place, last);
    // One chunk is kept, so that a size at its edge does not allocate with every step.
    if (size_ + 2 * chunk_size <= chunks_.size() * chunk_size) chunks_.pop_back();
  }
  /// Gives a reminder that is in the heap another time.
  void change(const entry& e) { settle(e.reminder->place, e); }

 private:
  static constexpr std::size_t chunk_size = 1024;
  static constexpr std::size_t below = 4;

  [[nodiscard]] entry& at(std::size_t place) { return chunks_[place / chunk_size][place % chunk_size]; }
  [[nodiscard]] const entry& at(std::size_t place) const { return chunks_[place / chunk_size][place % chunk_size]; }
  void put(std::size_t place, const entry& e) {
    at(place) = e;
    e.reminder->place = static_cast<std::uint32_t>(place);
  }
  void settle(std::size_t place, const entry& e) {
    if (place > 0 && e < at((place - 1) / below)) rise(place, e);
    else sink(place, e);
  }
  void rise(std::size_t place, const entry& e) {
    while (place > 0) {
      const entry& above = at((place - 1) / below);
      if (!(e < above)) break;
      put(place, above);
      place = (place - 1) / below;
    }
    put(place, e);
  }
  void sink(std::size_t place, const entry& e) {
    while (place * below + 1 < size_) {
      std::size_t least = place * below + 1, end = std::min(least + below, size_);
      for (std::size_t other = least + 1; other < end; ++other)
        if (at(other) < at(least)) least = other;
      if (!(at(least) < e)) break;
      put(place, at(least));
      place = least;
    }
    put(place, e);
  }

  std::vector<std::unique_ptr<entry[]>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace parlor
