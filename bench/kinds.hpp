#pragma once

#include <vector>

#include "runtime/authoring/kind.hpp"

/// The kinds that the benchmarks talk to, each once in memory only and once stored.
///
/// - `table`, `table_durable`: a room of two seats and nine cells in which both may always move, so
///   that a client can play it for ever. All else is as in a real game: seats are checked, the
///   board changes, the reply shows the room.
/// - `tally`, `tally_durable`: the least actor with an id of its own. `add` makes it: waking costs
///   little beside what the runtime itself does.
/// - `tictactoe`, `tictactoe_durable`: the real game.
///
/// There is no `session` and no `lobby` here: what rooms tell them is dropped, so that a join
/// measures one actor and not three.
namespace parlor::bench {

kind table(bool durable);
kind tally(bool durable);
kind tictactoe(bool durable);

/// All six.
std::vector<kind> kinds();

}  // namespace parlor::bench
