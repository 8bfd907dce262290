#include <catch2/catch.hpp>

#include "http/protocol/message.hpp"
#include "http/protocol/weights.hpp"

using namespace parlor::http;

TEST_CASE("a list says how much each of its names is wanted") {
  CHECK(weight_of("gzip", "gzip") == 1000);
  CHECK(weight_of("br;q=1.0, gzip;q=0.5, *;q=0", "gzip") == 500);
  CHECK(weight_of("br;q=1.0, gzip;q=0.5, *;q=0", "*") == 0);
  CHECK(weight_of("br , GZip\t; Q=0.125", "gzip") == 125);
  CHECK(weight_of("text/html;level=1;q=0.4", "text/html") == 400);
  CHECK(weight_of("gzip;q=0, gzip;q=0.3", "gzip") == 300);
  CHECK(weight_of(",, gzip ,", "gzip") == 1000);
  // What stands in quotes is no list.
  CHECK_FALSE(weight_of(R"(text/html;title="a, gzip;q=1 \", gzip")", "gzip"));
  CHECK(weight_of(R"(text/html;title="x;q=0", gzip;q=0.2)", "text/html") == 1000);
  for (const char* without : {"", "gz", "gzipped", "x-gzip", "*", "identity", ";q=1", "\"gzip", "br;gzip"})
    CHECK_FALSE(weight_of(without, "gzip"));
}

TEST_CASE("a weight has at most three digits and is at most 1") {
  using written = std::pair<const char*, int>;
  for (const auto& [text, weight] :
       {written{"0", 0}, {"0.", 0}, {"0.000", 0}, {"0.001", 1}, {"1.000", 1000}, {"1", 1000}})
    CHECK(weight_of(std::string("gzip;q=") + text, "gzip") == weight);
  for (const char* wrong : {"", "2", "1.1", "1.001", "0.0001", "-0", ".5", "x", "0.x", "\"1\"", "00"}) {
    INFO(wrong);
    CHECK_FALSE(weight_of(std::string("gzip;q=") + wrong, "gzip"));
  }
}

TEST_CASE("a stream is for who names it, and not with a weight of 0") {
  auto wants = [](std::string_view accept) { return wants_stream({.method = "GET", .path = "/", .accept = accept}); };
  CHECK(wants("text/event-stream"));
  CHECK(wants("application/json, Text/Event-Stream;q=0.1"));
  CHECK(wants("text/event-stream; charset=utf-8"));
  for (const char* other : {"", "*/*", "text/*", "text/event-stream;q=0", "text/event-stream ; q=0.000, */*",
                            "application/json, text/event-stream;q=0", "text/event-streams", "x-text/event-stream",
                            "application/json;profile=\"text/event-stream\""}) {
    INFO(other);
    CHECK_FALSE(wants(other));
  }
}

TEST_CASE("a media type is read without its parameters, in any case") {
  for (const char* json : {"application/json", "Application/JSON", "application/json;charset=utf-8",
                           "application/json\t; charset=utf-8", "application/json ;a=\"b;c\""}) {
    INFO(json);
    CHECK(is_of_type(json, "application/json"));
  }
  for (const char* other : {"", "text/plain", "application/jsonp", "application/json text",
                            "text/plain;application/json", "text/plain, application/json"}) {
    INFO(other);
    CHECK_FALSE(is_of_type(other, "application/json"));
  }
}
