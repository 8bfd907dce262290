#include <catch2/catch.hpp>
#include <string>

#include "tests/framing/framed.hpp"

using namespace parlor;
using namespace parlor::testing;

namespace {

const std::string head = "POST /a HTTP/1.1\r\nHost: a\r\n";
const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";

std::string repeated(const std::string& text, int times) {
  std::string sum;
  for (int i = 0; i < times; ++i) sum += text;
  return sum;
}

/// The word of the refusal; nothing if the bytes are a request.
std::string refused(const std::string& bytes) {
  framed result = frame(bytes);
  CHECK(result.verdict != http::framer::verdict::incomplete);
  return result.code;
}

}  // namespace

TEST_CASE("what follows a request is left") {
  framed first = frame(head + "Content-Length: 2\r\n\r\nhiGET /b HTTP/1.1\r\n");
  CHECK(first.request == "POST /a HTTP/1.1\r\nContent-Length:2\r\n\r\nhi");
  CHECK(first.rest == "GET /b HTTP/1.1\r\n");
  framed chunks = frame(chunked + "2\r\nhi\r\n0\r\n\r\nGET");
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
  std::string held = chunked;
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

TEST_CASE("a page is named in a refusal if its name is one that can be") {
  const http::framing_limits limits;
  auto apology_to = [&](const std::string& origin) {
    http::framer framer(limits);
    std::string bytes = "GET / HTTP/1.1\r\n" + origin + "\r\n";
    REQUIRE(framer.look(bytes.data(), bytes.size()) == http::framer::verdict::refused);
    return framer.apology(bytes.data(), framer.why());
  };
  const std::string nameless = apology_to("");
  CHECK(nameless.find("Origin") == nameless.npos);
  CHECK(apology_to("Origin: " + std::string(512, 'a') + "\r\n").find("Origin:aaa") != nameless.npos);
  CHECK(apology_to("Origin: " + std::string(513, 'a') + "\r\n") == nameless);
}

TEST_CASE("a framer that begins anew knows nothing of the request before") {
  const http::framing_limits limits;
  http::framer framer(limits);
  auto reads = [&](std::string bytes) {
    framer.reset();
    CHECK(framer.look(bytes.data(), bytes.size()) == http::framer::verdict::complete);
    bytes.resize(framer.join(bytes.data()));
    return bytes;
  };
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: b\r\n\r\n";
  const std::string plain = "GET / HTTP/1.1\r\nAuthorization:b\r\n\r\n";
  CHECK(reads(get) == plain);
  reads("HEAD / HTTP/1.0\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi");
  CHECK(reads(get) == plain);
  reads(chunked + "2;a\r\nhi\r\n0\r\nb: c\r\n\r\n");
  CHECK(reads(get) == plain);
}

TEST_CASE("each bound of a head may be reached, and none be passed by one") {
  auto target = [](std::size_t bytes) {
    return "GET /" + std::string(bytes - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  CHECK(refused(target(8000)).empty());
  CHECK(refused(target(8001)) == "target_too_long");
  CHECK(refused(repeated("\r\n", 4) + target(1)).empty());
  CHECK(refused(repeated("\r\n", 5) + target(1)) == "bad_request");
  auto with = [](const std::string& fields) { return head + fields + "\r\n"; };
  CHECK(refused(with(repeated("A: b\r\n", 63))).empty());
  CHECK(refused(with(repeated("A: b\r\n", 64))) == "head_too_large");
  CHECK(refused(with(std::string(256, 'a') + ": b\r\n")).empty());
  CHECK(refused(with(std::string(257, 'a') + ": b\r\n")) == "head_too_large");
  CHECK(refused(with("A: " + std::string(8192, 'b') + "\r\n")).empty());
  CHECK(refused(with("A: " + std::string(8193, 'b') + "\r\n")) == "head_too_large");
  std::string large = repeated("A: " + std::string(8000, 'b') + "\r\n", 4);
  large += "A: " + std::string(32 * 1024 - with(large + "A: \r\n").size(), 'b') + "\r\n";
  CHECK(refused(with(large)).empty());
  CHECK(refused(with(large + "A:\r\n")) == "head_too_large");
  large.insert(large.size() - 2, "b");
  CHECK(refused(with(large)) == "head_too_large");
}

TEST_CASE("each bound of a body may be reached, and none be passed by one, in chunks neither") {
  const std::string full(64 * 1024, 'a'), end = "0\r\n\r\n";
  CHECK(refused(head + "Content-Length: 65536\r\n\r\n" + full).empty());
  CHECK(refused(chunked + "10000\r\n" + full + "\r\n" + end).empty());
  const std::string half = "8000\r\n" + full.substr(0, 0x8000) + "\r\n";
  CHECK(refused(chunked + half + half + end).empty());
  CHECK(refused(chunked + half + "1\r\na\r\n8000\r\n") == "body_too_large");
  CHECK(refused(chunked + half + "ffffffffffffffff\r\n") == "body_too_large");
}

TEST_CASE("what nobody reads of a body is bounded as a whole, and the sizes of chunks are not of it") {
  const std::string end = "0\r\n\r\n";
  CHECK(refused(chunked + repeated("1\r\na\r\n", 5000) + end).empty());
  CHECK(refused(chunked + repeated("00000001\r\na\r\n", 5000) + end).empty());
  CHECK(refused(chunked + "1;" + std::string(4093, 'b') + "\r\na\r\n" + end).empty());
  CHECK(refused(chunked + "1;" + std::string(4094, 'b') + "\r\na\r\n" + end) == "bad_request");
  CHECK(refused(chunked + repeated("1;" + std::string(106, 'b') + "\r\na\r\n", 40) + end).empty());
  CHECK(refused(chunked + repeated("1;" + std::string(106, 'b') + "\r\na\r\n", 42) + end) == "bad_request");
  CHECK(refused(chunked + repeated("000000000001\r\na\r\n", 1030) + end) == "bad_request");
  CHECK(refused(chunked + "0\r\n" + repeated("A: " + std::string(97, 'b') + "\r\n", 40) + "\r\n").empty());
  CHECK(refused(chunked + "0\r\n" + repeated("A: " + std::string(97, 'b') + "\r\n", 42) + "\r\n") == "bad_request");
}

TEST_CASE("no number of codings comes around to one") {
  for (int before : {255, 256, 257, 512})
    CHECK(refused(head + "Transfer-Encoding: " + repeated("gzip, ", before) + "chunked\r\n\r\n0\r\n\r\n") ==
          "not_implemented");
}

TEST_CASE("fields that may come once may all come") {
  const std::string fields =
      "If-Match:a\r\nOrigin:b\r\nContent-Type:c\r\nAuthorization:d\r\nIf-None-Match:e\r\nLast-Event-ID:f\r\n"
      "Idempotency-Key:g\r\nAccept-Encoding:h\r\nX-Forwarded-For:i\r\nForwarded:j\r\nX-Real-IP:k\r\nVia:l\r\n"
      "Prefer:m\r\ntraceparent:n\r\nAccept:p\r\n";
  CHECK(frame(head + fields + "\r\n").request == "POST /a HTTP/1.1\r\n" + fields + "\r\n");
  for (const char* once : {"Content-Type", "Authorization", "Origin", "Idempotency-Key", "Last-Event-ID"})
    CHECK(refused(head + once + ": a\r\n" + once + ": b\r\n\r\n") == "bad_request");
}

TEST_CASE("nobody but the framer says that a request is refused") {
  CHECK(frame("GET / HTTP/1.1\r\nHost: a\r\nRefused: x\r\n\r\n").request == "GET / HTTP/1.1\r\n\r\n");
}
