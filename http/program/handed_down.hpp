#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "runtime/services/descriptor.hpp"

/// Descriptors that a process gives to one that it starts, by the protocol of systemd's socket activation; so systemd
/// may give them, too. They have the numbers from 3 on. LISTEN_FDS says how many they are, LISTEN_FDNAMES what each is
/// called, and LISTEN_PID for whom they are.
namespace parlor::http {

/// What this process was given.
struct handed_down {
  std::vector<descriptor> sockets{};  ///< that listen
  descriptor ready{};                 ///< of a parent (parent.hpp), which waits for a byte there; none without one

  [[nodiscard]] bool by_a_parent() const { return static_cast<bool>(ready); }
  /// Tells the parent that clients are served.
  void tell_ready() const;
};

/// Takes it: no program that this process starts gets it as well. Empty if there is nothing. Call it before any thread
/// starts.
handed_down take_handed_down();

/// Hands descriptors down to a program that takes the place of this process.
class hand_over {
 public:
  /// `ready` comes behind the sockets. What is given must stay open.
  hand_over(const std::vector<descriptor>& sockets, const descriptor& ready);

  /// Becomes this very program, with these arguments. Returns if that cannot be. Takes no memory and no lock: good
  /// behind a fork.
  void become(char** argv);

 private:
  bool place_descriptors();

  std::vector<int> given_;
  std::vector<int> aside_;
  std::vector<std::string> own_;
  std::vector<char*> environment_;
};

}  // namespace parlor::http
