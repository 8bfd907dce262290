#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "http/admission/credentials.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace parlor;
using namespace parlor::http;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

const instant now{std::chrono::hours(24 * 365 * 55)};

/// A token with any header and claims, signed like a true one.
std::string crafted(const std::string& header, const std::string& claims) {
  // The signature of a true token covers its own text, so sign by way of a secret of our own.
  credentials signer{std::string(32, 's')};
  return signer.sign_parts(base64url(header) + "." + base64url(claims));
}

}  // namespace

TEST_CASE("a token proves who signed it for whom") {
  credentials tokens{std::string(32, 's')};
  std::string token = tokens.sign({"ann", role::admin, now + 1h});
  for (int look = 0; look < 2; ++look) {  // the second comes from memory
    auto owner = tokens.verify(token, now);
    REQUIRE(owner.ok());
    CHECK(owner.value().player == "ann");
    CHECK(owner.value().as == role::admin);
    CHECK(owner.value().expires_at == now + 1h);
  }
}

TEST_CASE("a token ends at its time, remembered or not") {
  credentials tokens{std::string(32, 's')};
  std::string token = tokens.sign({"ann", role::player, now + 1h});
  CHECK(tokens.verify(token, now + 1h - 1s).ok());
  CHECK_FALSE(tokens.verify(token, now + 1h).ok());
  CHECK_FALSE(credentials{std::string(32, 's')}.verify(token, now + 1h).ok());
}

TEST_CASE("every changed byte spoils a token") {
  credentials tokens{std::string(32, 's')};
  std::string token = tokens.sign({"ann", role::player, now + 1h});
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    // The last letter of base64 holds bits that stand for nothing.
    if (i + 1 == token.size()) continue;
    CAPTURE(i);
    CHECK_FALSE(tokens.verify(changed, now).ok());
  }
  CHECK_FALSE(tokens.verify("", now).ok());
  CHECK_FALSE(tokens.verify("..", now).ok());
  CHECK_FALSE(tokens.verify(token + ".x", now).ok());
}

TEST_CASE("the algorithm is ours to choose, not the token's") {
  credentials tokens{std::string(32, 's')};
  std::string claims = R"({"sub":"ann","exp":99999999999,"role":"admin"})";
  CHECK(tokens.verify(crafted(R"({"alg":"HS256"})", claims), now).ok());
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"hs256"})", "{}", "[]"})
    CHECK_FALSE(tokens.verify(crafted(header, claims), now).ok());
  std::string unsigned_token = base64url(R"({"alg":"none"})") + "." + base64url(claims) + ".";
  CHECK_FALSE(tokens.verify(unsigned_token, now).ok());
}

TEST_CASE("claims must make sense, and others may stand beside them") {
  credentials tokens{std::string(32, 's')};
  auto fine = [&](const std::string& claims) {
    return tokens.verify(crafted(R"({"alg":"HS256","typ":"JWT"})", claims), now).ok();
  };
  CHECK(fine(R"({"sub":"ann","exp":99999999999,"role":"player","iat":1,"aud":["x"]})"));
  CHECK_FALSE(fine(R"({"sub":"ann","exp":99999999999,"role":"king"})"));
  CHECK_FALSE(fine(R"({"sub":"ann","exp":"tomorrow","role":"player"})"));
  CHECK_FALSE(fine(R"({"sub":"ann","role":"player"})"));
  CHECK_FALSE(fine(R"({"sub":"a/b","exp":99999999999,"role":"player"})"));
  CHECK_FALSE(fine(R"({"sub":"console","exp":99999999999,"role":"player"})"));
  CHECK_FALSE(fine("7"));
}

TEST_CASE("more tokens than are remembered still verify") {
  credentials tokens{std::string(32, 's')};
  std::vector<std::string> list;
  for (std::size_t i = 0; i < credentials::remembered_max + 100; ++i) {
    list.push_back(tokens.sign({"p" + std::to_string(i), role::player, now + 1h}));
    REQUIRE(tokens.verify(list.back(), now).ok());
  }
  CHECK(tokens.verify(list.front(), now).value().player == "p0");
}

TEST_CASE("threads that ask at once hear of the right player") {
  credentials tokens{std::string(32, 's')};
  // A few tokens are everybody's all the time; of the others there are more than are remembered.
  constexpr int players = int{credentials::remembered_max} + 1000;
  std::vector<std::string> list;
  for (int i = 0; i < players; ++i) list.push_back(tokens.sign({"p" + std::to_string(i), role::player, now + 1h}));
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2 * players; ++i) {
        int player = i % 2 == 0 ? i / 2 % 7 : (i / 2 + t * players / 4) % players;
        auto owner = tokens.identify("Bearer " + list[std::size_t(player)], now);
        wrong += !owner.ok() || owner.value()->player != "p" + std::to_string(player);
      }
    });
  for (std::thread& t : threads) t.join();
  CHECK(wrong == 0);
}

TEST_CASE("the Authorization header is a bearer's or nothing") {
  credentials tokens{std::string(32, 's')};
  std::string token = tokens.sign({"ann", role::player, now + 1h});
  CHECK_FALSE(tokens.identify("", now).value().has_value());
  CHECK(tokens.identify("Bearer " + token, now).value()->player == "ann");
  CHECK(tokens.identify("bearer " + token, now).value()->player == "ann");
  for (const std::string& wrong : {token, std::string("Bearer"), std::string("Bearer "), "Basic " + token})
    CHECK_FALSE(tokens.identify(wrong, now).ok());
}

TEST_CASE("the secret is made once, for its owner's eyes only") {
  scratch_folder data;
  std::string first = secret_in(data.path("deep/er"));
  CHECK(first.size() >= 32);
  CHECK(secret_in(data.path("deep/er")) == first);
  auto rights = std::filesystem::status(data.path("deep/er/secret")).permissions();
  CHECK(rights == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(secret_in(data.path()) != first);
}

TEST_CASE("a folder that cannot be written, and a spoilt secret, are told in a sentence") {
  scratch_folder data;
  std::ofstream(data.path("file")) << "x";
  CHECK_THROWS_WITH(secret_in(data.path("file/x")), Catch::Contains("cannot make the folder"));
  std::ofstream(data.path("secret")) << "short\n";
  CHECK_THROWS_WITH(secret_in(data.path()), Catch::Contains("at least 32 characters"));
}

TEST_CASE("base64url goes there and back") {
  for (std::string bytes :
       {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("\xff\xfe\x00\x01", 4)})
    CHECK(from_base64url(base64url(bytes)) == bytes);
  CHECK(base64url("\xff\xef") == "_-8");
  for (const char* wrong : {"a", "a+b=", "ab==", "a b c", "####"}) CHECK_FALSE(from_base64url(wrong));
}
