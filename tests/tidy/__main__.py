"""Checks the rules that no compiler checks: `python3 tests/tidy [ROOT [RULE...]]`, every rule if none is named.

A mistake is a line, `file:line: the mistake: its mending`; the last line counts. A rule is a function from the tree to
its mistakes; self_check.py plants one of each kind and sees that it is found.
"""

import os
import sys

import documents
import includes
import names
import sentences
import sizes
import unused
from tree import Tree

RULES = [
    includes.directions, includes.libraries, includes.cycles,
    unused.dead_headers, unused.forgotten_sources,
    sizes.line_widths, sizes.file_lengths, sizes.function_lengths, sizes.member_functions,
    names.banned_names,
    documents.quotes, documents.links, documents.translations, documents.failure_words,
    sentences.sentences_of_documents, sentences.sentences_of_comments,
]


def main(root, wanted):
    rules = [rule for rule in RULES if not wanted or rule.__name__ in wanted]
    unknown = set(wanted) - {rule.__name__ for rule in rules}
    if unknown:
        sys.exit(f"tidy: no such rule: {', '.join(sorted(unknown))}; there are "
                 + ", ".join(rule.__name__ for rule in RULES))
    tree = Tree(root)
    mistakes = [mistake for rule in rules for mistake in rule(tree)]
    for mistake in mistakes:
        print(mistake)
    print(f"tidy: {len(tree.files)} files, {len(rules)} rules, {len(mistakes)} mistakes")
    return 1 if mistakes or not tree.cpp() else 0


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.dirname(here)), sys.argv[2:]))
