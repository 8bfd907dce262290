#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Where a request comes from: an IP address, as 16 bytes whichever version it is.
///
/// Behind proxies a connection's address is the proxy's own. Each proxy appends to `X-Forwarded-For` the address that
/// asked it, and a client can write anything there. So the list is read from its end, and an entry is believed as long
/// as the operator named the address that wrote it.
namespace parlor::http {

class client_address {
 public:
  client_address() = default;  ///< `::`, which nobody has
  static client_address v4(std::array<std::uint8_t, 4> bytes);
  static client_address v6(std::array<std::uint8_t, 16> bytes);
  /// Reads an address as people write it; nothing if it is none.
  static std::optional<client_address> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const;
  [[nodiscard]] bool is_loopback() const;
  /// The address that limits count under: of IPv6 the /64, for a household has that many to itself.
  [[nodiscard]] client_address network() const;
  /// Its first so many bits, of the 128; the others are 0.
  [[nodiscard]] client_address beginning(unsigned bits) const;
  /// As people write it.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
  friend auto operator<=>(const client_address&, const client_address&) = default;

 private:
  std::array<std::uint8_t, 16> bytes_{};  // IPv4 as `::ffff:a.b.c.d`
};

/// Addresses with a common beginning: `10.0.0.0/8`, `2001:db8::/32`, or one address.
class address_range {
 public:
  static std::optional<address_range> parse(std::string_view text);
  /// The same for what is denied: an IPv6 address alone stands for its /64, for a household has that many.
  static std::optional<address_range> parse_denied(std::string_view text);
  [[nodiscard]] bool contains(const client_address& a) const;
  [[nodiscard]] const client_address& first() const { return first_; }
  /// How many bits all of them have in common, of the 128: of IPv4 at least 96.
  [[nodiscard]] unsigned bits() const { return bits_; }
  /// As it is read, without what stands behind the common bits.
  [[nodiscard]] std::string text() const;

 private:
  client_address first_;
  unsigned bits_ = 128;
};

/// Who asks, of a connection from `peer` whose request has `forwarded_for`. An entry that is no address ends the
/// search: then it is whoever wrote it.
client_address asker(const client_address& peer, std::string_view forwarded_for,
                     std::span<const address_range> proxies);

}  // namespace parlor::http
