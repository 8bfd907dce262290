#pragma once

#include <memory>
#include <string>

namespace parlor::http {

/// Where the text of a stream goes: the client's connection. Its calls only take note, and call nobody back. Any
/// thread.
class outlet {
 public:
  virtual ~outlet() = default;
  /// Sends text after what was given before. A client that does not take it is cut off at a bound.
  virtual void write(std::shared_ptr<const std::string> text) = 0;
  /// Closes the connection when all that was given is sent.
  virtual void end() = 0;
};

/// An answer without an end: what a `web_reply` may bring instead of a body. The transport holds it until it is
/// over. Calls come on the connection's thread, one after the other.
class stream {
 public:
  virtual ~stream() = default;
  /// The header is on its way: text may follow. Called once.
  virtual void open(std::shared_ptr<outlet> to) = 0;
  /// The client is gone, or cut off, or all was sent after `end`. The last call.
  virtual void closed() = 0;
};

}  // namespace parlor::http
