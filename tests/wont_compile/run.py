"""Compiles mistakes, which must fail in words that help: `run.py COMPILER ROOT FOLDER FILE...`.

Each mistake in a file begins with what the compiler must say of it, and is one error, which nothing follows:

    // says: words             these stand in the line with the error
    // names: words            these stand in that line, or in those above it
    ... code ...  // here      this line is named there, too

A file that says nothing is the control: it compiles without a warning. FOLDER gets a precompiled header.
"""

import concurrent.futures
import os
import re
import subprocess
import sys
from typing import NamedTuple

FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Wno-missing-field-initializers"]
HEADER = "runtime/authoring/room_of.hpp"
# Lines of the compiler's up to an error, but for those that say how a header was reached; and all lines of a mistake.
BEFORE_ERROR_MAX = 12
LINES_MAX = 30


class Mistake(NamedTuple):
    says: str
    names: list  # the author's line among them, as `file:line:`


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          env=dict(os.environ, LC_ALL="C"))


def precompile(compiler, root, folder):
    os.makedirs(folder, exist_ok=True)
    header = os.path.join(folder, "authoring.hpp")
    made = run(compiler, *FLAGS, f"-I{root}", "-x", "c++-header", os.path.join(root, HEADER), "-o", header + ".gch")
    if made.returncode:
        sys.exit(made.stdout)
    return header


def mistakes_of(file):
    found = []
    with open(file, encoding="utf-8") as opened:
        for number, line in enumerate(opened.read().split("\n"), 1):
            if line.startswith("// says: "):
                found.append(Mistake(line.removeprefix("// says: "), []))
            elif line.startswith("// names: "):
                found[-1].names.append(line.removeprefix("// names: "))
            elif line.endswith("// here"):
                found[-1].names.append(f"{os.path.basename(file)}:{number}:")
    return found


def errors_in(said):
    """What the compiler says of each error: its own line, and those above it up to the last error's context."""
    above, errors = [], []
    for line in said.split("\n"):
        if re.match(r"In file included from|\s+from |\s*\d* \| |.*: note: ", line):
            continue
        above.append(line)
        if " error: " in line:
            errors.append(above)
            above = []
    return errors


def check(compiler, root, header, file):
    """What is wrong with what the compiler says of a file; empty if nothing is."""
    mistakes = mistakes_of(file)
    got = run(compiler, *FLAGS, "-fsyntax-only", f"-I{root}", "-include", header, file)
    if not mistakes:
        return f"{file} should compile:\n{got.stdout}" if got.returncode or got.stdout else ""
    errors = errors_in(got.stdout)
    wrong = [] if len(errors) == len(mistakes) else [f"{len(mistakes)} mistakes are {len(errors)} errors"]
    for mistake in mistakes:
        # The same words may be said of several: it is the one that names this mistake's line.
        said = [error for error in errors if mistake.says in error[-1]
                and all(any(words in line for line in error) for words in mistake.names)]
        if len(said) != 1:
            wrong.append(f'no error says "{mistake.says}", or none that says so names {" and ".join(mistake.names)}')
        elif len(said[0]) > BEFORE_ERROR_MAX:
            wrong.append(f'"{mistake.says}" is line {len(said[0])}')
    if got.stdout.count("\n") > LINES_MAX * len(mistakes):
        wrong.append(f"it says {got.stdout.count(chr(10))} lines")
    return f"{file}: {'; '.join(wrong)}\n{got.stdout}" if wrong else ""


def main(compiler, root, folder, *files):
    header = precompile(compiler, root, folder)
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        wrong = [said for said in threads.map(lambda file: check(compiler, root, header, file), files) if said]
    count = sum(len(mistakes_of(file)) for file in files)
    print("\n".join(wrong))
    print(f"wont_compile: {count} mistakes in {len(files)} files, {len(wrong)} files wrong")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
