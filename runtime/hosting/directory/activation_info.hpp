#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/authoring/kind.hpp"
#include "runtime/values/address.hpp"
#include "runtime/values/fields_description.hpp"
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

/// How an actor is awake, as operators are told it.
struct activation_state {
  awake_reason why = awake_reason::visited;
  instant since{};               ///< when it woke
  instant last_used{};           ///< the last POST, or its waking
  instant until{};               ///< it does not fall asleep for being idle before this
  std::uint64_t requests = 0;    ///< that it has in hand: they wait, or run, or their commits are being stored
  std::uint64_t activation = 0;  ///< counts the activations of this process
  std::vector<std::string_view> services{};  ///< that it has
  static constexpr auto fields =
      describe(field("why", &activation_state::why, one_of("kept", "visited", "asking", "leaving")),
               field("since", &activation_state::since), field("last_used", &activation_state::last_used),
               field("until", &activation_state::until), field("requests", &activation_state::requests),
               field("activation", &activation_state::activation), field("services", &activation_state::services));
};

/// One awake actor, as it was when somebody looked.
struct activation_info {
  address actor;
  std::uint64_t version = 0;  ///< perhaps of a commit that is not stored yet; 0: there is nothing here
  activation_state state{};
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
