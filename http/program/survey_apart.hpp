#pragma once

#include <chrono>
#include <functional>

#include "runtime/storage/sqlite_survey.hpp"

namespace parlor::http {

/// Makes a survey of what is stored in a process of its own: to read it runs upgrades of games, and one that crashes or
/// loops must end no server. The actor at which that happens is among the unreadable, and alone then. Empty if nothing
/// was read in time. Throws std::runtime_error with what `make` throws. Call it before any thread starts.
state_survey survey_apart(const std::function<state_survey(const std::function<void(const address&)>& reads)>& make,
                          std::chrono::milliseconds patience);

}  // namespace parlor::http
