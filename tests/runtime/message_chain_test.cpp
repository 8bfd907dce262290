#include "runtime/values/message_chain.hpp"

#include <catch2/catch.hpp>

using namespace parlor;

TEST_CASE("a chain shows its first link and the latest") {
  auto chain = begin_chain(7, {"chess", "r0"}, "move", "ann");
  CHECK(chain->links == "chess/r0:move by ann");
  CHECK(chain->beginning() == chain->links);
  for (int i = 1; i < 6; ++i) chain = continue_chain(*chain, {"chess", "r" + std::to_string(i)}, "go");
  CHECK(chain->links == "chess/r0:move by ann > chess/r1:go > chess/r2:go > chess/r3:go > chess/r4:go > chess/r5:go");
  for (int i = 6; i < 100; ++i) chain = continue_chain(*chain, {"chess", "r" + std::to_string(i)}, "go");
  CHECK(chain->links ==
        "chess/r0:move by ann > ... > chess/r95:go > chess/r96:go > chess/r97:go > chess/r98:go > chess/r99:go");
  CHECK(chain->length == 100);
  CHECK(chain->begun == 7);
  CHECK(chain->beginning() == "chess/r0:move by ann");
}

TEST_CASE("a chain names the actors that it shows, and no others") {
  auto chain = continue_chain(*begin_chain(1, {"chess", "r"}, "move", {}), {"session", "ann"}, "told");
  CHECK(chain->names({"chess", "r"}));
  CHECK(chain->names({"session", "ann"}));
  CHECK_FALSE(chain->names({"session", "an"}));
  CHECK_FALSE(chain->names({"ess", "r"}));
  CHECK_FALSE(chain->names({"ion", "ann"}));
}
