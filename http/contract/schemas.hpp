#pragma once

#include <map>
#include <string>
#include <string_view>

#include "runtime/authoring/catalog.hpp"

/// The document's named schemas. What a kind declares has its schema from there, and the server's own replies have
/// theirs from http/protocol/replies.hpp and http/operators/operator_replies.hpp. Written by hand is only what the
/// table of a room writes, and what follows from the whole catalog.
///
/// Names of a kind's schemas have a point in them (`tictactoe.view`), the others have none: no kind's name can
/// take one of them.
namespace parlor::http::contract {

/// JSON text by name.
using schemas = std::map<std::string, std::string>;

/// All that the document names.
schemas schemas_of(const catalog& kinds);

/// The name of what a GET of an actor answers, and a command that answers nothing of its own.
std::string shown_name(const kind& k);
/// The name of what a command answers.
std::string answer_name(const kind& k, const command_info& command);
/// The name of a command's arguments.
std::string arguments_name(const kind& k, const command_info& command);
/// The name of what joining without an id answers: the room, with its kind and id.
std::string joined_name(const kind& k);

/// The name of what a long poll of its feed answers.
std::string feed_name(const kind& k);

/// Whether players may send the command by HTTP, as JSON.
bool is_open(const command_info& command);

}  // namespace parlor::http::contract
