#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/services/child.hpp"
#include "runtime/services/programs.hpp"

/// From what a kind's programs have in common to what one player's is started with.
namespace parlor {

/// Whether a command has `name`, such as `{port}`, anywhere in it.
bool mentions(const std::vector<std::string>& command, std::string_view name);

/// The program of one player, at its port or socket.
child_options filled_in(const program_options& o, std::uint16_t port, const std::string& socket,
                        const std::string& player);

}  // namespace parlor
