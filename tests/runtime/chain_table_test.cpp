#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <random>

#include "runtime/hosting/containers/chain_table.hpp"

// The walk through a table in small steps, while the table changes.
using namespace parlor;

namespace {

struct node {
  std::uint32_t hash = 0;
  node* next = nullptr;
};
struct node_hooks {
  static node*& next(node& n) { return n.next; }
  static std::uint32_t hash(const node& n) { return n.hash; }
};
using table = chain_table<node, node_hooks>;

/// Walks through a table and has `between` change it between the steps. How often each node was met.
template <class Between>
std::map<const node*, int> walk(table& t, Between between) {
  std::map<const node*, int> met;
  std::uint32_t at = 0;
  do {
    at = t.visit(at, [&](node& n) { ++met[&n]; });
    between();
  } while (at != 0);
  return met;
}

struct forest {
  explicit forest(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) plant(staying);
  }
  void plant(std::deque<node>& in) { t.insert(in.emplace_back(node{static_cast<std::uint32_t>(random())})); }

  std::mt19937 random{7};
  table t;
  std::deque<node> staying, passing;
};

void check_each_once(const forest& f, const std::map<const node*, int>& met) {
  for (const node& n : f.staying) {
    auto found = met.find(&n);
    REQUIRE(found != met.end());
    REQUIRE(found->second == 1);
  }
}

}  // namespace

TEST_CASE("a walk through a table meets each node once, whatever the number of buckets") {
  for (std::size_t count : {0, 1, 15, 16, 17, 31, 33, 100, 1000}) {
    forest f(count);
    auto met = walk(f.t, [] {});
    CHECK(met.size() == count);
    check_each_once(f, met);
  }
}

TEST_CASE("a walk meets each node that stays once while the table grows and shrinks") {
  for (int rounds : {1, 3, 40}) {
    forest f(100);
    int step = 0;
    auto met = walk(f.t, [&] {
      for (int i = 0; i < rounds && step < 60; ++i) f.plant(f.passing);
      if (++step == 81)
        for (node& n : f.passing) f.t.remove(n);
    });
    INFO(rounds);
    check_each_once(f, met);
    for (const auto& [number, times] : met) CHECK(times == 1);
  }
}
