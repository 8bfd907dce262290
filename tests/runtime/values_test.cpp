#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "runtime/values/address.hpp"
#include "runtime/values/failure.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/options.hpp"

using namespace parlor;
using namespace std::string_literals;
using namespace std::chrono_literals;

TEST_CASE("a kind's name begins with a small letter and has at most 32 of [a-z0-9_]") {
  for (const char* name : {"a", "tictactoe", "rock_paper_scissors", "a1", "a_", "z9_9"}) {
    INFO(name);
    CHECK(is_kind_name(name));
  }
  for (const char* name : {"", "1a", "_a", "A", "aB", "a-b", "a b", "a/b", "a.b", "\xc3\xa9"}) {
    INFO(name);
    CHECK_FALSE(is_kind_name(name));
  }
  CHECK(is_kind_name(std::string(32, 'a')));
  CHECK_FALSE(is_kind_name(std::string(33, 'a')));
  CHECK_FALSE(is_kind_name("a\0b"s));
}

TEST_CASE("an id has 1 to 64 of [A-Za-z0-9_-]") {
  for (const char* name : {"a", "0", "-", "_", "Ann", "a-b_C9"}) {
    INFO(name);
    CHECK(is_id(name));
  }
  for (const char* name : {"", "a b", "a/b", "a.b", "..", "a%20", "a\n", "\xc3\xa9", "a+b"}) {
    INFO(name);
    CHECK_FALSE(is_id(name));
  }
  CHECK(is_id(std::string(64, 'a')));
  CHECK_FALSE(is_id(std::string(65, 'a')));
  CHECK_FALSE(is_id("a\0"s));
}

TEST_CASE("no byte is let through that the rules do not name") {
  int kinds = 0, ids = 0;
  for (int byte = 0; byte < 256; ++byte) {
    std::string name{'a', static_cast<char>(byte)};
    kinds += is_kind_name(name);
    ids += is_id(name);
  }
  CHECK(kinds == 26 + 10 + 1);
  CHECK(ids == 26 + 26 + 10 + 2);
}

TEST_CASE("an address is its kind and its id, compared and written as such") {
  CHECK(address{"tictactoe", "r1"}.text() == "tictactoe/r1");
  CHECK(address{"a", "b"} == address{"a", "b"});
  CHECK(address{"a", "c"} > address{"a", "b"});
  CHECK(address{"ab", "c"} != address{"a", "bc"});  // part by part, not run together
  CHECK(address{"b", "a"} > address{"a", "b"});     // the kind first
}

TEST_CASE("every failure word is listed once, in the shape of a name, with a sentence") {
  std::set<std::string_view> seen;
  for (const failure_word& word : failure_words()) {
    INFO(word.code);
    CHECK(seen.insert(word.code).second);
    CHECK(is_kind_name(word.code));
    CHECK_FALSE(word.title.empty());
    CHECK(word.title.back() == '.');
  }
  CHECK(seen.size() >= 30);
}

TEST_CASE("trying again is advised only where waiting may help") {
  for (const failure_word& word : failure_words()) {
    INFO(word.code);
    bool passes = word.cause == failure_cause::quota || word.cause == failure_cause::outage;
    if (passes) CHECK(word.retry);
    if (word.retry && !passes) CHECK((word.cause == failure_cause::service || word.cause == failure_cause::deadline));
  }
  CHECK_FALSE(find_word("outcome_unknown").retry);  // it may have happened: not twice
  CHECK_FALSE(find_word("handler_failed").retry);
}

TEST_CASE("a breakdown is the server's, a refusal is not") {
  for (const char* word : {"handler_failed", "service_late", "storage_failed", "outcome_unknown"})
    CHECK(is_breakdown(find_word(word).cause));
  for (const char* word : {"bad_arguments", "forbidden", "unknown_room", "room_full", "not_your_turn", "actor_busy"})
    CHECK_FALSE(is_breakdown(find_word(word).cause));
}

TEST_CASE("a word that is not listed is a game's own") {
  failure_word word = find_word("cell_taken");
  CHECK(word.code == "cell_taken");
  CHECK(word.cause == failure_cause::rules);
  CHECK_FALSE(word.retry);
  CHECK_FALSE(word.title.empty());
}

TEST_CASE("a result is a value or the failure that stood in its way") {
  result<int> good = 7;
  CHECK(good.ok());
  CHECK(good.value() == 7);
  result<int> bad = failure{.code = "room_full"};
  CHECK_FALSE(bad);
  CHECK(bad.why().code == "room_full");
}

TEST_CASE("an instant is written in RFC 3339, in UTC, with milliseconds") {
  CHECK(to_text(from_ms(0)) == "1970-01-01T00:00:00.000Z");
  CHECK(to_text(from_ms(1'714'555'800'007)) == "2024-05-01T09:30:00.007Z");
  CHECK(to_text(from_ms(1'709'164'799'999)) == "2024-02-28T23:59:59.999Z");
  CHECK(to_text(from_ms(1'709'164'800'000)) == "2024-02-29T00:00:00.000Z");  // a leap year
  CHECK(to_text(from_ms(-1)) == "1969-12-31T23:59:59.999Z");
  CHECK(to_text(from_ms(253'402'300'799'999)) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("an instant is stored in milliseconds since 1970") {
  CHECK(to_ms(from_ms(1'714'555'800'007)) == 1'714'555'800'007);
  CHECK(from_ms(1'000) + 2s == from_ms(3'000));
}

TEST_CASE("a real clock tells the civil time and does not go back") {
  real_clock time;
  instant civil = std::chrono::time_point_cast<duration>(std::chrono::system_clock::now());
  instant first = time.now();
  CHECK(first >= civil - 1h);
  CHECK(first <= civil + 1h);
  for (int i = 0; i < 1000; ++i) {
    instant next = time.now();
    REQUIRE(next >= first);
    first = next;
  }
}

TEST_CASE("a followed time jumps with a civil clock that is set forward") {
  followed_time time(5s, from_ms(1'000'000));
  CHECK(time.follow(6s, from_ms(1'001'000)) == 0s);
  CHECK(time.follow(6s, from_ms(1'001'090)) == 0s);  // no clock is read that exactly
  CHECK(time.at(6s) == from_ms(1'001'000));
  CHECK(time.follow(7s, from_ms(9'002'000)) == 8'000s);
  CHECK(time.at(7s) >= from_ms(9'002'000));
  CHECK(time.at(8s) == from_ms(9'003'000));
}

TEST_CASE("a followed time goes more slowly, and never back, until a civil clock that was set back has caught up") {
  followed_time time(5s, from_ms(1'000'000));
  instant last = time.at(5s);
  duration steady = 5s;
  auto civil = [&] { return from_ms(1'000'000) + (steady - 5s) - 60s; };
  auto pass = [&](duration by) {
    for (duration end = steady + by; steady < end; steady += 1ms) {
      if (time.at(steady) < last) return false;
      last = time.at(steady);
    }
    return true;
  };
  CHECK(time.follow(steady, civil()) == -60s);
  CHECK(pass(1s));
  CHECK(time.follow(steady, civil()) == 0s);
  CHECK(pass(240s));
  CHECK(time.at(steady) - civil() > 29s);
  CHECK(time.at(steady) - civil() < 31s);
  // It may be set anew meanwhile.
  CHECK(time.follow(steady, civil() + 10s) == 10s);
  CHECK(pass(150s));
  CHECK(time.at(steady) - civil() > 10s);
  CHECK(pass(20s));
  CHECK(time.at(steady) == civil() + 10s);
}

TEST_CASE("the defaults are the ones that the design names") {
  options limits;
  CHECK(limits.idle_after == 30min);
  CHECK(limits.sweep_every == 5min);
  CHECK(limits.handler_slow == 100ms);
  CHECK(limits.handler_memory == 64 * 1024 * 1024);
  CHECK(limits.state_bytes_max == 1024 * 1024);
  // A client hears of its deadline from us, not from a proxy or a browser that gave up before.
  CHECK(limits.deadline < 30s);
  CHECK(limits.messages_per_turn >= 64);
  CHECK(limits.messages_per_turn <= 256);
}
