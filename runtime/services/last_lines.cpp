#include "runtime/services/last_lines.hpp"

#include <cstring>

namespace parlor {

namespace {

/// The length of the letter that `text` begins with, 0 if there is none to show.
std::size_t shown_letter(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7f ? 1 : 0;
  std::size_t length = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
  // Control characters of the second sort, long forms, halves of surrogate pairs, beyond U+10FFFF.
  if ((first == 0xc2 && byte(1) < 0xa0) || (first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
      (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f))
    return 0;
  return length;
}

std::string shown(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t length = shown_letter(text);
    if (length > 0) out += text.substr(0, length);
    else if (text.front() == '\n') out += '\n';
    else out += text.front() == '\t' || text.front() == '\r' ? ' ' : '?';
    text.remove_prefix(length > 0 ? length : 1);
  }
  return out;
}

}  // namespace

void last_lines::add(std::string_view bytes) {
  if (bytes.size() > bytes_max) {
    bytes.remove_prefix(bytes.size() - bytes_max);
    cut_ = true;
  }
  if (std::size_t free = bytes_max - size_; bytes.size() > free) {
    std::size_t gone = bytes.size() - free;
    size_ -= gone;
    std::memmove(kept_.data(), kept_.data() + gone, size_);
    cut_ = true;
  }
  std::memcpy(kept_.data() + size_, bytes.data(), bytes.size());
  size_ += bytes.size();
}

std::string last_lines::text() const {
  std::string_view text(kept_.data(), size_);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (std::size_t line = text.find('\n'); cut_ && line != std::string_view::npos) text.remove_prefix(line + 1);
  std::size_t lines = 0, begin = text.size();
  while (begin > 0 && (text[begin - 1] != '\n' || ++lines < lines_max)) --begin;
  text.remove_prefix(begin);
  return shown(text);
}

}  // namespace parlor
