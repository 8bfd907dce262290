#include "runtime/hosting/host/service_questions.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

namespace parlor {
namespace {

/// When an answer is late: a tenth of the request's time is left for what comes after it.
instant late_at(const service_info& info, const request& r, instant now) {
  instant late = now + info.patience;
  if (r.from_client()) late = std::min(late, r.deadline() - (r.deadline() - now) / 10);
  return late;
}

/// Asks a service, and has `tell` hear the answer. A raw request is gone then.
template <class Tell>
void ask_of(service& to, question& asked, const Tell& tell) {
  if (asked.raw) {
    to.ask_raw(std::move(*asked.raw), [tell](result<raw_reply> answer) {
      if (!answer) return tell(answer.why());
      tell(context::service_reply{.raw = std::move(answer.value())});
    });
  } else {
    to.ask(asked.text, [tell](result<std::string> answer) {
      if (!answer) return tell(answer.why());
      tell(context::service_reply{.text = std::move(answer.value())});
    });
  }
}

}  // namespace

const service_info* service_questions::declared(std::string_view service) const {
  for (const service_info& s : entry_.actor_kind().services)
    if (s.name == service) return &s;
  return nullptr;
}

service& service_questions::service_of(const service_info& info, const caller_info& caller) {
  auto found = services_.find(info.name);
  if (found == services_.end()) {
    auto made = info.make({entry_.name(), caller});
    if (!made) throw std::runtime_error("it was not made");
    found = services_.emplace(info.name, std::move(made)).first;
    const auto& declared = entry_.actor_kind().services;
    std::uint8_t has = 0;
    for (std::size_t i = 0; i < declared.size(); ++i)
      if (services_.contains(declared[i].name)) has = static_cast<std::uint8_t>(has | 1U << i);
    core_.directory.serves(entry_, has);
    core_.log.note(journal::level::debug, "service_made", entry_.name(), info.name);
  }
  return *found->second;
}

void service_questions::warm_up(const request_ptr& r) {
  for (const service_info& info : entry_.actor_kind().services) {
    if (!info.make) continue;
    handler_run run(r);
    guarded(run, core_.watchdog, [&] { service_of(info, r->call().caller); });
    if (!run.threw.empty())
      core_.log.note(journal::level::warning, "service_failed", entry_.name(), info.name + ": " + run.threw,
                     r->call().trace);
  }
}

bool service_questions::ask(std::shared_ptr<handler_run> run, question&& asked) {
  const service_info* info = declared(asked.service);
  if (!info) {
    run->threw = "it asks the service \"" + asked.service + "\", which its kind does not declare";
    return false;
  }
  if (open_.empty()) core_.directory.asks(entry_, true);
  std::uint64_t number = ++number_;
  open_question& q = open_[number] = {.run = run, .asked = std::move(asked)};
  auto tell = [answered = hears_.answered, number](result<context::service_reply> answer) {
    answered(number, std::move(answer));
  };
  if (!info->make) return tell(failure{"service_failed"}), true;
  instant late = late_at(*info, *run->request, core_.time.now());
  q.timer = core_.timers.set(late, [tell] { tell(failure{"service_late"}); });
  guarded(*run, core_.watchdog, [&] { ask_of(service_of(*info, run->request->call().caller), q.asked, tell); });
  if (!run->threw.empty()) tell(failure{"service_failed", std::exchange(run->threw, {})});
  return true;
}

bool service_questions::join(const request_ptr& r) {
  const call& c = r->call();
  if (c.key.empty()) return false;
  for (auto& [number, q] : open_) {
    const call& asked = q.run->request->call();
    if (asked.key != c.key || asked.player != c.player) continue;
    q.repeats.push_back(r);
    return true;
  }
  return false;
}

std::optional<service_questions::open_question> service_questions::finish(std::uint64_t number,
                                                                          result<context::service_reply>& answer) {
  auto found = open_.extract(number);
  if (!found) return {};
  if (open_.empty()) core_.directory.asks(entry_, false);
  open_question& q = found.mapped();
  core_.timers.drop(q.timer);
  bool to_end = !answer && answer.why().code == "closed";
  if (answer || to_end) return std::move(q);
  if (declared(q.asked.service)->make)
    core_.log.note(journal::level::warning, "service_failed", entry_.name(),
                   q.asked.service + ": " + answer.why().code + " " + answer.why().detail,
                   q.run->request->call().trace);
  q.fell_back = fall_back(q, answer);
  if (q.fell_back) return std::move(q);
  const std::string& code = answer.why().code;
  bool is_its_own = code == "service_late" || code == "overloaded" || code == "too_many_programs";
  if (!is_its_own) answer = failure{"service_failed", answer.why().detail};
  return std::move(q);
}

bool service_questions::fall_back(open_question& q, result<context::service_reply>& answer) {
  const service_info* info = declared(q.asked.service);
  if (!info->fallback || q.asked.raw) return false;
  handler_run& run = *q.run;
  guarded(run, core_.watchdog, [&] {
    if (auto own = info->fallback(q.asked.text)) answer = context::service_reply{.text = std::move(own.value())};
  });
  if (!run.threw.empty())
    note_throw(core_.log, entry_.name(), "the fallback of " + q.asked.service, std::exchange(run.threw, {}),
               run.request->call().trace);
  return answer.ok();
}

void service_questions::refuse_all(std::string_view code) {
  if (open_.empty()) return;
  core_.directory.asks(entry_, false);
  for (auto& [number, q] : std::exchange(open_, {})) {
    core_.timers.drop(q.timer);
    q.run->request->refuse(code);
    for (const request_ptr& r : q.repeats) r->refuse(code);
  }
}

std::optional<std::uint64_t> service_questions::first() const {
  if (open_.empty()) return {};
  return open_.begin()->first;
}

std::vector<std::string> service_questions::asked() const {
  std::vector<std::string> names;
  for (const auto& [number, q] : open_) names.push_back(q.asked.service);
  return names;
}

bool service_questions::stop() {
  if (services_.empty()) return false;
  duration longest{0};
  for (const auto& [name, service] : services_) longest = std::max(longest, declared(name)->stop_within);
  timer_ = core_.timers.set(core_.time.now() + longest, [stopped = hears_.stopped] { stopped(true); });
  stopping_ = services_.size();
  address self = entry_.name();
  for (auto& [name, service] : services_) {
    std::string threw = guarded(core_.watchdog, self, name, {},
                                [&, &to = *service] { to.stop([stopped = hears_.stopped] { stopped(false); }); });
    if (threw.empty()) continue;
    core_.log.note(journal::level::warning, "service_stuck", self, name + ": " + threw);
    hears_.stopped(false);
  }
  return true;
}

bool service_questions::stopped(bool late) {
  if (late)
    core_.log.note(journal::level::warning, "service_stuck", entry_.name(),
                   std::to_string(stopping_) + " had not stopped in time");
  else if (--stopping_ > 0) return false;
  core_.timers.drop(timer_);
  std::string names;
  for (const auto& [name, service] : services_) names += (names.empty() ? "" : ", ") + name;
  core_.log.note(life_level(entry_.actor_kind()), "cleaned", entry_.name(), names);
  services_.clear();
  return true;
}

}  // namespace parlor
