#include "http/program/console_link.hpp"

#include <unistd.h>

#include <iostream>

namespace parlor::http {

void show_console_link(const settings& s, const credentials& tokens, const std::string& base, instant now,
                       program_log& log) {
  if (!s.console_link || s.log_format == "json" || ::isatty(STDERR_FILENO) == 0) return;
  log.flush();
  identity sitting_here{"operator", role::admin, now + console_link_ttl, now};
  std::string text = "\n  Console (an administrator's link, good for an hour; console_link = false hides it):\n  ";
  std::cerr << text + base + "console#token=" + tokens.sign(sitting_here) + "\n\n" << std::flush;
}

}  // namespace parlor::http
