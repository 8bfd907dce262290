#pragma once

#include <optional>
#include <string>

#include "runtime/values/instant.hpp"

/// Values as the configuration file has them.
namespace parlor::http {

/// Reads and writes lengths of time: `30m`, `5s`, `250ms`, `2h`, `30d`.
std::optional<duration> parse_duration(const std::string& text);
std::string print_duration(duration d);

/// A text as TOML has it.
std::string in_quotes(const std::string& text);

}  // namespace parlor::http
