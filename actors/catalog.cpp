#include "actors/catalog.hpp"

#include <utility>

namespace parlor::actors {

catalog make_catalog(const environment& around) {
  std::vector<kind> kinds{
#define GAME(name) name(),
#include "actors/games.def"
#undef GAME
  };
  kind container = lobby(kinds);
  kinds.push_back(session());
  kinds.push_back(fortune(around));
  kinds.push_back(live());
  kinds.push_back(stream());
  kinds.push_back(std::move(container));
  kinds.push_back(denials_of_operators());
  return catalog(std::move(kinds));
}

}  // namespace parlor::actors
