#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <string>

#include "runtime/values/fields.hpp"
#include "tests/support/json_part.hpp"

using namespace parlor;
using namespace parlor::testing;

namespace {

enum class colour { red, green, blue };
constexpr auto colours = one_of("red", "green", "blue");

struct point {
  int x = 0;
  int y = 0;
  static constexpr auto fields = describe(field("x", &point::x, between(0, 9)), field("y", &point::y));
  friend bool operator==(const point&, const point&) = default;
};

/// One member of every type that a described struct may have.
struct everything {
  bool yes = false;
  std::int8_t tiny = 0;
  std::uint8_t small = 0;
  std::int16_t medium = 0;
  std::uint32_t large = 0;
  std::int64_t huge = 0;
  double number = 0;
  std::string text;
  colour hue = colour::red;
  point place;
  std::optional<int> maybe;
  std::optional<point> maybe_place;
  std::array<int, 3> three{};
  std::array<std::optional<colour>, 2> hues{};
  std::vector<point> places;
  std::vector<bool> flags;
  std::map<std::string, double> scores;
  std::map<std::string, std::vector<point>> groups;
  static constexpr auto fields = describe(
      field("yes", &everything::yes), field("tiny", &everything::tiny), field("small", &everything::small),
      field("medium", &everything::medium), field("large", &everything::large), field("huge", &everything::huge),
      field("number", &everything::number), field("text", &everything::text), field("hue", &everything::hue, colours),
      field("place", &everything::place), field("maybe", &everything::maybe),
      field("maybe_place", &everything::maybe_place), field("three", &everything::three),
      field("hues", &everything::hues, colours), field("places", &everything::places),
      field("flags", &everything::flags), field("scores", &everything::scores), field("groups", &everything::groups));
  friend bool operator==(const everything&, const everything&) = default;
};

everything full_of_values() {
  everything e;
  e.yes = true;
  e.tiny = -128;
  e.small = 255;
  e.medium = -32768;
  e.large = 4294967295u;
  e.huge = std::numeric_limits<std::int64_t>::min();
  e.number = 0.1;
  e.text = "a \"quoted\" \xf0\x9f\x8e\xb2 line\n";
  e.hue = colour::blue;
  e.place = {9, -7};
  e.maybe = 0;
  e.maybe_place = point{1, 2};
  e.three = {1, 2, 3};
  e.hues = {std::nullopt, colour::green};
  e.places = {{0, 1}, {2, 3}};
  e.flags = {true, false, true};
  e.scores = {{"ann", 1.5}, {"b.o b", -0.0}, {"", 2.0}};
  e.groups = {{"empty", {}}, {"two", {{1, 1}, {2, 2}}}};
  return e;
}

/// What reading says: empty if it went well, else `path: sentence`.
template <described T>
std::string read(std::string_view json, T& to) {
  auto parsed = json_document::parse(json);
  REQUIRE(parsed.ok());
  auto wrong = read_fields(parsed.value().root(), to);
  if (!wrong) return "";
  CHECK(wrong->code == "bad_arguments");
  return wrong->field + ": " + wrong->detail;
}
template <described T>
std::string read(std::string_view json) {
  T to{};
  return read(json, to);
}

struct integers {
  std::int8_t tiny = 0;
  std::uint8_t small = 0;
  std::uint32_t large = 0;
  std::int64_t huge = 0;
  static constexpr auto fields =
      describe(field("tiny", &integers::tiny, or_default), field("small", &integers::small, or_default),
               field("large", &integers::large, or_default), field("huge", &integers::huge, or_default));
};

struct ruled {
  int cell = 0;
  double share = 0;
  std::string word;
  std::string name;
  std::vector<int> cells;
  std::optional<int> bet;
  static constexpr auto fields = describe(
      field("cell", &ruled::cell, between(0, 8), or_default),
      field("share", &ruled::share, between(0.0, 1.0), or_default),
      field("word", &ruled::word, one_of("yes", "no"), or_default), field("name", &ruled::name, at_most(5), or_default),
      field("cells", &ruled::cells, between(0, 8), at_most(4), or_default), field("bet", &ruled::bet, between(1, 100)));
};

struct addressed {
  std::string to;
  static constexpr auto fields = describe(field("to", &addressed::to, an_id));
};

struct wide_range {
  std::uint8_t n = 0;
  static constexpr auto fields = describe(field("n", &wide_range::n, between(-10, 1000)));
};

struct room {
  std::string id;
  std::vector<std::string> players;
  static constexpr auto fields = describe(field("id", &room::id), field("players", &room::players));
};

struct page {
  std::vector<room> rooms;
  std::array<int, 4> cells{};
  std::map<std::string, int> scores;
  std::optional<room> last;
  static constexpr auto fields =
      describe(field("rooms", &page::rooms, or_default), field("cells", &page::cells, or_default),
               field("scores", &page::scores, or_default), field("last", &page::last));
};

struct guests {
  std::vector<std::string> names;
  static constexpr auto fields = describe(field("names", &guests::names, at_most(2)));
};

/// Names that JSON must escape, are not of ASCII, or are longer than most.
struct oddly_named {
  int quoted = 1;
  int nuts = 2;
  int umlaut = 3;
  int lengthy = 4;
  static constexpr std::string_view long_name =
      "a_name_that_is_much_longer_than_anybody_would_care_to_write_in_a_request";
  static constexpr auto fields =
      describe(field("the \"quoted\"", &oddly_named::quoted), field("nuts\\bolts", &oddly_named::nuts),
               field("\xc3\xbc", &oddly_named::umlaut), field(long_name, &oddly_named::lengthy));
  friend bool operator==(const oddly_named&, const oddly_named&) = default;
};

struct nothing {
  static constexpr auto fields = describe();
};

struct inner {
  int a = 1;
  std::string b = "two";
  static constexpr std::string_view description = "a part";
  static constexpr auto fields = describe(field("a", &inner::a), field("b", &inner::b));
};

/// What is only written: views, times, JSON made elsewhere, pairs, and parts that stand in the whole.
struct report {
  inner first;
  std::string_view name = "ann";
  instant at = from_ms(0);
  std::uint64_t big = UINT64_MAX;
  raw_json any{"[1]"};
  std::vector<std::pair<std::string_view, int>> order{{"z", 1}, {"a", 2}};
  json_of<point> where{R"({"x":1,"y":2})"};
  static constexpr auto fields =
      describe(flattened(&report::first), field("name", &report::name, an_id), field("at", &report::at),
               field("big", &report::big), field("any", &report::any), field("order", &report::order),
               flattened(&report::where));
};

struct sparing {
  int always = 1;
  std::optional<int> maybe;
  std::string text;
  raw_json json;
  static constexpr auto fields =
      describe(field("always", &sparing::always), field("maybe", &sparing::maybe, if_any, about("how \"many\"")),
               field("text", &sparing::text, if_any, at_most(5), about("a word")),
               field("json", &sparing::json, if_any, about("anything")));
};

struct dated {
  std::optional<instant> since;
  inner part;
  int odd = 1;
  static constexpr auto fields =
      describe(field("since", &dated::since, about("when it woke")), field("part", &dated::part, about("one of many")),
               field("odd", &dated::odd, schema_is(R"({"enum":[1,3]})")));
};

struct pausing {
  std::string description;
  std::optional<int> bet;
  static constexpr auto fields =
      describe(field("description", &pausing::description), field("bet", &pausing::bet, if_any));
};

}  // namespace

TEST_CASE("every type of member comes back from its own JSON") {
  everything before = full_of_values();
  everything after;
  CHECK(read(to_json(before), after) == "");
  CHECK(after == before);
  CHECK(to_json(after) == to_json(before));
}

TEST_CASE("a struct of defaults comes back too") {
  everything after = full_of_values();
  after.maybe.reset();
  CHECK(read(to_json(everything{}), after) == "");
  CHECK(after == everything{});
}

TEST_CASE("JSON is written in the order of the description") {
  CHECK(to_json(point{3, -4}) == R"({"x":3,"y":-4})");
  CHECK(to_json(nothing{}) == "{}");
  everything e = full_of_values();
  CHECK(json_part(to_json(e), "hue") == "blue");
  CHECK(json_part(to_json(e), "hues") == R"([null,"green"])");
  CHECK(json_part(to_json(e), "flags") == "[true,false,true]");
}

TEST_CASE("the members of a flattened member stand among those around it") {
  CHECK(to_json(report{}) == R"({"a":1,"b":"two","name":"ann","at":"1970-01-01T00:00:00.000Z",)"
                             R"("big":18446744073709551615,"any":[1],"order":{"z":1,"a":2},"x":1,"y":2})");
  std::string schema = written_schema_of<report>();
  CHECK(json_part(schema, "required") == R"(["a","b","name","at","big","any","order","x","y"])");
  CHECK(json_part(schema, "properties.a.type") == "integer");
  CHECK(json_part(schema, "properties.x.maximum") == "9");
  CHECK(json_part(schema, "properties.name.pattern") == "^[A-Za-z0-9_-]{1,64}$");
  CHECK(json_part(schema, "properties.at.format") == "date-time");
  CHECK(json_part(schema, "properties.big") == R"({"minimum":0,"type":"integer"})");
  CHECK(json_part(schema, "properties.any") == "{}");
  CHECK(json_part(schema, "properties.order.additionalProperties.type") == "integer");
}

TEST_CASE("if_any leaves out what is empty") {
  CHECK(to_json(sparing{}) == R"({"always":1})");
  CHECK(to_json(sparing{2, 0, "x", {"{}"}}) == R"({"always":2,"maybe":0,"text":"x","json":{}})");
  std::string schema = written_schema_of<sparing>();
  CHECK(json_part(schema, "required") == R"(["always"])");
  CHECK(json_part(schema, "properties.maybe.type") == "integer");
  pausing p;
  CHECK(read(R"({"description":"x"})", p) == "");
  CHECK(read(R"({"description":"x","bet":null})", p) == "");
  CHECK(json_part(schema_of<pausing>(), "properties.bet.oneOf[0].type") == "null");
  CHECK(json_part(schema_of<pausing>(), "description") == "absent");
}

TEST_CASE("a schema says what the description says of a member and of a struct") {
  CHECK(json_part(written_schema_of<inner>(), "description") == "a part");
  std::string spare = written_schema_of<sparing>();
  CHECK(json_part(spare, "properties.maybe.description") == "how \"many\"");
  CHECK(json_part(spare, "properties.text.description") == "a word; at most 5 bytes of UTF-8");
  CHECK(json_part(spare, "properties.json") == R"({"description":"anything"})");
  std::string dates = written_schema_of<dated>();
  CHECK(json_part(dates, "properties.since.description") == "when it woke");
  CHECK(json_part(dates, "properties.since.oneOf[1].format") == "date-time");
  CHECK(json_part(dates, "properties.part.description") == "one of many; a part");
  CHECK(json_part(dates, "properties.odd") == R"({"enum":[1,3]})");
}

TEST_CASE("names of members may be any text") {
  std::string json = to_json(oddly_named{});
  CHECK(json == R"({"the \"quoted\"":1,"nuts\\bolts":2,)"
                "\"\xc3\xbc\":3,\"" +
                    std::string(oddly_named::long_name) + "\":4}");
  oddly_named after{5, 6, 7, 8};
  CHECK(read(json, after) == "");
  CHECK(after == oddly_named{});
}

TEST_CASE("members are read in any order") {
  everything before = full_of_values();
  auto parsed = json_document::parse(to_json(before));
  REQUIRE(parsed.ok());
  std::vector<json_value> members;
  for (json_value member : parsed.value().root().items()) members.push_back(member);
  for (std::size_t turned = 0; turned < members.size(); ++turned) {
    std::rotate(members.begin(), members.begin() + 1, members.end());
    for (bool backwards : {false, true}) {
      std::string text;
      {
        json_object object(text);
        for (std::size_t i = 0; i < members.size(); ++i) {
          json_value member = members[backwards ? members.size() - 1 - i : i];
          object.add_raw(member.key(), member.text());
        }
      }
      everything after;
      CHECK(read(text, after) == "");
      CHECK(after == before);
    }
  }
}

TEST_CASE("a member of another type is refused by name") {
  CHECK(read<point>(R"({"x":true,"y":1})") == "x: x must be an integer");
  CHECK(read<point>(R"({"x":"1","y":1})") == "x: x must be an integer");
  CHECK(read<point>(R"({"x":null,"y":1})") == "x: x must be an integer");
  CHECK(read<point>(R"({"x":3.9,"y":1})") == "x: x must be an integer");
  CHECK(read<point>(R"({"x":1e-3,"y":1})") == "x: x must be an integer");
  CHECK(read<point>(R"({"x":1e300,"y":1})") == "x: x must be an integer");
  std::string json = to_json(full_of_values());
  auto with = [&](std::string member, std::string value) {
    std::string text;
    {
      json_object object(text);
      auto parsed = json_document::parse(json);
      parsed.value().root().each(
          [&](const std::string& key, json_value v) { object.add_raw(key, key == member ? value : text_of(v)); });
    }
    return read<everything>(text);
  };
  CHECK(with("yes", "1") == "yes: yes must be true or false");
  CHECK(with("number", "\"1\"") == "number: number must be a number");
  CHECK(with("number", "true") == "number: number must be a number");
  CHECK(with("text", "1") == "text: text must be a string");
  CHECK(with("hue", "\"pink\"") == "hue: hue must be one of red, green, blue");
  CHECK(with("hue", "1") == "hue: hue must be one of red, green, blue");
  CHECK(with("place", "[1,2]") == "place: place must be an object");
  CHECK(with("three", "{}") == "three: three must be a list");
  CHECK(with("three", "[1,2]") == "three: three must have 3 items");
  CHECK(with("three", "[1,2,3,4]") == "three: three must have 3 items");
  CHECK(with("places", "{}") == "places: places must be a list");
  CHECK(with("scores", "[]") == "scores: scores must be an object");
  CHECK(with("maybe", "\"1\"") == "maybe: maybe must be an integer");
  CHECK(with("flags", "[0]") == "flags[0]: flags[0] must be true or false");
}

TEST_CASE("a double takes an integer as well") {
  ruled r;
  CHECK(read(R"({"share":1})", r) == "");
  CHECK(r.share == 1.0);
}

TEST_CASE("an integer fits its member, whatever its width and sign") {
  CHECK(read<integers>(R"({"tiny":-128,"small":255,"large":4294967295})") == "");
  CHECK(read<integers>(R"({"huge":-9223372036854775808})") == "");
  CHECK(read<integers>(R"({"tiny":128})") == "tiny: tiny must be between -128 and 127");
  CHECK(read<integers>(R"({"tiny":-129})") == "tiny: tiny must be between -128 and 127");
  CHECK(read<integers>(R"({"small":-1})") == "small: small must be between 0 and 255");
  CHECK(read<integers>(R"({"small":256})") == "small: small must be between 0 and 255");
  for (const char* large : {R"({"large":-1})", R"({"large":4294967296})"})
    CHECK(read<integers>(large) == "large: large must be between 0 and 4294967295");
  std::string whole = "between -9223372036854775808 and 9223372036854775807";
  CHECK(read<integers>(R"({"huge":9223372036854775808})") == "huge: huge must be " + whole);
  CHECK(read<integers>(R"({"huge":18446744073709551615})") == "huge: huge must be " + whole);
  // Beyond 64 bits a number is no integer any more.
  CHECK(read<integers>(R"({"huge":18446744073709551616})") == "huge: huge must be an integer");
  CHECK(read<integers>(R"({"huge":-9223372036854775809})") == "huge: huge must be an integer");
}

TEST_CASE("a range holds at both of its ends") {
  CHECK(read<ruled>(R"({"cell":0})") == "");
  CHECK(read<ruled>(R"({"cell":8})") == "");
  CHECK(read<ruled>(R"({"cell":9})") == "cell: cell must be between 0 and 8");
  CHECK(read<ruled>(R"({"cell":-1})") == "cell: cell must be between 0 and 8");
  CHECK(read<ruled>(R"({"cell":9223372036854775808})") == "cell: cell must be between 0 and 8");
  CHECK(read<ruled>(R"({"share":1.0})") == "");
  CHECK(read<ruled>(R"({"share":1.0000001})") == "share: share must be between 0.0 and 1.0");
  CHECK(read<ruled>(R"({"share":-1})") == "share: share must be between 0.0 and 1.0");
}

TEST_CASE("a range that is wider than its member does not widen it") {
  CHECK(read<wide_range>(R"({"n":255})") == "");
  CHECK(read<wide_range>(R"({"n":256})") == "n: n must be between 0 and 255");
  CHECK(read<wide_range>(R"({"n":-1})") == "n: n must be between 0 and 255");
  CHECK(json_part(schema_of<wide_range>(), "properties.n") == R"({"maximum":255,"minimum":0,"type":"integer"})");
}

TEST_CASE("a string is one of its words, or within its length in bytes") {
  CHECK(read<ruled>(R"({"word":"no"})") == "");
  CHECK(read<ruled>(R"({"word":"maybe"})") == "word: word must be one of yes, no");
  CHECK(read<ruled>(R"({"word":7})") == "word: word must be one of yes, no");
  CHECK(read<ruled>(R"({"name":"12345"})") == "");
  CHECK(read<ruled>(R"({"name":"123456"})") == "name: name must have at most 5 bytes");
  CHECK(read<ruled>("{\"name\":\"\xe2\x82\xac\xe2\x82\xac\"}") ==  // two letters of three bytes
        "name: name must have at most 5 bytes");
}

TEST_CASE("a rule for numbers holds for each item, a length for the list") {
  CHECK(read<ruled>(R"({"cells":[0,8,3,1]})") == "");
  CHECK(read<ruled>(R"({"cells":[0,8,9]})") == "cells[2]: cells[2] must be between 0 and 8");
  CHECK(read<ruled>(R"({"cells":[0,1,2,3,4]})") == "cells: cells must have at most 4 items");
  CHECK(read<ruled>(R"({"bet":0})") == "bet: bet must be between 1 and 100");
}

TEST_CASE("the length of a list of strings says nothing of the strings") {
  CHECK(read<guests>(R"({"names":["a long name","another"]})") == "");
  CHECK(read<guests>(R"({"names":["a","b","c"]})") == "names: names must have at most 2 items");
}

TEST_CASE("an error names the path to the value at fault") {
  CHECK(read<page>(R"({"cells":[1,2,3,"x"]})") == "cells[3]: cells[3] must be an integer");
  CHECK(read<page>(R"({"rooms":[{"id":"a","players":[]},{"id":7,"players":[]}]})") ==
        "rooms[1].id: rooms[1].id must be a string");
  CHECK(read<page>(R"({"rooms":[{"id":"a","players":["ann",null]}]})") ==
        "rooms[0].players[1]: rooms[0].players[1] must be a string");
  CHECK(read<page>(R"({"rooms":[{"id":"a"}]})") == "rooms[0].players: rooms[0].players is missing");
  CHECK(read<page>(R"({"last":{"id":"a","players":[],"x":1}})") == "last.x: last.x is not a known field");
  CHECK(read<page>(R"({"scores":{"ann":1,"bob":"2"}})") == "scores.bob: scores.bob must be an integer");
  CHECK(read<page>(R"({"scores":{"b":"2","a.b":"1","c":"3"}})") == "scores.a.b: scores.a.b must be an integer");
  CHECK(read<page>(R"({"scores":{"":"2"}})") == "scores.: scores. must be an integer");
  CHECK(read<page>(R"({"scores":{"[0]":"2"}})") == "scores.[0]: scores.[0] must be an integer");
  std::string json = to_json(full_of_values());
  std::string groups = R"("groups":{"g":[{"x":1,"y":1},{"x":1,"y":"1"}]}})";
  CHECK(read<everything>(json.substr(0, json.find("\"groups\"")) + groups) ==
        "groups.g[1].y: groups.g[1].y must be an integer");
  CHECK(read<page>("[]") == ": the value must be an object");
  CHECK(read<page>("null") == ": the value must be an object");
}

TEST_CASE("of several errors the first in the order of the description is told") {
  CHECK(read<point>(R"({"y":"no","x":10,"z":1})") == "x: x must be between 0 and 9");
  CHECK(read<page>(R"({"cells":["a","b",3,4]})") == "cells[0]: cells[0] must be an integer");
}

TEST_CASE("a member that is not described is refused, by name") {
  CHECK(read<point>(R"({"x":1,"y":2,"z":3})") == "z: z is not a known field");
  CHECK(read<point>(R"({"x":1,"y":2,"X":3})") == "X: X is not a known field");
  CHECK(read<nothing>(R"({"a":1})") == "a: a is not a known field");
  CHECK(read<nothing>("{}") == "");
  // Of several the first in the order of their names, not of the text.
  CHECK(read<point>(R"({"z":1,"x":1,"b":2,"y":2,"a":3,"c":4})") == "a: a is not a known field");
}

TEST_CASE("a member may be absent only if its description says so, or if it is optional") {
  CHECK(read<point>(R"({"x":1})") == "y: y is missing");
  ruled r;
  r.cell = 5;
  r.word = "yes";
  CHECK(read("{}", r) == "");
  CHECK(r.cell == 5);  // keeps what it had
  CHECK(r.word == "yes");
  CHECK_FALSE(r.bet);
}

TEST_CASE("or_default allows absence and nothing else") {
  CHECK(read<ruled>(R"({"cell":null})") == "cell: cell must be an integer");
  CHECK(read<ruled>(R"({"cell":9})") == "cell: cell must be between 0 and 8");
}

TEST_CASE("a string that must be an id is one") {
  addressed a;
  CHECK(read(R"({"to":"guest_1-2"})", a) == "");
  CHECK(a.to == "guest_1-2");
  for (const char* none : {R"({"to":""})", R"({"to":"a b"})", R"({"to":"a/b"})", R"({"to":"\u00e9"})"})
    CHECK(read(none, a) == "to: to must match [A-Za-z0-9_-]{1,64}");
  CHECK(json_part(schema_of<addressed>(), "properties.to.pattern") == "^[A-Za-z0-9_-]{1,64}$");
}

TEST_CASE("null empties an optional member") {
  ruled r;
  r.bet = 7;
  CHECK(read(R"({"bet":null})", r) == "");
  CHECK_FALSE(r.bet);
  CHECK(read(R"({"bet":8})", r) == "");
  CHECK(r.bet == 8);
}

TEST_CASE("lists and maps that are read anew hold nothing of before") {
  page p;
  p.rooms = {{"old", {}}};
  p.scores = {{"old", 1}};
  CHECK(read(R"({"rooms":[{"id":"new","players":[]}],"scores":{"new":2}})", p) == "");
  REQUIRE(p.rooms.size() == 1);
  CHECK(p.rooms[0].id == "new");
  CHECK(p.scores == std::map<std::string, int>{{"new", 2}});
}

TEST_CASE("a schema is JSON that says what reading will demand") {
  std::string schema = schema_of<ruled>();
  CHECK(json_part(schema, "type") == "object");
  CHECK(json_part(schema, "additionalProperties") == "false");
  CHECK(json_part(schema, "required") == "[]");
  CHECK(json_part(schema, "properties.cell") == R"({"maximum":8,"minimum":0,"type":"integer"})");
  CHECK(json_part(schema, "properties.share") == R"({"maximum":1.0,"minimum":0.0,"type":"number"})");
  CHECK(json_part(schema, "properties.word") == R"({"enum":["yes","no"],"type":"string"})");
  CHECK(json_part(schema, "properties.name") ==
        R"({"description":"at most 5 bytes of UTF-8","maxLength":5,"type":"string"})");
  CHECK(json_part(schema, "properties.cells.maxItems") == "4");
  CHECK(json_part(schema, "properties.cells.items.maximum") == "8");
  CHECK(json_part(schema, "properties.bet.oneOf") ==
        R"([{"type":"null"},{"maximum":100,"minimum":1,"type":"integer"}])");
}

TEST_CASE("what is written has every member, also those that may be absent when it is read") {
  auto required = [](const std::string& schema) {
    return json_document::parse(json_part(schema, "required")).value().root().size();
  };
  CHECK(required(schema_of<ruled>()) == 0);
  CHECK(required(written_schema_of<ruled>()) ==
        json_document::parse(to_json(ruled{.word = "yes"})).value().root().size());
  CHECK(required(written_schema_of<everything>()) == json_document::parse(to_json(everything{})).value().root().size());
}

TEST_CASE("a schema covers every type of member") {
  std::string schema = schema_of<everything>();
  auto property = [&](std::string path) { return json_part(schema, "properties." + path); };
  CHECK(property("yes.type") == "boolean");
  CHECK(property("tiny") == R"({"maximum":127,"minimum":-128,"type":"integer"})");
  CHECK(property("huge.minimum") == "-9223372036854775808");
  CHECK(property("number") == R"({"type":"number"})");
  CHECK(property("text") == R"({"type":"string"})");
  CHECK(property("hue.enum") == R"(["red","green","blue"])");
  CHECK(property("place.required") == R"(["x","y"])");
  CHECK(property("place.properties.x.maximum") == "9");
  CHECK(property("three.minItems") == "3");
  CHECK(property("three.maxItems") == "3");
  CHECK(property("hues.items.oneOf[1].enum") == R"(["red","green","blue"])");
  CHECK(property("places.items.type") == "object");
  CHECK(property("places.minItems") == "absent");
  CHECK(property("scores.additionalProperties.type") == "number");
  CHECK(property("groups.additionalProperties.items.properties.y.type") == "integer");
  // What may be absent is not required: the two optional members, and nothing else.
  auto required = json_document::parse(json_part(schema, "required"));
  REQUIRE(required.ok());
  CHECK(required.value().root().size() == 16);
}

TEST_CASE("the description counts members, whatever they are made of") {
  CHECK(describes_every_member<everything>());
  CHECK(describes_every_member<page>());
  CHECK(describes_every_member<nothing>());
  struct forgetful {
    std::array<int, 2> first{};
    std::array<int, 2> second{};
  };
  // Two arrays of two are two members, not four.
  CHECK(detail::has_members<forgetful, 2>);
  CHECK_FALSE(detail::has_members<forgetful, 1>);
  CHECK_FALSE(detail::has_members<forgetful, 3>);
  CHECK_FALSE(detail::has_members<forgetful, 4>);
}
