#pragma once

#include <unistd.h>

#include <cerrno>
#include <utility>

namespace parlor {

/// Whether an errno says that there is no descriptor left: it passes, and nobody who was to be reached is to blame.
inline bool lacks_descriptors(int error) { return error == EMFILE || error == ENFILE; }

/// A file descriptor with one owner.
class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(descriptor&& from) noexcept : fd_(std::exchange(from.fd_, -1)) {}
  descriptor& operator=(descriptor&& from) noexcept {
    std::swap(fd_, from.fd_);
    from.reset();
    return *this;
  }
  ~descriptor() { reset(); }

  /// -1: none.
  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  /// Hands it to somebody else who closes it.
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void reset() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_ = -1;
};

}  // namespace parlor
