// The part of a host that runs commands: from the arguments through the handler, perhaps in two halves, to the commit
// and out of the gate.
#include <utility>

#include "runtime/hosting/host/actor_host.hpp"
#include "runtime/hosting/host/faults.hpp"
#include "runtime/hosting/host/reply_records.hpp"

namespace parlor {
namespace {

/// Has a state that has grown count for more, and says so before it is too large.
void weigh(core& core, const directory_entry& entry, actor_ledger& ledger, std::size_t state_bytes) {
  auto kib = static_cast<std::uint32_t>(state_bytes / 1024 + 1);
  if (kib == ledger.kib) return;
  const std::size_t most = core.state_bytes_max(entry.actor_kind()), half = most / 2048;
  if (kib > half && ledger.kib <= half)
    core.log.note(journal::level::warning, "state_large", entry.name(),
                  std::to_string(state_bytes) + " bytes; at most " + std::to_string(most) + " are stored");
  ledger.kib = kib;
  if (holdings::counts(entry.actor_kind())) core.holdings.weigh(entry.name(), kib);
}

/// What leads to the messages of a call's handler.
message_chain_ptr chain_after(core& core, const call& c) {
  std::string_view command = c.order ? std::string_view("close") : c.command;
  if (c.chain) return continue_chain(*c.chain, c.to, command);
  return begin_chain(core.traffic.next_beginning(), c.to, command, c.player);
}

}  // namespace

void actor_host::begin_command(const request_ptr& r) {
  const command_info& info = entry_.actor_kind().commands[r->command()];
  auto args = json_document::parse(info.raw ? std::string_view{} : r->call().args);
  if (!args) {
    pass_gate({r, {.why = args.why(), .tag = tag()}});
    return;
  }
  if (info.asks) return begin_question(r, std::move(args.value()));
  if (!entry_.actor_kind().blocking) {
    handler_run run(r, std::move(args.value()));
    prepare(run, core_, version_, ready_at(core_, ledger_.get()));
    run_handler(run, *state_, core_.watchdog);
    return conclude(run);
  }
  // The actor keeps its state to itself: it takes no other request until the pool has ended.
  phase_ = phase::working;
  auto run = std::make_shared<handler_run>(r, std::move(args.value()));
  prepare(*run, core_, version_, ready_at(core_, ledger_.get()));
  core_.pool.run([this, run, self = caf::strong_actor_ptr(ctrl())]() mutable {
    run_handler(*run, *state_, core_.watchdog);
    mail(self, {handler_ended{std::move(run)}});
  });
}

void actor_host::begin_question(const request_ptr& r, json_document&& args) {
  if (questions().closed()) return void(r->refuse("closed"));
  // One question after the other would outlast the time that there is for stopping.
  if (core_.in_flight.closed()) return void(r->refuse("stopping"));
  auto run = std::make_shared<handler_run>(r, std::move(args));
  prepare(*run, core_, version_, ready_at(core_, ledger_.get()));
  result<question> wanted = failure{};
  guarded(*run, core_.watchdog, [&] { wanted = state_->begin(r->command(), run->args->root(), *run->ctx); });
  if (!run->threw.empty()) return conclude(*run);
  if (!wanted) {
    run->decided = reject(wanted.why());
    return conclude(*run);
  }
  if (!questions().ask(run, std::move(wanted.value()))) return conclude(*run);
  if (!entry_.actor_kind().reentrant) phase_ = phase::asking;
}

void actor_host::go_on_with(std::uint64_t question, result<context::service_reply> answer) {
  auto finished = questions().finish(question, answer);
  if (!finished) return;
  if (phase_ == phase::asking) phase_ = phase::ready;
  handler_run& run = *finished->run;
  if (!answer) {
    run.request->refuse(answer.why().code, answer.why().detail);
  } else if (!entry_.actor_kind().reentrant || !turned_away(run.request)) {  // others may have come between
    prepare(run, core_, version_, ready_at(core_, ledger_.get()));
    answer.value().fallback = finished->fell_back;
    run.ctx->set_answer(std::move(answer.value()));
    run_handler(run, *state_, core_.watchdog);
    conclude(run);
  }
  finished->run.reset();
  auto& waiting = opened(ledger_).waiting;
  if (answer || answer.why().code != "closed")
    waiting.insert(waiting.end(), finished->repeats.begin(), finished->repeats.end());
  else
    for (const request_ptr& r : finished->repeats) r->refuse("closed");
  take_waiting();
}

void actor_host::close_questions() {
  questions().close(true);
  while (auto question = questions().first()) go_on_with(*question, failure{"closed"});
}

void actor_host::go_on(handler_run& run) {
  if (phase_ == phase::broken) {
    // An earlier commit failed while the handler ran: what it decided on is not so.
    run.request->refuse("storage_failed");
  } else {
    phase_ = phase::ready;
    conclude(run);
  }
  run.request.reset();
  take_waiting();
}

void actor_host::conclude(handler_run& run) {
  if (!run.threw.empty()) {
    const call& c = run.request->call();
    note_throw(core_.log, c.to, c.command, run.threw, c.trace);
    run.request->refuse("handler_failed");
    return;
  }
  if (run.ctx->erase_held()) {
    const call& c = run.request->call();
    core_.log.note(journal::level::debug, "deletion_held", c.to, c.command, c.trace);
    core_.held_deletions.keep(
        {.message = {c.to, c.command, c.args}, .owed = c.owed, .trace = c.trace, .chain = c.chain});
    run.request->answer({.tag = tag()});
    return;
  }
  const verdict& decided = run.decided;
  bool saves = decided.accepted() && decided.changed() && !entry_.actor_kind().commands[run.request->command()].reads;
  if (saves) return accept_change(run);
  if (decided.why().code == "state_too_large") {
    const call& c = run.request->call();
    core_.log.note(journal::level::error, "state_too_large", c.to, c.command + ": " + decided.why().detail, c.trace);
  }
  reply answer{.why = decided.why(), .raw = decided.raw(), .tag = tag()};
  if (decided.accepted()) answer.body = std::move(run.body);
  pass_gate({run.request, std::move(answer)});
}

void actor_host::accept_change(handler_run& run) {
  const request& r = *run.request;
  if (!exists_) {
    incarnation_ = core_.random.number(purpose::incarnations);
    if (holdings::counts(entry_.actor_kind())) core_.holdings.add(r.call().to, r.call().caller, r.call().player);
  }
  ++version_;
  gated_output out{.request = run.request,
                   .answer = {.raw = run.decided.raw(), .tag = tag()},
                   .effects = std::move(run.ctx->effects())};
  if (!out.effects.messages.empty()) out.effects.chain = chain_after(core_, r.call());
  out.answer.body = r.call().order ? run.decided.result() : std::move(run.body);
  if (!exists_ && !kept_) {
    // Another actor made it. A volatile one would end in its sleep before anyone could come: the clients that it was
    // made for get its idle time.
    core_.directory.needed(entry_);
    kept_ = !entry_.actor_kind().durable;
    if (kept_) core_.directory.keep(entry_, core_.time.now());
  }
  exists_ = !out.effects.erase;
  if (!out.effects.events.empty()) opened(ledger_).events.add(version_, out.effects.events, core_.limits);
  if (core_.feeds->any()) out.news = view().announce(r.call(), out.effects.events);
  auto record = record_of(r.call(), out.answer, version_, core_.time);
  if (entry_.actor_kind().durable) begin_commit(run, out, record);
  if (record)
    remember(opened(ledger_).replies, {std::move(record), out.commits ? out.after : 0}, core_.time.now(), core_.limits);
  if (!exists_) {
    if (holdings::counts(entry_.actor_kind())) core_.holdings.remove(out.request->call().to);
    // What comes next meets an actor that was never made.
    state_ = entry_.actor_kind().make_activation();
    version_ = 0;
    if (ledger_) {
      ledger_->row = 0;
      ledger_->kib = 1;
      ledger_->erased_by = ledger_->gate.begun();
      ledger_->replies.clear();
      ledger_->events.clear();
    }
    leave_when_unused();
  }
  pass_gate(std::move(out));
}

void actor_host::begin_commit(handler_run& run, gated_output& out, reply_memory::record_ptr record) {
  commit c{.actor = run.request->call().to,
           .follows = version_ - 1,
           .next = {.row = opened(ledger_).row,
                    .incarnation = incarnation_,
                    .version = version_,
                    .schema = entry_.actor_kind().schema()},
           .erase = out.effects.erase,
           .reply = std::move(record),
           .effects = out.effects,
           .settles = run.request->call().owed,
           .rolled = rolled_in(run, core_.time)};
  if (!c.erase) {
    c.next.state = std::move(run.saved);
    weigh(core_, entry_, opened(ledger_), c.next.state.size());
    opened(ledger_).events.save(c.next.events);
  }
  if (has_fault(fault::messages_are_not_owed)) c.effects.messages.clear();
  if (has_fault(fault::reminders_are_not_owed)) c.effects.reminders.clear();
  if (has_fault(fault::deliveries_are_not_crossed_off)) c.settles = {};
  out.after = opened(ledger_).gate.begin_commit();
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
  if (m.number > opened(ledger_).erased_by) opened(ledger_).row = m.receipt.row;
  ledger_->gate.settle(m.number, m.receipt.first_message, [this](gated_output& out) { release(out); });
}

void actor_host::break_down() {
  phase_ = phase::broken;
  if (ledger_ && ledger_->questions && ledger_->questions->first()) {
    ledger_->questions->refuse_all("storage_failed");
    take_waiting();
  }
  opened(ledger_).gate.refuse_all("storage_failed");
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
  if (core_.quarantine.holds_any()) core_.quarantine.forget(out.request->call().to, out.effects.reminders);
  if (out.effects.erase) {
    core_.reminders.drop(out.request->call().to);
    // The next actor of that name is another one.
    if (core_.quarantine.holds_any())
      for (const parcel& p : core_.quarantine.take_held_for(out.request->call().to))
        core_.store.cross_off(p.message.to, p.owed);
    core_.log.note(journal::level::debug, "erased", out.request->call().to, "", out.request->call().trace);
  }
  std::uint64_t number = out.first_message;
  for (message& message : out.effects.messages)
    core_.deliver({.message = std::move(message),
                   .owed = {.message = out.commits ? number++ : 0},
                   .trace = out.request->call().trace,
                   .chain = out.effects.chain});
  // A delivery that changed nothing is paid all the same, once what it saw is stored.
  const delivery& brought = out.request->call().owed;
  if (!out.commits && brought.any()) core_.store.cross_off(out.request->call().to, brought);
  out.request->answer(std::move(out.answer));
  if (out.news) core_.feeds->publish(entry_.actor_kind(), entry_.id(), *out.news);
  out.request.reset();
}

}  // namespace parlor
