#include <catch2/catch.hpp>
#include <string>

#include "tests/framing/framed.hpp"

using namespace parlor;
using namespace parlor::testing;

namespace {

const std::string head = "POST /a HTTP/1.1\r\nHost: a\r\n";

}  // namespace

TEST_CASE("what follows a request is left") {
  framed first = frame(head + "Content-Length: 2\r\n\r\nhiGET /b HTTP/1.1\r\n");
  CHECK(first.request == "POST /a HTTP/1.1\r\nContent-Length:2\r\n\r\nhi");
  CHECK(first.rest == "GET /b HTTP/1.1\r\n");
  framed chunks = frame(head + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nGET");
  CHECK(chunks.request == "POST /a HTTP/1.1\r\nContent-Length:2\r\n\r\nhi");
  CHECK(chunks.rest == "GET");
}

TEST_CASE("who waits for a word before the body gets it once, and not for what has come") {
  const http::framing_limits limits;
  auto asks = [&](std::string bytes) {
    http::framer framer(limits);
    framer.look(bytes.data(), bytes.size());
    bool first = framer.takes_continue();
    CHECK_FALSE(framer.takes_continue());
    return first;
  };
  const std::string expects = head + "Expect: 100-continue\r\nContent-Length: 2\r\n";
  CHECK_FALSE(asks(expects));
  CHECK(asks(expects + "\r\n"));
  CHECK(asks(expects + "\r\nh"));
  CHECK_FALSE(asks(expects + "\r\nhi"));
  CHECK(asks(head + "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"));
  CHECK_FALSE(asks("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
  CHECK_FALSE(asks(head + "Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"));
}

TEST_CASE("a body in chunks of a byte takes no more room than its bytes") {
  const http::framing_limits limits;
  http::framer framer(limits);
  std::string held = head + "Transfer-Encoding: chunked\r\n\r\n";
  const std::size_t before = held.size();
  framer.look(held.data(), held.size());
  for (int i = 0; i < 1000; ++i) {
    held += "1\r\na\r\n";
    CHECK(framer.look(held.data(), held.size()) == http::framer::verdict::incomplete);
    held.resize(framer.squeeze(held.data(), held.size()));
  }
  CHECK(held.size() <= before + 1000 + 2);
  held += "0\r\n\r\n";
  REQUIRE(framer.look(held.data(), held.size()) == http::framer::verdict::complete);
  held.resize(framer.join(held.data()));
  CHECK(held == "POST /a HTTP/1.1\r\nContent-Length:1000\r\n\r\n" + std::string(1000, 'a'));
}

TEST_CASE("a refusal says why, and for which page") {
  const http::framing_limits limits;
  http::framer framer(limits);
  std::string bytes = "HEAD / HTTP/1.1\r\nOrigin: https://game.example\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n";
  REQUIRE(framer.look(bytes.data(), bytes.size()) == http::framer::verdict::refused);
  CHECK(framer.why().code == "body_too_large");
  CHECK(framer.apology(bytes.data(), framer.why()) ==
        "HEAD / HTTP/1.1\r\nConnection:close\r\nOrigin:https://game.example\r\n"
        "Refused:body_too_large the body is larger than this server takes\r\n\r\n");
}

TEST_CASE("nobody but the framer says that a request is refused") {
  CHECK(frame("GET / HTTP/1.1\r\nHost: a\r\nRefused: x\r\n\r\n").request == "GET / HTTP/1.1\r\n\r\n");
}
