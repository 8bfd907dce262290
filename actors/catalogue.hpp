#pragma once

#include "runtime/authoring/catalog.hpp"

/// The kinds that this server hosts. A new game is a file beside this one, a line here, and a line in
/// catalogue.cpp.
namespace parlor::actors {

kind tictactoe();
kind gomoku();
kind rock_paper_scissors();
kind session();
/// The container of rooms: one actor for each room kind in `games`.
kind lobby(const std::vector<kind>& games);

/// All of them.
catalog catalogue();

}  // namespace parlor::actors
