#pragma once

#include <string_view>

#include "runtime/values/failure.hpp"

/// The HTTP statuses of what the runtime refuses. The runtime knows none: its words have causes, each cause has a
/// status, and the few words that HTTP has a status of its own for stand in a table (status.cpp).
namespace parlor::http {

/// The status that says the same as a word of the runtime, or as a game's own.
int status_of(const failure_word& word);

/// The reason phrase of a status.
std::string_view reason_of(int status);

}  // namespace parlor::http
