"""How long lines, functions and files may be, and how many functions a class may have."""

from declarations import declarations_in
from markdown import ADDRESS
from tree import Mistake

LINE_MAX = 120
FUNCTION_MAX = 70
FILE_MAX = 400
MEMBERS_MAX = 35
# Classes that may have fewer, by name.
MEMBERS_OF = {"actor_host": 30}

# Tests of one subject that may be longer, and why.
LONG_TESTS = {
    "tests/actors/games_test.cpp": "every game against the same rules of rooms",
    "tests/http/routes_test.cpp": "every route with every status",
    "tests/runtime/authoring_test.cpp": "every way to declare an actor",
    "tests/runtime/fields_test.cpp": "every type of a field, read, written and described",
    "tests/runtime/json_text_test.cpp": "the grammar of JSON, right and wrong",
    "tests/runtime/table_test.cpp": "the rules of rooms, one after another",
    "tests/threads/directory_test.cpp": "the directory under several threads",
    "tests/threads/in_flight_requests_test.cpp": "requests in flight under several threads",
}

SOURCES = (".cpp", ".hpp", ".py", ".js", ".mjs", ".ts", ".lua", ".css", ".html", ".cmake", "CMakeLists.txt")


def line_widths(tree):
    for file in tree.having(".cpp", ".hpp", ".py", ".cmake", "CMakeLists.txt", ".md"):
        for number, line in wide_lines(tree, file):
            yield Mistake(file, number, f"{len(line)} columns: break the line, at most {LINE_MAX}")


def wide_lines(tree, file):
    """Lines too wide, but for the unbreakable ones of documents: tables, blocks of code, pictures and links."""
    fenced = False
    for number, line in enumerate(tree.lines(file), 1):
        document = file.endswith(".md")
        fenced ^= document and line.startswith("```")
        unbreakable = document and (fenced or line.startswith(("|", "![")) or ADDRESS.match(line)
                                    or " " not in line.strip())
        if len(line) > LINE_MAX and not unbreakable:
            yield number, line


def file_lengths(tree, long_tests=LONG_TESTS):
    for file in tree.having(*SOURCES):
        length = tree.text(file).count("\n")
        listed = file in long_tests and file.startswith("tests/")
        if length > FILE_MAX and not listed:
            yield Mistake(file, 1, f"{length} lines: split the file by subject, at most {FILE_MAX}")
        elif length <= FILE_MAX and listed:
            yield Mistake(file, 1, "is not long any more: take it out of LONG_TESTS in tests/tidy/sizes.py")


def function_lengths(tree):
    for file in tree.cpp():
        for function in declarations_in(tree.code(file))[0]:
            length = function.end - function.line + 1
            if length > FUNCTION_MAX:
                yield Mistake(file, function.line,
                              f"{function.name} has {length} lines: split it, at most {FUNCTION_MAX}")


def member_functions(tree):
    for file in tree.cpp():
        for found in declarations_in(tree.code(file))[1]:
            allowed = MEMBERS_OF.get(found.name, MEMBERS_MAX)
            if len(found.members) > allowed:
                yield Mistake(file, found.line, f"{found.name} declares {len(found.members)} functions: "
                                                f"give some to a class of their own, at most {allowed}")
