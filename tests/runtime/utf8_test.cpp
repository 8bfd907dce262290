#include "runtime/values/utf8.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace parlor;
using namespace std::string_literals;

namespace {

/// The letters that a reader takes from a text: "2" for one of two bytes, "2!" for a broken one.
std::vector<std::string> letters_of(std::string_view text) {
  std::vector<std::string> letters;
  while (!text.empty()) {
    utf8_letter letter = first_letter(text);
    letters.push_back(std::to_string(letter.bytes) + (letter.well_formed ? "" : "!"));
    text.remove_prefix(letter.bytes);
  }
  return letters;
}

using letters = std::vector<std::string>;

/// A code point in the bytes that its size asks for, whether Unicode allows it or not.
std::string spelled(unsigned code) {
  auto byte = [](unsigned bits) { return static_cast<char>(bits); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0 | code >> 6), byte(0x80 | (code & 0x3f))};
  if (code < 0x10000) return {byte(0xe0 | code >> 12), byte(0x80 | (code >> 6 & 0x3f)), byte(0x80 | (code & 0x3f))};
  return {byte(0xf0 | code >> 18), byte(0x80 | (code >> 12 & 0x3f)), byte(0x80 | (code >> 6 & 0x3f)),
          byte(0x80 | (code & 0x3f))};
}

}  // namespace

TEST_CASE("every code point is one letter, but for the halves of surrogate pairs") {
  for (unsigned code = 0; code < 0x111000; ++code) {
    std::string text = spelled(code);
    bool exists = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    if (is_utf8(text) == exists && (!exists || first_letter(text + "x").bytes == text.size())) continue;
    FAIL("U+" << std::hex << code);
  }
}

TEST_CASE("a letter has one spelling") {
  CHECK_FALSE(is_utf8("\xc0\xaf"));
  CHECK_FALSE(is_utf8("\xc1\xbf"));
  CHECK_FALSE(is_utf8("\xe0\x9f\xbf"));
  CHECK_FALSE(is_utf8("\xf0\x8f\xbf\xbf"));
}

TEST_CASE("of broken text a reader takes what could begin a letter") {
  CHECK(letters_of("a\xe2\x82\xac\xf0\x9f\x8e\xb2") == letters{"1", "3", "4"});
  CHECK(letters_of("\xe2\x82") == letters{"2!"});
  CHECK(letters_of("\xe2\x82z") == letters{"2!", "1"});
  CHECK(letters_of("\xf0\x9f\x8e\xc3\xa9") == letters{"3!", "2"});
  CHECK(letters_of("\xed\xa0\x80") == letters{"1!", "1!", "1!"});
  CHECK(letters_of("\x80\xff") == letters{"1!", "1!"});
  CHECK(is_utf8(""));
  CHECK(is_utf8("\0"s));
}

TEST_CASE("a text is cut between letters") {
  CHECK(whole_letters("caf\xc3\xa9!", 6) == "caf\xc3\xa9!");
  CHECK(whole_letters("caf\xc3\xa9!", 5) == "caf\xc3\xa9");
  CHECK(whole_letters("caf\xc3\xa9!", 4) == "caf");
  CHECK(whole_letters("\xf0\x9f\x8e\xb2\xf0\x9f\x8e\xb2", 7) == "\xf0\x9f\x8e\xb2");
  CHECK(whole_letters("\xf0\x9f\x8e\xb2", 3).empty());
}
