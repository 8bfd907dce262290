#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/services/child.hpp"

/// What the server and the guardian of a child say to each other (supervisor.hpp has who is who).
///
/// The server says one thing: the options, by way of the supervisor. Closing its direction of the
/// child's socket means "stop"; a server that dies says the same. The guardian says that the program
/// has been started, and how it ended. Each is one packet. Numbers are 8 bytes as they stand in
/// memory, texts have their length in front: both ends are the same program.
namespace parlor {

/// Options of more than this are refused: they would not be one packet everywhere.
inline constexpr std::size_t child_message_bytes_max = 64 * 1024;

/// Says what stands against starting this at all; empty if nothing does.
[[nodiscard]] std::string wrong_with(const child_options& program);

[[nodiscard]] std::string to_message(const child_options& program);
/// Nothing if that is no such message.
[[nodiscard]] std::optional<child_options> to_child_options(std::string_view message);

/// Says that the program runs.
inline constexpr std::string_view child_started_message = "started";

/// The end is the other thing a guardian says: it begins with a byte that no letter is.
[[nodiscard]] std::string to_message(const child_end& how);
[[nodiscard]] std::optional<child_end> to_child_end(std::string_view message);

}  // namespace parlor
