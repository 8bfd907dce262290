#include <catch2/catch.hpp>
#include <numeric>
#include <string>

#include "http/gateway/pages.hpp"

// The pages as they are served: what a player on a slow line waits for.
using namespace parlor::http;

TEST_CASE("all pages together are under 150 KB") {
  auto found = parlor::http::pages();
  auto bytes = std::accumulate(found.begin(), found.end(), std::size_t{0},
                               [](std::size_t sum, const page& p) { return sum + p.body.size(); });
  CHECK(bytes > 50'000);
  CHECK(bytes < 150'000);
}

TEST_CASE("pages ask nobody but their own server") {
  for (const page& p : pages())
    for (const char* where : {"src=\"http", "href=\"http", "from \"http", "import(\"http", "url(http", "url(\"http",
                              "fetch(\"http", "src=\"//", "href=\"//", "from \"//"}) {
      INFO(p.path << ": " << where);
      CHECK(p.body.find(where) == p.body.npos);
    }
}
