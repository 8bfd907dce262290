#include "runtime/hosting/scheduler/slim_actor.hpp"

#include <caf/actor_system.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <utility>

namespace parlor {
namespace {

caf::mailbox_element* behind(const caf::mailbox_element& item) { return static_cast<caf::mailbox_element*>(item.next); }

}  // namespace

slim_actor::slim_actor(caf::actor_config& config) : caf::local_actor(config) {
  // Nobody waits for messages yet: the first one schedules the actor.
  inbox_.try_block();
}

slim_actor::~slim_actor() { close(); }

void slim_actor::launch(caf::execution_unit*, bool, bool hide) {
  if (!hide) register_at_system();
}

void slim_actor::enqueue(caf::mailbox_element_ptr message, caf::execution_unit* from) {
  if (inbox_.push_front(std::move(message)) != caf::intrusive::inbox_result::unblocked_reader) return;
  intrusive_ptr_add_ref_impl();
  if (from) from->exec_later(this);
  else home_system().scheduler().enqueue(this);
}

caf::resumable::resume_result slim_actor::resume(caf::execution_unit* on, std::size_t messages_max) {
  context(on);
  for (std::size_t handled = 0; handled < messages_max; ++handled) {
    caf::mailbox_element_ptr message = next();
    if (!message) return awaiting_message;
    receive(*message);
    if (!ended_) continue;
    message.reset();
    close();
    cleanup(caf::make_error(caf::exit_reason::normal), on);
    return done;
  }
  return resume_later;
}

/// The oldest message; null if there is none, and then the next one to come schedules the actor.
caf::mailbox_element_ptr slim_actor::next() {
  while (!taken_) {
    // The inbox holds the latest first.
    for (auto* item = inbox_.take_head(); item;) {
      auto* older = behind(*item);
      item->next = taken_;
      taken_ = item;
      item = older;
    }
    if (!taken_ && inbox_.try_block()) return nullptr;
  }
  caf::mailbox_element* first = taken_;
  taken_ = behind(*first);
  first->next = nullptr;
  return caf::mailbox_element_ptr(first);
}

void slim_actor::close() {
  if (!inbox_.closed()) inbox_.close();
  while (taken_) caf::mailbox_element_ptr dropped(std::exchange(taken_, behind(*taken_)));
}

void slim_actor::intrusive_ptr_add_ref_impl() { caf::intrusive_ptr_add_ref(ctrl()); }
void slim_actor::intrusive_ptr_release_impl() { caf::intrusive_ptr_release(ctrl()); }

}  // namespace parlor
