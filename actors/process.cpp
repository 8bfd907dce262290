#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"
#include "runtime/services/programs.hpp"

// A game service that is a program of its own, one process for each player: every POST is passed on to it, and
// what it answers goes out as it came. The game is in the program; here is only its session.
namespace parlor::actors {
namespace {

struct passing {
  std::int64_t calls = 0;
  static constexpr auto fields = describe(field("calls", &passing::calls));
};

result<question> on_request(const passing&, const raw_request& r, const context&) { return ask("program", r); }

// Answers are kept for requests that are sent again, in memory: small ones, and those that say more than that
// something failed in the program, which may go well the next time.
constexpr std::size_t kept_bytes_max = 64 * 1024;

bool is_kept(const raw_reply& r) { return r.status < 500 && r.body.size() <= kept_bytes_max; }

verdict on_answer(passing& p, const raw_request&, const service_answer<raw_reply>& answer, context&) {
  ++p.calls;
  return is_kept(answer.value) ? accept(answer.value) : unchanged(answer.value);
}

passing view_passing(const passing& p) { return p; }

}  // namespace

kind process(std::string name, duration idle_after, const program_options& program, programs& programs) {
  duration longest = programs.limits().turn_within + program.start_within + program.answer_within;
  duration stop_within = program.stop_within + std::chrono::seconds(2);  // its guardian has more to do
  return actor_of<passing>{.name = std::move(name),
                           .idle_after = idle_after,
                           .durable = false,
                           .reentrant = true,
                           .deadline = longest * 5 / 4,  // so that the program's time is over before it
                           .services = {raw_service("program", programs.service_of(program), longest, stop_within)},
                           .raw = {{on_request, on_answer}},
                           .view = view_passing};
}

}  // namespace parlor::actors
