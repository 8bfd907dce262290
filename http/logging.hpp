#pragma once

#include <memory>

#include "http/settings.hpp"
#include "runtime/hosting/journal.hpp"

namespace parlor::http {

/// A journal that writes to standard error with spdlog: text for people or JSON lines for programs.
std::unique_ptr<journal> make_log(const settings& s);

}  // namespace parlor::http
