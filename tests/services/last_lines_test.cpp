#include "runtime/services/last_lines.hpp"

#include <catch2/catch.hpp>

using namespace parlor;

namespace {

std::string last_of(std::string_view written) {
  last_lines lines;
  lines.add(written);
  return lines.text();
}

}  // namespace

TEST_CASE("of what was written the last twenty lines are kept") {
  std::string text, twenty;
  for (int i = 1; i <= 50; ++i) {
    std::string line = "line " + std::to_string(i) + "\n";
    text += line;
    if (i > 30) twenty += line;
  }
  twenty.pop_back();
  CHECK(last_of(text) == twenty);
  last_lines in_pieces;
  for (char c : text) in_pieces.add({&c, 1});
  CHECK(in_pieces.text() == twenty);
}

TEST_CASE("few lines are kept as they are") {
  CHECK(last_of("") == "");
  CHECK(last_of("\n\n") == "");
  CHECK(last_of("one") == "one");
  CHECK(last_of("\none\n\ntwo\n") == "\none\n\ntwo");
}

TEST_CASE("what is kept has at most 4 KiB and begins with a whole line, if it can") {
  std::string line(1500, 'x');
  CHECK(last_of(line + "\n" + line + "\n" + line + "\n") == line + "\n" + line);
  CHECK(last_of(std::string(10'000, 'y')) == std::string(4096, 'y'));
  last_lines much;
  for (int i = 0; i < 1000; ++i) much.add(std::string(700, 'a') + "\n");
  CHECK(much.text().size() <= last_lines::bytes_max);
}

TEST_CASE("what is kept can be shown") {
  CHECK(last_of("a\tb\r\nc\033[2Jd") == "a b \nc?[2Jd");
  CHECK(last_of(std::string_view("d\0e\x7f", 4)) == "d?e?");
  std::string letters = "gr\xc3\xbc\xc3\x9f \xe4\xbd\xa0 \xf0\x9f\x8e\xb2";
  CHECK(last_of(letters) == letters);
  CHECK(last_of("\xc3(\xa0 \xed\xa0\x80 \xc0\xaf \xf5 \xc2\x9b") == "?(? ??? ?? ? ??");
  CHECK(last_of("the end is missing: \xe4\xbd") == "the end is missing: ??");
}
