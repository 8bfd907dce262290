#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/services/child.hpp"
#include "runtime/services/descriptor.hpp"

namespace parlor {

/// The server's only child: the supervisor, and the link to it. One thread uses it.
class supervisor_process {
 public:
  explicit supervisor_process(std::vector<std::string> command) : command_(std::move(command)) {}
  /// Lets it end, which it does when its guardians have; after 5 s it is killed.
  ~supervisor_process();
  supervisor_process(const supervisor_process&) = delete;
  supervisor_process& operator=(const supervisor_process&) = delete;

  /// Asks it to start a child with these options (child_messages.hpp) and this end of the child's
  /// socket; starts the supervisor first if there is none. Returns the child's end if that failed.
  [[nodiscard]] std::optional<child_end> ask(std::string_view options, const descriptor& socket);

  /// The link, to wait for its end at; -1 if there is no supervisor.
  [[nodiscard]] int link() const { return link_.get(); }
  /// To be called when the link is closed at the other end: takes leave of a supervisor that has
  /// ended.
  void lost();

 private:
  [[nodiscard]] std::optional<child_end> spawn();
  /// 0 or an error number: EPIPE if it has ended, EAGAIN if it has not read for 5 s.
  [[nodiscard]] int send(std::string_view options, int socket) const;
  void kill();

  const std::vector<std::string> command_;
  descriptor link_;
  pid_t pid_ = -1;
};

}  // namespace parlor
