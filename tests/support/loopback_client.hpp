#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace parlor::testing {

/// What a server answered. Names of headers are in lower case; of a repeated one the values are joined
/// by ", ".
struct http_answer {
  int status = 0;  ///< 0: the server closed the connection without an answer
  std::map<std::string, std::string> headers;
  std::string body;

  [[nodiscard]] std::string header(const std::string& name) const {
    auto it = headers.find(name);
    return it == headers.end() ? "" : it->second;
  }
  /// The stable word of a problem, or "".
  [[nodiscard]] std::string code() const { return field("code"); }
  /// The text of a string member anywhere in the body, or "".
  [[nodiscard]] std::string field(const std::string& name) const;
};

/// One connection to a server on this machine, blocking, kept alive between requests; a new one when the server has
/// ended it.
class loopback_client {
 public:
  explicit loopback_client(std::uint16_t port);
  ~loopback_client();
  loopback_client(loopback_client&&) noexcept;

  using headers = std::map<std::string, std::string>;
  http_answer request(const std::string& method, const std::string& target, const headers& with = {},
                      const std::string& body = {});
  /// Sends bytes as they are and reads one answer.
  http_answer raw(const std::string& bytes);
  /// Sends bytes, and waits for nothing.
  void send(const std::string& bytes);
  /// Says that no more bytes come.
  void ends_sending();
  /// Reads the next answer.
  http_answer read(bool with_body = true);
  /// Reads on, in an answer without an end, until this text has come. Returns all that came, this included; what
  /// came until the connection was closed if it did not.
  std::string read_until(const std::string& text);
  std::string read_to_end() { return read_until({}); }

 private:
  struct connection;
  std::unique_ptr<connection> connection_;
};

}  // namespace parlor::testing
