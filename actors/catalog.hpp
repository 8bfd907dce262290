#pragma once

#include "runtime/authoring/catalog.hpp"
#include "runtime/services/chat.hpp"
#include "runtime/services/programs.hpp"

/// The kinds that this server hosts. A new game is a file beside this one and a line in games.def.
namespace parlor::actors {

/// The parts of the process that services of kinds need.
struct environment {
  http_client* web = nullptr;  ///< outlives the kinds; null: nobody outside is asked
  chat_options teller{};       ///< the model that tells fortunes
};

#define GAME(name) kind name();
#include "actors/games.def"
#undef GAME

kind session();
kind fortune(const environment& around);
/// The streamer's own side of a live stream, and the stream itself.
kind live();
kind stream();
/// The container of rooms: one actor for each room kind in `games`.
kind lobby(const std::vector<kind>& games);
/// What operators forbid: one actor.
kind denials_of_operators();

/// A kind of that name, each of whose players has a program of their own. The programs must outlive the kind.
kind process(std::string name, duration idle_after, const program_options& program, programs& programs);

/// All of them, without the processes, which the configuration names.
catalog make_catalog(const environment& around = {});

}  // namespace parlor::actors
