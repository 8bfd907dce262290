#include "http/framing/framer.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstring>
#include <utility>

#include "http/framing/characters.hpp"
#include "http/framing/chunk_line.hpp"

namespace parlor::http {
namespace {

/// A client may send an empty line too many (RFC 9112, 2.2).
constexpr std::uint8_t empty_lines_max = 4;
/// Extensions of chunks and trailers, which nobody reads.
constexpr std::size_t unkept_bytes_max = 4096;

constexpr refusal bad_line{"bad_request", "a line does not end with CR and LF"};
constexpr refusal no_request{"bad_request", "these bytes do not begin an HTTP request"};
constexpr refusal bad_chunk{"bad_request", "a chunk of the body does not end where its size says"};
constexpr refusal too_large{"body_too_large", "the body is larger than this server takes"};

/// Calls `each` with the elements of a list (RFC 9110, 5.6.1), but for empty ones.
template <class Each>
void for_each_element(std::string_view list, Each each) {
  while (!list.empty()) {
    std::size_t end = std::min(list.find(','), list.size());
    if (auto element = trimmed(list.substr(0, end)); !element.empty()) each(element);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

}  // namespace

framer::verdict framer::look(char* data, std::size_t size) {
  data_ = data;
  size_ = size;
  while (step()) continue;
  if (now_ == part::complete) return verdict::complete;
  return now_ == part::refused ? verdict::refused : verdict::incomplete;
}

bool framer::step() {
  switch (now_) {
    case part::start_line:
    case part::fields:
    case part::chunk_size:
    case part::trailers: return take_line();
    case part::body: return take_body();
    case part::chunk: return take_chunk();
    case part::chunk_end: return take_chunk_end();
    case part::complete:
    case part::refused: return false;
  }
  return false;
}

bool framer::refuse(const refusal& why) {
  why_ = why;
  now_ = part::refused;
  return false;
}

bool framer::take_line() {
  // What is no request at all, as a greeting of TLS, perhaps has no line.
  if (now_ == part::start_line && read_ < size_ && !is(data_[read_], in_token) && data_[read_] != '\r')
    return refuse(no_request);
  const void* found = std::memchr(data_ + seen_, '\n', size_ - seen_);
  std::size_t end = found ? static_cast<std::size_t>(static_cast<const char*>(found) - data_) : size_;
  seen_ = end;
  if (refusal wrong = too_long()) return refuse(wrong);
  if (!found) return false;
  if (end == read_ || data_[end - 1] != '\r') return refuse(bad_line);
  std::string_view line(data_ + read_, end - 1 - read_);
  read_ = seen_ = end + 1;
  refusal wrong = take(line);
  return wrong ? refuse(wrong) : true;
}

refusal framer::too_long() const {
  std::size_t bytes = seen_ - read_;
  switch (now_) {
    case part::start_line:
      // The method and the version take less than 64 bytes.
      if (bytes > limits_->target_bytes_max + 64) return {"target_too_long", "the target is longer than 8000 bytes"};
      return {};
    case part::fields:
      if (seen_ >= limits_->head_bytes_max) return {"head_too_large", "the headers are too large, all together"};
      return {};
    default:
      if (unkept_bytes_ + bytes > unkept_bytes_max)
        return {"bad_request", "chunk extensions and trailers are too large"};
      return {};
  }
}

refusal framer::take(std::string_view line) {
  switch (now_) {
    case part::start_line: return take_start(line);
    case part::fields: return line.empty() ? end_head() : take_field(line);
    case part::chunk_size: return take_chunk_size(line);
    default: return take_trailer(line);
  }
}

refusal framer::take_start(std::string_view line) {
  if (line.empty()) return ++empty_lines_ > empty_lines_max ? no_request : refusal{};
  request_line first;
  if (refusal wrong = read_request_line(line, first)) return wrong;
  if (first.target.size() > limits_->target_bytes_max)
    return {"target_too_long", "the target is longer than 8000 bytes"};
  asks_head_ = first.method == "HEAD";
  is_old_ = first.is_old;
  is_implemented_ = first.is_implemented;
  keep(first.method);
  keep(first.target.starts_with('/') || first.target == "*" ? " " : " /");
  keep(first.target);
  keep(is_old_ ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  now_ = part::fields;
  return {};
}

refusal framer::take_field(std::string_view line) {
  field_line field;
  if (refusal wrong = read_field_line(line, field)) return wrong;
  if (++fields_ > limits_->fields_max) return {"head_too_large", "there are too many headers"};
  return field.known ? take_known(field) : refusal{};
}

refusal framer::take_known(const field_line& field) {
  const field_role role = field.known->role;
  const std::uint32_t bit = 1U << place_of(*field.known);
  const bool again = (had_ & bit) != 0;
  had_ |= bit;
  if (again && is_single(role)) return {"bad_request", "a header that may come once came twice"};
  switch (role) {
    case field_role::kept:
    case field_role::kept_once:
    case field_role::origin: keep_line(field.name, field.value); break;
    case field_role::host: return take_host(field.value);
    case field_role::content_length: {
      auto length = read_length(field.value);
      if (!length) return {"bad_request", "Content-Length is not a number"};
      missing_ = *length;
      has_length_ = true;
      break;
    }
    case field_role::transfer_encoding: take_codings(field.value); break;
    case field_role::connection: take_connection(field.value); break;
    case field_role::expect: (is_word(field.value, "100-continue") ? waits_ : expects_other_) = true; break;
  }
  if (role == field_role::origin) {
    origin_size_ = field.value.size();
    origin_ = kept_ - 2 - origin_size_;
  }
  return {};
}

refusal framer::take_host(std::string_view value) {
  has_host_ = true;
  if (is_host(value)) return {};
  return {"bad_request", "Host is not a name or address with perhaps a port"};
}

void framer::take_connection(std::string_view value) {
  for_each_element(value, [this](std::string_view option) {
    if (is_word(option, "close")) closes_ = true;
    if (is_word(option, "keep-alive")) keeps_ = true;
  });
}

void framer::take_codings(std::string_view value) {
  has_codings_ = true;
  for_each_element(value, [this](std::string_view coding) {
    is_last_chunked_ = is_word(coding, "chunked");
    if (is_last_chunked_) ++chunked_codings_;
    if (codings_ < 255) ++codings_;
  });
}

/// What RFC 9112, 6.1 and 6.3, have a server refuse: bodies that another one might see end elsewhere.
refusal framer::wrong_framing() const {
  if (!has_codings_) return {};
  if (has_length_) return {"bad_request", "Transfer-Encoding and Content-Length exclude each other"};
  if (is_old_) return {"bad_request", "HTTP/1.0 has no Transfer-Encoding"};
  if (!is_last_chunked_ || chunked_codings_ > 1)
    return {"bad_request", "Transfer-Encoding does not end with one chunked"};
  if (codings_ > 1) return {"not_implemented", "of transfer codings this server knows chunked"};
  return {};
}

refusal framer::end_head() {
  if (!is_old_ && !has_host_) return {"bad_request", "a request says by Host whom it is for"};
  if (refusal wrong = wrong_framing()) return wrong;
  if (!is_implemented_) return {"not_implemented", "this server has no such method"};
  if (expects_other_) return {"expectation_failed", "of expectations this server knows 100-continue"};
  if (missing_ > limits_->body_bytes_max) return too_large;
  if (closes_) keep_line("Connection", "close");
  else if (is_old_ && keeps_) keep_line("Connection", "keep-alive");
  waits_ = waits_ && !is_old_;
  body_ = body_end_ = read_;
  now_ = has_codings_ ? part::chunk_size : part::body;
  return {};
}

bool framer::take_body() {
  auto more = static_cast<std::size_t>(std::min<std::uint64_t>(missing_, size_ - read_));
  missing_ -= more;
  read_ += more;
  body_end_ = read_;
  if (missing_ > 0) return false;
  end_request();
  return true;
}

refusal framer::take_chunk_size(std::string_view line) {
  if (refusal wrong = read_chunk_line(line, missing_)) return wrong;
  if (missing_ > limits_->body_bytes_max || body_end_ - body_ + missing_ > limits_->body_bytes_max) return too_large;
  // A size of up to eight digits is what there must be.
  unkept_bytes_ += line.size() - std::min<std::size_t>(line.size(), 8);
  now_ = missing_ > 0 ? part::chunk : part::trailers;
  return {};
}

bool framer::take_chunk() {
  auto more = static_cast<std::size_t>(std::min<std::uint64_t>(missing_, size_ - read_));
  std::memmove(data_ + body_end_, data_ + read_, more);
  missing_ -= more;
  read_ += more;
  body_end_ += more;
  seen_ = read_;
  if (missing_ > 0) return false;
  now_ = part::chunk_end;
  return true;
}

bool framer::take_chunk_end() {
  std::string_view rest(data_ + read_, std::min<std::size_t>(2, size_ - read_));
  if (rest != std::string_view("\r\n").substr(0, rest.size())) return refuse(bad_chunk);
  if (rest.size() < 2) return false;
  read_ += 2;
  seen_ = read_;
  now_ = part::chunk_size;
  return true;
}

refusal framer::take_trailer(std::string_view line) {
  if (line.empty()) {
    end_request();
    return {};
  }
  field_line field;
  if (refusal wrong = read_field_line(line, field)) return wrong;
  unkept_bytes_ += line.size();
  return {};
}

void framer::end_request() {
  if (std::size_t bytes = body_end_ - body_; bytes > 0) {
    std::array<char, 20> digits;
    char* end = std::to_chars(digits.data(), digits.data() + digits.size(), bytes).ptr;
    keep_line("Content-Length", {digits.data(), static_cast<std::size_t>(end - digits.data())});
  }
  keep("\r\n");
  now_ = part::complete;
}

/// What is kept is made of what was read, and never longer: the line that it came from is in front of it.
void framer::keep(std::string_view text) {
  assert(kept_ + text.size() <= (body_ > 0 ? body_ : read_));
  std::copy(text.begin(), text.end(), data_ + kept_);
  kept_ += text.size();
}

void framer::keep_line(std::string_view name, std::string_view value) {
  keep(name);
  keep(":");
  keep(value);
  keep("\r\n");
}

bool framer::takes_continue() {
  const bool takes_body = now_ > part::fields && now_ < part::complete;
  return takes_body && std::exchange(waits_, false);
}

std::size_t framer::squeeze(char* data, std::size_t size) {
  // Of a body that came whole, and of a head, the rest is at its place.
  if (now_ < part::chunk_size) return size;
  std::memmove(data + body_end_, data + read_, size - read_);
  std::size_t gap = read_ - body_end_;
  read_ -= gap;
  seen_ -= gap;
  return size - gap;
}

std::size_t framer::join(char* data) const {
  std::size_t bytes = body_end_ - body_;
  std::memmove(data + kept_, data + body_, bytes);
  return kept_ + bytes;
}

std::string framer::apology(const char* data, const refusal& why) const {
  std::string text(asks_head_ ? "HEAD" : "GET");
  text += " / HTTP/1.1\r\nConnection:close\r\n";
  if (origin_size_ > 0 && origin_size_ <= 512)
    text.append("Origin:").append(data + origin_, origin_size_).append("\r\n");
  return text.append("Refused:").append(why.code).append(" ").append(why.detail).append("\r\n\r\n");
}

}  // namespace parlor::http
