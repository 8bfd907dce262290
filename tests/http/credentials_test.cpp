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
using Catch::Contains;

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
    CAPTURE(i);
    CHECK_FALSE(tokens.verify(changed, now).ok());
  }
  CHECK_FALSE(tokens.verify("", now).ok());
  CHECK_FALSE(tokens.verify("..", now).ok());
  CHECK_FALSE(tokens.verify(token + ".x", now).ok());
}

TEST_CASE("a token has one spelling") {
  credentials tokens{std::string(32, 's')};
  // Signatures are 32 bytes: the last of their 43 letters has two bits that stand for nothing.
  std::string token = tokens.sign({"ann", role::player, now + 1h});
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::size_t last = letters.find(token.back());
  for (std::size_t other = last / 4 * 4; other < last / 4 * 4 + 4; ++other) {
    std::string spelt = token;
    spelt.back() = letters[other];
    CHECK(tokens.verify(spelt, now).ok() == (other == last));
  }
  // Its other parts, which their signer may spell in any way.
  std::string header = base64url(R"({"alg":"HS256"})"),
              claims = base64url(R"({"sub":"ann","exp":99e8,"role":"player"})");
  REQUIRE(tokens.verify(tokens.sign_parts(header + "." + claims), now).ok());
  REQUIRE(claims.size() % 4 == 2);  // four bits are over
  std::string spelt = claims;
  ++spelt.back();
  for (const std::string& odd :
       {spelt, claims + "=", claims + "\n", "    " + claims, claims.substr(0, 8) + "\n" + claims.substr(8)})
    CHECK_THAT(tokens.verify(tokens.sign_parts(header + "." + odd), now).why().detail,
               Contains("claims is not base64url"));
  CHECK_THAT(tokens.verify(tokens.sign_parts(header + "==." + claims), now).why().detail,
             Contains("header is not base64url"));
}

TEST_CASE("the algorithm is ours to choose, not the token's") {
  credentials tokens{std::string(32, 's')};
  std::string claims = R"({"sub":"ann","exp":99999999999,"role":"admin"})";
  auto fine = [&](const std::string& header) { return tokens.verify(crafted(header, claims), now).ok(); };
  CHECK(fine(R"({"alg":"HS256"})"));
  CHECK(fine(R"({ "typ": "at+jwt", "alg": "HS256", "kid": "k1", "cty": 7 })"));
  for (const char* header :
       {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"hs256"})", R"({"alg":["HS256"]})", R"({"alg":null})",
        "{}", "[]", "", R"({"alg":"none","alg":"HS256"})", R"({"alg":"HS256","alg":"HS256"})",
        R"({"alg":"HS256","typ":7})", R"({"alg":"HS256"}{})"}) {
    CAPTURE(header);
    CHECK_FALSE(fine(header));
  }
  std::string unsigned_token = base64url(R"({"alg":"none"})") + "." + base64url(claims) + ".";
  CHECK_FALSE(tokens.verify(unsigned_token, now).ok());
}

TEST_CASE("a token that asks for an extension is refused: this server knows none") {
  credentials tokens{std::string(32, 's')};
  for (const char* crit : {R"(["b64"])", R"(["exp"])", "[]", "null", R"("exp")", "7"}) {
    CAPTURE(crit);
    auto seen = tokens.verify(crafted(R"({"alg":"HS256","exp":1,"b64":true,"crit":)" + std::string(crit) + "}",
                                      R"({"sub":"ann","exp":99999999999,"role":"player"})"),
                              now);
    REQUIRE_FALSE(seen.ok());
    CHECK(seen.why().code == "unauthorized");
    CHECK_THAT(seen.why().detail, Contains("crit"));
  }
}

TEST_CASE("times are numbers of seconds, as JSON writes numbers") {
  credentials tokens{std::string(32, 's')};
  const instant later = from_ms(1'893'456'000'000);
  auto with = [&](const std::string& times) {
    return tokens.verify(crafted(R"({"alg":"HS256"})", R"({"sub":"ann","role":"player",)" + times + "}"), now);
  };
  CHECK(with(R"("exp":1893456000)").value().expires_at == later);
  CHECK(with(R"("exp":1893456000.5)").value().expires_at == later + 500ms);
  CHECK(with(R"("exp":1.893456e9)").value().expires_at == later);
  CHECK(with(R"("exp":1893456000.0)").value().expires_at == later);
  CHECK(with(R"("exp":9e9,"iat":1.5e9)").value().issued_at == from_ms(1'500'000'000'000));
  CHECK(with(R"("exp":9e9,"iat":1500000000.25)").value().issued_at == from_ms(1'500'000'000'250));
  CHECK(with(R"("exp":9e9)").value().issued_at == instant{});
  CHECK(with(R"("exp":9e9,"nbf":0.5)").ok());
  for (const char* name : {"exp", "nbf", "iat"})
    for (const char* odd :
         {"-1", "1e300", "253402300800", "18446744073709551615", "\"9\"", "null", "true", "[9]", "{}"}) {
      std::string times = std::string("\"") + name + "\":" + odd;
      if (name != std::string("exp")) times += R"(,"exp":9e9)";
      CAPTURE(times);
      auto seen = with(times);
      REQUIRE_FALSE(seen.ok());
      CHECK_THAT(seen.why().detail, Contains(name) && Contains("seconds since 1970"));
    }
  for (const char* odd :
       {R"("exp":1e999)", R"("exp":09)", R"("exp":9e9,"exp":9e9)", R"("exp":9e9,"iat":1,"iat":2)", ""})
    CHECK_FALSE(with(odd).ok());
  CHECK(with(R"("exp":1)").why().detail == "the token has expired");
}

TEST_CASE("a token whose time has not come is refused until it has") {
  credentials tokens{std::string(32, 's')};
  std::string begins = std::to_string(to_ms(now) / 1000 + 60);
  std::string token =
      crafted(R"({"alg":"HS256"})", R"({"sub":"ann","role":"player","exp":9e9,"nbf":)" + begins + ".5}");
  CHECK_THAT(tokens.verify(token, now).why().detail, Contains("not valid yet"));
  CHECK_FALSE(tokens.verify(token, now + 60s).ok());
  CHECK(tokens.verify(token, now + 60s + 500ms).ok());
}

TEST_CASE("a token tells when it was issued") {
  credentials tokens{std::string(32, 's')};
  auto issued = [&](instant at) {
    return tokens.verify(tokens.sign({"ann", role::player, now + 1h, at}), now).value().issued_at;
  };
  CHECK(issued(now) == now);
  CHECK(issued(now - 1ms) == now - 1ms);
  CHECK(issued({}) == instant{});
  std::string token = tokens.sign({"ann", role::player, now + 1h, now + 123ms});
  auto claims = from_base64url(token.substr(token.find('.') + 1, token.rfind('.') - token.find('.') - 1));
  REQUIRE(claims);
  CHECK(*claims == R"({"sub":"ann","exp":1734483600,"role":"player","iat":1734480000.123})");
}

TEST_CASE("a token has a greatest length, which the refusal tells") {
  credentials tokens{std::string(32, 's')};
  auto with = [&](std::size_t filling) {
    return tokens.verify(crafted(R"({"alg":"HS256"})",
                                 R"({"sub":"ann","exp":9e9,"role":"player","x":")" + std::string(filling, 'x') + "\"}"),
                         now);
  };
  CHECK(with(1000).ok());
  CHECK(with(2000).why().detail == "the token is longer than 2048 bytes");
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
  for (const char* odd :
       {R"("")", "7", "null", R"(["ann"])", R"({"ann":1})", R"(" ann")", R"("ann\u0000")", R"("ännchen")"})
    CHECK_FALSE(fine(R"({"exp":9e9,"role":"player","sub":)" + std::string(odd) + "}"));
  for (const char* odd : {R"("")", "0", "null", R"("Admin")", R"(["admin"])"})
    CHECK_FALSE(fine(R"({"exp":9e9,"sub":"ann","role":)" + std::string(odd) + "}"));
  CHECK_FALSE(fine(R"({"sub":"ann","sub":"ann","exp":9e9,"role":"player"})"));
  CHECK_FALSE(fine(R"({"sub":"ann","exp":9e9,"role":"player"} x)"));
  CHECK_FALSE(fine(""));
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
  CHECK(tokens.identify("Bearer   " + token, now).value()->player == "ann");
  for (const std::string& wrong :
       {token, std::string("Bearer"), std::string("Bearer "), std::string("Bearer   "), "Basic " + token,
        "Bearer\t" + token, "Bearer " + token + " x", "Bearer " + token + " "})
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
  CHECK_THROWS_WITH(secret_in(data.path("file/x")), Contains("cannot make the folder"));
  std::ofstream(data.path("secret")) << "short\n";
  CHECK_THROWS_WITH(secret_in(data.path()), Contains("at least 32 characters"));
}

TEST_CASE("no secret is made for a token") {
  scratch_folder data;
  CHECK_THROWS_WITH(secret_of_server_in(data.path()), Contains(data.path("secret")) && Contains("--data"));
  CHECK_THROWS_WITH(secret_of_server_in(data.path("nowhere")), Contains(data.path("nowhere/secret")));
  CHECK(std::filesystem::is_empty(data.path()));
  std::string made = secret_in(data.path());
  CHECK(secret_of_server_in(data.path()) == made);
}

TEST_CASE("base64url goes there and back") {
  for (std::string bytes :
       {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("\xff\xfe\x00\x01", 4)})
    CHECK(from_base64url(base64url(bytes)) == bytes);
  CHECK(base64url("\xff\xef") == "_-8");
  for (const char* wrong :
       {"a", "a+b=", "ab==", "a b c", "####", "YR", "YWK", "    YWJj", "YWJj    ", "YWJj\n", "YW==YWJj", "YQ\n"})
    CHECK_FALSE(from_base64url(wrong));
}
