#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/hosting/host/core.hpp"
#include "runtime/hosting/requests/request.hpp"

/// Runs what games wrote: handlers, views, fallbacks.
///
/// All of it may take too long, and may throw anything. So it runs under the watchdog, and a throw becomes words, which
/// a line of the journal names; it never reaches the actor. A run may happen on a thread of the blocking pool, while
/// the actor waits for it.
namespace parlor {

/// Bytes asked for at once for a state or a reply: most of small games fit, so that the text grows but once.
inline constexpr std::size_t text_expected = 320;

/// One command on its way through a handler, on whatever thread that runs.
struct handler_run {
  // Without these each command would clear the memory of dice that it does not roll.
  explicit handler_run(request_ptr r) : request(std::move(r)) {}
  handler_run(request_ptr r, json_document&& a) : request(std::move(r)), args(std::move(a)) {}

  request_ptr request;
  std::optional<json_document> args;
  std::optional<dice> luck;
  std::optional<context> ctx;
  verdict decided;
  std::string body{};   ///< what a client is answered if it accepts
  std::string saved{};  ///< the state of a durable actor that it changed
  std::string threw{};  ///< what the handler, or the client's view, threw, if one did
};

/// What a call runs of its actor: the command, or the view.
inline const std::string& part_of(const call& c) {
  static const std::string view = "view";
  return c.command.empty() ? view : c.command;
}

/// Runs what a game wrote, and returns what it throws, in words; empty if it does not.
template <class Run>
std::string guarded(watchdog& watchdog, const address& actor, const std::string& part, const trace_context& because_of,
                    Run run, std::string_view sender = {}) {
  watchdog::guard watched(watchdog, actor, part, because_of, sender);
  try {
    run();
    return {};
  } catch (const std::exception& e) {
    std::string threw = e.what();
    return threw.empty() ? "an exception without words" : threw;
  } catch (...) {
    return "something that is not a std::exception";
  }
}
/// The same for a command; what it throws stands in its run then.
template <class Run>
void guarded(handler_run& run, watchdog& watchdog, Run task) {
  const call& c = run.request->call();
  run.threw = guarded(watchdog, c.to, part_of(c), c.trace, task, c.player);
}

inline void note_throw(journal& log, const address& actor, const std::string& part, const std::string& threw,
                       const trace_context& because_of = {}) {
  log.note(journal::level::error, "handler_threw", actor, part + ": " + threw, because_of);
}

/// Gives a run its context, for an actor of that version, and dice of its own: what a command that was rejected has
/// shown of them tells nothing of the next try. The actor's time began at `ready_at`.
inline void prepare(handler_run& run, core& core, std::uint64_t version, instant ready_at) {
  run.luck.emplace(core.random);
  const call& c = run.request->call();
  const kind& actor_kind = run.request->actor_kind();
  bool from_actor = !run.request->from_client();
  run.ctx.emplace(context::origin{.self = c.to,
                                  .player = c.player,
                                  .from_actor = from_actor,
                                  .version = version,
                                  .linger = actor_kind.linger,
                                  .ready_at = ready_at,
                                  .caller = c.caller,
                                  .limits = core.bounds.now(),
                                  .state_bytes_max = core.state_bytes_max(actor_kind),
                                  .holds_deletions = from_actor && actor_kind.durable && core.store.holds_deletions()},
                  core.time.now(), *run.luck);
  if (c.order || !actor_kind.commands[run.request->command()].raw) return;
  if (c.raw) return run.ctx->set_raw(c.raw);
  // A message of another actor is text.
  if (auto read = read_raw_request(c.args))
    run.ctx->set_raw(std::make_shared<const raw_request>(std::move(read.value())));
}

/// The record of the seed that a command rolled from; null if it did not roll.
inline std::shared_ptr<const roll_record> rolled_in(const handler_run& run, const clock& time) {
  const random_key* seed = run.luck->seed();
  return seed ? std::make_shared<const roll_record>(roll_record{*seed, to_ms(time.now())}) : nullptr;
}

/// Runs the command's handler, or its second half.
inline void run_handler(handler_run& run, activation& state, watchdog& watchdog) {
  const kind& actor_kind = run.request->actor_kind();
  bool saves = actor_kind.durable && !actor_kind.commands[run.request->command()].reads;
  std::string* reply = run.request->from_client() ? &run.body : nullptr;
  std::string* saved = saves ? &run.saved : nullptr;
  for (std::string* text : {reply, saved})
    if (text) text->reserve(text_expected);
  guarded(run, watchdog,
          [&] { run.decided = state.run(run.request->command(), run.args->root(), *run.ctx, reply, saved); });
}

}  // namespace parlor
