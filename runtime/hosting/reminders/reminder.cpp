#include "runtime/hosting/reminders/reminder.hpp"

#include <algorithm>
#include <array>
#include <new>

namespace parlor {
namespace {

// Lengths are written in groups of seven bits, the lowest first; all but the last have the eighth
// set.

std::size_t room_for(std::string_view text) {
  std::size_t bytes = 1;
  for (std::size_t n = text.size(); n >= 128; n >>= 7) ++bytes;
  return bytes + text.size();
}

char* write(char* at, std::string_view text) {
  std::size_t n = text.size();
  for (; n >= 128; n >>= 7) *at++ = static_cast<char>(n | 128);
  *at++ = static_cast<char>(n);
  return std::copy(text.begin(), text.end(), at);
}

std::string_view read(const char*& at) {
  std::size_t n = 0;
  unsigned shift = 0;
  for (; *at & 128; shift += 7) n |= static_cast<std::size_t>(*at++ & 127) << shift;
  n |= static_cast<std::size_t>(*at++) << shift;
  std::string_view text(at, n);
  at += n;
  return text;
}

constexpr std::string_view empty_args = "{}";  // nearly all: they are written as nothing

std::array<std::string_view, 4> written(const reminder::texts& t) {
  return {t.id, t.name, t.command, t.args == empty_args ? std::string_view{} : t.args};
}

std::size_t bytes_for(const reminder::texts& t) {
  std::size_t bytes = sizeof(reminder);
  for (std::string_view text : written(t)) bytes += room_for(text);
  return bytes;
}

}  // namespace

reminder& reminder::make(slab& from, std::uint32_t hash, std::uint16_t kind, const texts& t) {
  auto* r = ::new (from.take(bytes_for(t))) reminder{.number = 0, .kind = kind, .hash = hash};
  char* at = reinterpret_cast<char*>(r + 1);
  for (std::string_view text : written(t)) at = write(at, text);
  return *r;
}

void reminder::end(slab& to, reminder& r) { to.give(&r, bytes_for(r.text())); }

reminder::texts reminder::text() const {
  const char* at = reinterpret_cast<const char*>(this + 1);
  texts t;
  for (std::string_view* text : {&t.id, &t.name, &t.command, &t.args}) *text = read(at);
  if (t.args.empty()) t.args = empty_args;
  return t;
}

}  // namespace parlor
