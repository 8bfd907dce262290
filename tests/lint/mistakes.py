"""The mistakes in a file's text, without those that a comment allows."""

import os
import re
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tidy"))

from calls import INSTEAD, forbidden  # noqa: E402
from declarations import without_directives  # noqa: E402
from tree import COMMENT_OR_QUOTED, blank, line_at  # noqa: E402
from variables import changing  # noqa: E402

GLOBAL = "what lasts is the state; a variable that changes is every room's, and gone after a restart"
ALLOWED = re.compile(r"//\s*lint:\s*allow\s+(\w+)\s*(?::\s*(.*))?$")


def mistakes_in(text):
    """(line, sentence) of each mistake in a file's text, in the order of the lines."""
    code = COMMENT_OR_QUOTED.sub(blank, text)
    found = [(line_at(code, place), word, rule, INSTEAD[rule]) for place, word, rule in forbidden(code)]
    plain = without_directives(code)
    found += [(line_at(plain, place), name, "global", GLOBAL) for place, name in changing(plain)]
    allowed, used = allowances(text), set()
    for line, word, rule, instead in sorted(set(found)):
        at = next((at for at in (line, line - 1) if rule in allowed.get(at, {})), None)
        if at is None:
            yield line, f"{word}: {instead} ({rule})"
        used.add((at, rule))
    for line, rules in allowed.items():
        for rule, reason in rules.items():
            if not reason:
                yield line, f"allow {rule}: a reason stands behind a colon"
            elif (line, rule) not in used:
                yield line, f"allow {rule}: there is nothing to allow"


def allowances(text):
    """By line: the rules that are allowed there, and why."""
    allowed = {}
    for number, line in enumerate(text.split("\n"), 1):
        found = ALLOWED.search(line)
        if found:
            allowed.setdefault(number, {})[found.group(1)] = found.group(2)
    return allowed
