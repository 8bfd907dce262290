// The games of this page, in the order of their doors. The only list of them.
//
// A game is an object:
//
//   kind            its name in the API; `kind` and `kind_rule` are its words in i18n.js
//   art()           the drawing in its door
//   mark(seat)      the drawing that stands for a seat
//   active(room, seat)  is this seat expected to move?
//   prompt(room, me)    what the status line says while the game is on
//   note(room, seat)    what the seat's plaque says while the game is on
//   board(play)     makes `{element, show({room, me, mine})}`: `me` is the caller's seat or -1, `mine` is true
//                   while they may move, and `play(command, body)` moves

import gomoku from "./gomoku.js";
import rock_paper_scissors from "./rock_paper_scissors.js";
import tictactoe from "./tictactoe.js";

export const games = [tictactoe, gomoku, rock_paper_scissors];
