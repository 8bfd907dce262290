#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "http/framing/framer.hpp"

namespace parlor::testing {

/// What a framer makes of bytes.
struct framed {
  http::framer::verdict verdict = http::framer::verdict::incomplete;
  std::string request{};  ///< what is passed on, if it is complete
  std::string rest{};     ///< what follows it
  std::string code{};     ///< the word of the refusal
  std::string detail{};
};

/// Gives a framer the bytes in parts that end at these places, and at the end.
inline framed frame(std::string_view bytes, const std::vector<std::size_t>& ends = {},
                    const http::framing_limits& limits = {}) {
  using enum http::framer::verdict;
  http::framer framer(limits);
  std::string held;
  std::size_t from = 0;
  framed result;
  for (std::size_t part = 0; part <= ends.size() && result.verdict == incomplete; ++part) {
    std::size_t to = part < ends.size() ? ends[part] : bytes.size();
    held.append(bytes.substr(from, to - from));
    from = to;
    result.verdict = framer.look(held.data(), held.size());
    if (result.verdict == incomplete) held.resize(framer.squeeze(held.data(), held.size()));
  }
  if (result.verdict == complete) {
    result.rest = held.substr(framer.next()) + std::string(bytes.substr(from));
    result.request = held.substr(0, framer.join(held.data()));
  }
  if (result.verdict == refused) {
    result.code = framer.why().code;
    result.detail = framer.why().detail;
  }
  return result;
}

}  // namespace parlor::testing
