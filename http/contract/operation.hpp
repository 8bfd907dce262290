#pragma once

#include <map>
#include <string>

#include "http/contract/route.hpp"
#include "http/contract/schemas.hpp"

namespace parlor::http::contract {

/// Responses that several operations share: JSON text by name. Refusals are such, named after their words.
using responses = std::map<std::string, std::string>;

/// A route as an OpenAPI operation, JSON text. Adds to `shared` the responses that it refers to.
std::string operation_of(const route& r, const schemas& named, responses& shared);

}  // namespace parlor::http::contract
