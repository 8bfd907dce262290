"""Documents agree with the code: quotes, links, translations, failure words."""

import posixpath
import re

from markdown import ADDRESS, read_document
from tree import Mistake


def quotes(tree):
    """A block under `<!-- from: path -->` stands in that file line for line. C++ is always quoted so."""
    for file in tree.having(".md"):
        document = read_document(tree.lines(file))
        yield from (Mistake(file, line, text) for line, text in document.mistakes)
        for block in document.blocks:
            if block.source and not tree.exists(block.source):
                yield Mistake(file, block.line, f"quotes {block.source}, which does not exist: name its new place")
            elif block.source and "\n" + block.text not in "\n" + trimmed(tree.text(block.source)):
                yield Mistake(file, block.line, f"is not what {block.source} says: copy it again")
            elif block.language in ("cpp", "c++") and not block.source:
                yield Mistake(file, block.line, "shows C++ of nowhere: quote a compiled file, <!-- from: path -->")


def trimmed(text):
    return re.sub(r"[ \t\r]+\n", "\n", text)


def links(tree):
    """A relative link leads to a file or folder that exists."""
    for file in tree.having(".md"):
        for number, line in read_document(tree.lines(file)).prose:
            for target in re.findall(r"\]\(([^)]*)\)", line) + ADDRESS.findall(line):
                path = target.partition("#")[0]
                if path and not re.match(r"[a-z]+:", target) and not tree.exists(
                        posixpath.join(posixpath.dirname(file), path)):
                    yield Mistake(file, number, f"links to {target}, which does not exist: name its new place")


def translations(tree):
    """A document and its Chinese translation have the same blocks of code."""
    for chinese in tree.having(".zh-CN.md"):
        english = chinese.replace(".zh-CN.md", ".md")
        if not tree.exists(english):
            yield Mistake(chinese, 1, f"translates {english}, which does not exist: delete one, or write the other")
            continue
        ours, theirs = (read_document(tree.lines(file)).blocks for file in (chinese, english))
        if len(ours) != len(theirs):
            yield Mistake(chinese, 1, f"has {len(ours)} blocks of code, {english} has {len(theirs)}: show the same")
            continue
        for our, their in zip(ours, theirs):
            if our.text != their.text:
                yield Mistake(chinese, our.line, f"differs from {english}:{their.line}: show the same code")


FAILURES = "runtime/values/failure.cpp"
STATUSES = "http/protocol/status.cpp"
API = "docs/http-api.md"


def failure_words(tree):
    """Every failure word of the runtime stands in the list of the HTTP interface, with its status."""
    def rows(path, row):
        return re.findall(row, tree.text(path)) if tree.exists(path) else []

    words = rows(FAILURES, r'(?m)^ *\{"([a-z_]+)", ([a-z_]+),')
    of_causes = dict(rows(STATUSES, r"case failure_cause::([a-z_]+): return (\d+);"))
    own = dict(rows(STATUSES, r'\{"([a-z_]+)", (\d+)\},'))
    for path, found in (FAILURES, words), (STATUSES, of_causes), (STATUSES, own):
        if not found:
            yield Mistake(path, 1, "lists nothing that this check can read: mend failure_words in tests/tidy")
            return
    listed = trimmed(tree.text(API))
    for word, cause in words:
        status = own.get(word) or of_causes.get(cause)
        if f"\n| `{word}` | {status} |" not in listed:
            yield Mistake(API, 1, f"does not list {word} with the status {status}: add a row")
