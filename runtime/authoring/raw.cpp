#include "runtime/authoring/raw.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>

namespace parlor {
namespace {

void write_lines(std::string& out, std::initializer_list<std::string_view> lines, std::string_view body) {
  std::size_t bytes = body.size();
  for (std::string_view line : lines) bytes += line.size() + 1;
  out.reserve(bytes);
  for (std::string_view line : lines) out.append(line).append("\n");
  out.append(body);
}

/// Takes the next line off `text`. False if there is none.
bool take_line(std::string_view& text, std::string& line) {
  auto end = text.find('\n');
  if (end == std::string_view::npos) return false;
  line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return true;
}

constexpr std::size_t header_bytes_max = 8 * 1024;

/// Whether a header may have that value: no end of line, and nothing that steers.
bool is_line(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

template <class Number>
bool read_whole(std::string_view text, Number& to) {
  auto parsed = std::from_chars(text.begin(), text.end(), to);
  return parsed.ec == std::errc{} && parsed.ptr == text.end();
}

/// The status, and how many headers there are if there are some.
bool read_first(std::string_view line, int& status, std::size_t& count) {
  auto blank = std::min(line.find(' '), line.size());
  bool more = blank < line.size();
  return read_whole(line.substr(0, blank), status) && (!more || read_whole(line.substr(blank + 1), count));
}

}  // namespace

std::optional<failure> check(const raw_reply& r) {
  bool fine = r.content_type.find('\n') == std::string::npos && r.status >= 200 && r.status <= 599;
  std::size_t bytes = 0;
  for (const raw_header& h : r.headers) {
    bytes += h.name.size() + h.value.size();
    fine = fine && is_line(h.value) && std::count(std::begin(raw_reply_headers), std::end(raw_reply_headers), h.name);
  }
  if (fine && bytes <= header_bytes_max) return {};
  return failure{"service_failed", "its answer cannot be read"};
}

std::string to_text(const raw_request& r) {
  std::string out;
  write_lines(out, {r.path, r.query, r.content_type, r.key}, r.body);
  return out;
}

/// Without headers the first line is the status alone, as it always was.
std::string to_text(const raw_reply& r) {
  std::string first = std::to_string(r.status), rest;
  if (!r.headers.empty()) first += " " + std::to_string(r.headers.size());
  for (const raw_header& h : r.headers) rest.append(h.name).append(": ").append(h.value).append("\n");
  std::string out;
  write_lines(out, {first, r.content_type}, rest + r.body);
  return out;
}

result<raw_request> read_raw_request(std::string_view text) {
  raw_request r;
  for (std::string* line : {&r.path, &r.query, &r.content_type, &r.key})
    if (!take_line(text, *line)) return failure{"bad_request", "this is not a raw request"};
  r.body = text;
  return r;
}

result<raw_reply> read_raw_reply(std::string_view text) {
  raw_reply r;
  std::string first;
  std::size_t count = 0;
  bool read = take_line(text, first) && take_line(text, r.content_type) && read_first(first, r.status, count);
  for (std::string line; read && r.headers.size() < count;) {
    read = take_line(text, line) && line.find(": ") != std::string::npos;
    auto colon = line.find(": ");
    if (read) r.headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
  }
  if (!read) r.status = 0;
  if (auto wrong = check(r)) return *wrong;
  r.body = text;
  return r;
}

}  // namespace parlor
