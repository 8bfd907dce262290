#include "http/framing/characters.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

using namespace parlor;

namespace {

bool is_letter_or_digit(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_one_of(int c, std::string_view some) {
  return c > 0 && c < 128 && some.find(static_cast<char>(c)) != some.npos;
}

}  // namespace

TEST_CASE("each byte may be what the standards say") {
  for (int c = 0; c < 256; ++c) {
    INFO(c);
    const char byte = static_cast<char>(c);
    const bool visible = c > ' ' && c < 0x7f;
    // RFC 9110, 5.6.2 and 5.5.
    CHECK(http::is(byte, http::in_token) == (is_letter_or_digit(c) || is_one_of(c, "!#$%&'*+-.^_`|~")));
    CHECK(http::is(byte, http::in_value) == (c == ' ' || c == '\t' || visible || c >= 0x80));
    // RFC 3986, 3.2.2; of a target what browsers send, too.
    CHECK(http::is(byte, http::in_host) == (is_letter_or_digit(c) || is_one_of(c, "-._~!$&'()*+,;=")));
    CHECK(http::is(byte, http::in_target) == (visible && !is_one_of(c, "\"#<>\\")));
    CHECK(http::is(byte, http::is_digit) == is_one_of(c, "0123456789"));
    CHECK(http::is(byte, http::is_hex_digit) == is_one_of(c, "0123456789abcdefABCDEF"));
    const bool capital = c >= 'A' && c <= 'Z';
    CHECK(http::lower(byte) == (capital ? static_cast<char>(c + 32) : byte));
  }
}

TEST_CASE("every byte of a value counts, wherever it stands") {
  for (int c = 0; c < 256; ++c)
    for (std::size_t place = 0; place < 19; ++place) {
      std::string value(19, 'a');
      value[place] = static_cast<char>(c);
      INFO(c << " at " << place);
      CHECK(http::is_value(value) == http::is(static_cast<char>(c), http::in_value));
    }
}

TEST_CASE("a word is itself in any case, and no longer one") {
  CHECK(http::is_word("ChunkeD", "chunked"));
  CHECK(http::is_word("KEEP-Z", "keep-z"));
  CHECK_FALSE(http::is_word("chunked2", "chunked"));
  CHECK_FALSE(http::is_word("chunke", "chunked"));
  CHECK_FALSE(http::is_word("chunked", std::string_view("chunked").substr(0, 6)));
}
