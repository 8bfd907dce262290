"""Finds the functions and classes of C++ by its braces, as far as their sizes need it.

It reads the text of `Tree.code`, without comments and quotes. A declaration stands between two of `;`, `{` and `}`
outside of round brackets. Its words tell whether its brace opens a namespace or a class, whose declarations are read
in turn, or a function's body or a value, which is passed over.
"""

import re
from typing import NamedTuple

from tree import line_at


class Function(NamedTuple):
    name: str
    line: int  # on which its declaration begins
    end: int


class Class(NamedTuple):
    name: str
    line: int
    members: list  # the names of its functions, overloads apart


CLASS = re.compile(r"\b(?:class|struct|union)\b\s*([\w:]*)(?:\s*final)?\s*(?::[^:(].*)?$", re.DOTALL)
MARK = re.compile(r"[;{}()]")
SPACE = re.compile(r"^\s*(?:inline\s+)?namespace\b|^\s*extern\s+\"[^\"]*\"\s*$")
LABEL = re.compile(r"^\s*(?:(?:public|protected|private)\s*:(?!:)\s*)+")


def declarations_in(code):
    """The functions that have bodies, and the classes, of one file."""
    code = without_directives(code)
    functions, classes = [], []
    read_scope(code, 0, None, functions, classes)
    return functions, classes


def without_directives(code):
    """Blanks lines that begin with #, and the lines that continue them."""
    return re.sub(r"(?m)^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", lambda found: re.sub(r"[^\n]", " ", found.group()), code)


def read_scope(code, at, members, functions, classes):
    """Reads declarations up to the end of a namespace or class, and returns where that is."""
    start = at
    while found := MARK.search(code, at):
        at = found.end()
        head = LABEL.sub("", code[start:found.start()])
        first = found.start() - len(head.lstrip())
        if found.group() == "(":
            at = end_of(code, found.start())
        elif found.group() == "}":
            return at
        elif found.group() == ";":
            note_member(head, members)
            start = at
        elif CLASS.search(plain(head)) or SPACE.search(head):
            at = read_inner(code, at, head, first, functions, classes)
            start = at
        elif begins_member(plain(head)):
            at = end_of(code, found.start())
        else:
            at = end_of(code, found.start())
            name = function_name(head)
            if name:
                note_member(head, members)
                functions.append(Function(name, line_at(code, first), line_at(code, at - 1)))
            start = at
    return len(code)


def read_inner(code, at, head, first, functions, classes):
    found = CLASS.search(plain(head))
    if not found:
        return read_scope(code, at, None, functions, classes)
    inside = Class(found.group(1), line_at(code, first), [])
    classes.append(inside)
    return read_scope(code, at, inside.members, functions, classes)


def note_member(head, members):
    name = function_name(head)
    if members is not None and name and not re.search(r"^\s*friend\b|=\s*delete\s*$", head):
        members.append(name)


def function_name(head):
    """The name of the function that a declaration declares; None if it declares something else."""
    head = plain(head)
    if re.match(r"\s*(?:using|typedef|static_assert|enum)\b", head):
        return None
    found = re.search(r"(operator\s*(?:\(\s*\)|[^\s\w(]+|[\w:\s*&]+)|~?[\w:]+)\s*\(\s*(?!\s*\*)", head)
    if not found or re.search(r"(?<![=!<>])=", head[:found.start()]):
        return None
    return found.group(1)


def begins_member(head):
    """Tells whether a brace begins a member's value in the list of a constructor, `c() : a{1}`, and not the body."""
    return re.search(r"\)[^()]*(?<!:):(?!:)", head) and head.rstrip()[-1] not in ")}"


def plain(head):
    """Without attributes, `requires` and everything in angle brackets, innermost first; an operator loses its own."""
    head = re.sub(r"operator\s*(?:<=>|->\*?|<<=?|>>=?|<=|>=|<|>)", "operator+", head)
    head = re.sub(r"\[\[.*?\]\]|alignas\([^()]*\)", "", head, flags=re.DOTALL).replace("->", "  ")
    while True:
        fewer = re.sub(r"<[^<>]*>", "", head)
        if fewer == head:
            break
        head = fewer
    return re.sub(r"\btemplate\b(\s*requires\s*\((?:[^()]|\([^()]*\))*\))?", "", head)


def end_of(code, at):
    """Behind the bracket that closes the one at a place."""
    depth = 0
    for found in BRACKETS.finditer(code, at):
        depth += 1 if found.group() in "({" else -1
        if depth == 0:
            return found.end()
    return len(code)


BRACKETS = re.compile(r"[(){}]")

