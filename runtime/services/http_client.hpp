#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/values/callback.hpp"
#include "runtime/values/failure.hpp"
#include "runtime/values/instant.hpp"

/// HTTP to servers elsewhere, for services: the one user of libcurl.
///
/// Services that go outside share one client: it keeps the connections of all of them, so ten thousand
/// players who talk to one model share a few dozen. (Players' programs on this machine have a client of their
/// own.) One thread waits for all calls.
///
/// What it never does: send a POST twice, follow a redirect (a key would go where nobody meant it), and put
/// headers or bodies into the words of a failure (they may hold a key, too).
namespace parlor {

/// One request to a server elsewhere.
struct http_call {
  std::string url;                     ///< http or https; the path goes out as it stands here
  std::vector<std::string> headers{};  ///< `Name: value`, without line breaks
  std::string body{};
  duration after{0};                                   ///< waits so long before it begins
  duration within{std::chrono::seconds(30)};           ///< from the beginning to the last byte
  std::size_t answer_bytes_max = 1024 * 1024;          ///< a larger answer is a failure
  std::string unix_socket{};                           ///< where the server listens; empty: at the url's host and port
  bool direct = false;                                 ///< true: by no proxy, whatever the environment says
  bool post = true;                                    ///< false: a GET, without the body
  std::span<const std::string_view> headers_wanted{};  ///< names of the answer's; they outlive the call
  bool connect_only = false;  ///< true: nothing is sent; that the server takes connections is enough
};

struct http_response {
  int status = 0;
  std::string content_type{};  ///< empty: none
  std::string body{};
  std::vector<std::pair<std::string_view, std::string>> headers{};  ///< those that were wanted, by their wanted names
};

class http_client {
 public:
  /// Never 0.
  using id = std::uint64_t;
  /// Hears the response, whatever its status; or `service_late`, `no_connection` (nobody takes connections
  /// there), `broke_off` (before the answer was whole), `overloaded` (this process has no descriptor for a
  /// connection), or `service_failed`, each with a reason.
  using done_function = callback<void(result<http_response>)>;

  struct limits {
    /// Connections to one host at once; calls beyond wait within their time.
    long connections_per_host_max = 64;
    /// An idle connection is not used again after this long: servers that close theirs after 5 s are common, and
    /// a POST that meets the closing is lost.
    duration idle_max = std::chrono::seconds(4);
  };

  explicit http_client(limits l);
  http_client() : http_client(limits{}) {}
  /// Drops what is under way, unheard.
  ~http_client();

  /// Begins a call. `done` is called once, on the client's thread, unless the call is cancelled or the client
  /// ends; it must not block. Any thread.
  id send(http_call call, done_function done);
  /// Drops a call, unless its `done` has begun. Any thread.
  void cancel(id call);

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace parlor
