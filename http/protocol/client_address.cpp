#include "http/protocol/client_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

#include "http/framing/characters.hpp"

namespace parlor::http {
namespace {

constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool is_trusted(const client_address& a, std::span<const address_range> proxies) {
  return std::any_of(proxies.begin(), proxies.end(), [&](const address_range& r) { return r.contains(a); });
}

}  // namespace

client_address client_address::v4(std::array<std::uint8_t, 4> bytes) {
  client_address a;
  std::copy(mapped.begin(), mapped.end(), a.bytes_.begin());
  std::copy(bytes.begin(), bytes.end(), a.bytes_.begin() + mapped.size());
  return a;
}

client_address client_address::v6(std::array<std::uint8_t, 16> bytes) {
  client_address a;
  a.bytes_ = bytes;
  return a;
}

std::optional<client_address> client_address::parse(std::string_view text) {
  std::string ended(text);  // as inet_pton wants it
  if (std::array<std::uint8_t, 4> four{}; ::inet_pton(AF_INET, ended.c_str(), four.data()) == 1) return v4(four);
  if (std::array<std::uint8_t, 16> six{}; ::inet_pton(AF_INET6, ended.c_str(), six.data()) == 1) return v6(six);
  return {};
}

bool client_address::is_v4() const { return std::equal(mapped.begin(), mapped.end(), bytes_.begin()); }

bool client_address::is_loopback() const {
  if (is_v4()) return bytes_[12] == 127;
  return bytes_[15] == 1 && std::all_of(bytes_.begin(), bytes_.end() - 1, [](auto b) { return b == 0; });
}

client_address client_address::network() const { return is_v4() ? *this : beginning(64); }

client_address client_address::beginning(unsigned bits) const {
  client_address a;
  for (unsigned i = 0; i < bits / 8; ++i) a.bytes_[i] = bytes_[i];
  if (bits % 8 > 0) a.bytes_[bits / 8] = static_cast<std::uint8_t>(bytes_[bits / 8] & (0xff00u >> (bits % 8)));
  return a;
}

std::string client_address::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4()) ::inet_ntop(AF_INET, bytes_.data() + mapped.size(), text.data(), text.size());
  else ::inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
  return text.data();
}

std::optional<address_range> address_range::parse(std::string_view text) {
  auto slash = text.find('/');
  auto first = client_address::parse(text.substr(0, slash));
  if (!first) return {};
  address_range range;
  range.first_ = *first;
  if (slash == std::string_view::npos) return range;
  std::string_view length = text.substr(slash + 1);
  unsigned bits = 0, most = first->is_v4() ? 32 : 128;
  auto end = length.data() + length.size();
  auto parsed = std::from_chars(length.data(), end, bits);
  if (parsed.ec != std::errc{} || parsed.ptr != end || bits > most) return {};
  range.bits_ = 128 - most + bits;
  return range;
}

std::optional<address_range> address_range::parse_denied(std::string_view text) {
  auto range = parse(text);
  bool is_alone = text.find('/') == std::string_view::npos;
  if (range && is_alone && !range->first_.is_v4()) range->bits_ = 64;
  return range;
}

bool address_range::contains(const client_address& a) const {
  unsigned whole = bits_ / 8, rest = bits_ % 8;
  if (std::memcmp(first_.bytes().data(), a.bytes().data(), whole) != 0) return false;
  if (rest == 0) return true;
  return ((first_.bytes()[whole] ^ a.bytes()[whole]) >> (8 - rest)) == 0;
}

std::string address_range::text() const {
  unsigned bits = first_.is_v4() ? bits_ - 96 : bits_;
  std::string text = first_.beginning(bits_).text();
  return bits == (first_.is_v4() ? 32u : 128u) ? text : text + "/" + std::to_string(bits);
}

client_address asker(const client_address& peer, std::string_view forwarded_for,
                     std::span<const address_range> proxies) {
  client_address from = peer;
  while (!forwarded_for.empty() && is_trusted(from, proxies)) {
    auto comma = forwarded_for.rfind(',');
    std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
    auto before = client_address::parse(trimmed(forwarded_for.substr(begin)));
    if (!before) return from;
    from = *before;
    forwarded_for = forwarded_for.substr(0, comma == std::string_view::npos ? 0 : comma);
  }
  return from;
}

}  // namespace parlor::http
