#pragma once

#include <string>

#include "runtime/values/fields_description.hpp"

/// The words in which a value's constraint is said, when it is read and when it is written.
namespace parlor {

/// `yes, no`: the names that a rule allows.
std::string listed_names(const constraint& rule);
/// `0.5`, `infinite`, `not a number`.
std::string number_text(double value);

}  // namespace parlor
