#include "runtime/authoring/raw.hpp"

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

}  // namespace

std::optional<failure> check(const raw_reply& r) {
  bool is_line = r.content_type.find('\n') == std::string::npos;
  if (is_line && r.status >= 200 && r.status <= 599) return {};
  return failure{"service_failed", "its answer cannot be read"};
}

std::string to_text(const raw_request& r) {
  std::string out;
  write_lines(out, {r.path, r.query, r.content_type, r.key}, r.body);
  return out;
}

std::string to_text(const raw_reply& r) {
  std::string out;
  write_lines(out, {std::to_string(r.status), r.content_type}, r.body);
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
  std::string status;
  bool read = take_line(text, status) && take_line(text, r.content_type);
  const char* end = status.data() + status.size();
  auto parsed = std::from_chars(status.data(), end, r.status);
  if (!read || parsed.ec != std::errc{} || parsed.ptr != end) r.status = 0;
  if (auto wrong = check(r)) return *wrong;
  r.body = text;
  return r;
}

}  // namespace parlor
