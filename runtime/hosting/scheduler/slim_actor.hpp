#pragma once

#include <caf/intrusive/lifo_inbox.hpp>
#include <caf/local_actor.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_actor.hpp>
#include <cstddef>
#include <memory>

/// A CAF actor cut down to its core: an address, a mailbox, a run.
///
/// CAF's event-based actor carries behaviours, timeouts, links, monitors, streams and five queues of a
/// mailbox: over a kilobyte for each of a million rooms that use none of it. This one stands on the same base
/// class (`local_actor`), so that handles, sending, scheduling and CAF's registry work as for any actor,
/// and keeps one lock-free inbox of CAF's. Messages are handled in the order in which each sender sent them.
namespace parlor {

class slim_actor : public caf::local_actor, public caf::resumable {
 public:
  explicit slim_actor(caf::actor_config& config);
  ~slim_actor() override;

  // For CAF.
  void enqueue(caf::mailbox_element_ptr message, caf::execution_unit* from) final;
  void launch(caf::execution_unit* on, bool lazy, bool hide) final;
  /// Not `scheduled_actor`: CAF takes that for its own class of that name. Among the jobs of a loop it is
  /// what tells these from CAF's actors.
  subtype_t subtype() const final { return caf::resumable::unspecified; }
  resume_result resume(caf::execution_unit* on, std::size_t messages_max) final;
  void intrusive_ptr_add_ref_impl() final;
  void intrusive_ptr_release_impl() final;

  /// Asks for memory that the next run will touch: called 3, then 2, then 1 runs before it, on its thread.
  virtual void prefetch(int runs_ahead) const = 0;

 protected:
  /// Handles one message.
  virtual void receive(caf::mailbox_element& message) = 0;
  /// Ends the actor after the message that it is handling. What is still in its mailbox is dropped.
  void end() { ended_ = true; }

 private:
  struct inbox_policy {
    using mapped_type = caf::mailbox_element;
    using unique_pointer = caf::mailbox_element_ptr;
  };
  caf::mailbox_element_ptr next();
  void close();

  caf::intrusive::lifo_inbox<inbox_policy> inbox_;
  caf::mailbox_element* taken_ = nullptr;  // out of the inbox, the oldest first
  bool ended_ = false;
};

}  // namespace parlor
