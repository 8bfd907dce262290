#pragma once

#include <string_view>
#include <vector>

#include "runtime/authoring/kind.hpp"

/// Which of the runtime's words a route may answer, by what it does. The words themselves, with their
/// sentences, stand in runtime/values/failure.cpp alone, their statuses in http/protocol/status.cpp.
namespace parlor::http::contract {

using words = std::vector<std::string_view>;

/// Both lists in one.
words operator+(words a, const words& b);

/// Of every path below /api: what the gateway refuses before it looks further.
words at_the_gate();
/// The same of every path of a kind.
words at_a_kind();
/// The same of a POST, whose body has to be of a type.
words of_a_post(const kind& k);
/// Of whatever an actor is asked: load, deadlines, the store, mistakes of the author.
words from_an_actor();
/// Of what asks a service.
words from_a_service();
/// Of what makes a room or a session that is stored.
words of_a_maker();
/// Of what may wake a session that is not stored.
words of_a_waker(const kind& k);
/// Of one command from a client, without the kind's own words.
words of_command(const kind& k, const command_info& command);

}  // namespace parlor::http::contract
