#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <string>

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
  return parsed.value().root().what();
}

std::optional<std::int64_t> integer(std::string_view text) {
  auto parsed = json_document::parse(text);
  REQUIRE(parsed.ok());
  return parsed.value().root().as_integer();
}

std::string nested(int levels, char open, char close) {
  auto count = static_cast<std::size_t>(levels);
  std::string inside = open == '{' ? "" : "1";
  std::string text;
  for (int i = 0; i < levels; ++i)
    text += open == '{' && i + 1 < levels ? "{\"a\":" : std::string(1, open);
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
  CHECK(root.what() == type::object);
  CHECK(root.size() == 2);
  CHECK_FALSE(root.find("c"));
  json_value list = root.find("b").value();
  CHECK(list.size() == 6);
  CHECK(list.at(0).as_integer() == 1);
  CHECK(list.at(1).as_integer() == -2);
  CHECK(list.at(2).as_number() == 2.5);
  CHECK(list.at(3).as_bool());
  CHECK(list.at(4).what() == type::null);
  CHECK(list.at(5).as_text() == "x");
  CHECK(text_of(root) == R"({"a":{},"b":[1,-2,2.5,true,null,"x"]})");
}

TEST_CASE("an empty text stands for an empty object, and white space does not") {
  CHECK(type_of("") == type::object);
  CHECK_FALSE(parses(" "));
  CHECK_FALSE(parses("\n"));
}

TEST_CASE("syntax that is almost JSON is refused") {
  for (const char* text : {"{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "[1 2]", "\"open",
                           "01", "+1", "1.", ".5", "1e", "0x10", "NaN", "Infinity", "-", "tru",
                           "True", "// no\n{}", "/* no */{}", "\"\t\"", "\"\\x41\"", "\"\\u12\""}) {
    INFO(text);
    CHECK_FALSE(parses(text));
  }
}

TEST_CASE("the refusal says near which byte") {
  CHECK(refusal("{\"a\":1,}") == "syntax error near byte 8");
}

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
  CHECK_FALSE(parses("\"\xc3\""));                // cut short
  CHECK_FALSE(parses("\"\xc0\xaf\""));            // longer than needed
  CHECK_FALSE(parses("\"\xed\xa0\x80\""));        // half a surrogate pair
  CHECK_FALSE(parses("\"\xf4\x90\x80\x80\""));    // beyond U+10FFFF
  CHECK_FALSE(parses("{\"\xff\":1}"));            // keys too
  CHECK_FALSE(parses(R"("\ud800")"));             // written with escapes
  CHECK(parses("\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xb2\""));
  CHECK(parses(R"("\ud83c\udfb2")"));
}

TEST_CASE("a number is an integer only if it is written as one") {
  CHECK(type_of("3") == type::integer);
  CHECK(type_of("-3") == type::integer);
  CHECK(type_of("0") == type::integer);
  CHECK(type_of("3.0") == type::number);
  CHECK(type_of("1e3") == type::number);
  CHECK(type_of("1E0") == type::number);
  CHECK(type_of("true") == type::boolean);
  CHECK(type_of("\"3\"") == type::text);
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
  for (int byte = 0; byte < 256; ++byte)
    CHECK(parses(written(std::string(3, static_cast<char>(byte)))));
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
    CHECK(parsed.value().root().what() == type::number);
    CHECK(parsed.value().root().as_number() == value);
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
  auto parsed = json_document::parse(R"({"c":1,"a":2,"b":3})");
  REQUIRE(parsed.ok());
  std::string order;
  parsed.value().root().each([&](const std::string& key, json_value) { order += key; });
  CHECK(order == "abc");
}
