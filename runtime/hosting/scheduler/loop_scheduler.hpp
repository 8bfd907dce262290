#pragma once

#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>
#include <memory>
#include <vector>

#include "runtime/hosting/loops/event_loop.hpp"

/// CAF's scheduler on event loops: its execution units are the threads that serve the sockets.
///
/// CAF's own scheduler has threads of its own, so that each request costs two hand-overs between threads,
/// there and back. This one has none: a unit is an event loop's run queue. There is no work stealing either,
/// for an actor runs where its message came from; a loop whose sockets are busy keeps its work.
namespace parlor {

class loop_unit;

/// CAF's clock, which nothing here uses: reminders and deadlines are the runtime's own, and an actor that ends
/// must not wait for a clock's thread to hear of it.
class no_clock final : public caf::actor_clock {
 public:
  void set_ordinary_timeout(time_point, caf::abstract_actor*, caf::atom_value, uint64_t) override {}
  void set_multi_timeout(time_point, caf::abstract_actor*, caf::atom_value, uint64_t) override {}
  void set_request_timeout(time_point, caf::abstract_actor*, caf::message_id) override {}
  void cancel_ordinary_timeout(caf::abstract_actor*, caf::atom_value) override {}
  void cancel_request_timeout(caf::abstract_actor*, caf::message_id) override {}
  void cancel_timeouts(caf::abstract_actor*) override {}
  void schedule_message(time_point, caf::strong_actor_ptr, caf::mailbox_element_ptr) override {}
  void schedule_message(time_point, caf::group, caf::strong_actor_ptr, caf::message) override {}
  void cancel_all() override {}
};

class loop_scheduler final : public caf::scheduler::abstract_coordinator {
 public:
  explicit loop_scheduler(caf::actor_system& system);
  ~loop_scheduler() override;

  [[nodiscard]] std::vector<event_loop*> loops() const;

  void enqueue(caf::resumable* job) override;
  void start() override;
  void stop() override;
  caf::actor_clock& clock() noexcept override { return clock_; }

 private:
  loop_unit& home_of(caf::resumable& job);

  no_clock clock_;
  std::vector<std::unique_ptr<loop_unit>> units_;
};

}  // namespace parlor
