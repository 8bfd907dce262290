#include <catch2/catch.hpp>
#include <set>

#include "http/protocol/traceparent.hpp"
#include "tests/support/served.hpp"

using namespace parlor;
using namespace parlor::http;
using namespace parlor::testing;

namespace {

const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

bool is_request_id(const std::string& text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

TEST_CASE("a traceparent is read as it is written") {
  auto read = parse_traceparent(parent);
  REQUIRE(read);
  CHECK(read->trace_high == 0x0af7651916cd43dd);
  CHECK(read->trace_low == 0x8448eb211c80319c);
  CHECK(parse_traceparent("00-00000000000000000000000000000001-0000000000000001-ff"));
  // A later version may say more, behind a dash; and one that is as long says the same.
  CHECK(parse_traceparent("01" + parent.substr(2)));
  CHECK(parse_traceparent("cc" + parent.substr(2) + "-what-comes-later"));
}

TEST_CASE("a traceparent that is not well-formed is none") {
  for (const std::string& wrong :
       {std::string(), std::string("rubbish"), parent.substr(0, 54), parent + "-", parent + "0",
        "01" + parent.substr(2) + "0", "ff" + parent.substr(2), "0g" + parent.substr(2), "0A" + parent.substr(2),
        std::string("00-00000000000000000000000000000000-b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"),
        std::string("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x"),
        std::string("00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01"),
        std::string("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01"),
        std::string("00-0af7651916cd43dd8448eb211c80319 -b7ad6b7169203331-01")}) {
    INFO(wrong);
    CHECK_FALSE(parse_traceparent(wrong));
  }
}

TEST_CASE("a request without a trace begins one, and every request has an id of its own") {
  std::set<std::uint64_t> ids;
  for (int i = 0; i < 1000; ++i) {
    trace_context made = trace_of(i % 2 ? "rubbish" : "");
    CHECK(made.known());
    ids.insert(made.request);
    ids.insert(made.trace_low);
  }
  CHECK(ids.size() == 2000);
  trace_context given = trace_of(parent), again = trace_of(parent);
  CHECK(given.trace_high == again.trace_high);
  CHECK(given.trace_low == again.trace_low);
  CHECK(given.request != again.request);
}

TEST_CASE("every answer names its request, and a page from elsewhere may read it") {
  served s;
  std::set<std::string> ids;
  for (const char* path : {"/healthz", "/", "/no/such/path", "/api/tictactoe/none", "/api/stats", "/%zz"}) {
    auto answer = s.get(path, {{"X-Request-Id", "chosen-by-the-client"}});
    INFO(path);
    CHECK(is_request_id(answer.header("x-request-id")));
    CHECK_THAT(answer.header("access-control-expose-headers"), Catch::Contains("X-Request-Id"));
    ids.insert(answer.header("x-request-id"));
  }
  CHECK(ids.size() == 6);
}
