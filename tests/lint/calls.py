"""Finds words that games do not use: calls, types, clocks and engines, in code without comments and quotes."""

import re

from words import CLOCKS, ENGINES, RULES

INSTEAD = {rule.name: rule.instead for rule in RULES}
# Words that may stand before a call; any other before a name makes it a declaration of its own.
BEFORE_CALLS = {"return", "co_return", "co_yield", "co_await", "throw", "else", "do", "case", "and", "or", "not", "new",
                "in", "delete"}
DECLARED = r"(?:[\w>&*\]])\s+[&*]*\s*{}\s*\("


def alternatives(words):
    return "|".join(sorted(words.split(), key=len, reverse=True))


def forbidden(code):
    """(place, the word, its rule) of each use."""
    everything = re.search(r"\busing\s+namespace\s+(?:::\s*)?std\b", code)
    for rule in RULES:
        if rule.anywhere:
            yield from ((found.start(), found.group(), rule.name)
                        for found in re.finditer(rf"\b(?:{alternatives(rule.anywhere)})\b", code)
                        if not is_member(code, found.start()))
        for found in uses(code, rule.called):
            if is_standard(code, found) or is_call(code, found) or is_passed(code, found):
                yield found.start(), found.group(), rule.name
        for found in uses(code, rule.qualified):
            if is_standard(code, found) or (everything and is_named(code, found)):
                yield found.start(), found.group(), rule.name
        for found in uses(code, rule.of_system):
            if is_standard(code, found):
                yield found.start(), found.group(), rule.name
    yield from clocks(code)
    yield from engines(code)


def uses(code, words):
    return re.finditer(rf"\b(?:{alternatives(words)})\b", code) if words else ()


def before(code, place):
    """What stands before a name, with the blanks cut off."""
    return code[max(0, place - 200):place].rstrip()


def is_member(code, place):
    return before(code, place).endswith((".", "->"))


def is_standard(code, found):
    """Behind `std::`, or behind `::` with nothing before it."""
    head = before(code, found.start())
    if not head.endswith("::"):
        return False
    space = re.search(r"(\w+|>)?\s*::$", head).group(1)
    return space is None or space in ("std", *BEFORE_CALLS)


def is_call(code, found):
    """An unqualified call of a function that the file does not declare."""
    if not re.match(r"\s*\(", code[found.end():]):
        return False
    head = before(code, found.start())
    if head.endswith(("::", ".", "->", "~")):
        return False
    word = re.search(r"(\w+)$", head)
    if word and word.group(1) not in BEFORE_CALLS and not in_directive(code, found.start()):
        return False
    if re.search(r"[\w>][&*]+$", head):  # `int* rand(`
        return False
    return not is_declared(code, found.group())


def is_declared(code, name):
    for found in re.finditer(DECLARED.format(name), code):
        word = re.search(r"(\w+)\s*$", code[:found.start() + 1])
        if (not word or word.group(1) not in BEFORE_CALLS) and not in_directive(code, found.start()):
            return True
    return False


def in_directive(code, place):
    return code[code.rfind("\n", 0, place) + 1:place].lstrip().startswith("#")


def is_passed(code, found):
    """`generate(begin, end, rand)`: a function of C that is handed over."""
    name = found.group()
    if name not in ("rand", "random") or re.search(rf"[\w>&*]\s+[&*]*{name}\s*[=;,){{]", code):
        return False
    head = before(code, found.start())
    return head.endswith((",", "(", "&")) and re.match(r"\s*[,)]", code[found.end():]) is not None


def is_named(code, found):
    """A type or function by its bare name: `thread t(f)`, `async(f)`."""
    head = before(code, found.start())
    if head.endswith(("::", ".", "->")):
        return False
    word = re.search(r"(\w+)$", head)
    if word and word.group(1) not in BEFORE_CALLS | {"static", "const", "inline"}:
        return False
    return re.match(r"\s*(?:[(<{]|\w)", code[found.end():]) is not None and not is_declared(code, found.group())


def clocks(code):
    """Clocks, but for the types of times that are named after one; and whatever else has a `now`."""
    for found in re.finditer(rf"\b(?:{alternatives(CLOCKS)})\b", code):
        named = re.match(r"\s*::\s*(?:time_point|duration|rep|period)\b", code[found.end():])
        if not named and not re.search(r"\btime_point\s*<\s*(?:\w*\s*::\s*)*$", before(code, found.start())):
            yield found.start(), found.group(), "clock"
    for found in re.finditer(r"\b(\w+)\s*::\s*now\s*\(", code):
        if found.group(1) not in CLOCKS.split():
            yield found.start(), found.group(1) + "::now", "clock"


def engines(code):
    """Engines that are not seeded from the command's dice in the same statement, and not passed by reference."""
    for found in re.finditer(rf"\b(?:{alternatives(ENGINES)})\b", code):
        end = code.find(";", found.end())
        statement = code[found.end():end if end >= 0 else len(code)]
        if not re.search(r"\broll\s*\(", statement) and not re.match(r"\s*&", statement):
            yield found.start(), found.group(), "dice"
