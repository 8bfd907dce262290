#include <zlib.h>

#include <catch2/catch.hpp>
#include <string>

#include "http/gateway/pages.hpp"
#include "tests/support/served.hpp"

// The pages as they are served: what a player on a slow line waits for.
using namespace parlor::http;
using namespace parlor::testing;

namespace {

/// What was compressed in the format of gzip.
std::string unzipped(const std::string& bytes) {
  std::string out(1'000'000, '\0');
  z_stream z{};
  REQUIRE(inflateInit2(&z, MAX_WBITS + 16) == Z_OK);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  CHECK(inflate(&z, Z_FINISH) == Z_STREAM_END);
  out.resize(z.total_out);
  inflateEnd(&z);
  return out;
}

}  // namespace

TEST_CASE("all pages together are under 80 KB as they are sent") {
  served s;
  std::size_t bytes = 0;
  for (const page& p : pages()) {
    auto sent = s.get(std::string(p.path), {{"Accept-Encoding", "gzip"}});
    INFO(p.path);
    CHECK(sent.status == 200);
    bytes += sent.body.size();
  }
  CHECK(bytes > 25'000);
  CHECK(bytes < 80'000);
}

TEST_CASE("pages ask nobody but their own server") {
  for (const page& p : pages())
    for (const char* where : {"src=\"http", "href=\"http", "from \"http", "import(\"http", "url(http", "url(\"http",
                              "fetch(\"http", "src=\"//", "href=\"//", "from \"//"}) {
      INFO(p.path << ": " << where);
      CHECK(p.body.find(where) == p.body.npos);
    }
}

TEST_CASE("pages and the contract are sent compressed to those who take that, under a tag of their own") {
  served s;
  for (const char* path : {"/", "/main.js", "/style.css", "/openapi.json"}) {
    INFO(path);
    http_answer plain = s.get(path), small = s.get(path, {{"Accept-Encoding", "br, gzip;q=0.8"}});
    CHECK(plain.header("content-encoding").empty());
    CHECK(small.header("content-encoding") == "gzip");
    CHECK(small.body.size() < plain.body.size());
    CHECK(unzipped(small.body) == plain.body);
    CHECK(small.header("content-type") == plain.header("content-type"));
    for (const http_answer& either : {plain, small}) CHECK(either.header("vary") == "Accept-Encoding");
    CHECK(small.header("etag") != plain.header("etag"));
    // What is known in one form is not known in the other.
    for (const auto& [tag, coding, status] : {std::tuple{plain.header("etag"), "identity", 304},
                                              {small.header("etag"), "gzip", 304},
                                              {plain.header("etag"), "gzip", 200},
                                              {small.header("etag"), "identity", 200}}) {
      http_answer again = s.get(path, {{"If-None-Match", tag}, {"Accept-Encoding", coding}});
      CHECK(again.status == status);
      CHECK(again.header("vary") == "Accept-Encoding");
      if (status == 304) CHECK(again.header("etag") == tag);
    }
  }
}

TEST_CASE("nobody gets a compressed page who does not take it, or would rather not") {
  served s;
  for (const char* wish :
       {"gzip;q=0", "identity", "br", "gzip;q=0.5, identity;q=0.8", "*;q=0", "gzip;q=x", "gzip;q=0, *"}) {
    INFO(wish);
    CHECK(s.get("/main.js", {{"Accept-Encoding", wish}}).header("content-encoding").empty());
  }
  for (const char* wish : {"GZIP", "x-gzip", "*", "gzip;q=0.001", "identity;q=0, gzip", "deflate, gzip ; q=1.0"}) {
    INFO(wish);
    CHECK(s.get("/main.js", {{"Accept-Encoding", wish}}).header("content-encoding") == "gzip");
  }
  // What a player alone sees is not compressed.
  CHECK(s.get("/api/tictactoe", {{"Accept-Encoding", "gzip"}}).header("content-encoding").empty());
}
