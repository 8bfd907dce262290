// The part of a host that has to do with services: it makes them, asks them, waits for their answer, stops
// them. While it waits no thread does, and the actor's other commands wait with it, unless it is reentrant.
#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "runtime/hosting/host/actor_host.hpp"

namespace parlor {
namespace {

/// When an answer is late: a tenth of the request's time is left for what comes after it.
instant late_at(const service_info& info, const request& r, instant now) {
  instant late = now + info.patience;
  if (r.from_client()) late = std::min(late, r.deadline() - (r.deadline() - now) / 10);
  return late;
}

}  // namespace

const service_info* actor_host::declared(std::string_view service) const {
  for (const service_info& s : kind_of().services)
    if (s.name == service) return &s;
  return nullptr;
}

service& actor_host::service_of(const service_info& info) {
  auto& services = asking().services;
  auto found = services.find(info.name);
  if (found == services.end()) {
    auto made = info.make(entry_.name());
    if (!made) throw std::runtime_error("it was not made");
    found = services.emplace(info.name, std::move(made)).first;
    std::uint8_t has = 0;
    for (std::size_t i = 0; i < kind_of().services.size(); ++i)
      if (services.contains(kind_of().services[i].name)) has = static_cast<std::uint8_t>(has | 1U << i);
    core_.directory.serves(entry_, has);
    core_.log.note(journal::level::debug, "service_made", entry_.name(), info.name);
  }
  return *found->second;
}

void actor_host::warm_up(const request_ptr& r) {
  for (const service_info& info : kind_of().services) {
    if (!info.make) continue;
    handler_run work{.request = r};
    guarded(work, core_.watchdog, [&] { service_of(info); });
    if (!work.threw.empty())
      core_.log.note(journal::level::warning, "service_failed", entry_.name(), info.name + ": " + work.threw,
                     r->call().trace);
  }
}

void actor_host::begin_question(const request_ptr& r, json_document&& args) {
  if (asking().closed) return void(r->refuse("closed"));
  // One question after the other would outlast the time that there is for stopping.
  if (core_.in_flight.closed()) return void(r->refuse("stopping"));
  auto work = std::make_shared<handler_run>();
  work->request = r;
  work->args = std::move(args);
  prepare(*work);
  result<question> wanted = failure{};
  guarded(*work, core_.watchdog, [&] { wanted = state_->begin(r->command(), work->args->root(), *work->ctx); });
  if (!work->threw.empty()) return conclude(*work);
  if (!wanted) {
    work->decided = reject(wanted.why());
    return conclude(*work);
  }
  ask_service(std::move(work), std::move(wanted.value()));
}

void actor_host::ask_service(std::shared_ptr<handler_run> work, question&& asked) {
  const service_info* info = declared(asked.service);
  if (!info) {
    work->threw = "it asks the service \"" + asked.service + "\", which its kind does not declare";
    return conclude(*work);
  }
  if (!kind_of().reentrant) phase_ = phase::asking;
  service_questions& a = asking();
  std::uint64_t number = ++a.number;
  if (a.open.empty()) core_.directory.asks(entry_, true);
  open_question& q = a.open[number];
  q.work = work;
  q.asked = std::move(asked);
  // A service may keep this for as long as it likes: the actor does not live longer for it.
  auto tell = [me = caf::weak_actor_ptr(ctrl()), number](result<std::string> answer) {
    if (auto self = me.lock())
      mail(self, {service_answered{number, std::make_shared<result<std::string>>(std::move(answer))}});
  };
  if (!info->make) return tell(failure{"service_failed"});
  q.timer =
      core_.timers.set(late_at(*info, *work->request, core_.time.now()), [tell] { tell(failure{"service_late"}); });
  guarded(*work, core_.watchdog, [&] { service_of(*info).ask(q.asked.text, tell); });
  if (!work->threw.empty()) tell(failure{"service_failed", std::exchange(work->threw, {})});
}

bool actor_host::joins_its_like(const request_ptr& r) {
  const call& c = r->call();
  if (c.key.empty() || !ledger_ || !ledger_->asking) return false;
  for (auto& [number, q] : ledger_->asking->open) {
    const call& asked = q.work->request->call();
    if (asked.key != c.key || asked.player != c.player) continue;
    q.repeats.push_back(r);
    return true;
  }
  return false;
}

void actor_host::take(service_answered& m) { go_on_with(m.number, std::move(*m.answer)); }

void actor_host::take(closing&) { close_questions(); }

void actor_host::close_questions() {
  asking().closed = true;
  while (!asking().open.empty()) go_on_with(asking().open.begin()->first, failure{"closed"});
}

void actor_host::go_on_with(std::uint64_t number, result<std::string> answer) {
  // An answer that comes twice, or when nobody waits for it any more, goes nowhere.
  auto found = asking().open.extract(number);
  if (!found) return;
  if (asking().open.empty()) core_.directory.asks(entry_, false);
  open_question& q = found.mapped();
  core_.timers.drop(q.timer);
  if (phase_ == phase::asking) phase_ = phase::ready;
  bool none_declared = !declared(q.asked.service)->make;
  bool closed = !answer && answer.why().code == "closed";
  if (!answer && !closed && !none_declared)
    core_.log.note(journal::level::warning, "service_failed", entry_.name(),
                   q.asked.service + ": " + answer.why().code + " " + answer.why().detail,
                   q.work->request->call().trace);
  bool fell_back = !answer && !closed && fall_back(q, answer);
  if (answer) {
    second_half(*q.work, std::move(answer.value()), fell_back);
  } else {
    const std::string& code = answer.why().code;
    bool own_word = code == "service_late" || code == "closed" || code == "overloaded";
    q.work->request->refuse(own_word ? code : "service_failed", answer.why().detail);
  }
  q.work.reset();
  auto& waiting = open_ledger().waiting;
  if (!closed) waiting.insert(waiting.end(), q.repeats.begin(), q.repeats.end());
  else
    for (const request_ptr& r : q.repeats) r->refuse("closed");
  take_waiting();
}

void actor_host::second_half(handler_run& work, std::string&& answer, bool fell_back) {
  // Of a reentrant kind others may have come between.
  if (kind_of().reentrant && turned_away(work.request)) return;
  prepare(work);
  work.ctx->set_answer({std::move(answer), fell_back});
  run_handler(work, *state_, core_.watchdog);
  conclude(work);
}

/// Has the kind answer instead of its service. False if it cannot.
bool actor_host::fall_back(open_question& q, result<std::string>& answer) {
  const service_info* info = declared(q.asked.service);
  if (!info->fallback) return false;
  handler_run& work = *q.work;
  guarded(work, core_.watchdog, [&] {
    if (auto own = info->fallback(q.asked.text)) answer = std::move(own);
  });
  if (!work.threw.empty())
    core_.log.note(journal::level::error, "handler_threw", entry_.name(),
                   "the fallback of " + q.asked.service + ": " + std::exchange(work.threw, {}),
                   work.request->call().trace);
  return answer.ok();
}

void actor_host::drop_questions() {
  if (!ledger_ || !ledger_->asking || ledger_->asking->open.empty()) return;
  core_.directory.asks(entry_, false);
  for (auto& [number, q] : std::exchange(asking().open, {})) {
    core_.timers.drop(q.timer);
    q.work->request->refuse("storage_failed");
    for (const request_ptr& r : q.repeats) r->refuse("storage_failed");
  }
  take_waiting();
}

void actor_host::take(retire&) {
  if (!ledger_ || !ledger_->asking || ledger_->asking->services.empty()) return leave();
  phase_ = phase::stopping;
  service_questions& a = asking();
  auto tell = [me = caf::weak_actor_ptr(ctrl())](bool late) {
    if (auto self = me.lock()) mail(self, {service_stopped{late}});
  };
  duration longest{0};
  for (const auto& [name, service] : a.services) longest = std::max(longest, declared(name)->stop_within);
  a.timer = core_.timers.set(core_.time.now() + longest, [tell] { tell(true); });
  a.stopping = a.services.size();
  for (auto& [name, service] : a.services) {
    try {
      service->stop([tell] { tell(false); });
    } catch (const std::exception& e) {
      core_.log.note(journal::level::warning, "service_stuck", entry_.name(), name + ": " + e.what());
      tell(false);
    }
  }
}

void actor_host::take(service_stopped& m) {
  service_questions& a = asking();
  if (m.late)
    core_.log.note(journal::level::warning, "service_stuck", entry_.name(),
                   std::to_string(a.stopping) + " had not stopped in time");
  else if (--a.stopping > 0) return;
  core_.timers.drop(a.timer);
  std::string names;
  for (const auto& [name, service] : a.services) names += (names.empty() ? "" : ", ") + name;
  core_.log.note(life_level(kind_of()), "cleaned", entry_.name(), names);
  a.services.clear();
  leave();
}

}  // namespace parlor
