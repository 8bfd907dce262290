#include "http/program/survey_apart.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/services/descriptor.hpp"
#include "runtime/values/json_text.hpp"

namespace parlor::http {
namespace {

// What the child tells, line by line: the actor that it reads next, and at the end the survey, or what is amiss.
constexpr char reads_next = 'r', surveyed = 's', amiss = 'a';

struct survey_text {
  struct version {
    int number = 0;
    std::int64_t count = 0;
    static constexpr auto fields = describe(field("number", &version::number), field("count", &version::count));
  };
  struct row {
    std::string kind;
    std::int64_t as_they_are = 0;
    std::vector<version> upgraded;
    std::int64_t unreadable = 0;
    std::vector<std::string> reasons;
    static constexpr auto fields =
        describe(field("kind", &row::kind), field("as_they_are", &row::as_they_are), field("upgraded", &row::upgraded),
                 field("unreadable", &row::unreadable), field("reasons", &row::reasons));
  };
  std::vector<row> rows;
  static constexpr auto fields = describe(field("rows", &survey_text::rows));
};

std::string text_of_survey(const state_survey& seen) {
  survey_text text;
  for (const kind_survey& s : seen) {
    survey_text::row r{
        s.kind, static_cast<std::int64_t>(s.as_they_are), {}, static_cast<std::int64_t>(s.unreadable), s.reasons};
    for (const auto& [number, count] : s.upgraded) r.upgraded.push_back({number, static_cast<std::int64_t>(count)});
    text.rows.push_back(std::move(r));
  }
  return to_json(text);
}

state_survey survey_of_text(std::string_view json) {
  auto read = json_document::parse(json);
  survey_text text;
  if (!read || read_fields(read.value().root(), text))
    throw std::runtime_error("the survey of stored states is cut off");
  state_survey seen;
  for (survey_text::row& r : text.rows) {
    kind_survey s{.kind = std::move(r.kind),
                  .as_they_are = static_cast<std::size_t>(r.as_they_are),
                  .unreadable = static_cast<std::size_t>(r.unreadable),
                  .reasons = std::move(r.reasons)};
    for (const auto& [number, count] : r.upgraded) s.upgraded[number] = static_cast<std::size_t>(count);
    seen.push_back(std::move(s));
  }
  return seen;
}

void write_line(int to, char about, const std::string& text) {
  std::string line = about + text + "\n";
  for (std::size_t gone = 0; gone < line.size();) {
    ssize_t more = ::write(to, line.data() + gone, line.size() - gone);
    if (more <= 0) ::_exit(1);
    gone += static_cast<std::size_t>(more);
  }
}

/// What the child says until it ends, or until its time is over: then it is not at an end.
std::pair<std::string, bool> read_to_end(int from, std::chrono::milliseconds patience) {
  auto until = std::chrono::steady_clock::now() + patience;
  std::string text;
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd ready{.fd = from, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) <= 0) return {text, false};
    char bytes[4096];
    ssize_t count = ::read(from, bytes, sizeof bytes);
    if (count <= 0) return {text, true};
    text.append(bytes, static_cast<std::size_t>(count));
  }
}

/// The last whole line.
std::string_view last_line(std::string_view text) {
  text = text.substr(0, text.rfind('\n') + 1);
  if (text.empty()) return {};
  text.remove_suffix(1);
  return text.substr(text.rfind('\n') + 1);
}

std::string end_of_child(int how) {
  return WIFSIGNALED(how) ? ::strsignal(WTERMSIG(how)) : "status " + std::to_string(WEXITSTATUS(how));
}

}  // namespace

state_survey survey_apart(const std::function<state_survey(const std::function<void(const address&)>& reads)>& make,
                          std::chrono::milliseconds patience) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe for a survey of stored states");
  descriptor heard(ends[0]), said(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process for a survey of stored states");
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
      auto seen = make([&](const address& next) { write_line(said.get(), reads_next, next.text()); });
      write_line(said.get(), surveyed, text_of_survey(seen));
    } catch (const std::exception& e) {
      write_line(said.get(), amiss, e.what());
    }
    ::_exit(0);
  }
  said.reset();
  auto [text, ended] = read_to_end(heard.get(), patience);
  if (!ended) ::kill(child, SIGKILL);
  int how = 0;
  ::waitpid(child, &how, 0);
  std::string_view last = last_line(text);
  if (last.starts_with(surveyed)) return survey_of_text(last.substr(1));
  if (last.starts_with(amiss)) throw std::runtime_error(std::string(last.substr(1)));
  // A slow disk, or a log that is long: nothing is known then, and nothing wrong.
  if (!last.starts_with(reads_next)) return {};
  std::string actor(last.substr(1));
  std::string why = !ended ? "to read it takes longer than " + std::to_string(patience.count()) + " ms"
                           : "to read it ends a process: " + end_of_child(how);
  return {{.kind = actor.substr(0, actor.find('/')), .unreadable = 1, .reasons = {actor + ": " + why}}};
}

}  // namespace parlor::http
