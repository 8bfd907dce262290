#include "runtime/hosting/operators.hpp"

#include <utility>

#include "runtime/hosting/host/core.hpp"

namespace parlor {
namespace {

/// For an answer to leave before what it lets loose.
constexpr auto answer_moment = std::chrono::milliseconds(50);

std::string_view word_of(const operator_order& order) {
  switch (order.is) {
    case operator_order::action::sleep: return "sleep";
    case operator_order::action::wake: return "wake";
    case operator_order::action::close: return "close";
    case operator_order::action::cancel: return "cancel";
    case operator_order::action::command: return order.command.word;
  }
  return "wake";
}

/// What the actor is to do, if it is not to sleep.
actor_order for_actor(const operator_order& order) {
  switch (order.is) {
    case operator_order::action::close: return {actor_order::close{}};
    case operator_order::action::cancel: return {actor_order::cancel{order.about}};
    default: return {actor_order::wake{}};
  }
}

/// The state of one that sleeps. A session that was never stored is one that nothing has happened in.
reply stored_inside(const kind& actor_kind, result<std::optional<stored_actor>>&& found) {
  if (!found) return {.why = {"storage_failed", found.why().detail}};
  if (!found.value()) {
    if (actor_kind.reached_by == reach::room) return {.why = {"unknown_room"}};
    return {.body = to_json(inside_view{.schema = static_cast<std::uint64_t>(actor_kind.schema()), .state = {"null"}})};
  }
  stored_actor& s = *found.value();
  auto kept = kept_events::load(s.events);
  inside_view seen{.exists = true,
                   .version = s.version,
                   .schema = static_cast<std::uint64_t>(s.schema),
                   .replies = s.replies.size(),
                   .state = {s.state}};
  if (kept) seen.events = rows_of(kept.value());
  return {.body = to_json(seen)};
}

}  // namespace

awake_page operators::list(const awake_query& q) const { return core_.directory.list(q); }

request_ptr operators::make_request(const kind& actor_kind, const address& actor, actor_order order,
                                    const trace_context& because_of, request::answer_function done) const {
  call c{.to = actor,
         .from = source::operators,
         .order = std::make_shared<const actor_order>(std::move(order)),
         .trace = because_of};
  return std::make_shared<request>(std::move(c), actor_kind, 0, core_.time.now() + core_.limits.deadline,
                                   std::move(done));
}

request_ptr operators::request_of(const kind& actor_kind, const operator_order& order,
                                  request::answer_function& done) const {
  if (order.is != operator_order::action::command)
    return make_request(actor_kind, order.actor, for_actor(order), order.trace, std::move(done));
  const operator_command& wanted = order.command;
  auto index = actor_kind.find_command(wanted.command);
  if (!index || actor_kind.commands[*index].senders == open_to::actors) return {};
  call c{.to = order.actor,
         .player = wanted.player,
         .from = source::operators,
         .command = wanted.command,
         .args = wanted.args,
         .trace = order.trace};
  return std::make_shared<request>(std::move(c), actor_kind, *index, core_.time.now() + core_.limits.deadline,
                                   std::move(done));
}

void operators::inspect(const address& actor, callback<void(result<inspection>&&)> done) {
  const kind* actor_kind = core_.kinds.find(actor.kind);
  if (!actor_kind) return done(failure{"unknown_kind"});
  // Before the request itself is one that the actor has in hand, and before the actor can answer it elsewhere. One
  // that wakes behind this look is one that slept.
  auto awake = core_.directory.info(*actor_kind, actor.id);
  bool sleeps = !awake;
  auto answer = [this, actor, awake = std::move(awake), done = std::move(done)](reply&& looked) mutable {
    if (!looked.ok()) return done(std::move(looked.why));
    done(inspection{std::move(awake), std::move(looked.body), core_.reminders.of_actor(actor)});
  };
  auto r = make_request(*actor_kind, actor, {actor_order::look{}}, {}, std::move(answer));
  if (!core_.in_flight.admit(*r)) return;
  if (!sleeps && core_.directory.offer(r, core_.time.now()) == directory::offered::delivered) return;
  // What is not durable has no state while it sleeps.
  if (!actor_kind->durable) return void(r->answer(stored_inside(*actor_kind, std::optional<stored_actor>{})));
  core_.store.load(actor, [r, actor_kind](auto found) { r->answer(stored_inside(*actor_kind, std::move(found))); });
}

void operators::read_stored(const address& actor, callback<void(result<std::string>&&)> done) const {
  core_.store.load(actor, [done = std::move(done)](result<std::optional<stored_actor>>&& found) mutable {
    if (!found) return done(failure{"storage_failed", found.why().detail});
    done(found.value() ? std::move(found.value()->state) : std::string{});
  });
}

void operators::give(operator_order order, callback<void(reply&&)> done) {
  auto noted = [this, order, done = std::move(done)](reply&& r) mutable {
    std::string detail = std::string(word_of(order)) + " by " + order.by;
    if (!order.about.empty()) detail += ", " + order.about;
    core_.log.note(journal::level::info, "ordered", order.actor, detail + ": " + (r.ok() ? "done" : r.why.code),
                   order.trace);
    done(std::move(r));
  };
  const kind* actor_kind = core_.kinds.find(order.actor.kind);
  if (!actor_kind) return noted({.why = {"unknown_kind"}});
  if (order.is == operator_order::action::sleep)
    return sleep_(order.actor, [noted = std::move(noted)](bool was_awake) mutable {
      noted({.body = was_awake ? R"({"slept":true})" : R"({"slept":false})"});
    });
  // What it runs would crash again; it is released or dropped.
  bool commands = order.is == operator_order::action::command;
  auto why = core_.quarantine.refusal(*actor_kind, order.actor.id, commands ? order.command.command : "view",
                                      order.command.player);
  if (!why.empty()) return noted({.why = {"quarantined", why}});
  request::answer_function answer = std::move(noted);
  auto r = request_of(*actor_kind, order, answer);
  if (!r) return answer({.why = {"unknown_command"}});
  if (core_.in_flight.admit(*r)) dispatch_(std::move(r));
}

quarantine::row_map operators::quarantined_now() const { return core_.quarantine.rows(); }

reply operators::let_go(const quarantined& name) {
  try {
    if (!core_.quarantine.release(name, core_.time.now())) return {.why = {"not_quarantined"}};
  } catch (const std::exception& e) {
    return {.why = {"storage_failed", e.what()}};
  }
  return {.body = R"({"released":true})"};
}

void operators::note(const address& actor, const std::string& order, const reply& r, const trace_context& because_of) {
  core_.log.note(journal::level::info, "ordered", actor, order + ": " + (r.ok() ? "done" : r.why.code), because_of);
}

void operators::release(const quarantined& name, const std::string& by, const trace_context& because_of,
                        callback<void(reply&&)> done) {
  reply r = let_go(name);
  note({name.kind, name.id}, "release by " + by + (name.part.empty() ? "" : ", " + name.part), r, because_of);
  bool is_released = r.ok();
  done(std::move(r));
  // A moment behind the answer, for it may crash again. What is for others in quarantine comes back.
  if (!is_released) return;
  for (parcel& p : core_.quarantine.take_held())
    core_.reminders.postpone(std::move(p), core_.time.now() + answer_moment);
}

void operators::drop(const address& actor, const std::string& by, const trace_context& because_of,
                     callback<void(reply&&)> done) {
  auto noted = [this, actor, by, because_of, done = std::move(done)](reply&& r) mutable {
    note(actor, "drop by " + by, r, because_of);
    done(std::move(r));
  };
  const kind* actor_kind = core_.kinds.find(actor.kind);
  quarantined name{.is = quarantined::scope::actor, .kind = actor.kind, .id = actor.id};
  if (!actor_kind || !core_.quarantine.rows().contains(name)) return noted({.why = {"not_quarantined"}});
  // A request, so that the runtime waits for its end. Nothing wakes the actor, so nothing comes between.
  auto order = make_request(*actor_kind, actor, {actor_order::look{}}, because_of, std::move(noted));
  if (!core_.in_flight.admit(*order)) return;
  core_.store.load(actor, [this, order, name](auto found) {
    if (!found) return void(order->refuse("storage_failed", found.why().detail));
    auto gone = [this, order, name](const result<commit_receipt>& stored) {
      if (!stored) return void(order->refuse("storage_failed", stored.why().detail));
      const address& gone_actor = order->call().to;
      core_.reminders.drop(gone_actor);
      core_.holdings.remove(gone_actor);
      core_.traffic.end(gone_actor, message_traffic::ending::to_it, core_.time.now());
      for (const parcel& p : core_.quarantine.take_held_for(gone_actor)) core_.store.cross_off(gone_actor, p.owed);
      reply r = let_go(name);
      if (r.ok()) r.body = R"({"dropped":true})";
      order->answer(std::move(r));
    };
    if (!found.value()) return gone(commit_receipt{});
    std::uint64_t version = found.value()->version;
    commit removal{.actor = order->call().to, .follows = version, .next = std::move(*found.value()), .erase = true};
    removal.next.version = version + 1;
    removal.next.replies.clear();
    core_.store.save(std::move(removal), std::move(gone));
  });
}

void operators::drain(bool on, const std::string& by, const trace_context& because_of) {
  core_.draining = on;
  core_.log.note(journal::level::info, "ordered", {}, (on ? "drain by " : "undrain by ") + by + ": done", because_of);
}

void operators::accept_clock(const std::string& by, const trace_context& because_of) {
  core_.store.accept_clock();
  core_.log.note(journal::level::info, "ordered", {}, "accept_clock by " + by + ": done", because_of);
}

}  // namespace parlor
