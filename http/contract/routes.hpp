#pragma once

#include "http/admission/gateway_options.hpp"
#include "http/contract/route.hpp"
#include "runtime/authoring/catalog.hpp"

/// Every route that a client can reach, made from what the kinds declare and how the gateway is set.
/// The test "the contract and the gateway agree on every path" (tests/http/contract_test.cpp) holds them
/// to what the gateway does.
namespace parlor::http::contract {

/// All routes, in the order of the document: the server's own, then kind by kind, then the operators'.
routes all_routes(const catalog& kinds, const gateway_options& options);

// Its parts.
void add_server_routes(routes& out, const catalog& kinds, const gateway_options& options);
/// `lobby` is the container of rooms; null: rooms of the kind are not listed.
void add_room_routes(routes& out, const kind& k, const kind* lobby);
void add_session_routes(routes& out, const kind& k);
/// What happens to an actor of the kind.
void add_feed_route(routes& out, const kind& k);
/// `session` is the kind of the players' own actors.
void add_ticket_route(routes& out, const kind& session);
/// Makes a route that of a feed: what it tells is of that schema.
void make_feed(route& r, std::string schema);
/// What operators see and do: the same for every kind.
void add_operators_routes(routes& out, const catalog& kinds);
/// One command, at a path that ends in its name.
route command_route(const kind& k, const command_info& command, std::string path);

}  // namespace parlor::http::contract
