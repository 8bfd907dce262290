#include <array>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/values/fields.hpp"
#include "runtime/values/prefetch.hpp"

using namespace parlor;

namespace {

struct leaf {
  std::string text;
  std::vector<std::string> texts;
  static constexpr auto fields = describe(field("text", &leaf::text), field("texts", &leaf::texts));
};

/// One of each thing that a state may have.
struct tree {
  int number = 0;
  std::vector<int> numbers;
  std::vector<leaf> leaves;
  std::vector<std::vector<leaf>> rows;
  std::optional<leaf> maybe;
  std::array<int, 3> three{};
  std::map<std::string, leaf> by_name;
  static constexpr auto fields =
      describe(field("number", &tree::number), field("numbers", &tree::numbers), field("leaves", &tree::leaves),
               field("rows", &tree::rows), field("maybe", &tree::maybe), field("three", &tree::three),
               field("by_name", &tree::by_name));
};

}  // namespace

// Reading what is not there would be for the address sanitizer to tell.
TEST_CASE("memory is asked for behind states of every shape, and they stay as they are") {
  tree full{.numbers = std::vector<int>(10'000, 7), .rows = {{}, {leaf{}}}, .maybe = leaf{"a", {}}};
  for (std::size_t i = 0; i < 20; ++i)
    full.leaves.push_back({std::string(i * 10, 'x'), std::vector<std::string>(i, "text")});
  full.by_name["b"] = full.leaves.back();
  for (const tree& state : {tree{}, full}) {
    std::string before = to_json(state);
    for (int depth = 1; depth <= 5; ++depth) prefetch_behind(state, depth);
    CHECK(to_json(state) == before);
  }
}

TEST_CASE("memory that is not there may be asked for") {
  prefetch(nullptr, 0);
  prefetch(nullptr, 1000);
  prefetch(reinterpret_cast<const void*>(0x1234), 300);
}
