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

host::host(caf::actor_config& config, core& shared, slot& place)
    : slim_actor(config), shared_(shared), place_(place), dice_(shared.draw()) {}

void host::prefetch(int turns_ahead) const {
  // While a handler runs on the pool the state is that thread's.
  if (phase_ != phase::ready) return;
  if (turns_ahead == 3) parlor::prefetch(state_.get(), state_expected);
  else state_->prefetch(3 - turns_ahead);
}

void host::receive(caf::mailbox_element& message) {
  // Nothing but our own messages arrives here; anything else is dropped rather than answered.
  auto& content = message.content();
  if (content.size() != 1 || !content.match_element<host_mail>(0)) return;
  std::visit([this](auto& m) { take(m); }, content.get_mutable_as<host_mail>(0).what);
}

void host::take(request_ptr& r) {
  if (phase_ == phase::asleep) load();
  // To be looked at it need not wait for a service.
  bool looks = phase_ == phase::asking && r->what().command.empty();
  if (phase_ == phase::ready || looks) handle(r);
  else if (phase_ == phase::broken) r->refuse("storage_failed", "the actor is being discarded");
  else books().waiting.push_back(std::move(r));
}

void host::load() {
  state_ = kind_of().fresh();
  if (!kind_of().durable) {
    phase_ = phase::ready;
    return;
  }
  phase_ = phase::loading;
  shared_.actors_store.load(place_.name(), [self = caf::strong_actor_ptr(ctrl())](auto found) {
    mail(self, {std::make_shared<state_loaded>(state_loaded{std::move(found)})});
  });
}

void host::loaded(result<std::optional<stored_actor>> found) {
  auto broken = [this](std::string_view code, const std::string& why) {
    shared_.log.note(journal::level::error, "load_failed", place_.name(), why);
    for (request_ptr& r : std::exchange(books().waiting, {})) r->refuse(code, why);
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
    books().row = found.value()->row;
    books().events = std::move(kept.value());
    incarnation_ = found.value()->incarnation;
    version_ = found.value()->version;
    auto& replies = found.value()->replies;
    for (auto r = replies.rbegin(); r != replies.rend(); ++r)
      remember(std::make_shared<reply_record>(std::move(*r)), 0);
  }
  phase_ = phase::ready;
  take_waiting();
}

void host::take_waiting() {
  if (!books_) return;
  // An operator's close that waits among them comes here again: what was before it is not there any more, and
  // what is behind it stays behind.
  auto waiting = std::exchange(books_->waiting, {});
  auto next = waiting.begin();
  while (phase_ == phase::ready && next != waiting.end()) {
    request_ptr r = std::move(*next++);
    if (has_fault("the last that waits is lost") && next - waiting.begin() > 1 && next == waiting.end()) continue;
    handle(r);
  }
  if (phase_ == phase::broken)
    for (; next != waiting.end(); ++next) (*next)->refuse("storage_failed", "the actor is being discarded");
  waiting.erase(waiting.begin(), next);
  books_->waiting.insert(books_->waiting.begin(), std::make_move_iterator(waiting.begin()),
                         std::make_move_iterator(waiting.end()));
}

void host::handle(const request_ptr& r) {
  if (shared_.time.now() >= r->deadline()) r->expire();
  if (joins_its_like(r)) return;
  if (!r->start() && !has_fault("expired requests are run")) return;
  if (r->what().from == source::overseer) return obey(r);
  if (answered_before(r) || turned_away(r)) return;
  if (r->what().from == source::client_post && !kept_) {
    shared_.awake.keep(place_, shared_.time.now());
    kept_ = true;
    if (kind_of().warm_up && !r->what().command.empty()) warm_up(r);
  } else if (r->what().from == source::client_post && shared_.log.wants(journal::level::debug)) {
    shared_.log.note(journal::level::debug, "reused", r->what().to, r->what().command, r->what().trace);
  }
  if (!r->what().command.empty()) return begin_command(r);
  if (r->what().from == source::client_post) warm_up(r);
  reply answer{.tag = tag()};
  bool shown = shows(r->what(), [&] {
    if (r->what().watch) catch_up(*r->what().watch);
    else answer.body = body_for(r->what());
  });
  if (!shown) return void(r->refuse("handler_failed"));
  pass_gate({begun(), r, std::move(answer)});
}

bool host::answered_before(const request_ptr& r) {
  const call& c = r->what();
  if (c.key.empty() || !books_) return false;
  const reply_memory::known* known = books_->replies.find(c.player, c.key);
  if (!known) return false;
  const reply_record& record = *known->record;
  reply again{.body = record.body, .tag = {incarnation_, record.version}};
  if (record.fingerprint != fingerprint_of(c)) again = {.why = {"key_reused"}};
  pass_gate({known->after, r, std::move(again)});
  return true;
}

reply_memory::record_ptr host::record_of(const parlor::request& r, const std::string& body) const {
  const call& c = r.what();
  if (c.key.empty() || has_fault("no record of replies")) return {};
  return std::make_shared<reply_record>(reply_record{.player = c.player,
                                                     .key = c.key,
                                                     .fingerprint = fingerprint_of(c),
                                                     .at_ms = to_ms(shared_.time.now()),
                                                     .version = version_,
                                                     .body = body});
}

void host::remember(reply_memory::record_ptr record, std::uint64_t after) {
  books().replies.add({std::move(record), after},
                      to_ms(shared_.time.now() - shared_.limits.replies_kept),
                      shared_.limits.replies_per_player_max);
}

bool host::turned_away(const request_ptr& r) {
  const call& c = r->what();
  bool asks_nothing_of_it = c.command.empty() ? kind_of().reached_by != reach::room
                                              : kind_of().commands[r->command()].creates;
  bool drained = shared_.draining && kind_of().reached_by == reach::room && r->from_client();
  if (!exists_ && (!asks_nothing_of_it || drained)) {
    pass_gate({begun(), r, {.why = {asks_nothing_of_it ? "draining" : "unknown_room"}}});
    leave_when_unused();
    return true;
  }
  if (c.if_match && *c.if_match != tag()) {
    reply stale{.why = {"stale_version"}, .tag = tag()};
    bool shown = !exists_ || shows(c, [&] { stale.current = body_for(c); });
    if (!shown) r->refuse("handler_failed");
    else pass_gate({begun(), r, std::move(stale)});
    return true;
  }
  return false;
}

void host::begin_command(const request_ptr& r) {
  const command_info& info = kind_of().commands[r->command()];
  auto args = json_document::parse(info.raw ? std::string_view{} : r->what().args);
  if (!args) {
    pass_gate({begun(), r, {.why = args.why(), .tag = tag()}});
    return;
  }
  if (info.asks) return begin_question(r, std::move(args.value()));
  host_work work{.r = r, .args = std::move(args.value())};
  if (!kind_of().blocking) {
    prepare(work);
    run_handler(work, *state_, shared_.dog);
    conclude(work);
    return;
  }
  // The actor keeps its state to itself: it takes no other request until the pool has ended.
  phase_ = phase::working;
  auto shared_work = std::make_shared<host_work>();
  shared_work->r = r;
  shared_work->args = std::move(work.args);
  prepare(*shared_work);
  shared_.pool.run([this, shared_work, self = caf::strong_actor_ptr(ctrl())]() mutable {
    run_handler(*shared_work, *state_, shared_.dog);
    mail(self, {handler_ended{std::move(shared_work)}});
  });
}

void host::prepare(host_work& work) {
  const call& c = work.r->what();
  work.now.emplace(turn::origin{.self = c.to,
                                .player = c.player,
                                .from_actor = !work.r->from_client(),
                                .version = version_,
                                .linger = kind_of().linger,
                                .ready_at = shared_.ready_at},
                   shared_.time.now(), dice_);
  if (c.from != source::overseer && kind_of().commands[work.r->command()].raw) work.now->set_raw(c.args);
}

void host::run_handler(host_work& work, activation& state, watchdog& dog) {
  std::string* reply = work.r->from_client() ? &work.body : nullptr;
  if (reply) reply->reserve(text_expected);
  guarded(work, dog, [&] {
    work.decided = state.run(work.r->command(), work.args->root(), *work.now, reply);
  });
}

void host::go_on(host_work& work) {
  if (phase_ == phase::broken) {
    // An earlier commit failed while the handler ran: what it decided on is not so.
    work.r->refuse("storage_failed");
  } else {
    phase_ = phase::ready;
    conclude(work);
  }
  work.r.reset();
  take_waiting();
}

void host::conclude(host_work& work) {
  if (!work.threw.empty()) {
    shared_.log.note(journal::level::error, "handler_threw", work.r->what().to,
                     work.r->what().command + ": " + work.threw, work.r->what().trace);
    work.r->refuse("handler_failed");
    return;
  }
  const verdict& decided = work.decided;
  bool saves = decided.accepted() && decided.changed() && !kind_of().commands[work.r->command()].reads;
  if (saves) return accept_change(work);
  reply answer{.why = decided.why(), .tag = tag()};
  if (decided.accepted()) answer.body = std::move(work.body);
  pass_gate({begun(), work.r, std::move(answer)});
}

void host::accept_change(host_work& work) {
  const parlor::request& r = *work.r;
  if (!exists_) incarnation_ = shared_.draw();
  ++version_;
  gated out{.after = begun(), .r = work.r, .answer = {.tag = tag()},
            .wanted = std::move(work.now->wanted())};
  out.answer.body = r.what().from == source::overseer ? work.decided.result() : std::move(work.body);
  if (!exists_ && !kept_) made_by_actor();
  exists_ = !out.wanted.erase;
  if (!out.wanted.events.empty()) books().events.add(version_, out.wanted.events, shared_.limits);
  if (shared_.watched->any()) out.news = announce(r.what(), out.wanted.events);
  auto record = record_of(r, out.answer.body);
  if (kind_of().durable) begin_commit(work, out, record);
  if (record) remember(std::move(record), out.after);
  if (!exists_) {
    // What comes next meets an actor that was never made.
    state_ = kind_of().fresh();
    version_ = 0;
    if (books_) {
      books_->row = 0;
      books_->erased_by = books_->begun;
      books_->replies.clear();
      books_->events.clear();
    }
    leave_when_unused();
  }
  pass_gate(std::move(out));
}

void host::begin_commit(host_work& work, gated& out, reply_memory::record_ptr record) {
  commit c{.who = work.r->what().to,
           .follows = version_ - 1,
           .next = {.row = books().row,
                    .incarnation = incarnation_,
                    .version = version_,
                    .schema = kind_of().schema()},
           .erase = out.wanted.erase,
           .reply = std::move(record),
           .wanted = out.wanted,
           .settles = work.r->what().brought};
  c.next.state.reserve(text_expected);
  if (!c.erase) {
    state_->save(c.next.state);
    books().events.save(c.next.events);
  }
  if (has_fault("messages are not owed")) c.wanted.tells.clear();
  if (has_fault("reminders are not owed")) c.wanted.reminders.clear();
  if (has_fault("deliveries are not crossed off")) c.settles = {};
  out.after = ++books().begun;
  out.commits = true;
  shared_.actors_store.save(std::move(c), [self = caf::strong_actor_ptr(ctrl()),
                                           number = books().begun](result<commit_receipt> r) {
    commit_settled m{number, {}, {}};
    if (r) m.receipt = r.value();
    else m.refused = std::make_shared<failure>(r.why());
    mail(self, {std::move(m)});
  });
}

void host::settle(const commit_settled& m) {
  if (phase_ == phase::broken) return;
  if (m.refused && !has_fault("failed commits are ignored")) {
    shared_.log.note(journal::level::error, "commit_failed", place_.name(), m.refused->detail, cause_of(m.number));
    return break_down();
  }
  books().settled = m.number;
  if (m.number > books().erased_by) books().row = m.receipt.row;
  auto& gate = books().gate;
  for (gated& out : gate)
    if (out.commits && out.after == m.number) out.first_message = m.receipt.first_message;
  std::size_t passed = 0;
  while (passed < gate.size() && gate[passed].after <= m.number) release(gate[passed++]);
  gate.erase(gate.begin(), gate.begin() + static_cast<std::ptrdiff_t>(passed));
}

trace_context host::cause_of(std::uint64_t commit) const {
  for (const gated& out : books_->gate)
    if (out.commits && out.after == commit) return out.r->what().trace;
  return {};
}

void host::break_down() {
  phase_ = phase::broken;
  drop_questions();
  for (gated& out : std::exchange(books().gate, {})) out.r->refuse("storage_failed");
  shared_.failed(place_);
}

void host::pass_gate(gated&& out) {
  bool early = has_fault("replies do not wait") ||
               (has_fault("reads do not wait") && out.r->what().command.empty());
  if (early || out.after <= settled()) release(out);
  else books().gate.push_back(std::move(out));
}

void host::release(gated& out) {
  shared_.later.apply(out.r->what().to, out.wanted.reminders);
  if (out.wanted.erase) {
    shared_.later.drop(out.r->what().to);
    shared_.log.note(journal::level::debug, "erased", out.r->what().to, "", out.r->what().trace);
  }
  std::uint64_t number = out.first_message;
  for (outgoing& message : out.wanted.tells)
    shared_.deliver({std::move(message), {.message = out.commits ? number++ : 0}, out.r->what().trace});
  // A delivery that changed nothing is paid all the same, once what it saw is stored.
  const delivery& brought = out.r->what().brought;
  if (!out.commits && brought.owed()) shared_.actors_store.cross_off(out.r->what().to, brought);
  out.r->answer(std::move(out.answer));
  if (out.news) shared_.watched->publish(kind_of(), place_.id(), *out.news);
  out.r.reset();
}

void host::made_by_actor() {
  shared_.awake.needed(place_);
  if (kind_of().durable) return;
  // Sleep would end it before anyone could come: the clients that it was made for get its idle time.
  shared_.awake.keep(place_, shared_.time.now());
  kept_ = true;
}

void host::leave_when_unused() {
  shared_.awake.leave_when_unused(place_);
  kept_ = false;
}

void host::leave() {
  // Before the registry hears of it: what the next activation tells is told after this.
  if (exists_ && kind_of().parting) tell_parting();
  if (exists_ && !kind_of().durable) announce_end();
  shared_.ended(place_);
  end();
}

}  // namespace parlor
