#include <catch2/catch.hpp>
#include <cmath>
#include <ctime>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/values/json_text.hpp"
#include "tests/support/json_part.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::string_literals;
using type = json_value::type;

namespace {

bool parses(std::string_view text) { return json_document::parse(text).ok(); }

/// Why a text is refused; the code must always be the same word.
std::string refusal(std::string_view text) {
  auto parsed = json_document::parse(text);
  if (parsed) return "it parses";
  CHECK(parsed.why().code == "malformed_json");
  return parsed.why().detail;
}

type type_of(std::string_view text) {
  auto parsed = json_document::parse(text);
  REQUIRE(parsed.ok());
  return parsed.value().root().type_of();
}

std::optional<std::int64_t> integer(std::string_view text) {
  auto parsed = json_document::parse(text);
  REQUIRE(parsed.ok());
  return parsed.value().root().as_integer();
}

double number(std::string_view text) {
  auto parsed = json_document::parse(text);
  REQUIRE(parsed.ok());
  return parsed.value().root().as_number();
}

json_document parsed(std::string_view text) {
  auto document = json_document::parse(text);
  REQUIRE(document.ok());
  return std::move(document.value());
}

/// An object of `count` members that differ only behind a long common part, as `make_key` numbers
/// them.
template <class F>
std::string crowd(int count, const F& make_key) {
  std::string text = "{";
  for (int i = 0; i < count; ++i) {
    if (i) text += ',';
    text += "\"player_of_the_evening_" + std::to_string(make_key(i)) + "\":1";
  }
  return text + "}";
}

std::string nested(int levels, char open, char close) {
  auto count = static_cast<std::size_t>(levels);
  std::string inside = open == '{' ? "" : "1";
  std::string text;
  for (int i = 0; i < levels; ++i) text += open == '{' && i + 1 < levels ? "{\"a\":" : std::string(1, open);
  return text + inside + std::string(count, close);
}

template <class T>
std::string written(const T& value) {
  std::string out;
  write_json(out, value);
  return out;
}

}  // namespace

TEST_CASE("well-formed JSON is read as it stands") {
  auto parsed = json_document::parse(R"( {"b":[1,-2,2.5,true,null,"x"], "a":{} } )");
  REQUIRE(parsed.ok());
  json_value root = parsed.value().root();
  CHECK(root.type_of() == type::object);
  CHECK(root.size() == 2);
  CHECK_FALSE(root.find("c"));
  json_value list = root.find("b").value();
  CHECK(list.size() == 6);
  CHECK(list.at(0).as_integer() == 1);
  CHECK(list.at(1).as_integer() == -2);
  CHECK(list.at(2).as_number() == 2.5);
  CHECK(list.at(3).as_bool());
  CHECK(list.at(4).type_of() == type::null);
  CHECK(list.at(5).as_text() == "x");
  CHECK(text_of(root) == R"({"a":{},"b":[1,-2,2.5,true,null,"x"]})");
}

TEST_CASE("an empty text stands for an empty object, and white space does not") {
  CHECK(type_of("") == type::object);
  CHECK_FALSE(parses(" "));
  CHECK_FALSE(parses("\n"));
}

TEST_CASE("syntax that is almost JSON is refused") {
  for (const char* text : {"{",  "}",   "[1,]", "{\"a\":1,}", "{a:1}",      "{'a':1}", "[1 2]",     "\"open",
                           "01", "+1",  "1.",   ".5",         "1e",         "0x10",    "NaN",       "Infinity",
                           "-",  "tru", "True", "// no\n{}",  "/* no */{}", "\"\t\"",  "\"\\x41\"", "\"\\u12\""}) {
    INFO(text);
    CHECK_FALSE(parses(text));
  }
}

TEST_CASE("the refusal says near which byte") { CHECK(refusal("{\"a\":1,}") == "syntax error near byte 8"); }

TEST_CASE("nothing may follow the value") {
  for (std::string text : {"{} {}", "{}x", "1 2", "null,", "{}]", "[]\"\""}) {
    INFO(text);
    CHECK_FALSE(parses(text));
  }
  CHECK(parses("{} \r\n\t"));
}

TEST_CASE("a zero byte does not end the text: what stands behind it counts") {
  CHECK_FALSE(parses("{}\0{}"s));
  CHECK_FALSE(parses("{}\0"s));
  CHECK_FALSE(parses("\0"s));
}

TEST_CASE("sixty-four levels are read, sixty-five are refused") {
  for (auto [open, close] : {std::pair{'[', ']'}, std::pair{'{', '}'}}) {
    CHECK(parses(nested(64, open, close)));
    CHECK(refusal(nested(65, open, close)) == "nested more than 64 levels deep");
    // Far beyond any stack, and no more work than the first 65 brackets.
    CHECK(refusal(nested(1'000'000, open, close)) == "nested more than 64 levels deep");
  }
}

TEST_CASE("levels count what is open, not what was") {
  std::string text = "[";
  for (int i = 0; i < 500; ++i) text += "[],";
  CHECK(parses(text + "[]]"));
}

TEST_CASE("a key stands once in its object") {
  CHECK(refusal(R"({"a":1,"a":1})") == "the key \"a\" stands twice");
  CHECK(refusal(R"({"b":{"a":1,"c":2,"a":{}}})") == "the key \"a\" stands twice");
  CHECK(refusal(R"({"a":1,"\u0061":2})") == "the key \"a\" stands twice");
  CHECK(parses(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})"));
}

TEST_CASE("bytes that are not UTF-8 are refused") {
  CHECK_FALSE(parses("\"\xff\""));
  CHECK_FALSE(parses("\"\xc3\""));              // cut short
  CHECK_FALSE(parses("\"\xc0\xaf\""));          // longer than needed
  CHECK_FALSE(parses("\"\xed\xa0\x80\""));      // half a surrogate pair
  CHECK_FALSE(parses("\"\xf4\x90\x80\x80\""));  // beyond U+10FFFF
  CHECK_FALSE(parses("{\"\xff\":1}"));          // keys too
  CHECK_FALSE(parses(R"("\ud800")"));           // written with escapes
  CHECK(parses("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xb2\""));
  CHECK(parses(R"("\ud83c\udfb2")"));
}

TEST_CASE("a number stays what it was written as, an integer or not") {
  CHECK(type_of("3") == type::integer);
  CHECK(type_of("-3") == type::integer);
  CHECK(type_of("0") == type::integer);
  CHECK(type_of("3.0") == type::number);
  CHECK(type_of("1e3") == type::number);
  CHECK(type_of("1E0") == type::number);
  CHECK(type_of("true") == type::boolean);
  CHECK(type_of("\"3\"") == type::text);
  CHECK(integer("-0") == 0);
  CHECK(number("-0.0") == 0.0);
  CHECK(std::signbit(number("-0.0")));
  CHECK(number("1e3") == 1000.0);
  CHECK(number("7") == 7.0);
  CHECK_FALSE(integer("3.9"));
  CHECK_FALSE(integer("\"3\""));
}

TEST_CASE("integers are read in 64 signed bits, or not at all") {
  CHECK(integer("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  CHECK(integer("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(type_of("9223372036854775808") == type::integer);
  CHECK_FALSE(integer("9223372036854775808"));
  CHECK_FALSE(integer("18446744073709551615"));
  // Beyond 64 bits of any sign it is a number that is no integer.
  CHECK(type_of("18446744073709551616") == type::number);
  CHECK(type_of("-9223372036854775809") == type::number);
  CHECK(number("18446744073709551615") == 18446744073709551615.0);
  CHECK(number("-9223372036854775808") == -9223372036854775808.0);
  CHECK(number("18446744073709551616") == 18446744073709551616.0);
}

TEST_CASE("a number too large for a double is refused, and one too small is zero") {
  CHECK_FALSE(parses("1e400"));
  CHECK_FALSE(parses("-1e400"));
  CHECK_FALSE(parses("[" + std::string(400, '9') + "]"));
  auto tiny = json_document::parse("1e-400");
  REQUIRE(tiny.ok());
  CHECK(tiny.value().root().as_number() == 0.0);
}

TEST_CASE("what is written can be read again, whatever went in") {
  CHECK(written("plain") == "\"plain\"");
  CHECK(written("a\"b\\c\nd") == R"("a\"b\\c\nd")");
  CHECK(written("\x01\x7f") == "\"\\u0001\x7f\"");
  CHECK(written("a\0b"s) == R"("a\u0000b")");
  CHECK(written("\xc3\xa9") == "\"\xc3\xa9\"");
  CHECK(written("a\xff") == "\"a\xef\xbf\xbd\"");
  for (int byte = 0; byte < 256; ++byte) CHECK(parses(written(std::string(3, static_cast<char>(byte)))));
}

TEST_CASE("what needs an escape is found at every place in a text") {
  for (std::size_t length = 0; length < 40; ++length) {
    for (std::size_t place = 0; place < length; ++place) {
      std::string plain(length, place % 2 ? '!' : '\x7f');
      CHECK(written(plain) == '"' + plain + '"');
      std::string text = plain;
      for (auto [raw, escaped] : {std::pair{'"', "\\\""},
                                  {'\\', "\\\\"},
                                  {'\x1f', "\\u001f"},
                                  {'\0', "\\u0000"},
                                  {'\t', "\\t"},
                                  {'\x80', "\xef\xbf\xbd"}}) {
        text[place] = raw;
        CHECK(written(text) == '"' + plain.substr(0, place) + escaped + plain.substr(place + 1) + '"');
      }
    }
  }
}

TEST_CASE("each broken letter becomes one mark, and what follows it stays") {
  const std::string mark = "\xef\xbf\xbd";
  auto inside = [](std::string bytes) {
    std::string out = written("a" + bytes + "z");
    return out.substr(2, out.size() - 4);
  };
  for (std::string fine : {"\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf",
                           "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    CHECK(inside(fine) == fine);
  CHECK(inside("\xc3") == mark);
  CHECK(inside("\xe2\x82") == mark);  // cut short: one letter
  CHECK(inside("\xf0\x9f\x8e") == mark);
  CHECK(inside("\xf0\x9f\xc3\xa9") == mark + "\xc3\xa9");
  CHECK(inside("\x80\x80") == mark + mark);  // nothing that they could belong to
  CHECK(inside("\xc0\xaf") == mark + mark);  // longer than needed
  CHECK(inside("\xe0\x9f\xbf") == mark + mark + mark);
  CHECK(inside("\xed\xa0\x80") == mark + mark + mark);  // half a surrogate pair
  CHECK(inside("\xf4\x90\x80\x80") == mark + mark + mark + mark);
  CHECK(inside("\xe2\"") == mark + "\\\"");
}

TEST_CASE("doubles are written in the fewest digits that read back, and stay numbers") {
  CHECK(written(2.0) == "2.0");
  CHECK(written(-0.0) == "-0.0");
  CHECK(written(0.1) == "0.1");
  CHECK(written(std::nan("")) == "null");
  CHECK(written(std::numeric_limits<double>::infinity()) == "null");
  for (double value : {1e300, 5e-324, 1.0 / 3, 123456789.0, 1e21, 1e22, -2.5e-7}) {
    auto parsed = json_document::parse(written(value));
    REQUIRE(parsed.ok());
    CHECK(parsed.value().root().type_of() == type::number);
    CHECK(parsed.value().root().as_number() == value);
  }
}

TEST_CASE("a number without a fraction is an integer, however it is written") {
  for (const char* four : {"4.0", "4e0", "4E0", "0.4e1", "40e-1", "4.000", "400.00E-2", "0.0004e+4", "4.0e00"})
    CHECK(integer(four) == 4);
  for (const char* none : {"0.0", "-0.0", "0e7", "-0e-7", "0.0e999999999999"}) CHECK(integer(none) == 0);
  for (const char* other : {"4.5", "4e-1", "0.4", "4.00000000000000000001", "1e300", "1e19", "9223372036854775808.0",
                            "-9223372036854775809.0", "1e-99999999999"}) {
    INFO(other);
    CHECK_FALSE(integer(other));
  }
  CHECK_FALSE(json_document::parse("1e400").ok());
  // What a double cannot hold is not rounded.
  CHECK(integer("9007199254740993.0") == 9007199254740993);
  CHECK(integer("9223372036854775807.0") == std::numeric_limits<std::int64_t>::max());
  CHECK(integer("-9223372036854775808e0") == std::numeric_limits<std::int64_t>::min());
  // And a number it is all the same.
  CHECK(parsed("4.0").root().as_number() == 4);
  CHECK(std::signbit(parsed("-0.0").root().as_number()));
  CHECK(parsed("4.0").root().text() == "4.0");
}

TEST_CASE("every integer is read from every spelling of it, and no other number is one") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    auto value = static_cast<std::int64_t>(random()) >> (random() % 64);
    std::string sign = value < 0 ? "-" : "";
    std::string digits = std::to_string(value).substr(sign.size());
    // The point goes anywhere, and the exponent brings it back.
    int moved = static_cast<int>(random() % 25) - 4;
    std::string padded = std::string(std::size_t(std::max(0, moved)), '0') + digits;
    auto point = padded.size() - std::size_t(std::max(0, moved));
    std::string whole = padded.substr(0, point), rest = padded.substr(point) + std::string(random() % 3, '0');
    if (moved < 0) rest = std::string(random() % 3 + 1, '0'), whole = digits + std::string(std::size_t(-moved), '0');
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size() - 1));
    std::string exponent = (random() % 2 ? "e" : "E") + std::to_string(moved);
    std::string spelled = sign + whole + (rest.empty() ? "" : "." + rest) + exponent;
    INFO(value << " as " << spelled);
    REQUIRE(integer(spelled) == value);
    std::string broken = sign + whole + "." + rest + std::string(std::size_t(std::max(0, moved)), '0') + "1" + exponent;
    INFO("broken: " << broken);
    REQUIRE_FALSE(integer(broken));
  }
}

TEST_CASE("integers are written in full") {
  CHECK(written(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  CHECK(written(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(written(0) == "0");
  CHECK(written(true) == "true");
}

TEST_CASE("an object is written member by member") {
  std::string out;
  {
    json_object object(out);
    object.add("id", "r1").add("free", 2).add_raw("list", "[1]");
    json_object inner(object.key("a \"b\""));
    inner.add("open", false);
  }
  CHECK(out == R"({"id":"r1","free":2,"list":[1],"a \"b\"":{"open":false}})");
  std::string empty;
  { json_object nothing(empty); }
  CHECK(empty == "{}");
}

TEST_CASE("members are visited in the order of their keys") {
  std::string order;
  parsed(R"({"c":1,"a":{"x":[1,2]},"B":3})").root().each([&](const std::string& key, json_value v) {
    order += key + std::to_string(v.size());
  });
  CHECK(order == "B0a1c0");
}

TEST_CASE("items and members are walked in the order of the text") {
  auto document = parsed(R"({"c":[[],[1,[2]],{"d":{}},3],"a":2,"b":{"x":1}})");
  std::string keys;
  for (json_value member : document.root().items()) keys += member.key();
  CHECK(keys == "cab");
  json_value list = document.root().find("c").value();
  std::string texts;
  for (json_value item : list.items()) texts += item.text() + ' ';
  CHECK(texts == R"([] [1,[2]] {"d":{}} 3 )");
  for (std::size_t i = 0; i < list.size(); ++i)
    CHECK(list.at(i).type_of() == (i < 2 ? type::list : i == 2 ? type::object : type::integer));
  CHECK(list.at(3).as_integer() == 3);
  CHECK(list.at(1).at(1).at(0).as_integer() == 2);
  CHECK(list.at(0).items().begin() == list.at(0).items().end());
  CHECK(list.at(3).items().begin() == list.at(3).items().end());
}

TEST_CASE("members are found whatever their order, among many and few") {
  auto document = parsed(R"({"a":1,"b":{"a":2},"":3,"c":[{"d":4}],"e":5})");
  for (std::string order : {"abce", "ecba", "beac", "caeb"}) {
    json_members members(document.root());
    CHECK(members.find("").value().as_integer() == 3);
    for (char name : order) CHECK(members.find(std::string(1, name)));
    CHECK(members.all_found());
    CHECK_FALSE(members.find("d"));
  }
  json_members members(document.root());
  CHECK(members.find("e"));
  CHECK_FALSE(members.all_found());
  CHECK_FALSE(parsed("[1]").root().find("a"));
  CHECK_FALSE(parsed("\"a\"").root().find("a"));
}

TEST_CASE("a value as text says the same again") {
  std::string text = R"({"b":[1,-2,2.5,1e+300,18446744073709551615,true,null,"x\n\u0000"],"":{},"a":[]})";
  CHECK(parsed(text).root().text() == text);
}

TEST_CASE("values stay where they are when their document is moved") {
  std::optional<json_document> first = parsed(R"({"a":["a text that is longer than a few letters"]})");
  json_value root = first->root();
  json_document second = std::move(*first);
  first.reset();
  parsed(R"({"other":["values in the place of the first?"]})");
  CHECK(root.find("a")->at(0).as_view() == "a text that is longer than a few letters");
}

TEST_CASE("documents live side by side and end in any order") {
  std::vector<std::optional<json_document>> documents;
  auto name_of = [](int i) {
    return std::string(static_cast<std::size_t>(1 + i % 7 * 500), static_cast<char>('a' + i % 26));
  };
  auto make = [&](int i) { return parsed("{\"" + name_of(i) + "\":[" + std::to_string(i) + "]}"); };
  auto is_whole = [&](const json_document& d, int i) {
    json_value member = *d.root().items().begin();
    return member.key() == name_of(i) && member.at(0).as_integer() == i;
  };
  for (int i = 0; i < 100; ++i) documents.emplace_back(make(i));
  for (int i = 0; i < 100; i += 3) documents[static_cast<std::size_t>(i)].reset();
  for (int i = 0; i < 100; i += 6) documents[static_cast<std::size_t>(i)].emplace(make(i));
  for (int i = 0; i < 100; ++i) {
    const auto& d = documents[static_cast<std::size_t>(i)];
    CHECK((!d || is_whole(*d, i)));
  }
}

TEST_CASE("a text larger than what is kept for the next one is read like any other") {
  std::string many = "[0";
  for (int i = 1; i < 20'000; ++i) many += "," + std::to_string(i);
  std::string letters(100'000, 'x');
  for (int round = 0; round < 3; ++round) {
    CHECK(parsed(many + "]").root().at(19'999).as_integer() == 19'999);
    CHECK(parsed("[\"" + letters + "\"]").root().at(0).as_view() == letters);
    CHECK(parsed("[\"small\"]").root().at(0).as_view() == "small");
  }
}

TEST_CASE("a document may be moved to another thread and end there") {
  json_document sent = parsed(R"({"from":"here"})");
  std::optional<json_document> returned;
  std::thread other([&, document = std::move(sent)]() mutable {
    CHECK(document.root().find("from")->as_view() == "here");
    json_document(std::move(document));
    for (int i = 0; i < 10; ++i) returned = parsed(R"({"from":"there"})");
  });
  other.join();
  CHECK(returned->root().find("from")->as_view() == "there");
  returned.reset();
  CHECK(parsed(R"({"a":1})").root().size() == 1);
}

TEST_CASE("a document may outlive what its thread keeps for the next one") {
  // A function, so that each thread makes and destroys one of its own.
  auto last = []() -> std::optional<json_document>& {
    static thread_local std::optional<json_document> of_thread;
    return of_thread;
  };
  std::thread([&] {
    last() = json_document(parsed("[1]"));
    parsed("[2]");
  }).join();
  last() = parsed("[3]");  // and on the main thread, until the program ends
  CHECK(last()->root().at(0).as_integer() == 3);
}

TEST_CASE("of several mistakes the first in the text is told") {
  CHECK(refusal(R"({"a":1,"a":2,})") == "the key \"a\" stands twice");
  CHECK(refusal(R"({"a":1,"a")") == "the key \"a\" stands twice");
  CHECK(refusal(R"({"a":1,"a":{"b":1,"b":1}})") == "the key \"a\" stands twice");
  CHECK(refusal(R"({"a":1,"b":{"c":1,"c":1},"a":1})") == "the key \"c\" stands twice");
  CHECK(refusal(R"([{"a":1,"b":1,"b":1,"a":1},{"c":1,"c":1}])") == "the key \"b\" stands twice");
  CHECK(refusal(R"({"a":1,"a":)" + nested(65, '[', ']')) == "the key \"a\" stands twice");
  CHECK(refusal(R"({"a":1]"a":2})") == "syntax error near byte 7");
  CHECK(refusal(R"({"a":[1,"a":1],"a":1})") == "syntax error near byte 12");
}

TEST_CASE("a repeated key is found among many") {
  auto twice = [](int first, int second) { return crowd(3'000, [&](int i) { return i == second ? first : i; }); };
  CHECK(refusal(twice(0, 2'999)) == "the key \"player_of_the_evening_0\" stands twice");
  CHECK(refusal(twice(2'998, 2'999)) == "the key \"player_of_the_evening_2998\" stands twice");
  CHECK(refusal(crowd(3'000, [](int i) { return i % 1'000; })) == "the key \"player_of_the_evening_0\" stands twice");
  CHECK(refusal(crowd(3'000, [](int i) { return i < 2'000 ? 5'000 - i : 3'001 + i % 7; })) ==
        "the key \"player_of_the_evening_3006\" stands twice");
  for (int count = 2; count < 40; ++count) {
    INFO(count);
    CHECK(parses(crowd(count, [](int i) { return 99 - i; })));
    CHECK_FALSE(parses(crowd(count, [&](int i) { return i + 1 == count ? 10 : 10 + i; })));
  }
}

TEST_CASE("an object of very many keys takes no more than its share of time") {
  // Comparing each key with each would be twenty thousand million comparisons: minutes.
  constexpr int count = 200'000;
  for (bool rising : {true, false}) {
    std::string text = crowd(count, [&](int i) { return rising ? i : (i * 7'919LL) % count; });
    std::clock_t begun = std::clock();
    CHECK(parses(text));
    CHECK((std::clock() - begun) / CLOCKS_PER_SEC < 10);
  }
}
