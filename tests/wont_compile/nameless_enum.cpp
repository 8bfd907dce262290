// The values of an enum need names: numbers in JSON would change their meaning with the source.
// says: an enum member needs one_of(...)
#include "runtime/values/fields.hpp"

namespace parlor {

enum class colour { red, green };

struct board {
  std::vector<std::optional<colour>> hues;
  static constexpr auto fields = describe(field("hues", &board::hues));  // here
};

std::string text() { return to_json(board{}); }

}  // namespace parlor
