// Descriptions that say too little, too much, or what has no meaning.
#include "runtime/authoring/room_of.hpp"

namespace parlor {

// A member that is not described would silently not be saved.
// says: every member must stand in `fields`
namespace forgotten_field {
struct board {
  std::array<int, 9> cells{};
  std::optional<int> last;  // forgotten
  static constexpr auto fields = describe(field("cells", &board::cells));
};

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace forgotten_field

// An array is one member, however many it could be initialised from.
// says: every member must stand in `fields`
namespace forgotten_array {
struct board {
  std::array<int, 2> mine{};
  std::array<int, 2> theirs{};  // forgotten
  static constexpr auto fields = describe(field("mine", &board::mine));
};

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace forgotten_array

// The second member would be read into the first.
// says: two members have one name in `fields`
namespace doubled_name {
struct board {
  int first = 0;
  int second = 0;
  static constexpr auto fields = describe(field("first", &board::first), field("first", &board::second));
};

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace doubled_name

// The member that was forgotten would silently not be saved.
// says: one member stands twice in `fields`
namespace doubled_member {
struct board {
  int first = 0;
  int second = 0;
  static constexpr auto fields = describe(field("first", &board::first), field("second", &board::first));
};

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace doubled_member

// A comma stands before every member but the first, which must be there.
// says: the first member in `fields` is always written: it cannot be if_any
namespace first_if_any {
struct board {
  std::string word;
  static constexpr auto fields = describe(field("word", &board::word, if_any));
};

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace first_if_any

// A range says nothing of a string.
// says: between is for numbers
namespace range_of_text {
struct board {
  std::string word;
  static constexpr auto fields = describe(field("word", &board::word, between(1, 9)));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace range_of_text

// A number has no length.
// says: at_most for strings and lists
namespace length_of_number {
struct board {
  int cell = 0;
  static constexpr auto fields = describe(field("cell", &board::cell, at_most(9)));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace length_of_number

// A number is no id.
// says: an_id for strings
namespace number_as_id {
struct board {
  int owner = 0;
  static constexpr auto fields = describe(field("owner", &board::owner, an_id));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace number_as_id

// The values of an enum need names: numbers in JSON would change their meaning with the source.
// says: an enum member needs one_of(...)
namespace nameless_enum {

enum class colour { red, green };

struct board {
  std::vector<std::optional<colour>> hues;
  static constexpr auto fields = describe(field("hues", &board::hues));  // here
};

std::string text() { return to_json(board{}); }

}  // namespace nameless_enum

}  // namespace parlor
