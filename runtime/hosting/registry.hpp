#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runtime/hosting/directory/guest_sessions.hpp"
#include "runtime/hosting/host/core.hpp"
#include "runtime/hosting/host/messages.hpp"
#include "runtime/hosting/scheduler/slim_actor.hpp"

/// The actor that makes actors and lets them go.
///
/// A request comes here only if its actor is not awake; then the registry makes one, and concurrent first
/// requests, which queue here behind the first, find it. An actor that leaves is drained by the
/// directory's rule, told to retire, and forgotten when it has ended. Requests that meet a leaving actor
/// wait here and wake the next activation.
namespace parlor {

class registry final : public slim_actor {
 public:
  registry(caf::actor_config& config, core& shared);

  const char* name() const override { return "parlor.registry"; }
  void prefetch(int) const override {}

 private:
  using key = std::pair<const kind*, std::string>;
  void receive(caf::mailbox_element& message) override;
  void take(request_ptr& r) { route(std::move(r)); }
  void take(std::vector<request_ptr>& requests);
  void take(entry_drained& m) { m.entry->box().retire(); }
  void take(entry_failed& m) { let_go(*m.entry); }
  void take(entry_ended& m);
  void take(sweep& m) { begin_sweep(m.short_only); }
  void take(sweep_on&) { sweep_a_step(); }
  void take(close_actor& m);
  void take(close_all&);

  void route(request_ptr r);
  void wake(const request_ptr& first);
  void note(const kind& actor_kind, std::string_view event, const parlor::address& actor,
            const trace_context& because_of = {});
  void let_go(directory_entry& s);
  void end_when_alone();
  /// Puts the idle to sleep in steps, between which the sockets have their turn; one sweep at a time.
  void begin_sweep(bool short_only);
  void sweep_a_step();

  core& core_;
  bool sweeping_ = false;
  bool short_only_ = false;         // the sweep under way
  bool full_sweep_wanted_ = false;  // after it
  std::size_t swept_ = 0;
  std::map<key, std::vector<request_ptr>> waiting_;  // for a leaving actor to be gone
  guest_sessions guest_sessions_;
  bool closing_ = false;
};

}  // namespace parlor
