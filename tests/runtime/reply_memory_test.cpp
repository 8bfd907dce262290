#include <catch2/catch.hpp>
#include <string>

#include "runtime/hosting/host/reply_memory.hpp"

using namespace parlor;

namespace {

reply_memory::known service_answer(const std::string& player, const std::string& key, std::int64_t at_ms,
                                   std::uint64_t after = 0) {
  return {
      std::make_shared<reply_record>(reply_record{.player = player, .key = key, .at_ms = at_ms, .body = player + key}),
      after};
}

}  // namespace

TEST_CASE("an answer is found by its player and key, with the commit that it waits for") {
  reply_memory memory;
  CHECK_FALSE(memory.find("ann", "k1"));
  memory.add(service_answer("ann", "k1", 10, 1), 0, 8);
  memory.add(service_answer("bob", "k1", 11, 2), 0, 8);
  memory.add(service_answer("ann", "k2", 12, 3), 0, 8);
  REQUIRE(memory.find("bob", "k1"));
  CHECK(memory.find("bob", "k1")->record->body == "bobk1");
  CHECK(memory.find("bob", "k1")->after == 2);
  CHECK(memory.find("ann", "k2")->after == 3);
  CHECK_FALSE(memory.find("bob", "k2"));
  CHECK_FALSE(memory.find("ann", "k"));
  CHECK_FALSE(memory.find("", "k1"));
  memory.clear();
  CHECK_FALSE(memory.find("ann", "k1"));
}

TEST_CASE("of each player the latest answers are remembered, whatever the others do") {
  reply_memory memory;
  memory.add(service_answer("bob", "k", 0), 0, 3);
  for (int i = 0; i < 10; ++i) memory.add(service_answer("ann", "k" + std::to_string(i), i), 0, 3);
  for (int i = 0; i < 10; ++i) {
    INFO(i);
    CHECK((memory.find("ann", "k" + std::to_string(i)) != nullptr) == (i >= 7));
  }
  CHECK(memory.find("bob", "k"));
}

TEST_CASE("answers are forgotten when they are too old, all players' alike") {
  reply_memory memory;
  memory.add(service_answer("ann", "old", 10), 0, 8);
  memory.add(service_answer("bob", "young", 20), 0, 8);
  memory.add(service_answer("cid", "new", 100), 20, 8);
  CHECK_FALSE(memory.find("ann", "old"));
  CHECK(memory.find("bob", "young"));
  CHECK(memory.find("cid", "new"));
}
