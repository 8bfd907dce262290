"""Shows that the linter sees: `python3 tests/lint/self_check.py`. Each bad line must be found by its rule, each good
one must pass.
"""

import sys

from mistakes import mistakes_in

# By rule: pieces of code, each with one mistake, on its last line.
BAD = {
    "dice": [
        "std::random_device seed;", "using namespace std;\nint f() { return random_device{}(); }",
        "using device = std::random_device;", "int f() { return rand(); }", "int f() { return std::rand() % 6; }",
        "int f() { return ::rand(); }", "int f() { return std :: rand ( ); }", "void f() { srand(1); }",
        "int f() { return arc4random(); }", "int f() { return arc4random_uniform(6); }",
        "double f() { return drand48(); }", "long f() { return (long)random(); }",
        "void f(char* b) { getentropy(b, 8); }", "int f() { std::mt19937 dice; return dice(); }",
        "int f() { std::mt19937_64 dice(42); return dice(); }",
        "int f() { std::default_random_engine e{1}; return e(); }", "using engine = std::minstd_rand;",
        "void f(list& l) { std::random_shuffle(l.begin(), l.end()); }",
        "void f(list& l) { std::generate(l.begin(), l.end(), rand); }", "using std::rand;",
        "#define ROLL() (rand() % 6)", "auto f() { return std::bind(rand); }", "int f() { return (std::rand)(); }",
    ],
    "clock": [
        "auto f() { return std::chrono::system_clock::now(); }",
        "auto f() { return std::chrono::steady_clock::now(); }",
        "auto f() { return std::chrono::high_resolution_clock::now(); }", "using clk = std::chrono::steady_clock;",
        "using namespace std::chrono;\nauto f() { return system_clock::now(); }",
        "namespace sc = std::chrono;\nauto f() { return sc::steady_clock::now(); }",
        "template <class Clock>\nauto f() { return Clock::now(); }", "long f() { return time(nullptr); }",
        "long f() { return ::time(nullptr); }", "long f() { return std::time(0); }", "auto f = &std::time;",
        "long f() {\n  long t;\n  return std::time(nullptr); }",
        "void f(timespec& t) { clock_gettime(CLOCK_REALTIME, &t); }",
        "void f(timeval& t) { gettimeofday(&t, nullptr); }", "long f() { return clock(); }",
        "auto f(time_t t) { return localtime(&t); }", "const char* const built = __TIME__;",
        "#define NOW time(nullptr)", "using std::chrono::system_clock;", "long f() { return (long)time(NULL); }",
    ],
    "sleep": [
        "void f() { std::this_thread::sleep_for(1s); }", "void f() { std::this_thread::yield(); }",
        "void f() { sleep(1); }", "void f() { ::sleep(1); }", "void f() { usleep(10); }",
        "void f(timespec t) { nanosleep(&t, nullptr); }", "using namespace std::this_thread;",
        "void f() { sched_yield(); }",
    ],
    "thread": [
        "void f() { std::thread t(g); }", "void f() { std::jthread t(g); }", "auto f() { return std::async(g); }",
        "using namespace std;\nvoid f() { thread t(g); }", "using namespace std;\nauto f() { return async(g); }",
        "struct a { std::mutex m; };", "struct a { std::atomic<int> n; };", "using std::thread;",
        "void f() { std::promise<int> p; }", "void f() { if (fork() == 0) g(); }",
        "void f(pthread_t t) { pthread_create(&t); }", "void f() { std::lock_guard lock(m); }",
    ],
    "environment": [
        "auto f() { return getenv(\"HOME\"); }", "auto f() { return std::getenv(\"HOME\"); }",
        "int f() { return getpid(); }", "void f() { setlocale(LC_ALL, \"\"); }",
    ],
    "file": [
        "void f() { std::ifstream in(\"a\"); }", "void f() { std::ofstream(\"a\") << 1; }",
        "void f() { std::fstream both(\"a\"); }", "auto f() { return fopen(\"a\", \"r\"); }",
        "bool f() { return std::filesystem::exists(\"a\"); }", "namespace fs = std::filesystem;",
        "int f() { return ::open(\"a\", 0); }", "void f() { system(\"ls\"); }",
        "auto f() { return popen(\"ls\", \"r\"); }", "int f() { return ::socket(1, 2, 3); }",
    ],
    "output": [
        "void f() { std::cout << 1; }", "using namespace std;\nvoid f() { cerr << 1; }",
        "void f() { printf(\"a\"); }", "void f() { std::printf(\"a\"); }", "void f() { puts(\"a\"); }",
        "void f() { std::puts(\"a\"); }", "void f() { fprintf(stderr, \"a\"); }",
        "int f() { int n; std::cin >> n; return n; }",
    ],
    "exit": [
        "void f() { exit(1); }", "void f() { std::exit(1); }", "void f() { abort(); }", "void f() { ::abort(); }",
        "void f() { std::terminate(); }", "void f() { _exit(1); }", "void f() { std::quick_exit(1); }",
        "void f(int n) { assert(n > 0); }", "void f() { std::raise(9); }", "void f() { ::kill(1, 9); }",
        "void f() { __builtin_trap(); }",
    ],
    "order": [
        "std::map<int, int> f(std::unordered_map<int, int>);", "void f(std::unordered_set<int>);",
        "auto f(board* b) { return reinterpret_cast<std::uintptr_t>(b); }",
    ],
    "global": [
        "enum e { a } last;", "decltype(auto) n = g();", "alignas(64) int n = 0;",
        "int n;", "int n = 0;", "int n{0};", "int n(0);", "std::string word;", "static int n = 0;",
        "static int n(0);", "inline int n = 0;", "std::map<int, std::vector<int>> cache;",
        "std::map<int, int> cache{{1, 2}};", "namespace { int n = 0; }",
        "namespace a {\nnamespace b {\nboard last; }}", "extern int n;", "thread_local int n;",
        "thread_local const board* last = nullptr;", "void f() { thread_local int n = 0; }",
        "const char* word = \"a\";", "static const char* words[] = {\"a\"};", "board* last = nullptr;",
        "int cells[9];", "int cells[9] = {};", "void f() { static int n = 0; ++n; }", "void f() { static int n; }",
        "void f() { static int n(0); }", "void f() { static board b{1, 2}; }",
        "void f() { static std::map<int, int> seen; }", "void f() { static auto n = g(); }",
        "int f(board& b) {\n  if (b.n > 0) {\n    static int calls = 0; return ++calls; } return 0; }",
        "const auto f = [] {\n  static int n = 0; return ++n; };",
        "verdict f(board&, context&) { auto g = [] { static int n = 0; return ++n; }; return g() ? a() : b(); }",
        "struct a { static int n; };", "struct a { inline static int n = 0; };",
        "struct a { static inline int n{}; };", "struct a { static std::vector<int> list; };", "int a::n = 0;",
        "template <class T> T last{};", "void (*last)(int) = nullptr;", "int (*rolls[2])();",
        "template <class T> struct a { static T last; };", "struct { int n = 0; } counter;",
        "struct a { int n; } counter;", "static constinit int n = 0;", "board& shared = make();",
        "std::function<int(int)> f = g;", "auto counter = make();",
        "foo& instance() {\n  static foo it; return it; }", "std::unique_ptr<board> last(new board);",
        "int first = 1, second = 2;", "volatile int n = 0;", "std::mt19937& dice = engine();",
    ],
}

GOOD = [
    "// std::random_device, rand(), time(nullptr)", "/* int n = 0; static int m; */",
    "auto f() { return \"std::rand() time(0)\"; }", "auto f() { return R\"(exit(1); std::cout)\"; }",
    "const int n = 1'000;", "constexpr int n = 3;", "static constexpr int n = 3;", "static const int n = 3;",
    "const int table[] = {1, 2};", "inline constexpr std::array<int, 2> n{1, 2};",
    "constexpr std::string_view word = \"a\";", "const char* const word = \"a\";",
    "static const char* const words[] = {\"a\"};", "static auto f();", "static auto f() { return 1; }",
    "static int f(int n);", "static int f(board& b, context&) { return b.n; }", "int f();", "int f(int);",
    "int f(board b);", "int f(const std::string& a = {});", "std::vector<int> f(std::map<int, int> m);",
    "template <class T>\nT f(T t) { return t; }", "template <class T>\nconcept c = requires(T t) { t.n; };",
    "struct a { static int f(); };", "struct a { static int f(int n) { return n; } };",
    "struct a { static constexpr int n = 1; };",
    "struct a { static constexpr auto fields = describe(field(\"n\", &a::n)); };",
    "struct a { static const int n = 1; };", "struct a { int n = 0; std::string word; };", "enum class e { a, b };",
    "enum class e : int { a };", "class a;", "struct a;", "using namespace std::chrono_literals;",
    "using list = std::vector<int>;", "typedef int number;", "namespace a = b::c;",
    "template <class T>\nrequires is_a<T> || is_b<T>\nstruct c<T> : d<T> {};", "none read(...);",
    "template <class R, class... P>\nR read(R (*)(P...));", "template <class R, class O>\nR read(R (O::*)() const);",
    "enum class e : int;", "static_assert(sizeof(int) == 4);", "struct a { a(); ~a(); int n_; };",
    "a::a() : n{1}, m(2) {}",
    "a::a() : n_(1) { g(); }", "bool operator<(const a& x, const a& y) { return x.n < y.n; }",
    "auto a::operator()(int n) const -> int { return n; }",
    "void f() { int n = 0; board b; std::string word(\"a\"); }", "void f() { static const auto table = make(); }",
    "void f() { static constexpr int n[] = {1}; }",
    "verdict f(board& b, context& ctx) { b.t = to_ms(ctx.time()); return accept(); }",
    "int f(context& ctx) { return ctx.roll(6); }",
    "int f(context& ctx) { std::mt19937 e(ctx.roll(1'000'000)); return e(); }",
    "int f(std::mt19937& dice) { return dice(); }", "instant f(context& ctx) { return ctx.fair(ctx.time()); }",
    "struct clock_face { int time(); };\nint f(clock_face& c) { return c.time(); }",
    "int time(int n) { return n; }\nint f() { return time(3); }", "duration time(const board& b);",
    "std::int64_t f() { std::int64_t time(3); return time; }",
    "using t = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;",
    "std::chrono::system_clock::time_point f();",
    "struct board { std::int64_t clock = 0; int rand = 0; int time = 0; };",
    "int f(const board& b) { return b.rand + b.time + b.clock; }",
    "verdict on_open(board&);\nauto f() { return kind{{\"open\", on_open}}; }",
    "verdict accept();\nverdict f() { return accept(); }", "void f(game& g) { g.exit(); g.abort(); g->sleep(1); }",
    "void sleep(board& b) { b.asleep = true; }\nvoid f(board& b) { sleep(b); }",
    "enum class move { raise, call, kill, open, signal };",
    "int f(move m) { return m == move::raise || m == move::kill; }",
    "void raise(board& b);\nvoid f(board& b) { raise(b); }", "const int thread = 0; ",
    "struct needle { int thread; int future; };", "namespace parlor::actors {}",
    "namespace a {\nconst int n = 1;\nint f() { return n; }\n}",
    "kind game() { return room_of<board>{.name = \"a\", .seats = exactly(2)}; }",
    "extern template bool read_value<table>(json_value, table&);", "extern \"C\" {\nint f();\n}",
    "[[nodiscard]] int f();", "template <> struct a<int> { int n; };",
    "std::optional<ending> over(const board& b) { return {}; }", "#include <random>\n#define A_WORD 1\nint f();",
    "verdict f(board&, context&);\n\nboard view(const board&);",
    "auto f(int n) { return n < 3 ? std::string(\"a\") : std::string{\"b\"}; }",
    "const auto held = [](int n) { return n; };", "int f() { return 1; }",
    "// lint: allow clock: the page shows when it was built\nconst char* const built = __TIME__;",
    "long f() { return time(0); }  // lint: allow clock: a measurement", "std::snprintf_like f(int);",
    "using std::string;\nusing std::move;", "struct a { friend bool operator==(const a&, const a&) = default; };",
    "int (*choose(int n))(int);", "int (*const held)(int) = choose;", "int f(int rand) { return g(rand); }",
    "static board const last{};", "struct a { static void f(); static bool g(const a&) { return true; } };",
    "std::vector<message> parting(const studio& s, const address& self) {\n  return {};\n}",
]

ALLOWANCES = [  # text, the sentence's end
    ("long f() { return time(0); }  // lint: allow clock", "a reason stands behind a colon"),
    ("long f() { return time(0); }  // lint: allow clock:", "a reason stands behind a colon"),
    ("long f() { return 1; }  // lint: allow clock: once it did", "there is nothing to allow"),
]


def main():
    wrong = []
    for rule, pieces in BAD.items():
        for text in pieces:
            found = list(mistakes_in(text))
            if not any(line == text.count("\n") + 1 and said.endswith(f"({rule})") for line, said in found):
                wrong.append(f"{rule} is not seen in {text!r}: {found}")
    for text in GOOD:
        found = list(mistakes_in(text))
        if found:
            wrong.append(f"nothing is wrong with {text!r}: {found}")
    for text, end in ALLOWANCES:
        if not any(said.endswith(end) for _, said in mistakes_in(text)):
            wrong.append(f"{end!r} is not said of {text!r}")
    print("\n".join(wrong))
    count = sum(map(len, BAD.values())) + len(GOOD) + len(ALLOWANCES)
    print(f"lint_self_check: {count} pieces, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
