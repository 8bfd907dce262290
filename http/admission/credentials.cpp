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
#include <cmath>
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
constexpr std::string_view guest_begins = "guest_";
constexpr std::size_t guest_letters = 20;
constexpr std::size_t token_bytes_max = 2048;
constexpr std::int64_t seconds_max = 253402300799;  // the end of the year 9999

/// What is written into a token, in seconds since 1970.
struct claims {
  std::string_view sub;
  std::int64_t exp = 0;
  std::string_view role;
  std::optional<double> iat;
  static constexpr auto fields = describe(field("sub", &claims::sub), field("exp", &claims::exp),
                                          field("role", &claims::role), field("iat", &claims::iat, if_any));
};

std::optional<role> role_of(std::string_view name) {
  for (role r : {role::guest, role::player, role::admin})
    if (name_of(r) == name) return r;
  return {};
}

std::filesystem::path path_of_secret(const std::string& directory) {
  return std::filesystem::path(directory) / "secret";
}

std::string read_secret(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::string secret;
  std::getline(in, secret);
  if (secret.size() < secret_bytes)
    throw std::runtime_error("cannot read a secret of at least 32 characters from " + path.string());
  return secret;
}

failure not_a_token(std::string why) { return {.code = "unauthorized", .detail = std::move(why)}; }

std::string random_bytes(purpose reason, std::size_t count) {
  std::string bytes(count, '\0');
  draw_random(reason, {reinterpret_cast<unsigned char*>(bytes.data()), count});
  return bytes;
}

/// A part of a token: an object whose members stand there once each.
result<json_document> read_part(std::string_view part, const std::string& name) {
  auto text = from_base64url(part);
  if (!text) return not_a_token("the token's " + name + " is not base64url as RFC 7515 has it");
  auto json = json_document::parse(*text);
  if (!json || json.value().root().type_of() != json_value::type::object)
    return not_a_token("the token's " + name + " is not a JSON object with each name once");
  return json;
}

std::optional<failure> refuse_header(json_value header) {
  auto is_text = [](const std::optional<json_value>& v) { return v && v->type_of() == json_value::type::text; };
  auto algorithm = header.find("alg"), type = header.find("typ");
  if (!is_text(algorithm) || algorithm->as_view() != "HS256") return not_a_token("the token's algorithm is not HS256");
  if (type && !is_text(type)) return not_a_token("the token's typ is not a text");
  if (header.find("crit")) return not_a_token("the token's header has crit, and this server knows no extension");
  return {};
}

/// A NumericDate of RFC 7519: seconds since 1970, of which there may be a fraction.
result<std::optional<instant>> read_time(json_value claims, const std::string& name) {
  auto value = claims.find(name);
  if (!value) return std::optional<instant>{};
  bool is_number = value->type_of() == json_value::type::integer || value->type_of() == json_value::type::number;
  double seconds = is_number ? value->as_number() : -1;
  if (seconds < 0 || seconds > double{seconds_max})
    return not_a_token("the token's " + name + " is not a number of seconds since 1970, up to the year 9999");
  return std::optional{from_ms(std::llround(seconds * 1000))};
}

/// Reads the claims that this program understands; tokens of others may carry more.
result<identity> read_claims(json_value claims, instant now) {
  auto sub = claims.find("sub"), as = claims.find("role");
  auto ends = read_time(claims, "exp"), begins = read_time(claims, "nbf"), issued = read_time(claims, "iat");
  for (const auto* time : {&ends, &begins, &issued})
    if (!*time) return time->why();
  if (!sub || !as || !ends.value()) return not_a_token("the token lacks one of the claims sub, exp and role");
  identity owner{.expires_at = *ends.value(), .issued_at = issued.value().value_or(instant{})};
  auto named = as->type_of() == json_value::type::text ? role_of(as->as_view()) : std::nullopt;
  if (!named) return not_a_token("the token's role is not guest, player or admin");
  owner.as = *named;
  if (sub->type_of() != json_value::type::text || !is_id(sub->as_view()) || is_reserved_player(sub->as_view()))
    return not_a_token("the token's sub is not a player's name");
  owner.player = sub->as_text();
  if (owner.expires_at <= now) return not_a_token("the token has expired");
  if (begins.value() > now) return not_a_token("the token is not valid yet: its nbf is later than now");
  return owner;
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
  claims c{.sub = caller.player, .exp = to_ms(caller.expires_at) / 1000, .role = name_of(caller.as), .iat = {}};
  if (caller.issued_at > instant{}) c.iat = static_cast<double>(to_ms(caller.issued_at)) / 1000;
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
  auto checked = check(text, now);
  if (checked) remember(token, checked.value());
  return checked;
}

result<identity> credentials::check(std::string_view token, instant now) const {
  if (token.size() > token_bytes_max)
    return not_a_token("the token is longer than " + std::to_string(token_bytes_max) + " bytes");
  auto first = token.find('.');
  auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return not_a_token("the token does not have three parts");
  // Compared as text: there is one spelling of it.
  std::string expected = base64url(signature_of(token.substr(0, second)));
  std::string_view signature = token.substr(second + 1);
  if (signature.size() != expected.size() || CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) != 0)
    return not_a_token("the token's signature is not ours");
  auto header = read_part(token.substr(0, first), "header");
  if (!header) return header.why();
  if (auto wrong = refuse_header(header.value().root())) return *wrong;
  auto payload = read_part(token.substr(first + 1, second - first - 1), "claims");
  if (!payload) return payload.why();
  return read_claims(payload.value().root(), now);
}

result<std::optional<identity>> credentials::identify(std::string_view authorization, instant now) {
  if (authorization.empty()) return std::optional<identity>{};
  constexpr std::string_view scheme = "bearer ";
  bool is_bearer = authorization.size() > scheme.size();
  for (std::size_t i = 0; is_bearer && i < scheme.size(); ++i)
    is_bearer = (i == 6 ? authorization[i] : char(authorization[i] | 0x20)) == scheme[i];
  if (!is_bearer) return not_a_token("Authorization must be: Bearer <token>");
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' ', scheme.size()), authorization.size()));
  auto caller = verify(authorization, now);
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
  fs::path path = path_of_secret(directory);
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
  return read_secret(path);
}

std::string secret_of_server_in(const std::string& directory) {
  auto path = path_of_secret(directory);
  if (!std::filesystem::exists(path))
    throw std::runtime_error("there is no " + std::filesystem::absolute(path).lexically_normal().string() +
                             ": name the server's folder with --data, or its configuration with --config");
  return read_secret(path);
}

std::string new_guest_name() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
  std::string name(guest_begins);
  for (char byte : random_bytes(purpose::names, guest_letters)) name += letters[static_cast<unsigned char>(byte) % 32];
  return name;
}

bool is_guest_name(std::string_view player) {
  return player.starts_with(guest_begins) && player.size() == guest_begins.size() + guest_letters;
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
  for (char& c : padded) c = c == '-' ? '+' : c == '_' ? '/' : c;
  std::size_t padding = (4 - padded.size() % 4) % 4;
  padded.append(padding, '=');
  std::string bytes(padded.size() / 4 * 3, '\0');
  int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                               reinterpret_cast<const unsigned char*>(padded.data()), static_cast<int>(padded.size()));
  if (length < 0) return {};
  bytes.erase(bytes.size() - padding);
  // The decoder passes over blanks, padding and bits that stand for nothing: only one spelling is ours.
  if (base64url(bytes) != text) return {};
  return bytes;
}

std::string_view name_of(role r) {
  return std::array<std::string_view, 3>{"guest", "player", "admin"}[static_cast<std::size_t>(r)];
}

}  // namespace parlor::http
