// Members of types that cannot be described.
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "runtime/authoring/room_of.hpp"

namespace parlor {

// JSON has lists and names.
// says: a set cannot be described: use std::vector
namespace set_member {
struct board {
  int n = 0;
  std::set<int> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace set_member

// Names in JSON are strings.
// says: keys in JSON are strings: use std::map<std::string, T>, or a list of structs
namespace map_of_numbers {
struct board {
  int n = 0;
  std::map<int, std::string> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace map_of_numbers

// The parts of a pair have no names in JSON.
// says: a pair or a tuple cannot be described: use a struct, whose members have names
namespace pair_member {
struct board {
  int n = 0;
  std::vector<std::tuple<int, int>> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace pair_member

// A list of pairs is written as names and values, and would not be read again.
// says: keys in JSON are strings: use std::map<std::string, T>, or a list of structs
namespace list_of_pairs {
struct board {
  int n = 0;
  std::vector<std::pair<int, int>> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace list_of_pairs

// What a length of time is in JSON is for the author to say.
// says: a time cannot be described: use std::int64_t with milliseconds
namespace duration_member {
struct board {
  int n = 0;
  duration m{0};
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace duration_member

// The text behind a pointer is not the state's.
// says: a char* cannot be described: use std::string
namespace char_pointer {
struct board {
  int n = 0;
  const char* m = "";
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace char_pointer

// What a pointer leads to is not stored.
// says: a pointer cannot be described: use the value, or its place in a list
namespace pointer_member {
struct board {
  int n = 0;
  int* m = nullptr;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace pointer_member

// What a pointer leads to is not stored.
// says: a pointer cannot be described: use the value, or its place in a list
namespace owned_member {
struct board {
  int n = 0;
  std::shared_ptr<int> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace owned_member

// A function cannot be stored.
// says: a function or a generator cannot be described
namespace function_member {
struct board {
  int n = 0;
  std::function<void()> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace function_member

// A generator of the standard library is no state: its course would be known to who knows it.
// says: a function or a generator cannot be described; dice come from context::roll
namespace generator_member {
struct board {
  int n = 0;
  std::mt19937 m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace generator_member

// An empty optional is null, and so is an optional that holds an empty one.
// says: an optional of an optional cannot be told from an empty one in JSON: use one
namespace twice_optional {
struct board {
  int n = 0;
  std::optional<std::optional<int>> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace twice_optional

// A number with a fraction is a double, as JSON has it.
// says: a member of this type cannot be described: use double
namespace float_member {
struct board {
  int n = 0;
  float m = 0;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace float_member

// An array of C is no value.
// says: an array of C cannot be described: use std::array, or std::string for a text
namespace array_of_c {
struct board {
  int n = 0;
  int m[3] = {};
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace array_of_c

// There is one kind of list.
// says: this container cannot be described: use std::vector
namespace deque_member {
struct board {
  int n = 0;
  std::deque<int> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));  // here
};

kind game() { return room_of<board>{.name = "game"}; }

}  // namespace deque_member

// A time is written as a sentence for people, and is not read.
// says: an instant is only written: use std::int64_t with milliseconds
namespace instant_member {
struct board {
  int n = 0;
  instant m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));
};

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace instant_member

// The text that a string_view shows is gone when the state is read.
// says: a std::string_view is only written, for its text is elsewhere: use std::string
namespace view_of_text {
struct board {
  int n = 0;
  std::string_view m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));
};

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace view_of_text

// Numbers of JSON end where clients can no longer count.
// says: an unsigned number of 64 bits is only written: use std::int64_t
namespace huge_number {
struct board {
  int n = 0;
  std::uint64_t m = 0;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));
};

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace huge_number

// A struct in a state is described as the state is.
// says: a member that is a struct needs `fields` of its own
namespace undescribed_member {
struct cell {
  int x = 0;
};
struct board {
  int n = 0;
  std::vector<cell> m;
  static constexpr auto fields = describe(field("n", &board::n), field("m", &board::m));
};

kind game() { return room_of<board>{.name = "game"}; }  // here

}  // namespace undescribed_member

}  // namespace parlor
