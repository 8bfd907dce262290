#include "http/settings/tables.hpp"

namespace parlor::http {
namespace {

constexpr std::uint64_t many = 1'000'000'000;

}  // namespace

std::vector<setting<settings>> message_settings() {
  return {
      number(
          "message_chain_max", "messages between actors that may lead to one another; beyond it dead letters",
          +[](settings& s) { return &s.runtime.message_chain_max; }, 1, many),
      number(
          "messages_at_once", "messages that may come of one command or reminder; beyond it dead letters",
          +[](settings& s) { return &s.runtime.messages_at_once; }, 1, many),
      number(
          "messages_per_second", "that many again each second",
          +[](settings& s) { return &s.runtime.messages_per_second; }, 1, many),
      number(
          "messages_per_actor_max", "messages under way to one actor; beyond it dead letters",
          +[](settings& s) { return &s.runtime.messages_per_actor_max; }, 1, many),
      number(
          "messages_max", "messages under way between actors; beyond it dead letters",
          +[](settings& s) { return &s.runtime.messages_max; }, 1, many),
  };
}

std::vector<setting<settings>> handler_settings() {
  return {
      time(
          "handler_slow", "a handler that runs longer is named in the log",
          +[](settings& s) { return &s.runtime.handler_slow; }),
      time(
          "handler_relief", "a handler that runs longer has its loop served by another thread",
          +[](settings& s) { return &s.runtime.handler_relief; }),
      time(
          "handler_abort", "a handler that runs longer is stuck: the process ends and is started again",
          +[](settings& s) { return &s.runtime.handler_abort; }),
      time(
          "blocking_abort", "the same for kinds whose handlers block",
          +[](settings& s) { return &s.runtime.blocking_abort; }),
      number(
          "handler_memory", "bytes; a handler that allocates more is named in the log",
          +[](settings& s) { return &s.runtime.handler_memory; }, 1, 1000 * many),
  };
}

std::vector<setting<settings>> runtime_settings() {
  return {
      time(
          "idle_after", "an actor sleeps when no client has posted to it for this long",
          +[](settings& s) { return &s.runtime.idle_after; }),
      time(
          "sweep_every", "how often idle actors are looked for", +[](settings& s) { return &s.runtime.sweep_every; }),
      time(
          "short_stay", "how long an actor stays that only a GET or another actor woke",
          +[](settings& s) { return &s.runtime.short_stay; }),
      time(
          "deadline", "a request that is not answered by then is answered 504",
          +[](settings& s) { return &s.runtime.deadline; }),
      number(
          "awake_max", "actors awake at once; the least recently used sleep first",
          +[](settings& s) { return &s.runtime.awake_max; }, 1, many),
      number(
          "in_flight_max", "requests under way at once; beyond it 503",
          +[](settings& s) { return &s.runtime.in_flight_max; }, 1, many),
      number(
          "in_flight_per_actor_max", "requests waiting for one actor; beyond it 429",
          +[](settings& s) { return &s.runtime.in_flight_per_actor_max; }, 1, many),
      number(
          "state_bytes_max", "bytes of an actor's state; a command that would leave more is refused",
          +[](settings& s) { return &s.runtime.state_bytes_max; }, 1024, many),
      number(
          "blocking_threads", "threads for kinds whose handlers block",
          +[](settings& s) { return &s.runtime.blocking_threads; }, 1, 1024),
      number(
          "messages_per_turn", "messages an actor handles before the next one's turn",
          +[](settings& s) { return &s.runtime.messages_per_turn; }, 1, 1'000'000),
      number(
          "replies_per_player_max", "answers kept for each player of an actor, for requests sent again",
          +[](settings& s) { return &s.runtime.replies_per_player_max; }, 1, 64),
      time(
          "replies_kept", "how long answers are kept for requests that are sent again",
          +[](settings& s) { return &s.runtime.replies_kept; }),
      number(
          "events_kept_max", "events of an actor kept for watchers who come back",
          +[](settings& s) { return &s.runtime.events_kept_max; }, 1, 10'000),
      number(
          "events_kept_bytes_max", "bytes of them; each commit writes them anew",
          +[](settings& s) { return &s.runtime.events_kept_bytes_max; }, 1, 1'000'000),
      number(
          "watchers_max", "watchers at once; beyond it 503", +[](settings& s) { return &s.runtime.watchers_max; }, 1,
          many),
      number(
          "watchers_per_actor_max", "watchers of one actor; beyond it 429",
          +[](settings& s) { return &s.runtime.watchers_per_actor_max; }, 1, many),
      number(
          "watchers_per_player_max", "watchers of one player; beyond it 429",
          +[](settings& s) { return &s.runtime.watchers_per_player_max; }, 1, many),
      time(
          "stop_within", "how long a stopping server waits for what it accepted",
          +[](settings& s) { return &s.runtime.stop_within; }),
  };
}

}  // namespace parlor::http
