// How jemalloc, which programs that link this file use instead of the C library's allocator, keeps memory.
//
// thp: large pages wherever the kernel gives them (it does so by default for those who ask). A million rooms take a
// gigabyte; with pages of 4 KiB nearly every access to one of them also misses the processor's table of
// pages, which costs more than the memory itself. See docs/performance.md.
extern "C" const char* malloc_conf;
const char* malloc_conf = "thp:always,metadata_thp:auto";
