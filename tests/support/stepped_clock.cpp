#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// To be preloaded into a program whose civil clock a test sets: STEPPED_CLOCK names a file with the seconds, 64 bits,
// by which that clock is ahead. All other clocks go on as they do.
namespace {

const volatile long* ahead_by() {
  static const volatile long* const seconds = [] {
    static const long none = 0;
    const char* file = ::getenv("STEPPED_CLOCK");
    int from = file ? ::open(file, O_RDONLY | O_CLOEXEC) : -1;
    void* shared = from < 0 ? MAP_FAILED : ::mmap(nullptr, sizeof none, PROT_READ, MAP_SHARED, from, 0);
    if (from >= 0) ::close(from);
    return shared == MAP_FAILED ? &none : static_cast<const long*>(shared);
  }();
  return seconds;
}

}  // namespace

extern "C" int clock_gettime(clockid_t which, timespec* to) noexcept {
  int failed = static_cast<int>(::syscall(SYS_clock_gettime, which, to));
  if (failed == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) to->tv_sec += *ahead_by();
  return failed;
}
