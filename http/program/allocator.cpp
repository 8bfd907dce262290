// How jemalloc, which programs that link this file use instead of the C library's allocator, keeps
// memory. Reasons and figures: docs/decisions/0013-jemalloc.md.
//
// thp: large pages wherever the kernel gives them to those who ask. A million rooms take a gigabyte;
// with pages of 4 KiB nearly every access to one of them misses the processor's table of pages, too.
//
// dirty_decay_ms, background_thread: what was freed goes back to the kernel over ten minutes, by a
// thread of its own. Half a million rooms that fall asleep free half a gigabyte; giving it back at once
// held up the requests for milliseconds at a time.
//
// thread.allocatedp: it counts what each thread allocates, and tells where. So what a handler takes is two loads.
#include <cstddef>
#include <cstdint>

#include "runtime/hosting/loops/thread_memory.hpp"

// Weak: a sanitizer's program has another allocator.
extern "C" [[gnu::weak]] int mallctl(const char* name, void* old, std::size_t* old_size, void* fresh,
                                     std::size_t fresh_size);
extern "C" const char* malloc_conf;
const char* malloc_conf = "thp:always,metadata_thp:auto,dirty_decay_ms:600000,background_thread:true";

namespace parlor::http {
namespace {

const std::uint64_t* counter_of_thread() {
  const std::uint64_t* counter = nullptr;
  std::size_t size = sizeof counter;
  return mallctl && mallctl("thread.allocatedp", &counter, &size, nullptr, 0) == 0 ? counter : nullptr;
}

[[maybe_unused]] const bool is_told = (find_allocation_counter = counter_of_thread) != nullptr;

}  // namespace
}  // namespace parlor::http
