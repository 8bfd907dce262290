// What players' programs are asked, and what comes of it.
#include <algorithm>
#include <utility>

#include "runtime/services/program_table.hpp"

namespace parlor {
namespace {

/// Within that its guardian tells that a program has ended: milliseconds, unless the machine has too much to do.
constexpr auto told_within = std::chrono::seconds(2);

}  // namespace

void programs::table::ask(const program_ptr& p, raw_request&& request, service::raw_answer_function done) {
  locked l(mutex_);
  p->used_at = steady::now();
  waiting_call call{std::move(request), std::move(done)};
  if (p->now == state::up) return pass_on(p, std::move(call));
  p->waiting.push_back(std::move(call));
  if (p->now == state::down) start_if_it_may(l, p);
}

http_call programs::table::call_to(const program& p, std::string_view path_and_query) {
  // A name of its own for each socket: to the client programs of one name are one host, with so many
  // connections for all of them.
  std::string host = p.port ? "127.0.0.1:" + std::to_string(p.port) : "program" + std::to_string(p.run) + ".localhost";
  return {.url = "http://" + host + "/" + std::string(path_and_query),
          .answer_bytes_max = p.pool->options.answer_bytes_max,
          .unix_socket = p.socket,
          .direct = true};
}

void programs::table::pass_on(const program_ptr& p, waiting_call&& call) {
  raw_request& r = call.request;
  http_call out = call_to(*p, r.path + (r.query.empty() ? "" : "?" + r.query));
  out.within = p->pool->options.answer_within;
  if (!r.content_type.empty()) out.headers.push_back("Content-Type: " + r.content_type);
  else out.headers.emplace_back("Content-Type:");
  if (!r.key.empty()) out.headers.push_back("Idempotency-Key: " + r.key);
  out.headers.push_back("Parlor-Player: " + p->whose.id);
  out.headers_wanted = raw_reply_headers;
  out.body = std::move(r.body);
  ++p->under_way;
  web_.send(std::move(out), [this, p, run = p->run, done = std::move(call.done)](auto answer) mutable {
    passed_on(p, run, std::move(done), std::move(answer));
  });
}

void programs::table::passed_on(const program_ptr& p, std::uint64_t run, service::raw_answer_function done,
                                result<http_response>&& answer) {
  locked l(mutex_);
  --p->under_way;
  p->used_at = steady::now();
  if (answer) {
    if (p->run == run) p->late = 0;
    http_response& r = answer.value();
    raw_reply reply{r.status, std::move(r.content_type), std::move(r.body)};
    for (auto& [name, value] : r.headers) reply.headers.push_back({std::string(name), std::move(value)});
    l.after([done = std::move(done), reply = std::move(reply)]() mutable { done(std::move(reply)); });
    return;
  }
  const std::string& code = answer.why().code;
  const std::string happened = code == "overloaded" ? "the program was not asked: " : "the program did not answer: ";
  unanswered_call call{std::move(done), {code, happened + answer.why().detail}};
  bool no_more = p->run == run && (code == "no_connection" || code == "broke_off");
  bool ended = no_more && p->now == state::down && !p->ended_as.empty();
  if (ended) call.why = {"service_failed", p->ended_as};
  if (code == "service_late") was_late(p, run);
  if (!no_more || p->now != state::up) return refuse(l, std::move(call));
  p->unanswered.push_back(std::move(call));
  http_call rest = call_to(*p, "");
  rest.after = told_within;
  rest.within = program_look_max;
  rest.connect_only = true;
  web_.send(std::move(rest), [this, p, run](const result<http_response>& seen) {
    locked later(mutex_);
    give_up(later, *p, {});
    // One that runs and takes no connections is of no use: the next request starts another.
    bool useless = !seen && seen.why().code == "no_connection";
    if (useless && p->run == run && p->now == state::up) end(*p);
  });
}

/// A program that was late too often in a row is asked whether it is ready.
void programs::table::was_late(const program_ptr& p, std::uint64_t run) {
  const program_options& o = p->pool->options;
  if (p->run != run || p->now != state::up || ++p->late < o.late_max || p->doubted) return;
  p->doubted = true;
  http_call call = look_at(*p);
  call.within = o.answer_within;
  web_.send(std::move(call), [this, p, run](const auto& seen) { asked_ready(p, run, seen); });
}

/// One that hangs is of no use: the next request starts another.
void programs::table::asked_ready(const program_ptr& p, std::uint64_t run, const result<http_response>& seen) {
  locked l(mutex_);
  if (p->run != run || p->now != state::up) return;
  p->doubted = false;
  // It was not asked.
  if (!seen && seen.why().code == "overloaded") return;
  // The kernel takes connections for a program that hangs: without a path every answer will do, but there must be one.
  bool ready = seen && (p->pool->options.ready_path.empty() || seen.value().status / 100 == 2);
  // What it answered meanwhile has set it to 0.
  std::size_t late = std::exchange(p->late, 0);
  if (ready || late == 0) return;
  ++replaced_;
  log_.note(journal::level::warning, "program_hangs", p->whose,
            "it was late " + std::to_string(late) + " times in a row, and is not ready; it is replaced");
  end(*p);
}

/// Answers what broke off, each with its own reason unless there is a better one.
void programs::table::give_up(locked& l, program& p, const std::string& better) {
  for (unanswered_call& call : std::exchange(p.unanswered, {})) {
    if (!better.empty()) call.why = {"service_failed", better};
    refuse(l, std::move(call));
  }
}

void programs::table::refuse(locked& l, unanswered_call&& call) {
  l.after([done = std::move(call.done), why = std::move(call.why)]() mutable { done(std::move(why)); });
}

void programs::table::refuse(locked& l, program& p, std::string_view code, const std::string& detail) {
  for (waiting_call& call : std::exchange(p.waiting, {}))
    refuse(l, {std::move(call.done), {std::string(code), detail}});
}

/// Calls that have waited for so long that their clients have been told that they did not happen.
void programs::table::forget_late(locked& l, program& p) const {
  const program_options& o = p.pool->options;
  auto late = steady::now() - (limits_.turn_within + o.start_within + o.answer_within);
  auto first = std::stable_partition(p.waiting.begin(), p.waiting.end(),
                                     [late](const waiting_call& call) { return call.asked_at > late; });
  for (auto call = first; call != p.waiting.end(); ++call) refuse(l, {std::move(call->done), {"service_late"}});
  p.waiting.erase(first, p.waiting.end());
}

}  // namespace parlor
