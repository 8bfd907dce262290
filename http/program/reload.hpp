#pragma once

#include <functional>

#include "http/program/logging.hpp"
#include "http/settings/settings.hpp"

namespace parlor::http {

/// What SIGHUP does: it reads the settings again, and has the server go by those that may change while it runs. If
/// anything in them is wrong, nothing changes. One thread.
class settings_reload {
 public:
  /// `read` reads the settings, or throws; `apply` has the server go by those that have changed. What became of it is
  /// noted in `log`, which writes with `written`.
  settings_reload(settings running, std::function<settings()> read, std::function<void(const settings&)> apply,
                  journal& log, program_log& written);

  void operator()();

 private:
  void note(const settings_changes& found);

  settings running_;
  const std::function<settings()> read_;
  const std::function<void(const settings&)> apply_;
  journal& log_;
  program_log& written_;
};

}  // namespace parlor::http
