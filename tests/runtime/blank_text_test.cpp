#include "runtime/values/blank_text.hpp"

#include <catch2/catch.hpp>

using parlor::is_blank;

TEST_CASE("a text is blank if nothing of it can be seen") {
  CHECK(is_blank(""));
  CHECK(is_blank(" \t\r\n"));
  CHECK(is_blank("\u200b\u200c\u200d\u2060\ufeff"));  // of no width
  CHECK(is_blank("\u00a0\u1680\u2003\u202f\u3000"));  // of some
  CHECK(is_blank("\u00ad\u200e\u202e\u2066\u2069"));  // hyphens that may be, and directions
  CHECK(is_blank("\u115f\u3164\uffa0\u2800\u034f\ufe0f"));
  CHECK(is_blank("\U000e0041\U000e007f\U0001d173"));
  CHECK(is_blank("\x01\x7f\u0085"));
}

TEST_CASE("a text with anything that can be seen is not blank") {
  for (const char* text : {"x", "\u200bx\u200b", "0", ".", "\u00a1", "\u00ae", "\u4e2d", "\u0648", "\u27ff", "\u2801",
                           "\U0001f389", "\ufffc", "\U000f0000", "\u2010", "\u3001", "\U0001f468\u200d\U0001f4bb"}) {
    INFO(text);
    CHECK_FALSE(is_blank(text));
  }
  CHECK_FALSE(is_blank("\xe2\x80"));  // broken: shown as a mark
}
