#include <catch2/catch.hpp>

#include "http/protocol/client_address.hpp"

using namespace parlor::http;

namespace {

client_address at(const char* text) { return client_address::parse(text).value(); }

std::vector<address_range> ranges(std::initializer_list<const char*> texts) {
  std::vector<address_range> list;
  for (const char* item : texts) list.push_back(address_range::parse(item).value());
  return list;
}

}  // namespace

TEST_CASE("addresses are read strictly, and IPv4 is the same in both writings") {
  CHECK(at("10.1.2.3") == at("::ffff:10.1.2.3"));
  CHECK(at("2001:db8::1") == at("2001:DB8:0::0:1"));
  CHECK(at("127.8.0.1").is_loopback());
  CHECK(at("::1").is_loopback());
  for (const char* other : {"128.0.0.1", "::2", "1::1", "::", "::127.0.0.1"}) CHECK_FALSE(at(other).is_loopback());
  for (const char* wrong : {"", " ", "10.1.2", "10.1.2.3.4", "10.1.2.256", "010.1.2.3.", "unknown", "[::1]",
                            "10.1.2.3:80", "::1%eth0", "localhost"})
    CHECK_FALSE(client_address::parse(wrong));
}

TEST_CASE("limits count IPv4 by address and IPv6 by the first half") {
  CHECK(at("10.1.2.3").network() == at("10.1.2.3"));
  CHECK(at("10.1.2.3").network() != at("10.1.2.4").network());
  CHECK(at("2001:db8:1:2:3::4").network() == at("2001:db8:1:2:ffff::").network());
  CHECK(at("2001:db8:1:2::").network() != at("2001:db8:1:3::").network());
}

TEST_CASE("a range is an address with as many bits as count") {
  auto holds = [](const char* range, const char* address) {
    return address_range::parse(range).value().contains(at(address));
  };
  CHECK(holds("10.0.0.0/8", "10.255.0.1"));
  CHECK_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
  CHECK(holds("10.128.0.0/9", "10.200.0.1"));
  CHECK_FALSE(holds("10.128.0.0/9", "10.127.0.1"));
  CHECK(holds("10.1.2.3", "10.1.2.3"));
  CHECK_FALSE(holds("10.1.2.3", "10.1.2.2"));
  CHECK(holds("0.0.0.0/0", "192.0.2.1"));
  CHECK_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
  CHECK(holds("2001:db8::/33", "2001:db8:7fff::"));
  CHECK_FALSE(holds("2001:db8::/33", "2001:db8:8000::"));
  for (const char* wrong : {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "/8", ""})
    CHECK_FALSE(address_range::parse(wrong));
}

TEST_CASE("who asks is the last that a trusted proxy was asked by") {
  auto proxies = ranges({"10.0.0.0/8", "127.0.0.1"});
  auto from = [&](const char* peer, const char* list) { return asker(at(peer), list, proxies); };
  CHECK(from("192.0.2.1", "") == at("192.0.2.1"));
  CHECK(from("10.0.0.1", "") == at("10.0.0.1"));
  CHECK(from("10.0.0.1", "192.0.2.7") == at("192.0.2.7"));
  // What a client wrote itself stands in front of what the proxies wrote.
  CHECK(from("10.0.0.1", "203.0.113.9, 192.0.2.7") == at("192.0.2.7"));
  CHECK(from("127.0.0.1", " 203.0.113.9 ,192.0.2.7\t, 10.9.9.9") == at("192.0.2.7"));
  CHECK(from("192.0.2.1", "203.0.113.9") == at("192.0.2.1"));
  CHECK(from("10.0.0.1", "192.0.2.7, rubbish") == at("10.0.0.1"));
  CHECK(from("10.0.0.1", "192.0.2.7,") == at("10.0.0.1"));
  CHECK(from("10.0.0.1", "rubbish, 10.0.0.2") == at("10.0.0.2"));
  CHECK(from("10.0.0.1", "10.0.0.3, 10.0.0.2") == at("10.0.0.3"));
  CHECK(asker(at("10.0.0.1"), "192.0.2.7", {}) == at("10.0.0.1"));
}

TEST_CASE("addresses and ranges are written as they are read") {
  for (const char* text : {"10.1.2.3", "0.0.0.0", "2001:db8::1", "::1", "10.0.0.0/8", "192.0.2.128/25", "0.0.0.0/0",
                           "2001:db8::/32", "2001:db8:0:8000::/49"}) {
    INFO(text);
    CHECK(address_range::parse(text)->text() == text);
  }
  CHECK(address_range::parse("10.1.2.3/9")->text() == "10.0.0.0/9");
  CHECK(address_range::parse("10.1.2.3/32")->text() == "10.1.2.3");
  CHECK(address_range::parse("2001:db8::ffff/112")->text() == "2001:db8::/112");
  CHECK(at("192.0.2.255").beginning(96 + 25) == at("192.0.2.128"));
  CHECK(at("192.0.2.255").beginning(128) == at("192.0.2.255"));
  CHECK(at("2001:db8::ffff").network() == at("2001:db8::"));
}
