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

const service_info* host::declared(std::string_view service) const {
  for (const service_info& s : kind_of().services)
    if (s.name == service) return &s;
  return nullptr;
}

service& host::service_of(const service_info& info) {
  auto& all = asking().services;
  auto found = all.find(info.name);
  if (found == all.end()) {
    auto made = info.make(place_.name());
    if (!made) throw std::runtime_error("it was not made");
    found = all.emplace(info.name, std::move(made)).first;
    std::uint8_t has = 0;
    for (std::size_t i = 0; i < kind_of().services.size(); ++i)
      if (all.contains(kind_of().services[i].name)) has = static_cast<std::uint8_t>(has | 1U << i);
    shared_.awake.serves(place_, has);
    shared_.log.note(journal::level::debug, "service_made", place_.name(), info.name);
  }
  return *found->second;
}

void host::warm_up(const request_ptr& r) {
  for (const service_info& info : kind_of().services) {
    if (!info.make) continue;
    host_work work{.r = r};
    guarded(work, shared_.dog, [&] { service_of(info); });
    if (!work.threw.empty())
      shared_.log.note(journal::level::warning, "service_failed", place_.name(),
                       info.name + ": " + work.threw, r->what().trace);
  }
}

void host::begin_question(const request_ptr& r, json_document&& args) {
  if (asking().closed) return void(r->refuse("closed"));
  // One question after the other would outlast the time that there is for stopping.
  if (shared_.doors.closed()) return void(r->refuse("stopping"));
  auto work = std::make_shared<host_work>();
  work->r = r;
  work->args = std::move(args);
  prepare(*work);
  result<question> wanted = failure{};
  guarded(*work, shared_.dog, [&] { wanted = state_->begin(r->command(), work->args->root(), *work->now); });
  if (!work->threw.empty()) return conclude(*work);
  if (!wanted) {
    work->decided = reject(wanted.why());
    return conclude(*work);
  }
  ask_service(std::move(work), std::move(wanted.value()));
}

void host::ask_service(std::shared_ptr<host_work> work, question&& what) {
  const service_info* info = declared(what.service);
  if (!info) {
    work->threw = "it asks the service \"" + what.service + "\", which its kind does not declare";
    return conclude(*work);
  }
  if (!kind_of().reentrant) phase_ = phase::asking;
  questions& a = asking();
  std::uint64_t number = ++a.number;
  if (a.open.empty()) shared_.awake.asks(place_, true);
  open_question& q = a.open[number];
  q.work = work;
  q.what = std::move(what);
  // A service may keep this for as long as it likes: the actor does not live longer for it.
  auto tell = [me = caf::weak_actor_ptr(ctrl()), number](result<std::string> answer) {
    if (auto self = me.lock())
      mail(self, {service_told{number, std::make_shared<result<std::string>>(std::move(answer))}});
  };
  if (!info->make) return tell(failure{"service_failed"});
  q.alarm = shared_.waits.set(late_at(*info, *work->r, shared_.time.now()),
                              [tell] { tell(failure{"service_late"}); });
  guarded(*work, shared_.dog, [&] { service_of(*info).ask(q.what.text, tell); });
  if (!work->threw.empty()) tell(failure{"service_failed", std::exchange(work->threw, {})});
}

bool host::joins_its_like(const request_ptr& r) {
  const call& c = r->what();
  if (c.key.empty() || !books_ || !books_->asking) return false;
  for (auto& [number, q] : books_->asking->open) {
    const call& asked = q.work->r->what();
    if (asked.key != c.key || asked.player != c.player) continue;
    q.same.push_back(r);
    return true;
  }
  return false;
}

void host::take(service_told& m) { go_on_with(m.number, std::move(*m.answer)); }

void host::take(closing&) { close_questions(); }

void host::close_questions() {
  asking().closed = true;
  while (!asking().open.empty()) go_on_with(asking().open.begin()->first, failure{"closed"});
}

void host::go_on_with(std::uint64_t number, result<std::string> answer) {
  // An answer that comes twice, or when nobody waits for it any more, goes nowhere.
  auto found = asking().open.extract(number);
  if (!found) return;
  if (asking().open.empty()) shared_.awake.asks(place_, false);
  open_question& q = found.mapped();
  shared_.waits.drop(q.alarm);
  if (phase_ == phase::asking) phase_ = phase::ready;
  bool none_declared = !declared(q.what.service)->make;
  bool closed = !answer && answer.why().code == "closed";
  if (!answer && !closed && !none_declared)
    shared_.log.note(journal::level::warning, "service_failed", place_.name(),
                     q.what.service + ": " + answer.why().code + " " + answer.why().detail,
                     q.work->r->what().trace);
  bool fell_back = !answer && !closed && fall_back(q, answer);
  if (answer) {
    second_half(*q.work, std::move(answer.value()), fell_back);
  } else {
    const std::string& code = answer.why().code;
    bool own_word = code == "service_late" || code == "closed" || code == "overloaded";
    q.work->r->refuse(own_word ? code : "service_failed", answer.why().detail);
  }
  q.work.reset();
  auto& waiting = books().waiting;
  if (!closed) waiting.insert(waiting.end(), q.same.begin(), q.same.end());
  else for (const request_ptr& r : q.same) r->refuse("closed");
  take_waiting();
}

void host::second_half(host_work& work, std::string&& answer, bool fell_back) {
  // Of a reentrant kind others may have come between.
  if (kind_of().reentrant && turned_away(work.r)) return;
  prepare(work);
  work.now->set_answer({std::move(answer), fell_back});
  run_handler(work, *state_, shared_.dog);
  conclude(work);
}

/// Has the kind answer instead of its service. False if it cannot.
bool host::fall_back(open_question& q, result<std::string>& answer) {
  const service_info* info = declared(q.what.service);
  if (!info->fallback) return false;
  host_work& work = *q.work;
  guarded(work, shared_.dog, [&] {
    if (auto own = info->fallback(q.what.text)) answer = std::move(own);
  });
  if (!work.threw.empty())
    shared_.log.note(journal::level::error, "handler_threw", place_.name(),
                     "the fallback of " + q.what.service + ": " + std::exchange(work.threw, {}),
                     work.r->what().trace);
  return answer.ok();
}

void host::drop_questions() {
  if (!books_ || !books_->asking || books_->asking->open.empty()) return;
  shared_.awake.asks(place_, false);
  for (auto& [number, q] : std::exchange(asking().open, {})) {
    shared_.waits.drop(q.alarm);
    q.work->r->refuse("storage_failed");
    for (const request_ptr& r : q.same) r->refuse("storage_failed");
  }
  take_waiting();
}

void host::take(retire&) {
  if (!books_ || !books_->asking || books_->asking->services.empty()) return leave();
  phase_ = phase::stopping;
  questions& a = asking();
  auto tell = [me = caf::weak_actor_ptr(ctrl())](bool late) {
    if (auto self = me.lock()) mail(self, {service_stopped{late}});
  };
  duration longest{0};
  for (const auto& [name, one] : a.services) longest = std::max(longest, declared(name)->stop_within);
  a.alarm = shared_.waits.set(shared_.time.now() + longest, [tell] { tell(true); });
  a.stopping = a.services.size();
  for (auto& [name, one] : a.services) {
    try {
      one->stop([tell] { tell(false); });
    } catch (const std::exception& e) {
      shared_.log.note(journal::level::warning, "service_stuck", place_.name(), name + ": " + e.what());
      tell(false);
    }
  }
}

void host::take(service_stopped& m) {
  questions& a = asking();
  if (m.late)
    shared_.log.note(journal::level::warning, "service_stuck", place_.name(),
                     std::to_string(a.stopping) + " had not stopped in time");
  else if (--a.stopping > 0)
    return;
  shared_.waits.drop(a.alarm);
  std::string names;
  for (const auto& [name, one] : a.services) names += (names.empty() ? "" : ", ") + name;
  shared_.log.note(life_level(kind_of()), "cleaned", place_.name(), names);
  a.services.clear();
  leave();
}

}  // namespace parlor
