#include "runtime/hosting/registry.hpp"

#include <memory>
#include <utility>

#include "runtime/hosting/host/actor_host.hpp"

namespace parlor {
namespace {

/// Actors put to sleep in one round of the loop, some 10 us of work: requests wait no longer than that.
constexpr std::size_t sweep_step = 4;

static_assert(sizeof(caf::actor_storage<host>) <= 320, "an actor is one block of 320 bytes, and its state");

class host_mailbox final : public mailbox {
 public:
  explicit host_mailbox(caf::strong_actor_ptr to) : to_(std::move(to)) {}
  void put(request_ptr r) override { mail(to_, {std::move(r)}); }
  void prefetch() const override {
    parlor::prefetch(to_.get(), sizeof(caf::actor_storage<host>));
  }
  [[nodiscard]] std::uint64_t version() const override {
    return static_cast<host*>(caf::actor_cast<caf::abstract_actor*>(to_))->version();
  }
  void closing() override { mail(to_, {parlor::closing{}}); }
  void retire() override { mail(to_, {parlor::retire{}}); }

 private:
  caf::strong_actor_ptr to_;
};

}  // namespace

registry::registry(caf::actor_config& config, core& shared)
    : caf::event_based_actor(config), shared_(shared) {
  set_default_handler(caf::drop);
}

caf::behavior registry::make_behavior() {
  return {
      [this](request_ptr& r) { route(std::move(r)); },
      [this](std::vector<request_ptr>& all) {
        for (request_ptr& r : all) route(std::move(r));
      },
      [this](slot_drained m) { m.who->box().retire(); },
      [this](slot_failed m) {
        if (shared_.awake.leave(*m.who)) m.who->box().retire();
      },
      [this](slot_ended m) { ended(*m.who); },
      [this](parlor::sweep m) { begin_sweep(m.short_only); },
      [this](sweep_on) { sweep_a_step(); },
      [this](const close_actor& m) { close(m); },
      [this](close_all) {
        closing_ = true;
        for (slot* s : shared_.awake.all_awake()) let_go(*s);
        if (shared_.awake.awake() == 0) quit();
      },
  };
}

void registry::route(request_ptr r) {
  const kind& of = r->of();
  using offered = directory::offered;
  offered o = shared_.awake.offer(r, shared_.time.now());
  if (o == offered::not_awake) {
    if (closing_) return void(r->refuse("stopping"));
    if (shared_.awake.awake() >= shared_.limits.awake_max) {
      slot* coldest = shared_.awake.leave_coldest();
      if (!coldest) return void(r->refuse("overloaded", "every actor that is awake has work to do"));
      shared_.log.note(journal::level::debug, "crowded_out", coldest->name(), "");
      coldest->box().retire();
    }
    wake(r);
  } else if (o == offered::leaving) {
    auto& queue = waiting_[key{&of, r->what().to.id}];
    if (queue.size() < shared_.limits.in_flight_per_actor_max || !r->from_client())
      queue.push_back(std::move(r));
    else
      r->refuse("actor_busy");
  } else if (o == offered::actor_busy) {
    r->refuse("actor_busy");
  }
}

void registry::wake(const request_ptr& first) {
  const kind& of = first->of();
  duration stay = of.idle_after > duration{0} ? of.idle_after : shared_.limits.idle_after;
  auto make = [this](slot& s) {
    caf::actor_system& actors = home_system();
    caf::actor_config config;
    auto made = caf::make_actor<host, caf::strong_actor_ptr>(
        actors.next_actor_id(), actors.node(), &actors, config, std::ref(shared_), std::ref(s));
    static_cast<host*>(caf::actor_cast<caf::abstract_actor*>(made))->launch(nullptr, true, false);
    return s.hold<host_mailbox>(std::move(made));
  };
  shared_.awake.add(of, first->what().to.id, stay, make, shared_.time.now(), first);
  note(of, "created", first->what().to, first->what().trace);
}

void registry::note(const kind& of, std::string_view event, const parlor::address& who,
                    const trace_context& because_of) {
  journal::level level = life_level(of);
  if (shared_.log.wants(level)) shared_.log.note(level, event, who, "", because_of);
}

void registry::let_go(slot& s) {
  if (shared_.awake.leave(s)) s.box().retire();
}

void registry::ended(slot& s) {
  key who{&s.of(), s.id()};
  if (shared_.log.wants(journal::level::debug))
    shared_.log.note(journal::level::debug, "asleep", s.name(), "");
  shared_.awake.remove(s);
  if (auto found = waiting_.extract(who))
    for (request_ptr& r : found.mapped()) route(std::move(r));
  if (closing_ && shared_.awake.awake() == 0) quit();
}

void registry::close(const close_actor& m) {
  bool was_awake = shared_.awake.look(*m.of, m.id).has_value();
  if (was_awake) {
    slot& s = *shared_.awake.find(*m.of, m.id);
    note(*m.of, "closed", s.name());
    s.box().closing();
    let_go(s);
  }
  auto done = std::move(*m.done);
  done(was_awake);
}

void registry::begin_sweep(bool short_only) {
  if (sweeping_) {
    full_sweep_wanted_ = full_sweep_wanted_ || !short_only;
    return;
  }
  sweeping_ = true;
  short_only_ = short_only;
  swept_ = 0;
  sweep_a_step();
}

void registry::sweep_a_step() {
  auto idle = shared_.awake.leave_idle(shared_.time.now(), short_only_, sweep_step);
  for (slot* s : idle.slots) {
    if (shared_.log.wants(life_level(s->of()))) note(s->of(), "expired", s->name());
    s->box().retire();
  }
  swept_ += idle.slots.size();
  if (!idle.done)
    return shared_.step(
        [self = caf::actor_cast<caf::actor>(this)] { caf::anon_send(self, sweep_on{}); });
  if (swept_ > 0)
    shared_.log.note(journal::level::info, "swept", {},
                     std::to_string(swept_) + " idle actors put to sleep");
  sweeping_ = false;
  if (std::exchange(full_sweep_wanted_, false)) begin_sweep(false);
}

}  // namespace parlor
