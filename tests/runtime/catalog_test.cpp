#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "runtime/authoring/catalog.hpp"
#include "runtime/authoring/room_of.hpp"

using namespace parlor;

namespace {

struct tally {
  int n = 0;
  static constexpr auto fields = describe(field("n", &tally::n));
};

verdict on_any(tally&, context&) { return accept(); }

kind actor(std::string name, std::vector<std::string> commands = {"add"}, reach reached_by = reach::session) {
  actor_of<tally> a{.name = std::move(name), .reached_by = reached_by};
  for (const std::string& c : commands) a.commands.push_back({c, on_any});
  return a;
}

kind room(std::string name, std::vector<std::string> commands = {"play"}) {
  room_of<tally> r{.name = std::move(name)};
  for (const std::string& c : commands) r.commands.push_back({c, on_any});
  return r;
}

/// What a catalog of these says against them; empty if it takes them.
std::string refusal(std::vector<kind> kinds) {
  try {
    catalog made(std::move(kinds));
    return "";
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}

}  // namespace

TEST_CASE("a catalog keeps its kinds in their order and finds them by name") {
  catalog kinds({room("chess"), actor("counter")});
  REQUIRE(kinds.kinds().size() == 2);
  CHECK(kinds.kinds()[0].name == "chess");
  CHECK(kinds.kinds()[1].name == "counter");
  CHECK(kinds.find("counter") == &kinds.kinds()[1]);
  CHECK(kinds.find("Counter") == nullptr);
  CHECK(kinds.find("") == nullptr);
  CHECK(catalog({}).find("counter") == nullptr);
}

TEST_CASE("a kind's name must be one") {
  for (const char* name : {"", "Chess", "1chess", "chess club", "chess/1"}) {
    INFO(name);
    CHECK(refusal({room(name)}) ==
          "the kind \"" + std::string(name) + "\" has no valid name: it is of the form [a-z][a-z0-9_]{0,31}");
  }
}

TEST_CASE("a kind may not take a name that paths need") {
  for (const char* name : {"admin", "guest", "stats"}) {
    INFO(name);
    CHECK(refusal({actor(name)}) == "the kind \"" + std::string(name) + "\" is reserved");
  }
}

TEST_CASE("what operators deny is kept by one kind, which no client reaches") {
  CHECK(refusal({room("denials")}) == "the kind \"denials\" is reserved for what operators forbid");
  CHECK(refusal({actor("denials", {"deny"}, reach::internal)}) == "");
}

TEST_CASE("the lobby is the runtime's container of rooms and nothing else") {
  CHECK(refusal({room("lobby")}) == "the kind \"lobby\" is reserved for the container of rooms");
  CHECK(refusal({actor("lobby")}) == "the kind \"lobby\" is reserved for the container of rooms");
  CHECK(refusal({actor("lobby", {"create"}, reach::internal)}) == "");
}

TEST_CASE("a kind stands once") {
  CHECK(refusal({room("chess"), actor("counter"), room("chess")}) == "the kind \"chess\" stands twice");
}

TEST_CASE("a command's name must be one, and stand once") {
  CHECK(refusal({actor("counter", {"Add"})}) ==
        "the command \"Add\" of the kind \"counter\" has no valid name: it is of the form [a-z][a-z0-9_]{0,31}");
  CHECK_THAT(refusal({actor("counter", {""})}),
             Catch::StartsWith("the command \"\" of the kind \"counter\" has no valid name"));
  CHECK_THAT(refusal({actor("counter", {"add", "sub", "add"})}),
             Catch::StartsWith("the command \"add\" of the kind \"counter\" stands twice"));
}

TEST_CASE("a game may not declare a command that every room brings") {
  for (const char* name : {"join", "leave", "rematch", "open", "reserve", "recount", "tidy", "unlisted"}) {
    INFO(name);
    CHECK(refusal({room("chess", {"play", name})}) ==
          "the command \"" + std::string(name) + "\" of the kind \"chess\" stands twice: every room brings it itself");
  }
}

TEST_CASE("a command may not take a name that paths need, in no sort of kind") {
  for (const char* name : {"join", "leave", "session", "events"}) {
    INFO(name);
    CHECK_THAT(refusal({actor("counter", {name})}), Catch::EndsWith("has a name that means something else in a path"));
    CHECK(refusal({room("chess", {name})}) != "");
  }
}

TEST_CASE("a room of a variable number of seats can be started, one of a fixed number cannot") {
  kind fixed = room_of<tally>{.name = "chess", .seats = exactly(2)};
  kind open = room_of<tally>{.name = "dice", .seats = from_to(2, 4)};
  CHECK_FALSE(fixed.find_command("start"));
  CHECK(open.find_command("start"));
  CHECK(fixed.seats_max == 2);
  CHECK(open.seats_max == 4);
}

TEST_CASE("reserved ids and players are those that stand in paths") {
  for (const char* id : {"join", "leave", "session", "events"}) CHECK(is_reserved_id(id));
  for (const char* id : {"r1", "Join", "", "rematch"}) CHECK_FALSE(is_reserved_id(id));
  for (const char* player : {"api", "play", "docs", "console", "metrics"}) CHECK(is_reserved_player(player));
  for (const char* player : {"ann", "API", ""}) CHECK_FALSE(is_reserved_player(player));
}
