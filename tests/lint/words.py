"""What a game's file does not use, by rule, and what it uses instead. A word counts as one of the standard library's:

- `anywhere`: wherever it stands, for nothing else has this name;
- `called`: if it is called, or stands behind `std::` or a leading `::`; not a member's name, nor one that the file
  itself declares;
- `qualified`: behind `std::` or a leading `::` only, or after `using namespace std`, for games have such words, too;
- `of_system`: behind a leading `::` only.
"""

from typing import NamedTuple


class Rule(NamedTuple):
    name: str
    instead: str
    anywhere: str = ""
    called: str = ""
    qualified: str = ""
    of_system: str = ""


RULES = [
    Rule("dice", "dice come from context::roll, ids from context::fresh_id",
         anywhere="random_device arc4random arc4random_buf arc4random_uniform getentropy getrandom rand_r drand48 "
                  "erand48 lrand48 nrand48 mrand48 srand48 random_shuffle RAND_bytes _rdrand32_step _rdrand64_step",
         called="rand srand random srandom"),
    Rule("clock", "the time of a command is context::time, and what comes later is a reminder",
         anywhere="gettimeofday clock_gettime timespec_get ftime localtime localtime_r gmtime_r mktime current_zone "
                  "zoned_time __rdtsc __builtin_ia32_rdtsc __DATE__ __TIME__ __TIMESTAMP__",
         called="time clock gmtime"),
    Rule("sleep", "a handler does not wait: context::remind sends a command later",
         anywhere="this_thread usleep nanosleep clock_nanosleep sleep_for sleep_until sched_yield",
         called="sleep"),
    Rule("thread", "an actor's handlers run one after the other; what waits is a service",
         anywhere="jthread pthread_create pthread_mutex_t thrd_create shared_mutex recursive_mutex timed_mutex "
                  "condition_variable condition_variable_any packaged_task shared_future counting_semaphore "
                  "binary_semaphore once_flag call_once scoped_lock lock_guard unique_lock shared_lock atomic_flag "
                  "atomic_ref atomic_int atomic_bool",
         called="fork vfork",
         qualified="thread mutex async future promise atomic latch barrier execution"),
    Rule("environment", "a kind's settings are arguments of the function that makes it",
         anywhere="getenv secure_getenv setenv putenv unsetenv environ getpid getppid gethostname setlocale"),
    Rule("file", "a handler reads and writes no files: what is kept is the state, and what is outside is a service",
         anywhere="fopen freopen ifstream ofstream filesystem tmpfile tmpnam mkstemp popen dlopen mmap openat",
         called="system execl execlp execv execve execvp posix_spawn fread fwrite",
         qualified="fstream",
         of_system="open read write creat unlink socket connect bind listen accept send recv select poll"),
    Rule("output", "what players see is the view, and what happened an event: context::emit",
         anywhere="cout cerr clog wcout wcerr cin wcin printf fprintf vprintf vfprintf wprintf putchar perror scanf "
                  "fscanf syslog",
         called="puts fputs putc fputc",
         qualified="print println"),
    Rule("exit", "a handler that cannot go on throws, or rejects: only its command fails",
         anywhere="_exit _Exit quick_exit atexit at_quick_exit longjmp setjmp __builtin_trap __builtin_unreachable",
         called="exit abort terminate assert",
         qualified="raise signal", of_system="kill"),
    Rule("order", "its order is another with each run: use std::map, std::set or a sorted std::vector",
         anywhere="unordered_map unordered_set unordered_multimap unordered_multiset uintptr_t intptr_t"),
]

ENGINES = ("mt19937 mt19937_64 minstd_rand minstd_rand0 ranlux24 ranlux48 ranlux24_base ranlux48_base knuth_b "
           "default_random_engine mersenne_twister_engine linear_congruential_engine subtract_with_carry_engine "
           "discard_block_engine shuffle_order_engine independent_bits_engine")
CLOCKS = "system_clock steady_clock high_resolution_clock utc_clock tai_clock gps_clock file_clock"
