// Who waits: for a turn to start, or for another program of the kind to make room.
#include <algorithm>
#include <utility>

#include "runtime/services/program_table.hpp"

namespace parlor {

/// Takes a place in the pool, and starts now or in turn.
void programs::table::start_in_turn(locked& l, const program_ptr& p) {
  p->pool->alive.insert(p);
  if (line_.empty() && in_state_[state::starting] < limits_.at_once) return launch(l, p);
  if (line_.size() >= limits_.waiting_max) return turn_away(l, p, "too many programs wait for their turn to start");
  auto is_theirs = [&](const program_ptr& other) { return other->whose.id == p->whose.id; };
  auto theirs = std::count_if(line_.begin(), line_.end(), is_theirs);
  if (static_cast<std::size_t>(theirs) >= limits_.waiting_per_player_max)
    return turn_away(l, p, "the player has too many programs that wait for their turn to start");
  become(*p, state::waits_for_turn);
  p->in_line_since = steady::now();
  line_.push_back(p);
}

/// Starts those whose turn it is, and sends those away who have waited for too long. While one waits another starts,
/// and is looked at: so this is called often enough without a clock of its own.
void programs::table::give_turns(locked& l) {
  while (!line_.empty()) {
    program_ptr next = line_.front();
    bool late = steady::now() - next->in_line_since > limits_.turn_within;
    if (!late && in_state_[state::starting] >= limits_.at_once) return;
    line_.pop_front();
    if (late) turn_away(l, next, "its turn to start did not come in time");
    else launch(l, next);
    give_room(l, *next->pool);
  }
}

/// Lets those start for whom there is room now.
void programs::table::give_room(locked& l, program_pool& pool) {
  while (!pool.wait_for_room.empty() && pool.alive.size() < pool.options.programs_max) {
    program_ptr next = std::move(pool.wait_for_room.front());
    pool.wait_for_room.pop_front();
    start_in_turn(l, next);
  }
}

void programs::table::leave_line(const program_ptr& p) {
  p->pool->alive.erase(p);
  become(*p, state::down);
}

void programs::table::turn_away(locked& l, const program_ptr& p, const std::string& why) {
  leave_line(p);
  refuse(l, *p, "overloaded", why);
}

programs::statistics programs::table::stats() {
  locked l(mutex_);
  return {.waiting = line_.size(),
          .starting = in_state_[state::starting],
          .running = in_state_[state::up],
          .replaced = replaced_};
}

}  // namespace parlor
