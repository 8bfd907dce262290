#include "http/admission/credentials.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "runtime/authoring/catalog.hpp"
#include "runtime/values/address.hpp"
#include "runtime/values/fields.hpp"
#include "runtime/values/random.hpp"
#include "runtime/values/thread_number.hpp"

namespace parlor::http {
namespace {

constexpr std::string_view header_json = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t token_length_max = 2048;
constexpr auto roles = one_of("guest", "player", "admin");

struct claims {
  std::string sub;
  std::int64_t exp = 0;
  role as = role::player;
  static constexpr auto fields =
      describe(field("sub", &claims::sub), field("exp", &claims::exp, between(0L, 253402300799L)),
               field("role", &claims::as, roles));
};

failure not_a_token(std::string why) { return {.code = "unauthorized", .detail = std::move(why)}; }

std::string random_bytes(purpose reason, std::size_t count) {
  std::string bytes(count, '\0');
  draw_random(reason, {reinterpret_cast<unsigned char*>(bytes.data()), count});
  return bytes;
}

/// Reads the claims that this program understands; tokens of others may carry more.
result<claims> read_claims(std::string_view json) {
  auto parsed = json_document::parse(json);
  if (!parsed || parsed.value().root().type_of() != json_value::type::object)
    return not_a_token("the token's claims are not a JSON object");
  reading r;
  claims c;
  json_value root = parsed.value().root();
  auto sub = root.find("sub"), exp = root.find("exp"), as = root.find("role");
  if (!sub || !exp || !as) return not_a_token("the token lacks one of the claims sub, exp and role");
  auto [sub_field, exp_field, role_field] = claims::fields;
  if (!read_value(*sub, c.sub, sub_field.rule, r) || !read_value(*exp, c.exp, exp_field.rule, r) ||
      !read_value(*as, c.as, role_field.rule, r))
    return not_a_token("a claim of the token cannot be read");
  return c;
}

}  // namespace

std::string credentials::signature_of(std::string_view text) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string credentials::sign(const identity& caller) const {
  claims c{caller.player, to_ms(caller.expires_at) / 1000, caller.as};
  return sign_parts(base64url(header_json) + '.' + base64url(to_json(c)));
}

std::string credentials::sign_parts(std::string header_and_claims) const {
  std::string signature = base64url(signature_of(header_and_claims));
  return std::move(header_and_claims) + '.' + signature;
}

result<identity> credentials::verify(std::string_view text, instant now) {
  hashed_token token(text);
  if (auto known = recall(token)) {
    if (known->expires_at > now) return std::move(*known);
    return not_a_token("the token has expired");
  }
  auto checked = check(text);
  if (!checked) return checked;
  if (checked.value().expires_at <= now) return not_a_token("the token has expired");
  remember(token, checked.value());
  return checked;
}

result<identity> credentials::check(std::string_view token) const {
  if (token.size() > token_length_max) return not_a_token("the token is too long");
  auto first = token.find('.');
  auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return not_a_token("the token does not have three parts");
  auto signature = from_base64url(token.substr(second + 1));
  std::string expected = signature_of(token.substr(0, second));
  if (!signature || signature->size() != expected.size() ||
      CRYPTO_memcmp(signature->data(), expected.data(), expected.size()) != 0)
    return not_a_token("the token's signature is not ours");
  auto header = from_base64url(token.substr(0, first));
  auto payload = from_base64url(token.substr(first + 1, second - first - 1));
  if (!header || !payload) return not_a_token("the token is not base64url");
  auto parsed = json_document::parse(*header);
  if (!parsed || parsed.value().root().type_of() != json_value::type::object)
    return not_a_token("the token's header is not a JSON object");
  auto algorithm = parsed.value().root().find("alg");
  if (!algorithm || algorithm->type_of() != json_value::type::text || algorithm->as_text() != "HS256")
    return not_a_token("the token's algorithm is not HS256");
  auto c = read_claims(*payload);
  if (!c) return c.why();
  if (!is_id(c.value().sub) || is_reserved_player(c.value().sub))
    return not_a_token("the token's sub is not a player's name");
  return identity{c.value().sub, c.value().as, from_ms(c.value().exp * 1000)};
}

result<std::optional<identity>> credentials::identify(std::string_view authorization, instant now) {
  if (authorization.empty()) return std::optional<identity>{};
  constexpr std::string_view scheme = "bearer ";
  bool is_bearer = authorization.size() > scheme.size();
  for (std::size_t i = 0; is_bearer && i < scheme.size(); ++i)
    is_bearer = (i == 6 ? authorization[i] : char(authorization[i] | 0x20)) == scheme[i];
  if (!is_bearer) return not_a_token("Authorization must be: Bearer <token>");
  auto caller = verify(authorization.substr(scheme.size()), now);
  if (!caller) return caller.why();
  return std::optional<identity>{std::move(caller.value())};
}

credentials::hashed_token::hashed_token(std::string_view token) : text(token) {
  // A token ends in its signature, which is as good as random: a few letters of it tell as much as
  // the whole text.
  constexpr std::size_t letters = 16;
  token.remove_prefix(token.size() - std::min(token.size(), letters));
  hash = std::hash<std::string_view>{}(token);
}

credentials::shard& credentials::shard_of_this_thread() { return shards_[thread_number() % shard_count]; }

std::optional<identity> credentials::recall(const hashed_token& token) {
  shard& in = shard_of_this_thread();
  std::lock_guard lock(in.mutex);
  auto it = in.by_token.find(token);
  if (it == in.by_token.end()) return {};
  in.recent.splice(in.recent.begin(), in.recent, it->second);
  return it->second->caller;
}

void credentials::remember(const hashed_token& token, const identity& caller) {
  shard& in = shard_of_this_thread();
  std::lock_guard lock(in.mutex);
  if (in.by_token.contains(token)) return;
  if (in.recent.size() >= remembered_max) {
    in.by_token.erase(hashed_token(in.recent.back().token));
    in.recent.pop_back();
  }
  in.recent.push_front({std::string(token.text), caller});
  in.by_token.emplace(in.recent.front().token, in.recent.begin());
}

std::string secret_in(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code failed;
  fs::create_directories(directory, failed);
  if (failed) throw std::runtime_error("cannot make the folder " + directory + ": " + failed.message());
  fs::path path = fs::path(directory) / "secret";
  if (!fs::exists(path)) {
    // Written aside and linked into place: two processes that start at once agree on one secret.
    std::string fresh = path.string() + "." + std::to_string(::getpid());
    int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    std::string text = base64url(random_bytes(purpose::secrets, secret_bytes)) + "\n";
    bool written = file >= 0 && ::write(file, text.data(), text.size()) == ssize_t(text.size()) && ::fsync(file) == 0;
    int error = errno;
    if (file >= 0) ::close(file);
    bool linked = written && (::link(fresh.c_str(), path.c_str()) == 0 || errno == EEXIST);
    if (written && !linked) error = errno;
    ::unlink(fresh.c_str());
    if (!linked) throw std::runtime_error("cannot write " + path.string() + ": " + std::strerror(error));
  }
  std::ifstream in(path);
  std::string secret;
  std::getline(in, secret);
  if (secret.size() < secret_bytes)
    throw std::runtime_error("cannot read a secret of at least 32 characters from " + path.string());
  return secret;
}

std::string new_guest_name() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
  std::string name = "guest_";
  for (char byte : random_bytes(purpose::names, 20)) name += letters[static_cast<unsigned char>(byte) % 32];
  return name;
}

std::string base64url(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                               reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  while (!text.empty() && text.back() == '=') text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string padded(text);
  for (char& c : padded) {
    if (c == '+' || c == '/' || c == '=') return {};
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  if (padded.size() % 4 == 1) return {};
  std::size_t padding = (4 - padded.size() % 4) % 4;
  padded.append(padding, '=');
  std::string bytes(padded.size() / 4 * 3, '\0');
  int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                               reinterpret_cast<const unsigned char*>(padded.data()), static_cast<int>(padded.size()));
  if (length < 0) return {};
  return bytes.substr(0, bytes.size() - padding);
}

std::string_view name_of(role r) {
  return std::array<std::string_view, 3>{"guest", "player", "admin"}[static_cast<std::size_t>(r)];
}

}  // namespace parlor::http
