#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "http/admission/token_buckets.hpp"
#include "http/admission/watch_permits.hpp"
#include "http/protocol/client_address.hpp"
#include "http/sockets/server_options.hpp"

namespace parlor::http {

/// A connection's place among those that there may be: free again when it goes.
using connection_permit = std::shared_ptr<const void>;

/// How many connections there may be, in all and from each address. The loops share it. Any thread.
class connection_limits : public std::enable_shared_from_this<connection_limits> {
 public:
  explicit connection_limits(const connection_options& options);

  /// Goes by other limits from now on, but by the same proxies. Connections that there are stay.
  void change(const connection_options& to);

  enum class refusal_reason { none, full, address };
  struct place {
    connection_permit permit{};
    refusal_reason why = refusal_reason::none;
  };
  /// A place for a client there, or why there is none.
  [[nodiscard]] place take(const client_address& client);

  /// How many are taken.
  [[nodiscard]] std::size_t taken() const { return taken_; }
  [[nodiscard]] std::size_t most() const { return most_; }

 private:
  [[nodiscard]] std::size_t most_of(const connection_options& options) const;
  [[nodiscard]] bool is_counted(const client_address& client) const;

  const std::vector<address_range> proxies_;
  std::atomic<bool> loopback_;
  const std::size_t by_descriptors_;  // looked at before there is a connection, which is a descriptor, too
  std::atomic<std::size_t> most_;
  const bucket_namer name_;
  const std::shared_ptr<watch_permits> by_address_;  // at most 0: an address has no limit
  std::atomic<std::size_t> taken_{0};
};

}  // namespace parlor::http
