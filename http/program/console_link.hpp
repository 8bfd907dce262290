#pragma once

#include <string>

#include "http/admission/credentials.hpp"
#include "http/program/logging.hpp"
#include "http/settings/settings.hpp"

namespace parlor::http {

/// How long the token of the console's link is good.
inline constexpr duration console_link_ttl = std::chrono::hours(1);

/// Writes a link to the console, with an administrator's token, for whoever sits at the terminal. Only there:
/// where standard error is a file, a pipe or the system's journal, where the log is JSON, and where the setting says
/// so, nothing is written, for a token does not belong into what is kept. `base` is the server's URL with a slash. It
/// comes behind the lines that `log` has by now.
void show_console_link(const settings& s, const credentials& tokens, const std::string& base, instant now,
                       program_log& log);

}  // namespace parlor::http
