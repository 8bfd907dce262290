#pragma once

#include <string>
#include <string_view>

#include "http/contract/schemas.hpp"

namespace parlor::http::contract {

/// JSON that a schema allows, small and the same each time: the first of the `examples`, the first
/// word of an `enum`, the number nearest to zero, and of what may be absent nothing. References are
/// looked up in `all`. It knows what our own schemas say, not all of JSON Schema.
std::string example_of(std::string_view schema, const schemas& table);

}  // namespace parlor::http::contract
