#include "runtime/services/last_lines.hpp"

#include <cstring>

#include "runtime/values/utf8.hpp"

namespace parlor {

namespace {

/// The length of the letter that `text` begins with, 0 if there is none to show.
std::size_t shown_letter(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  utf8_letter letter = first_letter(text);
  bool is_control = byte(0) < 0x20 || byte(0) == 0x7f || (letter.bytes == 2 && byte(0) == 0xc2 && byte(1) < 0xa0);
  return letter.well_formed && !is_control ? letter.bytes : 0;
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
