// The part of a host that has to do with services: it makes them, asks them, waits for their answer, stops
// them. While it waits no thread does, and the actor's other commands wait with it.
#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

#include "runtime/hosting/host.hpp"

namespace parlor {
namespace {

/// A service that has not stopped by then is let go of all the same.
constexpr auto stop_patience = std::chrono::seconds(5);

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
    host_work work{.r = r};
    guarded(work, shared_.dog, [&] { service_of(info); });
    if (!work.threw.empty())
      shared_.log.note(journal::level::warning, "service_failed", place_.name(),
                       info.name + ": " + work.threw);
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
  phase_ = phase::asking;
  questions& a = asking();
  std::uint64_t number = ++a.number;
  a.under_way = work;
  a.what = std::move(what);
  // A service may keep this for as long as it likes: the actor does not live longer for it.
  auto tell = [me = caf::weak_actor_ptr(ctrl()), number](result<std::string> answer) {
    if (auto self = me.lock())
      mail(self, {service_told{number, std::make_shared<result<std::string>>(std::move(answer))}});
  };
  a.alarm = shared_.waits.set(late_at(*info, *work->r, shared_.time.now()),
                              [tell] { tell(failure{"service_late"}); });
  guarded(*work, shared_.dog, [&] { service_of(*info).ask(a.what.text, tell); });
  if (!work->threw.empty()) tell(failure{"service_failed", std::exchange(work->threw, {})});
}

void host::take(service_told& m) {
  // An answer that comes twice, or when nobody waits for it any more, goes nowhere.
  if (phase_ != phase::asking || m.number != asking().number) return;
  go_on_with(std::move(*m.answer));
}

void host::take(closing&) {
  asking().closed = true;
  if (phase_ == phase::asking) go_on_with(failure{"closed"});
}

void host::go_on_with(result<std::string> answer) {
  questions& a = asking();
  shared_.waits.drop(a.alarm);
  auto work = std::exchange(a.under_way, nullptr);
  phase_ = phase::ready;
  bool fell_back = false;
  if (!answer && answer.why().code != "closed") {
    shared_.log.note(journal::level::warning, "service_failed", place_.name(),
                     a.what.service + ": " + answer.why().code + " " + answer.why().detail);
    fell_back = fall_back(*work, answer);
  }
  if (answer) {
    prepare(*work);
    work->now->set_answer({std::move(answer.value()), fell_back});
    run_handler(*work, *state_, shared_.dog);
    conclude(*work);
  } else {
    const std::string& code = answer.why().code;
    bool ours = code == "service_late" || code == "closed";
    work->r->refuse(ours ? code : "service_failed", answer.why().detail);
  }
  work.reset();
  take_waiting();
}

/// Has the kind answer instead of its service. False if it cannot.
bool host::fall_back(host_work& work, result<std::string>& answer) {
  const question& what = asking().what;
  const service_info* info = declared(what.service);
  if (!info->fallback) return false;
  guarded(work, shared_.dog, [&] {
    if (auto own = info->fallback(what.text)) answer = std::move(own);
  });
  if (!work.threw.empty())
    shared_.log.note(journal::level::error, "handler_threw", place_.name(),
                     "the fallback of " + what.service + ": " + std::exchange(work.threw, {}));
  return answer.ok();
}

void host::drop_question() {
  if (!books_ || !books_->asking || !books_->asking->under_way) return;
  shared_.waits.drop(asking().alarm);
  std::exchange(asking().under_way, nullptr)->r->refuse("storage_failed");
  take_waiting();
}

void host::take(retire&) {
  if (!books_ || !books_->asking || books_->asking->services.empty()) return leave();
  phase_ = phase::stopping;
  questions& a = asking();
  auto tell = [me = caf::weak_actor_ptr(ctrl())](bool late) {
    if (auto self = me.lock()) mail(self, {service_stopped{late}});
  };
  a.alarm = shared_.waits.set(shared_.time.now() + stop_patience, [tell] { tell(true); });
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
  for (const auto& [name, one] : a.services)
    shared_.log.note(journal::level::debug, "service_stopped", place_.name(), name);
  a.services.clear();
  leave();
}

void host::leave() {
  shared_.ended(place_);
  end();
}

}  // namespace parlor
