#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/values/prefetch.hpp"

/// A hash table of nodes that carry their own link; it grows and shrinks by one bucket at a time.
///
/// For books that are kept under a lock: a table that doubles at once would hold it for as long as
/// it takes to touch every node, a millisecond for ten thousand. Here each insertion splits one
/// bucket (linear hashing), so none takes long, and an entry costs the eight bytes of its bucket.
///
/// Two rules:
/// - `Hooks` finds a node's link and its hash, which stays the same while the node is in the table.
/// - Buckets are chosen by the low bits of the hash: an owner that spreads nodes over several tables
///   takes the high ones for that.
namespace parlor {

template <class Node, class Hooks>
class chain_table {
 public:
  explicit chain_table(Hooks hooks = {}) : hooks_(std::move(hooks)), buckets_(smallest, nullptr) {}

  /// The first of those that may have this hash; the rest hang on it by their links.
  [[nodiscard]] Node* chain(std::uint32_t hash) const { return buckets_[place(hash)]; }
  /// Asks for the memory of a chain's beginning.
  void prefetch(std::uint32_t hash) const { parlor::prefetch(&buckets_[place(hash)], sizeof(Node*)); }
  [[nodiscard]] std::size_t size() const { return size_; }

  void insert(Node& n) {
    push(place(hooks_.hash(n)), n);
    if (++size_ > buckets_.size()) split();
  }
  /// Takes out a node that is in the table.
  void remove(Node& n) {
    Node** at = &buckets_[place(hooks_.hash(n))];
    while (*at != &n) at = &hooks_.next(**at);
    *at = hooks_.next(n);
    --size_;
    while (buckets_.size() > smallest && buckets_.size() > sparse * size_) merge();
  }
  /// Where a hash stands in the order of a walk: its bits, reversed.
  [[nodiscard]] static constexpr std::uint32_t order_of(std::uint32_t hash) {
    std::uint32_t order = 0;
    for (int bit = 0; bit < 32; ++bit) order |= (hash >> bit & 1U) << (31 - bit);
    return order;
  }
  /// A walk in small steps: calls `f` with the nodes of one bucket, from the place `from` on, and returns
  /// where to go on; 0 when all were visited. A walk that begins at 0 meets each node that stays exactly
  /// once, however the table grows and shrinks between its steps: reversed, the hashes of one bucket are one
  /// piece, and are so before and after a split.
  template <class F>
  std::uint32_t visit(std::uint32_t from, F f) const {
    auto count = static_cast<std::uint32_t>(buckets_.size());
    std::uint32_t mask = std::bit_ceil(count) - 1, half = mask >> 1;
    std::uint32_t at = order_of(from) & mask;
    bool split = (at & half) + half + 1 < count;
    if (!split) at &= half;
    for (Node* n = buckets_[at]; n; n = hooks_.next(*n))
      if (order_of(hooks_.hash(*n)) >= from) f(*n);
    int rest = 32 - std::popcount(split ? mask : half);
    return static_cast<std::uint32_t>(((std::uint64_t{from} >> rest) + 1) << rest);
  }
  /// Calls `f` with every node. It may end the node, and must not change the table otherwise.
  template <class F>
  void each(F f) const {
    for (Node* n : buckets_)
      while (n) f(*std::exchange(n, hooks_.next(*n)));
  }

 private:
  static constexpr std::size_t smallest = 16;
  static constexpr std::size_t sparse = 8;  // merging earlier would only cost splitting again

  /// The buckets from `buckets_.size()` up to the next power of two are not split off yet.
  [[nodiscard]] std::size_t place(std::uint32_t hash) const {
    std::size_t mask = std::bit_ceil(buckets_.size()) - 1, at = hash & mask;
    return at < buckets_.size() ? at : at & (mask >> 1);
  }
  /// The bucket that another one was split off from.
  static std::size_t origin(std::size_t bucket) { return bucket - std::bit_floor(bucket); }
  void push(std::size_t bucket, Node& n) { hooks_.next(n) = std::exchange(buckets_[bucket], &n); }

  void split() {
    std::size_t added = buckets_.size();
    buckets_.push_back(nullptr);
    deal(std::exchange(buckets_[origin(added)], nullptr));
  }
  void merge() {
    Node* orphans = buckets_.back();
    buckets_.pop_back();
    deal(orphans);
    if (buckets_.capacity() > 4 * buckets_.size()) buckets_.shrink_to_fit();
  }
  void deal(Node* chain) {
    while (chain) {
      Node* next = hooks_.next(*chain);
      push(place(hooks_.hash(*chain)), *chain);
      chain = next;
    }
  }

  Hooks hooks_;
  std::vector<Node*> buckets_;
  std::size_t size_ = 0;
};

}  // namespace parlor
