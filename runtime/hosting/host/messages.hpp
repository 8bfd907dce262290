#pragma once

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/mailbox_element.hpp>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "runtime/hosting/directory/directory.hpp"
#include "runtime/hosting/requests/request.hpp"
#include "runtime/storage/store.hpp"

/// The messages between the runtime's own actors. They never leave the process, so they carry pointers
/// and CAF is told not to serialise them.
namespace parlor {

struct handler_run;

// To a host: one type of message, so that a look at it is enough.
struct state_loaded {
  result<std::optional<stored_actor>> found;
};
struct commit_settled {
  std::uint64_t number;
  commit_receipt receipt;
  std::shared_ptr<failure> refused;
};
struct handler_ended {
  std::shared_ptr<handler_run> run;
};
struct service_answered {
  std::uint64_t number;
  std::shared_ptr<result<context::service_reply>> answer;
};
struct service_stopped {
  bool late = false;
};
struct closing {};  ///< the actor is to end: what waits for a service waits no more
struct retire {};
struct host_mail {
  std::variant<request_ptr, std::shared_ptr<state_loaded>, commit_settled, handler_ended, service_answered,
               service_stopped, closing, retire>
      content;
};

/// For a look at a message: a function for each of its types.
template <class... Cases>
struct cases : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
cases(Cases...) -> cases<Cases...>;

/// Puts a message into a host's mailbox. Any thread.
inline void mail(const caf::strong_actor_ptr& to, host_mail message) {
  to->enqueue(caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::move(message)), nullptr);
}

// To the registry: one type of message, too.
struct entry_drained {
  directory_entry* entry;
};
/// Its state is not to be trusted: discard it.
struct entry_failed {
  directory_entry* entry;
};
struct entry_ended {
  directory_entry* entry;
};
struct sweep {
  bool short_only;
};
struct sweep_on {};  ///< the sweep under way takes its next step
struct close_actor {
  std::shared_ptr<callback<void(bool)>> done;
  const kind* actor_kind;
  std::string id;
};
struct close_all {};
struct registry_mail {
  std::variant<request_ptr, std::vector<request_ptr>, entry_drained, entry_failed, entry_ended, sweep, sweep_on,
               close_actor, close_all>
      content;
};

/// Puts a message into the registry's mailbox. Any thread.
inline void mail_registry(const caf::strong_actor_ptr& to, registry_mail message) {
  to->enqueue(caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::move(message)), nullptr);
}

}  // namespace parlor

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::host_mail)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(parlor::registry_mail)
