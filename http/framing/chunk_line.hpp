#pragma once

#include <cstdint>
#include <string_view>

#include "http/framing/refusal.hpp"

namespace parlor::http {

/// Reads the line before a chunk (RFC 9112, 7.1) without its CRLF: how many bytes the chunk has, and extensions, which
/// are skipped. A size that no machine could hold is the largest number. Says why if it is no such line.
refusal read_chunk_line(std::string_view line, std::uint64_t& size);

}  // namespace parlor::http
