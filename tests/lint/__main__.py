"""Says what a game's file should not do: `python3 tests/lint [FILE...]`, or `./run lint FILE...`; without files, ours.

A game is replayed, simulated, and goes on after a restart: its dice and its time come from the context, what it keeps
is its state, and its handlers wait for nobody. A mistake is a line, `file:line: the word: what to use instead (rule)`.

A line that has a reason is allowed by a comment on it, or on the line above: `// lint: allow RULE: the reason`.
"""

import glob
import os
import sys

from mistakes import mistakes_in

OURS = ("actors/*.cpp", "tests/tutorial/*.[ch]pp", "tests/support/counter.hpp", "tests/support/hall.hpp")


def main(*files):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    files = files or [os.path.relpath(file) for pattern in OURS for file in sorted(glob.glob(f"{root}/{pattern}"))]
    count = 0
    for file in files:
        try:
            with open(file, encoding="utf-8") as opened:
                text = opened.read()
        except OSError as problem:
            sys.exit(f"lint: {file}: {problem.strerror}")
        for line, sentence in sorted(mistakes_in(text)):
            print(f"{file}:{line}: {sentence}")
            count += 1
    print(f"lint: {len(files)} files, {count} mistakes")
    return 1 if count or not files else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
