#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/values/address.hpp"

namespace parlor {

/// What led to a message between actors: the commands that told one another, from one that no actor told.
///
/// A client's command, an order and a reminder begin a chain; what their handlers tell is its first message, and what
/// the handler of that tells is the second. Everything that one command tells has the same chain.
struct message_chain {
  std::uint32_t length = 1;  ///< messages in it, this one included
  std::uint64_t begun = 0;   ///< counts the beginnings in this process; 0: it began in an earlier one
  std::string links{};       ///< `kind/id:command by player > kind/id:command > ...`: the first and the latest

  /// The first link: everything that came of it counts for whom it names.
  [[nodiscard]] std::string_view beginning() const;
  /// Tells whether an actor is among the links that are known.
  [[nodiscard]] bool names(const address& actor) const;
};
using message_chain_ptr = std::shared_ptr<const message_chain>;

/// Links that a chain shows, the first of them always.
inline constexpr std::size_t chain_links_max = 6;

/// How a link begins that is about an actor, with what stands between links.
[[nodiscard]] std::string chain_mark(const address& actor);

/// Begins a chain with a command; `player` may be empty.
[[nodiscard]] message_chain_ptr begin_chain(std::uint64_t begun, const address& actor, std::string_view command,
                                            std::string_view player);
/// Continues `led` by a command that one of its messages brought.
[[nodiscard]] message_chain_ptr continue_chain(const message_chain& led, const address& actor,
                                               std::string_view command);

}  // namespace parlor
