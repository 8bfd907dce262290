#pragma once

#include <array>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/values/failure.hpp"
#include "runtime/values/instant.hpp"

/// Who is calling: JSON Web Tokens, signed with HMAC-SHA256 and nothing else.
///
/// A token's header must name HS256: the algorithm is ours to choose, never the token's. The
/// signature is compared in constant time, before anything in the token is believed. A token has one
/// spelling, and what RFC 7515 and 7519 have a recipient refuse is refused. Verified
/// tokens are remembered, so that a player's next move costs a look-up instead of a signature. The
/// memory is each thread's own, but for a machine with more threads than shards: players who move at
/// once do not wait for each other, nor for what another core has in its cache.
namespace parlor::http {

enum class role { guest, player, admin };

struct identity {
  std::string player;
  role as = role::player;
  instant expires_at{};
  instant issued_at{};  ///< 0: the token does not say
};

/// Signs and verifies tokens with one secret. Any thread.
class credentials {
 public:
  /// How many verified tokens a thread remembers, some 400 bytes each; then it forgets the least
  /// recently used one.
  static constexpr std::size_t remembered_max = 10'000;

  explicit credentials(std::string secret) : secret_(std::move(secret)) {}

  [[nodiscard]] std::string sign(const identity& caller) const;
  /// Signs a token's first two parts as they are, whatever they claim, and appends the signature.
  [[nodiscard]] std::string sign_parts(std::string header_and_claims) const;
  /// The identity that a token proves at the time `now`, or `unauthorized` with the reason.
  [[nodiscard]] result<identity> verify(std::string_view token, instant now);
  /// The same for the value of an Authorization header; empty: nobody in particular.
  [[nodiscard]] result<std::optional<identity>> identify(std::string_view authorization, instant now);

 private:
  struct remembered {
    std::string token;
    identity caller;
  };
  /// A token with its hash, which is worked out once.
  struct hashed_token {
    explicit hashed_token(std::string_view token);
    std::size_t hash;  // compared first: the texts of two tokens begin alike
    std::string_view text;
    friend bool operator==(const hashed_token&, const hashed_token&) = default;
  };
  struct hash_of {
    std::size_t operator()(const hashed_token& t) const noexcept { return t.hash; }
  };
  /// Apart from the next by a cache line, or one's lock would slow the other.
  struct alignas(64) shard {
    std::mutex mutex;
    std::list<remembered> recent;  // the latest used first
    std::unordered_map<hashed_token, std::list<remembered>::iterator, hash_of> by_token;
  };
  static constexpr std::size_t shard_count = 16;

  [[nodiscard]] std::string signature_of(std::string_view text) const;
  [[nodiscard]] result<identity> check(std::string_view token, instant now) const;
  [[nodiscard]] shard& shard_of_this_thread();
  [[nodiscard]] std::optional<identity> recall(const hashed_token& token);
  void remember(const hashed_token& token, const identity& caller);

  const std::string secret_;
  std::array<shard, shard_count> shards_;
};

/// The secret kept in `directory/secret`, made there on the first call, readable by its owner only.
/// Throws std::runtime_error with a sentence if that cannot be done.
std::string secret_in(const std::string& directory);
/// The secret that a server has made in `directory`. Throws std::runtime_error with a sentence that names the file, if
/// there is none: with a secret of its own a token would be good for no server.
std::string secret_of_server_in(const std::string& directory);

/// A name for a new guest: `guest_` and 20 random characters.
std::string new_guest_name();
/// Whether a player has such a name.
bool is_guest_name(std::string_view player);

std::string base64url(std::string_view bytes);
/// Empty if `text` is not what `base64url` makes of some bytes: there is one spelling of each.
std::optional<std::string> from_base64url(std::string_view text);

std::string_view name_of(role r);

}  // namespace parlor::http
