#pragma once

#include <string>

#include "http/admission/gateway_options.hpp"
#include "runtime/authoring/catalog.hpp"

/// The contract with clients: what the catalog and the gateway's options offer over HTTP, as an OpenAPI
/// 3.1 document.
///
/// Nothing in this folder is written for one kind. A kind declares its commands, their arguments, their
/// answers and its view once, as C++ types. The routes, schemas and examples of the document follow from
/// that, so a new kind is in the document the moment it is in the catalog.
///
///     routes_of_*.cpp   which routes there are, and how each answers
///     refusals.cpp      which of the runtime's words a route may answer
///     schemas.cpp       the named schemas: the kinds' own, and those of the server's replies
///     example.cpp       an example for a schema
///     contract.cpp      the document of all that
namespace parlor::http::contract {

/// The document, as JSON text. Made once, when the server starts.
std::string contract_of(const catalog& kinds, const gateway_options& options);

}  // namespace parlor::http::contract
