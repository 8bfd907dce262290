#include "runtime/hosting/host/actor_host.hpp"

#include <exception>
#include <iterator>
#include <utility>

#include "runtime/hosting/host/faults.hpp"

namespace parlor {
namespace {

/// Bytes of a state's own, before what its texts and lists keep elsewhere: most games' are within.
constexpr std::size_t state_expected = 256;

/// Tells one request from another under the same key (FNV-1a). Who makes two collide fools himself.
std::uint64_t fingerprint_of(const call& c) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  auto mix = [&hash](std::string_view text) {
    for (unsigned char byte : text) hash = (hash ^ byte) * 0x100000001b3ULL;
    hash = (hash ^ 0xff) * 0x100000001b3ULL;
  };
  mix(c.command);
  mix(c.args);
  return hash;
}

}  // namespace

actor_host::actor_host(caf::actor_config& config, core& shared, directory_entry& place)
    : slim_actor(config), core_(shared), entry_(place), dice_(shared.draw()) {}

void actor_host::prefetch(int runs_ahead) const {
  // While a handler runs on the pool the state is that thread's.
  if (phase_ != phase::ready) return;
  if (runs_ahead == 3) parlor::prefetch(state_.get(), state_expected);
  else state_->prefetch(3 - runs_ahead);
}

void actor_host::receive(caf::mailbox_element& message) {
  // Nothing but our own messages arrives here; anything else is dropped rather than answered.
  auto& content = message.content();
  if (content.size() != 1 || !content.match_element<host_mail>(0)) return;
  std::visit([this](auto& m) { take(m); }, content.get_mutable_as<host_mail>(0).content);
}

void actor_host::take(request_ptr& r) {
  if (phase_ == phase::asleep) load();
  // To be looked at it need not wait for a service.
  bool looks = phase_ == phase::asking && r->call().command.empty();
  if (phase_ == phase::ready || looks) handle(r);
  else if (phase_ == phase::broken) r->refuse("storage_failed", "the actor is being discarded");
  else open_ledger().waiting.push_back(std::move(r));
}

void actor_host::load() {
  state_ = kind_of().make_activation();
  if (!kind_of().durable) {
    phase_ = phase::ready;
    return;
  }
  phase_ = phase::loading;
  core_.store.load(entry_.name(), [self = caf::strong_actor_ptr(ctrl())](auto found) {
    mail(self, {std::make_shared<state_loaded>(state_loaded{std::move(found)})});
  });
}

void actor_host::loaded(result<std::optional<stored_actor>> found) {
  auto broken = [this](std::string_view code, const std::string& why) {
    core_.log.note(journal::level::error, "load_failed", entry_.name(), why);
    for (request_ptr& r : std::exchange(open_ledger().waiting, {})) r->refuse(code, why);
    break_down();
  };
  if (!found) return broken("storage_failed", found.why().detail);
  if (found.value()) {
    auto woken = wake(kind_of(), found.value()->schema, found.value()->state);
    if (!woken) return broken("state_unreadable", woken.why().detail);
    auto kept = kept_events::load(found.value()->events);
    if (!kept) return broken("state_unreadable", kept.why().detail);
    state_ = std::move(woken.value());
    exists_ = true;
    open_ledger().row = found.value()->row;
    open_ledger().events = std::move(kept.value());
    incarnation_ = found.value()->incarnation;
    version_ = found.value()->version;
    auto& replies = found.value()->replies;
    for (auto r = replies.rbegin(); r != replies.rend(); ++r)
      remember(std::make_shared<reply_record>(std::move(*r)), 0);
  }
  phase_ = phase::ready;
  take_waiting();
}

void actor_host::take_waiting() {
  if (!ledger_) return;
  // An operator's close that waits among them comes here again: what was before it is not there any more, and
  // what is behind it stays behind.
  auto waiting = std::exchange(ledger_->waiting, {});
  auto next = waiting.begin();
  while (phase_ == phase::ready && next != waiting.end()) {
    request_ptr r = std::move(*next++);
    if (has_fault(fault::last_waiting_request_is_lost) && next - waiting.begin() > 1 && next == waiting.end()) continue;
    handle(r);
  }
  if (phase_ == phase::broken)
    for (; next != waiting.end(); ++next) (*next)->refuse("storage_failed", "the actor is being discarded");
  waiting.erase(waiting.begin(), next);
  ledger_->waiting.insert(ledger_->waiting.begin(), std::make_move_iterator(waiting.begin()),
                          std::make_move_iterator(waiting.end()));
}

void actor_host::handle(const request_ptr& r) {
  if (core_.time.now() >= r->deadline()) r->expire();
  if (joins_its_like(r)) return;
  if (!r->start() && !has_fault(fault::expired_requests_are_run)) return;
  if (r->call().from == source::operators) return handle_order(r);
  if (answered_before(r) || turned_away(r)) return;
  if (r->call().from == source::client_post && !kept_) {
    core_.directory.keep(entry_, core_.time.now());
    kept_ = true;
    if (kind_of().warm_up && !r->call().command.empty()) warm_up(r);
  } else if (r->call().from == source::client_post && core_.log.wants(journal::level::debug)) {
    core_.log.note(journal::level::debug, "reused", r->call().to, r->call().command, r->call().trace);
  }
  if (!r->call().command.empty()) return begin_command(r);
  if (r->call().from == source::client_post) warm_up(r);
  reply answer{.tag = tag()};
  bool shown = shows(r->call(), [&] {
    if (r->call().watch) catch_up(*r->call().watch);
    else answer.body = body_for(r->call());
  });
  if (!shown) return void(r->refuse("handler_failed"));
  pass_gate({r, std::move(answer)});
}

bool actor_host::answered_before(const request_ptr& r) {
  const call& c = r->call();
  if (c.key.empty() || !ledger_) return false;
  const reply_memory::known* known = ledger_->replies.find(c.player, c.key);
  if (!known) return false;
  const reply_record& record = *known->record;
  reply again{.body = record.body, .tag = {incarnation_, record.version}};
  if (record.fingerprint != fingerprint_of(c)) again = {.why = {"key_reused"}};
  pass_gate({r, std::move(again), known->after});
  return true;
}

reply_memory::record_ptr actor_host::record_of(const parlor::request& r, const std::string& body) const {
  const call& c = r.call();
  if (c.key.empty() || has_fault(fault::no_record_of_replies)) return {};
  return std::make_shared<reply_record>(reply_record{.player = c.player,
                                                     .key = c.key,
                                                     .fingerprint = fingerprint_of(c),
                                                     .at_ms = to_ms(core_.time.now()),
                                                     .version = version_,
                                                     .body = body});
}

void actor_host::remember(reply_memory::record_ptr record, std::uint64_t after) {
  open_ledger().replies.add({std::move(record), after}, to_ms(core_.time.now() - core_.limits.replies_kept),
                            core_.limits.replies_per_player_max);
}

bool actor_host::turned_away(const request_ptr& r) {
  const call& c = r->call();
  bool asks_nothing_of_it =
      c.command.empty() ? kind_of().reached_by != reach::room : kind_of().commands[r->command()].creates;
  bool drained = core_.draining && kind_of().reached_by == reach::room && r->from_client();
  if (!exists_ && (!asks_nothing_of_it || drained)) {
    pass_gate({r, {.why = {asks_nothing_of_it ? "draining" : "unknown_room"}}});
    leave_when_unused();
    return true;
  }
  if (c.if_match && *c.if_match != tag()) {
    reply stale{.why = {"stale_version"}, .tag = tag()};
    bool shown = !exists_ || shows(c, [&] { stale.current = body_for(c); });
    if (!shown) r->refuse("handler_failed");
    else pass_gate({r, std::move(stale)});
    return true;
  }
  return false;
}

void actor_host::begin_command(const request_ptr& r) {
  const command_info& info = kind_of().commands[r->command()];
  auto args = json_document::parse(info.raw ? std::string_view{} : r->call().args);
  if (!args) {
    pass_gate({r, {.why = args.why(), .tag = tag()}});
    return;
  }
  if (info.asks) return begin_question(r, std::move(args.value()));
  handler_run work{.request = r, .args = std::move(args.value())};
  if (!kind_of().blocking) {
    prepare(work);
    run_handler(work, *state_, core_.watchdog);
    conclude(work);
    return;
  }
  // The actor keeps its state to itself: it takes no other request until the pool has ended.
  phase_ = phase::working;
  auto shared_work = std::make_shared<handler_run>();
  shared_work->request = r;
  shared_work->args = std::move(work.args);
  prepare(*shared_work);
  core_.pool.run([this, shared_work, self = caf::strong_actor_ptr(ctrl())]() mutable {
    run_handler(*shared_work, *state_, core_.watchdog);
    mail(self, {handler_ended{std::move(shared_work)}});
  });
}

void actor_host::prepare(handler_run& work) {
  const call& c = work.request->call();
  work.ctx.emplace(context::origin{.self = c.to,
                                   .player = c.player,
                                   .from_actor = !work.request->from_client(),
                                   .version = version_,
                                   .linger = kind_of().linger,
                                   .ready_at = core_.ready_at},
                   core_.time.now(), dice_);
  if (c.from != source::operators && kind_of().commands[work.request->command()].raw) work.ctx->set_raw(c.args);
}

void actor_host::run_handler(handler_run& work, activation& state, watchdog& watchdog) {
  std::string* reply = work.request->from_client() ? &work.body : nullptr;
  if (reply) reply->reserve(text_expected);
  guarded(work, watchdog,
          [&] { work.decided = state.run(work.request->command(), work.args->root(), *work.ctx, reply); });
}

void actor_host::go_on(handler_run& work) {
  if (phase_ == phase::broken) {
    // An earlier commit failed while the handler ran: what it decided on is not so.
    work.request->refuse("storage_failed");
  } else {
    phase_ = phase::ready;
    conclude(work);
  }
  work.request.reset();
  take_waiting();
}

void actor_host::conclude(handler_run& work) {
  if (!work.threw.empty()) {
    core_.log.note(journal::level::error, "handler_threw", work.request->call().to,
                   work.request->call().command + ": " + work.threw, work.request->call().trace);
    work.request->refuse("handler_failed");
    return;
  }
  const verdict& decided = work.decided;
  bool saves = decided.accepted() && decided.changed() && !kind_of().commands[work.request->command()].reads;
  if (saves) return accept_change(work);
  reply answer{.why = decided.why(), .tag = tag()};
  if (decided.accepted()) answer.body = std::move(work.body);
  pass_gate({work.request, std::move(answer)});
}

void actor_host::accept_change(handler_run& work) {
  const parlor::request& r = *work.request;
  if (!exists_) incarnation_ = core_.draw();
  ++version_;
  gated_output out{.request = work.request, .answer = {.tag = tag()}, .effects = std::move(work.ctx->effects())};
  out.answer.body = r.call().from == source::operators ? work.decided.result() : std::move(work.body);
  if (!exists_ && !kept_) made_by_actor();
  exists_ = !out.effects.erase;
  if (!out.effects.events.empty()) open_ledger().events.add(version_, out.effects.events, core_.limits);
  if (core_.feeds->any()) out.news = announce(r.call(), out.effects.events);
  auto record = record_of(r, out.answer.body);
  if (kind_of().durable) begin_commit(work, out, record);
  if (record) remember(std::move(record), out.commits ? out.after : 0);
  if (!exists_) {
    // What comes next meets an actor that was never made.
    state_ = kind_of().make_activation();
    version_ = 0;
    if (ledger_) {
      ledger_->row = 0;
      ledger_->erased_by = ledger_->gate.begun();
      ledger_->replies.clear();
      ledger_->events.clear();
    }
    leave_when_unused();
  }
  pass_gate(std::move(out));
}

void actor_host::begin_commit(handler_run& work, gated_output& out, reply_memory::record_ptr record) {
  commit c{.actor = work.request->call().to,
           .follows = version_ - 1,
           .next = {.row = open_ledger().row,
                    .incarnation = incarnation_,
                    .version = version_,
                    .schema = kind_of().schema()},
           .erase = out.effects.erase,
           .reply = std::move(record),
           .effects = out.effects,
           .settles = work.request->call().owed};
  c.next.state.reserve(text_expected);
  if (!c.erase) {
    state_->save(c.next.state);
    open_ledger().events.save(c.next.events);
  }
  if (has_fault(fault::messages_are_not_owed)) c.effects.messages.clear();
  if (has_fault(fault::reminders_are_not_owed)) c.effects.reminders.clear();
  if (has_fault(fault::deliveries_are_not_crossed_off)) c.settles = {};
  out.after = open_ledger().gate.begin_commit();
  out.commits = true;
  core_.store.save(std::move(c), [self = caf::strong_actor_ptr(ctrl()), number = out.after](result<commit_receipt> r) {
    commit_settled m{number, {}, {}};
    if (r) m.receipt = r.value();
    else m.refused = std::make_shared<failure>(r.why());
    mail(self, {std::move(m)});
  });
}

void actor_host::settle(const commit_settled& m) {
  if (phase_ == phase::broken) return;
  if (m.refused && !has_fault(fault::failed_commits_are_ignored)) {
    const gated_output* out = ledger_->gate.output_of(m.number);
    core_.log.note(journal::level::error, "commit_failed", entry_.name(), m.refused->detail,
                   out ? out->request->call().trace : trace_context{});
    return break_down();
  }
  if (m.number > open_ledger().erased_by) open_ledger().row = m.receipt.row;
  ledger_->gate.settle(m.number, m.receipt.first_message, [this](gated_output& out) { release(out); });
}

void actor_host::break_down() {
  phase_ = phase::broken;
  drop_questions();
  open_ledger().gate.refuse_all("storage_failed");
  core_.failed(entry_);
}

void actor_host::pass_gate(gated_output&& out) {
  bool early = has_fault(fault::replies_do_not_wait) ||
               (has_fault(fault::reads_do_not_wait) && out.request->call().command.empty());
  if (early || !ledger_ || ledger_->gate.lets_out(out)) release(out);
  else ledger_->gate.hold(std::move(out));
}

void actor_host::release(gated_output& out) {
  core_.reminders.apply(out.request->call().to, out.effects.reminders);
  if (out.effects.erase) {
    core_.reminders.drop(out.request->call().to);
    core_.log.note(journal::level::debug, "erased", out.request->call().to, "", out.request->call().trace);
  }
  std::uint64_t number = out.first_message;
  for (message& message : out.effects.messages)
    core_.deliver({std::move(message), {.message = out.commits ? number++ : 0}, out.request->call().trace});
  // A delivery that changed nothing is paid all the same, once what it saw is stored.
  const delivery& brought = out.request->call().owed;
  if (!out.commits && brought.any()) core_.store.cross_off(out.request->call().to, brought);
  out.request->answer(std::move(out.answer));
  if (out.news) core_.feeds->publish(kind_of(), entry_.id(), *out.news);
  out.request.reset();
}

void actor_host::made_by_actor() {
  core_.directory.needed(entry_);
  if (kind_of().durable) return;
  // Sleep would end it before anyone could come: the clients that it was made for get its idle time.
  core_.directory.keep(entry_, core_.time.now());
  kept_ = true;
}

void actor_host::leave_when_unused() {
  core_.directory.leave_when_unused(entry_);
  kept_ = false;
}

void actor_host::leave() {
  // Before the registry hears of it: what the next activation tells is told after this.
  if (exists_ && kind_of().parting) tell_parting();
  if (exists_ && !kind_of().durable) announce_end();
  core_.ended(entry_);
  end();
}

}  // namespace parlor
