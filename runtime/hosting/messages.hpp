#pragma once

#include <caf/all.hpp>
#include <functional>
#include <memory>

#include "runtime/hosting/directory.hpp"
#include "runtime/hosting/request.hpp"
#include "runtime/storage/store.hpp"

/// The messages between the runtime's own actors. They never leave the process, so they carry pointers
/// and CAF is told not to serialise them.
namespace parlor {

struct host_work;

// To a host.
struct state_loaded { std::shared_ptr<result<std::optional<stored_actor>>> found; };
struct commit_settled { std::uint64_t number; commit_receipt receipt; std::shared_ptr<failure> refused; };
struct handler_ended { std::shared_ptr<host_work> work; };
struct retire {};

// To the registry.
struct slot_drained { slot* who; };
struct slot_failed { slot* who; };    ///< its state is not to be trusted: discard it
struct slot_ended { slot* who; };
struct sweep { bool short_only; };
struct close_actor { std::shared_ptr<std::function<void(bool)>> done; const kind* of; std::string id; };
struct close_all {};

}  // namespace parlor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::request_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::state_loaded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::commit_settled)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::handler_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::retire)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::slot_drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::slot_failed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::slot_ended)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::sweep)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::close_actor)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::close_all)
