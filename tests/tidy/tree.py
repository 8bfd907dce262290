"""The repository's files, each read once, and the form of a mistake."""

import functools
import os
import re
from typing import NamedTuple

# Folders of built, fetched or stored files; none of them is ours to keep tidy.
SKIPPED = {".git", "build", "data", "node_modules", "__pycache__"}
# Folders whose C++ the rules look at.
CODE = ("runtime/", "actors/", "http/", "tests/", "bench/")


class Mistake(NamedTuple):
    file: str
    line: int
    text: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.text}"


class Tree:
    def __init__(self, root):
        self.root = root
        self.files = sorted(self._walk())

    def _walk(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in SKIPPED]
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.root)

    def having(self, *suffixes):
        return [file for file in self.files if file.endswith(suffixes)]

    def headers(self):
        return [file for file in self.having(".hpp") if file.startswith(CODE)]

    def sources(self):
        return [file for file in self.having(".cpp") if file.startswith(CODE)]

    def cpp(self):
        return [file for file in self.having(".cpp", ".hpp") if file.startswith(CODE)]

    def exists(self, path):
        return os.path.exists(os.path.join(self.root, path))

    @functools.cache
    def text(self, file):
        with open(os.path.join(self.root, file), encoding="utf-8") as opened:
            return opened.read()

    @functools.cache
    def lines(self, file):
        return self.text(file).split("\n")

    @functools.cache
    def code(self, file):
        """The C++ of a file with blanks for comments and for everything in quotes: every line and column as before."""
        return COMMENT_OR_QUOTED.sub(blank, self.text(file))


# The quote of a char is none between digits: 1'000.
COMMENT_OR_QUOTED = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)


def blank(match):
    found = match.group()
    if found.startswith("/"):
        return re.sub(r"[^\n]", " ", found)
    return found[0] + re.sub(r"[^\n]", " ", found[1:-1]) + found[-1]


def line_at(text, place):
    """The number of the line on which a character stands."""
    return text.count("\n", 0, place) + 1
