#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

/// Memory for many small blocks, close together.
///
/// `new` would put an entry between the two kilobytes of one actor and those of the next. Then each of a
/// million entries is on a page of its own, and finding the page costs the processor more than the
/// look-up does. Here fifty entries share a page, and no block has a header.
///
/// Blocks that are given back wait for the next of their size; the memory goes back when the last
/// of many blocks has. One thread at a time.
namespace parlor {

class slab {
 public:
  /// A block for `bytes`, aligned for pointers.
  void* take(std::size_t bytes) {
    std::size_t steps = steps_for(bytes);
    if (steps > steps_max || each_on_its_own) return ::operator new(bytes);
    ++taken_;
    if (spare* s = free_[steps - 1]) {
      free_[steps - 1] = s->next;
      return s;
    }
    if (left_ < steps * step) refill();
    left_ -= steps * step;
    return unused_ + left_;
  }
  /// Gives back a block that was taken for as many bytes.
  void give(void* block, std::size_t bytes) {
    std::size_t steps = steps_for(bytes);
    if (steps > steps_max || each_on_its_own) return ::operator delete(block);
    free_[steps - 1] = ::new (block) spare{free_[steps - 1]};
    if (--taken_ == 0 && chunks_.size() > 1) *this = slab();
  }

 private:
  struct spare {
    spare* next;
  };
  static constexpr std::size_t step = 8;
  static constexpr std::size_t steps_max = 32;  // larger blocks are rare, and of the heap
  static constexpr std::size_t chunk_bytes = 64 * 1024;
  // A sanitizer must see each block end.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static constexpr bool each_on_its_own = true;
#else
  static constexpr bool each_on_its_own = false;
#endif

  static std::size_t steps_for(std::size_t bytes) { return (bytes + step - 1) / step; }
  void refill() {
    chunks_.push_back(std::make_unique_for_overwrite<std::byte[]>(chunk_bytes));
    unused_ = chunks_.back().get();
    left_ = chunk_bytes;
  }

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* unused_ = nullptr;
  std::size_t left_ = 0;
  std::size_t taken_ = 0;
  std::array<spare*, steps_max> free_{};
};

}  // namespace parlor
