#include "http/program/reload.hpp"

#include <string>
#include <utility>
#include <vector>

namespace parlor::http {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

settings_reload::settings_reload(settings running, std::function<settings()> read,
                                 std::function<void(const settings&)> apply, journal& log, program_log& written)
    : running_(std::move(running)), read_(std::move(read)), apply_(std::move(apply)), log_(log), written_(written) {}

void settings_reload::operator()() {
  try {
    settings_changes found = take_over(running_, read_());
    if (!found.taken.empty()) apply_(running_);
    // A log that falls silent says so before, one that begins to speak says so after.
    const bool was_noted = written_.wants(journal::level::info);
    if (was_noted) note(found);
    written_.write_from(running_.log_level);
    if (!was_noted) note(found);
  } catch (const std::exception& e) {
    log_.note(journal::level::error, "reload_failed", {}, std::string(e.what()) + "; nothing has changed");
  }
}

void settings_reload::note(const settings_changes& found) {
  log_.note(journal::level::info, "reloaded", {}, found.taken.empty() ? "nothing has changed" : joined(found.taken));
  if (!found.later.empty())
    log_.note(journal::level::warning, "reload_later", {}, joined(found.later) + ": takes effect at the next start");
}

}  // namespace parlor::http
