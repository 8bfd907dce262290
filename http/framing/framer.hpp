#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/framing/field_line.hpp"
#include "http/framing/refusal.hpp"
#include "http/framing/request_line.hpp"

/// One request out of the bytes of a connection, as RFC 9110 and 9112 have it and no more leniently.
///
/// Where one server believes what the next one refuses, two servers in a row see different requests in the same bytes:
/// so a stranger hides a request in another's. The framer stands before the server library's parser, which believes
/// much. What it lets through has one meaning: the request line, the fields that somebody here reads, each on a line
/// of its own with its value trimmed, and a body that is announced by a Content-Length and is there.
///
/// It works in place, on whatever part has come: what it keeps stands in front, and is never longer than what it was
/// made of. It looks at each byte once, allocates nothing, and knows no sockets.
namespace parlor::http {

struct framing_limits {
  /// With the line's end; a token may have 2 KiB, and proxies add lines of their own.
  std::size_t head_bytes_max = 32 * 1024;
  std::size_t target_bytes_max = 8000;  // what RFC 9112, 3 recommends for the whole line
  std::size_t fields_max = 64;
  std::uint64_t body_bytes_max = 64 * 1024;
};

class framer {
 public:
  enum class verdict { incomplete, complete, refused };

  /// The limits must outlive it.
  explicit framer(const framing_limits& limits) : limits_(&limits) {}
  /// Begins anew, with the next request.
  void reset() { *this = framer(*limits_); }

  /// Looks at the `size` bytes that have come of a request: those of earlier calls as they were left, and new ones.
  /// Changes them in place.
  verdict look(char* data, std::size_t size);
  /// Whether the client waits for "100 Continue" before it sends the body. True once.
  [[nodiscard]] bool takes_continue();

  // `data` has the bytes of the last look, there or elsewhere.

  /// While it is incomplete: removes what was read and is not kept, and returns how many bytes are left.
  std::size_t squeeze(char* data, std::size_t size);
  /// Once it is complete: puts the request together at the beginning, and returns how long it is.
  std::size_t join(char* data) const;
  /// Once it is complete: where what follows the request begins.
  [[nodiscard]] std::size_t next() const { return read_; }
  /// Once it is refused: why.
  [[nodiscard]] const refusal& why() const { return why_; }
  /// What is passed on in place of a request that is refused, by the framer or its owner: one that says why in a field
  /// `Refused`.
  [[nodiscard]] std::string apology(const char* data, const refusal& why) const;

 private:
  enum class part : std::uint8_t {
    start_line,
    fields,
    body,
    chunk_size,
    chunk,
    chunk_end,
    trailers,
    complete,
    refused
  };

  // Each returns whether to go on.
  bool step();
  bool take_line();
  bool take_body();
  bool take_chunk();
  bool take_chunk_end();
  bool refuse(const refusal& why);

  refusal take(std::string_view line);
  refusal take_start(std::string_view line);
  refusal take_field(std::string_view line);
  refusal take_known(const field_line& field);
  refusal take_host(std::string_view value);
  void take_connection(std::string_view value);
  void take_codings(std::string_view value);
  refusal take_chunk_size(std::string_view line);
  refusal take_trailer(std::string_view line);
  refusal end_head();
  void end_request();

  [[nodiscard]] refusal too_long() const;
  [[nodiscard]] refusal wrong_framing() const;
  void keep(std::string_view text);
  void keep_line(std::string_view name, std::string_view value);

  const framing_limits* limits_;
  refusal why_{};
  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t read_ = 0;          // what is before it was read
  std::size_t seen_ = 0;          // what is before it ends no line
  std::size_t kept_ = 0;          // the end of the head as it is passed on
  std::size_t body_ = 0;          // where the body begins
  std::size_t body_end_ = 0;      // and ends, so far
  std::uint64_t missing_ = 0;     // of the body or of the chunk
  std::size_t unkept_bytes_ = 0;  // of chunks' extensions and of trailers
  std::size_t origin_ = 0;        // where the value of Origin is kept
  std::size_t origin_size_ = 0;
  std::uint32_t had_ = 0;  // known fields, a bit for each
  std::uint8_t fields_ = 0, codings_ = 0, chunked_codings_ = 0, empty_lines_ = 0;
  part now_ = part::start_line;
  bool asks_head_ = false, is_old_ = false, is_implemented_ = true;
  bool has_length_ = false, has_codings_ = false, has_host_ = false;
  bool is_last_chunked_ = false, closes_ = false, keeps_ = false, expects_other_ = false, waits_ = false;
};

}  // namespace parlor::http
