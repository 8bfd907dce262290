#include "runtime/values/random.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "runtime/authoring/dice.hpp"

using namespace parlor;

namespace {

std::string hex(std::span<const unsigned char> bytes) {
  std::string text;
  for (unsigned char byte : bytes)
    for (int digit : {byte >> 4, byte & 15}) text += "0123456789abcdef"[digit];
  return text;
}

std::vector<unsigned char> stream_of(const random_key& key, std::uint64_t block, std::size_t bytes) {
  std::vector<unsigned char> stream(bytes);
  expand(key, block, stream);
  return stream;
}

std::vector<std::uint64_t> numbers(random_source& from, purpose reason, int count) {
  std::vector<std::uint64_t> drawn;
  for (int i = 0; i < count; ++i) drawn.push_back(from.number(reason));
  return drawn;
}

std::vector<int> rolls(dice& luck, int sides = 1'000'000, int count = 200) {
  std::vector<int> seen;
  for (int i = 0; i < count; ++i) seen.push_back(luck.roll(sides));
  return seen;
}

constexpr std::array all_purposes{purpose::dice, purpose::incarnations, purpose::trace_ids, purpose::names,
                                  purpose::secrets};
static_assert(all_purposes.size() == purpose_count);

}  // namespace

TEST_CASE("a key's stream is ChaCha20's, as RFC 8439 shows it in appendix A.1") {
  random_key none{};
  CHECK(hex(stream_of(none, 0, 64)) ==
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
        "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
  CHECK(hex(stream_of(none, 1, 64)) ==
        "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
        "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f");
  random_key last_bit{};
  last_bit.back() = 1;
  CHECK(hex(stream_of(last_bit, 1, 64)) ==
        "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
        "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0");
}

TEST_CASE("a stream can be entered at any block, and a key makes no other keys' stream") {
  random_key key{}, other{};
  other[0] = 1;
  auto whole = stream_of(key, 0, 640);
  auto end = stream_of(key, 7, 192);
  CHECK(std::equal(end.begin(), end.end(), whole.begin() + 448));
  CHECK(stream_of(key, std::uint64_t{1} << 32, 64) != stream_of(key, 0, 64));
  CHECK(stream_of(other, 0, 64) != stream_of(key, 0, 64));
}

TEST_CASE("each of the 64 random bits is drawn anew") {
  for (purpose reason : all_purposes) {
    std::uint64_t ever_set = 0, always_set = ~std::uint64_t{0};
    for (int draw = 0; draw < 64; ++draw) {
      std::uint64_t bits = random_number(reason);
      ever_set |= bits;
      always_set &= bits;
    }
    CHECK(ever_set == ~std::uint64_t{0});
    CHECK(always_set == 0);
  }
}

TEST_CASE("no number is given out twice: not on two threads, not for two purposes, not past the end of a stock") {
  std::set<std::uint64_t> seen;
  std::mutex mutex;
  constexpr int each = 1000;
  auto draw = [&] {
    for (int i = 0; i < each; ++i)
      for (purpose reason : all_purposes) {
        std::uint64_t number = random_number(reason);
        std::lock_guard lock(mutex);
        seen.insert(number);
      }
  };
  std::thread here(draw), there(draw);
  here.join();
  there.join();
  CHECK(seen.size() == 2 * each * purpose_count);
}

TEST_CASE("a piece longer than the stock is random to its end") {
  std::vector<unsigned char> piece(5000);
  draw_random(purpose::names, piece);
  for (std::size_t at = 0; at < piece.size(); at += 500)
    CHECK(std::count(piece.begin() + std::ptrdiff_t(at), piece.begin() + std::ptrdiff_t(at + 500), 0) < 20);
}

TEST_CASE("a seed gives the same numbers each time, another seed others") {
  random_source first(7), again(7), other(8);
  for (purpose reason : all_purposes) {
    auto drawn = numbers(first, reason, 100);
    CHECK(drawn == numbers(again, reason, 100));
    CHECK(drawn != numbers(other, reason, 100));
    CHECK(std::set(drawn.begin(), drawn.end()).size() == 100);
  }
}

TEST_CASE("what is drawn for one purpose neither moves nor shows what is drawn for another") {
  random_source alone(7), mixed(7);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100; ++i) {
    for (purpose reason : all_purposes)
      if (reason != purpose::dice) seen.insert(mixed.number(reason));
    std::uint64_t drawn = mixed.number(purpose::dice);
    seen.insert(drawn);
    CHECK(drawn == alone.number(purpose::dice));
  }
  CHECK(seen.size() == 100 * purpose_count);
}

TEST_CASE("the machine is asked when the source has no seed: two sources share nothing") {
  random_source here(0), there(0);
  CHECK(numbers(here, purpose::dice, 10) != numbers(there, purpose::dice, 10));
}

TEST_CASE("dice draw a seed at their first roll, and none before") {
  random_source from(7), untouched(7);
  dice luck(from);
  CHECK(luck.seed() == nullptr);
  CHECK(from.number(purpose::dice) == untouched.number(purpose::dice));
  luck.roll(6);
  REQUIRE(luck.seed() != nullptr);
  random_key drawn = *luck.seed();
  luck.roll(6);
  CHECK(*luck.seed() == drawn);
}

TEST_CASE("the seed alone rolls once more what was rolled") {
  random_source machine(0);
  dice luck(machine);
  auto seen = rolls(luck);
  dice again(*luck.seed());
  CHECK(rolls(again) == seen);
}

TEST_CASE("each command's dice are others, whatever was rolled before") {
  random_source machine(0);
  std::set<std::vector<int>> seen;
  for (int command = 0; command < 50; ++command) {
    dice luck(machine);
    seen.insert(rolls(luck, 1'000'000, 3));
  }
  CHECK(seen.size() == 50);
}

TEST_CASE("dice roll every side, about equally often, and nothing else") {
  for (int sides : {2, 3, 6, 7, 36}) {
    dice luck(42);
    constexpr int rolls = 36'000;
    std::vector<int> seen(static_cast<std::size_t>(sides), 0);
    for (int i = 0; i < rolls; ++i) {
      int side = luck.roll(sides);
      REQUIRE(side >= 0);
      REQUIRE(side < sides);
      ++seen[static_cast<std::size_t>(side)];
    }
    double expected = double(rolls) / sides;
    double chi_squared = 0;
    for (int count : seen) chi_squared += (count - expected) * (count - expected) / expected;
    INFO(sides << " sides, chi squared " << chi_squared);
    // Five standard deviations above the mean; the seed is fixed, so this holds always or never.
    CHECK(chi_squared < (sides - 1) + 5 * std::sqrt(2.0 * (sides - 1)) + 5);
  }
}

TEST_CASE("dice do not repeat their last roll more often than chance") {
  dice luck(42);
  int repeats = 0;
  for (int i = 0, last = luck.roll(6); i < 36'000; ++i) {
    int side = luck.roll(6);
    repeats += side == last;
    last = side;
  }
  CHECK(repeats > 6000 - 400);
  CHECK(repeats < 6000 + 400);
}

TEST_CASE("a die of one side, and one of as many as there can be, keep their range") {
  dice luck(1);
  for (int i = 0; i < 100; ++i) CHECK(luck.roll(1) == 0);
  bool high = false;
  for (int i = 0; i < 100; ++i) {
    int side = luck.roll(INT32_MAX);
    REQUIRE(side >= 0);
    high = high || side > INT32_MAX / 2;
  }
  CHECK(high);
}

TEST_CASE("the same seed rolls the same, another seed differently") {
  dice first(5), same(5), other(6);
  auto seen = rolls(first);
  CHECK(seen == rolls(same));
  CHECK(seen != rolls(other));
}
