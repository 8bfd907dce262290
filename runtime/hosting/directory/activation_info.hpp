#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/authoring/kind.hpp"
#include "runtime/values/address.hpp"
#include "runtime/values/instant.hpp"

/// What may be told of the awake actors: which are awake, since when, and why.
namespace parlor {

/// Why an actor is awake.
enum class awake_reason {
  kept,     ///< a client's POST keeps it for its kind's idle time
  visited,  ///< a GET, a reminder, another actor or an operator woke it: it has the short stay
  asking,   ///< it waits for a service
  leaving,  ///< it answers what it was sent, and goes to sleep then
};
std::string_view word_of(awake_reason why);

/// One awake actor, as it was when somebody looked.
struct activation_info {
  address actor;
  instant since{};               ///< when it woke
  instant last_used{};           ///< the last POST, or its waking
  instant until{};               ///< it does not fall asleep for being idle before this
  std::uint64_t activation = 0;  ///< counts the activations of this process
  std::uint64_t version = 0;     ///< perhaps of a commit that is not stored yet; 0: there is nothing here
  std::uint32_t requests = 0;    ///< that it has in hand: they wait, or run, or their commits are being stored
  std::uint8_t services = 0;     ///< that it has: one bit each, in its kind's order
  awake_reason why = awake_reason::visited;
};

/// Which of the awake are wanted.
struct awake_query {
  const kind* actor_kind = nullptr;  ///< null: of every kind
  std::string_view prefix{};         ///< of the id
  std::uint64_t from = 0;            ///< 0, or the `next` of the page before
  std::size_t most = 100;
};

/// Some of the awake, in no order that means anything. An actor that is awake all the while stands on
/// exactly one page. One call looks at a few thousand, so a page may be short, or empty, and not the last.
struct awake_page {
  std::vector<activation_info> actors;
  std::uint64_t next = 0;  ///< 0: it is the last
};

}  // namespace parlor
