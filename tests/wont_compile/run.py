"""Compiles mistakes, which must fail in words that help: `run.py COMPILER ROOT FOLDER FILE...`.

A file holds one mistake, and says in its comments what the compiler must say of it:

    // says: words             these stand in the first line with an error
    // names: words            these stand in that line, or above it
    ... code ...  // here      this line is named there, too

A file that says nothing is the control: it compiles without a warning. FOLDER gets a precompiled header.
"""

import concurrent.futures
import os
import re
import subprocess
import sys

FLAGS = ["-std=c++20", "-Wall", "-Wextra", "-Wno-missing-field-initializers"]
HEADER = "runtime/authoring/room_of.hpp"
# Lines of the compiler's before its first error, but for those that say how a header was reached; and all of them.
BEFORE_ERROR_MAX = 12
LINES_MAX = 60


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


def expected(text):
    """The words of the first error, what must stand up to it, and the author's line."""
    says = re.search(r"^// says: (.*)$", text, re.M)
    names = re.findall(r"^// names: (.*)$", text, re.M)
    here = [number for number, line in enumerate(text.split("\n"), 1) if line.endswith("// here")]
    return says and says.group(1), names, here


def mistakes_in(said, file, says, names, here):
    lines = said.split("\n")
    first = next((number for number, line in enumerate(lines) if " error: " in line), None)
    if first is None:
        return ["says no error"]
    told = [line for line in lines[:first + 1] if not re.match(r"In file included from|\s+from ", line)]
    wrong = []
    if says not in lines[first]:
        wrong.append(f'its first error does not say "{says}"')
    for words in names + [f"{os.path.basename(file)}:{number}:" for number in here]:
        if not any(words in line for line in told):
            wrong.append(f"nothing up to its first error names {words}")
    if len(told) > BEFORE_ERROR_MAX:
        wrong.append(f"its first error is line {len(told)}")
    if len(lines) > LINES_MAX:
        wrong.append(f"it says {len(lines)} lines")
    return wrong


def check(compiler, root, header, file):
    """What is wrong with what the compiler says of a file; empty if nothing is."""
    with open(file, encoding="utf-8") as opened:
        says, names, here = expected(opened.read())
    got = run(compiler, *FLAGS, "-fsyntax-only", f"-I{root}", "-include", header, file)
    if says is None:
        return f"{file} should compile:\n{got.stdout}" if got.returncode or got.stdout else ""
    wrong = ["compiles, and should not"] if got.returncode == 0 else mistakes_in(got.stdout, file, says, names, here)
    return f"{file}: {'; '.join(wrong)}\n{got.stdout}" if wrong else ""


def main(compiler, root, folder, *files):
    header = precompile(compiler, root, folder)
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        wrong = [said for said in threads.map(lambda file: check(compiler, root, header, file), files) if said]
    print("\n".join(wrong))
    print(f"wont_compile: {len(files)} files, {len(wrong)} wrong")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
