// How jemalloc, which programs that link this file use instead of the C library's allocator, keeps
// memory. Reasons and figures: docs/decisions/0013-jemalloc.md.
//
// thp: large pages wherever the kernel gives them to those who ask. A million rooms take a gigabyte;
// with pages of 4 KiB nearly every access to one of them misses the processor's table of pages, too.
//
// dirty_decay_ms, background_thread: what was freed goes back to the kernel over ten minutes, by a
// thread of its own. Half a million rooms that fall asleep free half a gigabyte; giving it back at once
// held up the requests for milliseconds at a time.
extern "C" const char* malloc_conf;
const char* malloc_conf = "thp:always,metadata_thp:auto,dirty_decay_ms:600000,background_thread:true";
