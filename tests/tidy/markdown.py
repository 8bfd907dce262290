"""The parts of a document that the rules look at."""

import re
from typing import NamedTuple


# `[label]: address`, which a `[text][label]` leads to.
ADDRESS = re.compile(r"\[[^\]]+\]: *(\S+)$")


class Block(NamedTuple):
    """A fenced block of code."""
    line: int    # of its fence
    language: str
    source: str  # the file that it quotes; empty: none
    text: str    # empty, or its lines, each with its end


class Document(NamedTuple):
    blocks: list
    prose: list    # of (line, text): every line outside of blocks
    mistakes: list  # of (line, text)


def read_document(lines):
    blocks, prose, mistakes = [], [], []
    source, opened, language, inside = "", 0, "", []
    for number, line in enumerate((line.rstrip() for line in lines), 1):
        quoted = re.fullmatch(r"<!-- from: (.*) -->", line)
        if opened and line == "```":
            blocks.append(Block(opened, language, source, "".join(l + "\n" for l in inside)))
            source, opened, inside = "", 0, []
        elif opened:
            inside.append(line)
        elif line.startswith("```"):
            opened, language = number, line[3:]
        elif quoted:
            source = quoted.group(1)
        else:
            if source:
                mistakes.append((number, f"should be the block that quotes {source}: put it under its comment"))
            source = ""
            prose.append((number, line))
    if opened:
        mistakes.append((opened, "opens a block that does not end: close it with ```"))
    return Document(blocks, prose, mistakes)
