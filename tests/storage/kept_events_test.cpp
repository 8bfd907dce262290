#include <catch2/catch.hpp>

#include "runtime/storage/kept_events.hpp"

// The latest events of an actor, as they stand beside its state.
using namespace parlor;

namespace {

event event_of(std::size_t bytes, audience to = everyone()) {
  return {"said", std::make_shared<const std::string>("\"" + std::string(bytes, 'x') + "\\\"\""), std::move(to)};
}

std::string saved(const kept_events& kept) {
  std::string text;
  kept.save(text);
  return text;
}

}  // namespace

TEST_CASE("of kept events whole versions are dropped, and what is stored is what there is") {
  options limits;
  limits.events_kept_max = 3;
  kept_events kept;
  CHECK(saved(kept).empty());
  kept.add(1, {event_of(1), event_of(50)}, limits);
  kept.add(2, {event_of(7, only_player("ann"))}, limits);
  CHECK(kept.reach_back_to(0));
  kept.add(3, {event_of(3)}, limits);
  REQUIRE(kept.events().size() == 2);
  CHECK(kept.events().front().version == 2);
  CHECK_FALSE(kept.reach_back_to(0));
  CHECK(kept.reach_back_to(1));
  for (std::uint64_t version = 4; version < 12; ++version) {
    kept.add(version, {event_of(version * 13 % 40)}, limits);
    auto read = kept_events::load(saved(kept));
    REQUIRE(read);
    CHECK(saved(read.value()) == saved(kept));
    REQUIRE(read.value().events().size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(read.value().events()[i].version == static_cast<std::int64_t>(version + i - 2));
      CHECK(read.value().events()[i].data == kept.events()[i].data);
    }
  }
  kept.add(12, {event_of(1), event_of(1), event_of(1), event_of(1)}, limits);
  CHECK(kept.events().empty());
  CHECK(kept.reach_back_to(12));
  CHECK_FALSE(kept.reach_back_to(11));
  kept.clear();
  CHECK(saved(kept).empty());
}
