#include "runtime/hosting/registry.hpp"

#include <memory>
#include <utility>

#include "runtime/hosting/host/actor_host.hpp"

namespace parlor {
namespace {

/// Actors put to sleep in one round of the loop, some 10 us of work: requests wait no longer than that.
constexpr std::size_t sweep_step = 4;

static_assert(sizeof(caf::actor_storage<actor_host>) <= 320, "an actor is one block of 320 bytes, and its state");

class host_mailbox final : public mailbox {
 public:
  explicit host_mailbox(caf::strong_actor_ptr to) : to_(std::move(to)) {}
  void put(request_ptr r) override { mail(to_, {std::move(r)}); }
  void prefetch() const override { parlor::prefetch(to_.get(), sizeof(caf::actor_storage<actor_host>)); }
  [[nodiscard]] std::uint64_t version() const override {
    return static_cast<actor_host*>(caf::actor_cast<caf::abstract_actor*>(to_))->version();
  }
  void closing() override { mail(to_, {parlor::closing{}}); }
  void retire() override { mail(to_, {parlor::retire{}}); }

 private:
  caf::strong_actor_ptr to_;
};

}  // namespace

registry::registry(caf::actor_config& config, core& shared)
    : slim_actor(config), core_(shared), guest_sessions_(shared.bounds, shared.limits.awake_max) {}

void registry::receive(caf::mailbox_element& message) {
  // Nothing but our own messages arrives here; anything else is dropped rather than answered.
  auto& content = message.content();
  if (content.size() != 1 || !content.match_element<registry_mail>(0)) return;
  std::visit([this](auto& m) { take(m); }, content.get_mutable_as<registry_mail>(0).content);
}

void registry::take(std::vector<request_ptr>& requests) {
  for (request_ptr& r : requests) route(std::move(r));
}

void registry::take(close_all&) {
  closing_ = true;
  for (directory_entry* s : core_.directory.all_awake()) let_go(*s);
  end_when_alone();
}

void registry::end_when_alone() {
  if (closing_ && core_.directory.awake() == 0) end();
}

void registry::route(request_ptr r) {
  const kind& actor_kind = r->actor_kind();
  using offered = directory::offered;
  offered o = core_.directory.offer(r, core_.time.now());
  if (o == offered::not_awake) {
    if (closing_) return void(r->refuse("stopping"));
    if (auto refused = guest_sessions_.refuse(actor_kind, r->call().caller))
      return void(r->refuse(refused->code, std::move(refused->detail)));
    if (core_.directory.awake() >= core_.limits.awake_max) {
      directory_entry* coldest = core_.directory.leave_coldest();
      if (!coldest) return void(r->refuse("overloaded", "every actor that is awake has work to do"));
      core_.log.note(journal::level::debug, "crowded_out", coldest->name(), "");
      coldest->box().retire();
    }
    wake(r);
  } else if (o == offered::leaving) {
    auto& queue = waiting_[key{&actor_kind, r->call().to.id}];
    if (queue.size() < core_.limits.in_flight_per_actor_max || !r->from_client()) queue.push_back(std::move(r));
    else r->refuse("actor_busy");
  } else if (o == offered::actor_busy) {
    r->refuse("actor_busy");
  }
}

void registry::wake(const request_ptr& first) {
  const kind& actor_kind = first->actor_kind();
  duration stay = actor_kind.idle_after > duration{0} ? actor_kind.idle_after : core_.limits.idle_after;
  auto make = [&](directory_entry& s) {
    guest_sessions_.add(s, first->call().caller);
    caf::actor_system& actors = home_system();
    caf::actor_config config;
    auto made = caf::make_actor<actor_host, caf::strong_actor_ptr>(actors.next_actor_id(), actors.node(), &actors,
                                                                   config, std::ref(core_), std::ref(s));
    static_cast<actor_host*>(caf::actor_cast<caf::abstract_actor*>(made))->launch(nullptr, true, false);
    return s.hold<host_mailbox>(std::move(made));
  };
  core_.directory.add(actor_kind, first->call().to.id, stay, make, core_.time.now(), first);
  note(actor_kind, "created", first->call().to, first->call().trace);
}

void registry::note(const kind& actor_kind, std::string_view event, const parlor::address& actor,
                    const trace_context& because_of) {
  journal::level level = life_level(actor_kind);
  if (core_.log.wants(level)) core_.log.note(level, event, actor, "", because_of);
}

void registry::let_go(directory_entry& s) {
  if (core_.directory.leave(s)) s.box().retire();
}

void registry::take(entry_ended& m) {
  directory_entry& s = *m.entry;
  key name{&s.actor_kind(), s.id()};
  if (core_.log.wants(journal::level::debug)) core_.log.note(journal::level::debug, "asleep", s.name(), "");
  guest_sessions_.remove(s);
  core_.directory.remove(s);
  if (auto found = waiting_.extract(name))
    for (request_ptr& r : found.mapped()) route(std::move(r));
  end_when_alone();
}

void registry::take(close_actor& m) {
  bool was_awake = core_.directory.look(*m.actor_kind, m.id).has_value();
  if (was_awake) {
    directory_entry& s = *core_.directory.find(*m.actor_kind, m.id);
    note(*m.actor_kind, "closed", s.name());
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
  auto idle = core_.directory.leave_idle(core_.time.now(), short_only_, sweep_step);
  for (directory_entry* s : idle.entries) {
    if (core_.log.wants(life_level(s->actor_kind()))) note(s->actor_kind(), "expired", s->name());
    s->box().retire();
  }
  swept_ += idle.entries.size();
  if (!idle.done) return core_.step([self = caf::strong_actor_ptr(ctrl())] { mail_registry(self, {sweep_on{}}); });
  if (swept_ > 0)
    core_.log.note(journal::level::info, "swept", {}, std::to_string(swept_) + " idle actors put to sleep");
  sweeping_ = false;
  if (std::exchange(full_sweep_wanted_, false)) begin_sweep(false);
}

}  // namespace parlor
