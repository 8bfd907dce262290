"""Shows that the rules see: `python3 tests/tidy/self_check.py`. Each mistake, planted in a small tree, must be found at
its line, and right trees must pass.
"""

import functools
import os
import subprocess
import sys
import tempfile

import documents
import includes
import names
import sentences
import sizes
import unused
from tree import Tree

checked, wrong = 0, []


def check(rule, files, *places, says=""):
    """The rule finds mistakes in a tree of these files, and none but those at `places`, each `file:line`."""
    global checked
    checked += 1
    with tempfile.TemporaryDirectory() as root:
        write(root, files)
        found = list(rule(Tree(root)))
    lines = sorted(f"{mistake.file}:{mistake.line}" for mistake in found)
    if lines != sorted(places) or not all(says in mistake.text for mistake in found):
        name = getattr(rule, "func", rule).__name__
        wrong.append(f"{name}, of {files}:\n  must find {sorted(places)} {says}\n  found {[str(m) for m in found]}")


def write(root, files):
    for file, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(root, file)), exist_ok=True)
        with open(os.path.join(root, file), "w", encoding="utf-8") as out:
            out.write(text)


def check_directions():
    def at(file, line, *places):
        check(includes.directions, {file: f"// a file\n\n{line}\nint main() {{}}\n"}, *places)

    for file, header in [
            ("runtime/values/a.cpp", "actors/catalog.hpp"), ("runtime/hosting/a.cpp", "http/web.hpp"),
            ("actors/a.cpp", "http/web.hpp"), ("actors/a.cpp", "runtime/hosting/a.hpp"),
            ("runtime/values/a.hpp", "runtime/authoring/kind.hpp"), ("runtime/values/a.hpp", "tests/support/a.hpp"),
            ("runtime/authoring/a.hpp", "runtime/storage/a.hpp"), ("runtime/authoring/a.hpp", "runtime/hosting/a.hpp"),
            ("runtime/storage/a.hpp", "runtime/hosting/a.hpp"), ("runtime/services/a.hpp", "runtime/storage/a.hpp"),
            ("http/contract/a.cpp", "actors/catalog.hpp"), ("runtime/values/a.cpp", "runtime/values/inner/a.hpp")]:
        at(file, f'#include "{header}"', f"{file}:3")
        at(file, f"  #  include<{header}>", f"{file}:3")
        at(file, f'// #include "{header}"')
        at(file, f'/* #include "{header}" */')
    for file, header in [
            ("actors/a.cpp", "runtime/authoring/room_of.hpp"), ("actors/a.cpp", "actors/session.hpp"),
            ("runtime/storage/a.cpp", "runtime/values/failure.hpp"), ("runtime/values/a.cpp", "string"),
            ("tests/a.cpp", "http/web.hpp"), ("bench/a.cpp", "actors/a.hpp")]:
        at(file, f'#include "{header}"')
    at("runtime/values/a.hpp", "#include A_MACRO", "runtime/values/a.hpp:3")
    for header in ["../authoring/kind.hpp", "./failure.hpp", "runtime/values/../hosting/a.hpp", "/usr/include/a.h"]:
        at("runtime/values/a.hpp", f'#include "{header}"', "runtime/values/a.hpp:3")
    at("runtime/new_room/a.hpp", "#include <string>", "runtime/new_room/a.hpp:1")
    table = "http/a:\nhttp/a/main.cpp: actors\nhttp/b:\n  http/a\n\nhttp/c: http/"
    for file, header, allowed in [
            ("http/a/main.cpp", "actors/a.hpp", True), ("http/a/main.cpp", "http/b/b.hpp", False),
            ("http/a/a.cpp", "actors/a.hpp", False), ("http/b/b.cpp", "http/a/a.hpp", True),
            ("http/b/b.cpp", "http/a/inner/a.hpp", False), ("http/c/c.cpp", "http/a/inner/a.hpp", True)]:
        check(functools.partial(includes.directions, table=table), {file: f'#include "{header}"\n'},
              *([] if allowed else [f"{file}:1"]))


def check_libraries():
    homes = {"caf/": r"runtime/hosting/", "liburing": r"http/ring\.cpp$"}
    for file, header, allowed in [
            ("runtime/hosting/loops/a.cpp", "caf/all.hpp", True), ("http/ring.cpp", "liburing.h", True),
            ("http/a.cpp", "caf/all.hpp", False), ("http/ring.hpp", "liburing.h", False)]:
        check(functools.partial(includes.libraries, homes=homes), {file: f"#pragma once\n#include <{header}>\n"},
              *([] if allowed else [f"{file}:2"]))
    for file, header in [
            ("runtime/storage/a.cpp", "caf/all.hpp"), ("actors/a.cpp", "caf/all.hpp"), ("http/a/a.cpp", "caf/all.hpp"),
            ("runtime/hosting/a.cpp", "restinio/all.hpp"), ("runtime/values/a.cpp", "asio.hpp"),
            ("http/a/a.cpp", "nlohmann/json.hpp"), ("runtime/values/json_text.hpp", "nlohmann/json.hpp"),
            ("http/a/a.cpp", "restinio/all.hpp"), ("runtime/hosting/a.cpp", "sqlite3.h"),
            ("actors/a.cpp", "curl/curl.h"), ("http/a.cpp", "prometheus/a.h")]:
        check(includes.libraries, {file: f"#include <{header}>\n"}, f"{file}:1")
    check(includes.libraries, {"runtime/hosting/a.cpp": "#include <caf/all.hpp>\n",
                               "runtime/values/json_text.cpp": "#include <nlohmann/json.hpp>\n"})


def check_cycles():
    circle = {"http/a/a.hpp": '#include "http/b/b.hpp"\n', "http/b/b.hpp": '\n#include "http/c/c.hpp"\n',
              "http/c/c.cpp": '#include "http/a/a.hpp"\n'}
    check(includes.cycles, circle, "http/a/a.hpp:1", says="http/a -> http/b -> http/c -> http/a")
    check(includes.cycles, circle, "http/a/a.hpp:1", says="http/b/b.hpp:2 includes http/c/c.hpp")
    check(includes.cycles, circle | {"http/c/c.cpp": '#include "http/c/c.hpp"\n#include <http/d/d.hpp>\n'})
    check(includes.cycles, {"http/a/a.hpp": '#include "http/a/b.hpp"\n', "http/a/b.hpp": '#include "http/a/a.hpp"\n'})
    check(includes.cycles, {"http/a.hpp": '#include "http/b/b.hpp"\n', "http/b/b.hpp": '#include "http/c.hpp"\n'},
          "http/a.hpp:1", says="http -> http/b -> http")
    # A circle behind the room that the search begins at.
    check(includes.cycles, {"actors/a.hpp": '#include "http/b/b.hpp"\n', "http/b/b.hpp": '#include "http/c/c.hpp"\n',
                            "http/c/c.hpp": '#include "http/b/b.hpp"\n'}, "http/b/b.hpp:1")


def check_unused():
    header = {"runtime/values/a.hpp": "", "runtime/values/a.cpp": '#include "runtime/values/a.hpp"\n'}
    check(unused.dead_headers, header, "runtime/values/a.hpp:1")
    check(unused.dead_headers, header | {"runtime/values/b.cpp": '#include "runtime/values/a.hpp"\n'})
    comment = {"tests/a.cpp": '// #include "runtime/values/a.hpp"\n'}
    check(unused.dead_headers, header | comment, "runtime/values/a.hpp:1")
    check(unused.dead_headers, header | {"CMakeLists.txt": "target_precompile_headers(x runtime/values/a.hpp)\n"})

    check(unused.forgotten_sources, {"docs/a.cpp": "", "tests/a.cpp": ""}, "tests/a.cpp:1")
    files = {"runtime/values/a.cpp": "", "runtime/values/b.cpp": ""}
    a, b = "runtime/values/a.cpp:1", "runtime/values/b.cpp:1"
    for folder, text, missing in [
            ("", "add_library(x runtime/values/a.cpp\n  runtime/values/b.cpp)", []),
            ("", "add_library(x runtime/values/a.cpp)", [b]),
            ("", "add_library(x runtime/values/a.cpp) # runtime/values/b.cpp", [b]),
            ("runtime/", "add_library(x values/a.cpp ${CMAKE_CURRENT_SOURCE_DIR}/values/b.cpp)", []),
            ("runtime/", "add_library(x a.cpp ${PROJECT_SOURCE_DIR}/runtime/values/b.cpp)", [a]),
            ("tests/", "add_library(x ../runtime/values/b.cpp)", [a]),
            ("", "file(GLOB x runtime/values/*.cpp)", []), ("", "file(GLOB x runtime/*.cpp)", [a, b]),
            ("runtime/", "sources_of(x values)", []), ("runtime/values/", "sources_of(x .)", []),
            ("runtime/", "sources_of(x storage)", [a, b]),
            ("runtime/values/", "foreach(name a c)\n  use(-DFILE=${CMAKE_CURRENT_SOURCE_DIR}/${name}.cpp)", [b])]:
        check(unused.forgotten_sources, files | {folder + "CMakeLists.txt": text}, *missing)


def check_sizes():
    wide = "x" * 60 + " " + "x" * 60
    check(sizes.line_widths, {"http/a.cpp": f"{wide[1:]}\n{wide}\n```\n|{wide}\n"}, "http/a.cpp:2", "http/a.cpp:4")
    check(sizes.line_widths, {"bench/a.py": wide, "http/CMakeLists.txt": wide, "docs/a.md": f"\n{wide}"},
          "bench/a.py:1", "http/CMakeLists.txt:1", "docs/a.md:2")
    word = wide.replace(" ", "x")
    unbreakable = f"```\n{wide}\n```\n| {wide} |\n<{word}>\n[a]: {word}\n![{wide}](a)\n"
    check(sizes.line_widths, {"docs/a.md": f"{unbreakable}{wide}\n"}, "docs/a.md:8")

    check(sizes.file_lengths, {"http/a.cpp": "\n" * 400, "http/web/a.js": "\n" * 401}, "http/web/a.js:1")
    listed = functools.partial(sizes.file_lengths, long_tests={"tests/b_test.cpp": "", "http/c.cpp": ""})
    check(listed, {"tests/a_test.cpp": "\n" * 401, "tests/b_test.cpp": "\n" * 401, "http/c.cpp": "\n" * 401},
          "tests/a_test.cpp:1", "http/c.cpp:1")
    check(listed, {"tests/b_test.cpp": "\n" * 400}, "tests/b_test.cpp:1", says="not long")

    def function(head, lines, before="", after=""):
        return f"{before}{head} {{\n" + "  if (x) { y(); }\n" * (lines - 2) + f"}}{after}\n"

    for head in ["int f()", "template <class T> requires (sizeof(T) > 1)\nauto c::f(int a = {}) const -> int",
                 "c::c() : a{1}, b(2), d{3}", "bool operator<(const c& a, const c& b)", 'TEST_CASE("}{")',
                 "c::operator kind() const noexcept", "c::~c()", "friend bool f(c)"]:
        long = function(head, 70 - head.count("\n"))
        check(sizes.function_lengths, {"http/a.cpp": f"namespace n {{\nstruct c {{ int x{{}}; }};\n{long}}}\n"})
        long = function(head, 71 - head.count("\n"))
        check(sizes.function_lengths, {"http/a.cpp": f"namespace n {{\nstruct c {{ int x{{}}; }};\n{long}}}\n"},
              "http/a.cpp:3")
    check(sizes.function_lengths, {"http/a.hpp": function("  int f()", 71, "class c {\n public:\n", "\n};")},
          "http/a.hpp:3")
    check(sizes.function_lengths, {"http/a.cpp": function("int f()", 71, 'extern "C" {\n', "\n}")}, "http/a.cpp:2")
    for head in ["namespace n", "class c final : public b", "struct alignas(64) c",
                 "constexpr int table[] =", "enum class e : int",
                 "std::function<void()> f", "#define A(x)", "extern \"C\""]:
        check(sizes.function_lengths, {"http/a.cpp": function(head, 71, after=";").replace("if (x) { y(); }", "")})
    check(sizes.function_lengths, {"http/a.cpp": function("int f()", 60) + function("int g()", 60)})

    def members(count, name="c", more=""):
        lines = "".join(f"  int f{i}(std::function<void()> g = {{}}) const;\n" for i in range(count))
        return f"/// A class.\nclass {name} : public b {{\n public:\n{more}{lines}}};\n"

    no_members = ("  c(const c&) = delete;\n  std::function<void()> g{};\n  int (*h)(int) = nullptr;\n  int x = y(1);\n"
                  "  friend bool z(int);\n  using t = int(int);\n"
                  "  alignas(64) int k;\n  enum class e { a, b };\n  struct { int i(); } j;\n")
    check(sizes.member_functions, {"http/a.hpp": members(35)})
    check(sizes.member_functions, {"http/a.hpp": members(35, more=no_members)})
    check(sizes.member_functions, {"http/a.hpp": members(36)}, "http/a.hpp:2", says="36 functions")
    for more in ["  c();\n", "  ~c() {}\n", "  template <class T>\n  c(T t) : x(t) {}\n",
                 "  bool operator==(const c&) const;\n", "  c& operator=(const c&) = default;\n",
                 "  operator int() const { return 1; }\n",
                 "  virtual int g(int) = 0;\n", "  [[nodiscard]] static int g() { return a(b{1}); }\n"]:
        check(sizes.member_functions, {"http/a.hpp": members(35, more=more)}, "http/a.hpp:2", says="36 functions")
    check(sizes.member_functions, {"runtime/a.hpp": members(31, "actor_host")}, "runtime/a.hpp:2", says="at most 30")
    check(sizes.member_functions, {"runtime/a.hpp": members(30, "actor_host")})


def check_names():
    def at(line, *places, **more):
        check(functools.partial(names.banned_names, **more), {"http/a.cpp": f"#pragma once\n\n#include <a>\n{line}\n"},
              *places)

    words = [name for name in names.BANNED if name.isidentifier()]
    for line in [f"int {name};" for name in words] + [f"int {name}_ = 1;" for name in words] + [
            "void f(turn& t);", "void f(context& now);", "answered<int> a;", "watched<int> w;", "shared_.awake.list();",
            "core.later.set();", "shared.waits.set();", "shared_.watched->any();", "class host {};", "class admin {};",
            "toy_house h;", "slot& s;", "int slot_;", "system& s;", "int system_;", "system::stats s;", "a<system> s;",
            "enum class staying {};", "f(staying::so);", "watching w;", "int watching_;", "r.what();",
            "int what() const;"]:
        at(line, "http/a.cpp:4")
    for line in ['f("what who");', "// what all one", "int whatever = one_of + all_of + x_of;",
                 "#include <caf/all.hpp>", "char c = 1'000 + one_of('a');", 'auto s = R"(one "of" all)";',
                 "int answered, later, waits;", "f(turn && b, &system(), *slot, staying, watching(a));",
                 "const char* what() const noexcept override;", "catch (const a::failed& e) { f(e.what()); }",
                 "void f(const sqlite_error& bad) { g(bad.what()); }"]:
        at(line)
    at("catch (const a::failed& e) { e.who(); }", "http/a.cpp:4")
    at("int fine, bad;", "http/a.cpp:4", banned={"bad": "good"})
    named = names.banned_names
    check(named, {"tests/agenda_test.cpp": "", "tests/agendas.cpp": ""}, "tests/agenda_test.cpp:1",
          says="say reminders")
    check(named, {"tests/toy_house.hpp": ""}, "tests/toy_house.hpp:1", says="say runtime")


def check_documents():
    code = {"http/a.cpp": "int a;\nint b;  \nint c;\n"}

    def quote(text, *lines):
        check(documents.quotes, code | {"docs/a.md": text}, *(f"docs/a.md:{line}" for line in lines))

    quote("A.\n\n<!-- from: http/a.cpp -->\n```cpp\nint a;\nint b;\n```\n")
    quote("<!-- from: http/a.cpp -->\n```cpp\nint b;\nint a;\n```\n", 2)
    quote("<!-- from: http/a.cpp -->\n```cpp\nnt a;\n```\n", 2)
    quote("<!-- from: http/b.cpp -->\n```cpp\nint a;\n```\n", 2)
    quote("```cpp\nint a;\n```\n", 1)
    quote("```sh\nint a;\n```\n")
    quote("<!-- from: http/a.cpp -->\n\n```sh\nint a;\n```\n", 2)
    quote("A.\n```sh\nint a;\n", 2)

    links = "[a](../http/a.cpp#l) [b](https://b/c) [c](#c)\n[d](d.md) [e](../http)\n\n[f]: ../http/b\n"
    check(documents.links, code | {"docs/a.md": links}, "docs/a.md:2", "docs/a.md:4")

    check(documents.links, {"build/a.md": "[a](b)", "tests/browser/node_modules/a.md": "[a](b)", ".git/a.md": "[a](b)"})

    english = "One.\n```sh\na\n```\n```sh\nb\n```\n"
    for chinese, *lines in [(english,), (english.replace("b", "c"), 5), (english[:-9], 1)]:
        check(documents.translations, {"a.md": english, "a.zh-CN.md": chinese}, *(f"a.zh-CN.md:{n}" for n in lines))
    check(documents.translations, {"a.zh-CN.md": english}, "a.zh-CN.md:1")

    failures, statuses, api = documents.FAILURES, documents.STATUSES, documents.API
    words = '    {"bad_id", request, "Ids.", false},\n    {"stale", address, "x"},\n    {"gone", address, "x"},\n'
    table = '{"stale", 412},\ncase failure_cause::request: return 400;\ncase failure_cause::address: return 404;\n'
    rows = "| word | status |\n| `bad_id` | 400 | x |\n| `gone` | 404 | x |\n| `stale` | 412 | x |\n"
    right = {failures: words, statuses: table, api: rows}
    check(documents.failure_words, right)
    for wrong in [rows.replace("404", "410"), rows.replace("412", "404"), rows.replace("bad_id", "bad")]:
        check(documents.failure_words, right | {api: wrong}, f"{api}:1")
    check(documents.failure_words, right | {failures: ""}, f"{failures}:1")
    check(documents.failure_words, {statuses: table, api: rows}, f"{failures}:1")
    for wrong in ["", table.replace("{", ""), table.replace("case", "")]:
        check(documents.failure_words, right | {statuses: wrong}, f"{statuses}:1")


def check_sentences():
    long, right = "Word" + " word" * 40 + ".", "Word" + " word" * 39 + "."

    def at(text, *lines):
        check(sentences.sentences_of_documents, {"docs/a.md": text}, *(f"docs/a.md:{line}" for line in lines))

    at(f"{right} {right}\n\n{right[:-1]}\n- {right[:-1]}\n- {right[:-1]}\n1. {right[:-1]}\n# {right[:-1]}\n")
    at(f"{right}\n{long}\n\n- {right}\n- {long}\n", 2, 5)
    at(long.replace(" ", "\n", 3) + f"\n{right}\n{long}\n", 1, 6)
    at(long.replace("word word", "word e.g. Word"), 1)
    at(right.replace("word", "`code with words`") + "\n" + long.replace("word.", "`code with words`."), 2)
    at(right.replace("word", "[word](a/b c/d)") + "\n" + right.replace("word", " [word][a b]"))
    at(f"[a]: http://b\n[b]: http://c\n" * 20 + right)
    at(f"```\n{long}\n```\n\n    {long}\n\n| {right[:-1]} | {right[:-1]} |\n| {right} | {long} |\n", 8)
    check(sentences.sentences_of_documents, {"docs/a.zh-CN.md": long})
    half = "word" + " word" * 24
    at(f"{half}\n    {half}\n", 1)
    at(f"{half}\n| a | b |\n{half}\n")
    # Indented text behind a list belongs to it; behind a paragraph it is code.
    at(f"- a\n\n    {long}\n", 3)
    at(f"- a\n  b\n\n    {long}\n", 4)
    at(f"- a\n\nb\n\n    {long}\n")

    def comment(text, *lines):
        check(sentences.sentences_of_comments, {"http/a.cpp": text}, *(f"http/a.cpp:{line}" for line in lines))

    comment(f"int a;\n/// {right}\n/// {long}\nint b;  // {long}\n", 3, 4)
    comment(f"// {half}\n// {half}\n", 1)
    comment(f"// {half}\n\n// {half}\nint a;\n// {half}\nint b;  ///< {half}\nint c;  ///< {half}\n/// {half}\n")
    comment(f"int a;  ///< {half}\n        ///< {half}\n", 1)
    comment(f"/// Word:\n///\n///     {long}\n///\n/// - {half}\n/// - {half}\nauto s = \"// {long}\";\n")


def check_command():
    """The command itself: its lines, and its status."""
    def run(files, status, *says):
        global checked
        checked += 1
        with tempfile.TemporaryDirectory() as root:
            write(root, files)
            ran = subprocess.run([sys.executable, "-B", os.path.dirname(os.path.abspath(__file__)), root],
                                 capture_output=True, text=True)
        if ran.returncode != status or ran.stdout.splitlines()[:-1] != list(says) or ran.stderr:
            wrong.append(f"the command, of {files}: {ran.returncode}\n{ran.stdout}{ran.stderr}")

    statuses = '{"late", 504},\ncase failure_cause::address: return 404;\n'
    right = {documents.FAILURES: '    {"gone", address, "x"}\n', documents.STATUSES: statuses,
             documents.API: "\n| `gone` | 404 |\n",
             "CMakeLists.txt": f"add_library(a {documents.FAILURES} {documents.STATUSES})\n"}
    run(right, 0)
    run(right | {"docs/a.md": "[a](b)\n"}, 1, "docs/a.md:1: links to b, which does not exist: name its new place")


for each in [check_directions, check_libraries, check_cycles, check_unused, check_sizes, check_names, check_documents,
             check_sentences, check_command]:
    each()
print("\n".join(wrong + [f"tidy_self_check: {checked} trees, {len(wrong)} wrong"]))
sys.exit(1 if wrong else 0)
