"""Does what a lesson says, as a reader would, and compares what comes with what the lesson prints.

    python3 tests/lessons/run.py PARLOR docs/lessons/NAME.md

A block of `sh` or `js` under `<!-- run -->` is run, in the order of the page, all of `sh` by one shell;
the block under `<!-- prints -->` is what it must print, line by line, with `...` for anything. Two things are
not as typed: `./run` is the program that is built already, and the port is a free one.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MARK = "-- the end of a block --"
SECONDS = 60


class Block:
    def __init__(self, line, language):
        self.line = line
        self.language = language
        self.text = ""
        self.prints = None


def blocks_of(page):
    """The blocks that are to be run, each with what it is to print."""
    found, current, marker = [], None, ""
    with open(page, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if current is not None:
                if line.startswith("```"):
                    if marker == "prints":
                        found[-1].prints = current.text
                    elif marker == "run":
                        found.append(current)
                    current, marker = None, ""
                else:
                    current.text += line
            elif line.startswith("```"):
                current = Block(number, line.strip()[3:])
            elif re.fullmatch(r"<!-- (run|prints) -->\n", line):
                marker = line.split()[1]
    return found


class Reader:
    """A folder to work in, a shell, and the server once it is started."""

    def __init__(self, parlor):
        self.parlor = os.path.abspath(parlor)
        self.server = None
        self.data = tempfile.mkdtemp(prefix="parlor-lesson-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = str(probe.getsockname()[1])
        # What the lesson's commands of the program find, too.
        env = {**os.environ, "PARLOR_DATA": self.data, "PARLOR_PORT": self.port,
               "PARLOR_ADDRESS": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": "1"}
        self.env = {name: value for name, value in env.items() if not name.startswith("PARLOR_FORTUNE")}
        self.shell = subprocess.Popen(["bash"], cwd=ROOT, env=self.env, text=True, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def end(self):
        signal.alarm(0)
        self.shell.stdin.close()
        self.shell.wait(SECONDS)
        clean = True
        if self.server:
            self.server.send_signal(signal.SIGTERM)
            clean = self.server.wait(SECONDS) == 0
        shutil.rmtree(self.data)
        return clean

    def run(self, block):
        text = block.text.replace("8080", self.port).replace("build/release/http/parlor", self.parlor)
        if text.startswith("./run"):
            return self.start(text.split()[1:])
        if block.language == "js":
            return subprocess.run(["node", "--input-type=module"], input=text, text=True, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS).stdout
        self.shell.stdin.write(f"{text}\necho '{MARK}'\n")
        self.shell.stdin.flush()
        printed = ""
        while not printed.endswith(MARK + "\n"):
            line = self.shell.stdout.readline()
            if not line:
                return printed + "(the shell has ended)"
            printed += line
        return printed.removesuffix(MARK + "\n")

    def start(self, arguments):
        self.server = subprocess.Popen([self.parlor, "serve", *arguments], cwd=ROOT, env=self.env, text=True,
                                       stderr=subprocess.PIPE)
        for line in self.server.stderr:
            if " ready " in line:
                # A pipe that nobody reads would hold up the server's log.
                threading.Thread(target=self.server.stderr.read, daemon=True).start()
                return ""
        return "(the server did not start)"


def fits(printed, expected):
    pattern = ".*".join(map(re.escape, expected.split("...")))
    return re.fullmatch(pattern, printed) is not None


def compare(block, printed):
    wanted = (block.prints or "").splitlines()
    got = printed.splitlines()
    for number in range(max(len(wanted), len(got))):
        line = got[number] if number < len(got) else "(nothing)"
        want = wanted[number] if number < len(wanted) else "(nothing)"
        if not fits(line, want):
            return f"line {block.line}: it prints\n    {line}\n  and not\n    {want}"
    return None


def main(parlor, page):
    blocks = blocks_of(os.path.join(ROOT, page))
    if not blocks:
        return f"{page} has nothing to run"
    reader = Reader(parlor)
    # Whatever waits, for a line or an end, waits no longer than that.
    signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"{page} took more than {SECONDS} s"))
    signal.alarm(SECONDS)
    try:
        wrong = [w for block in blocks if (w := compare(block, reader.run(block)))]
    finally:
        clean = reader.end()
    if not clean:
        wrong.append("the server did not end well")
    print(f"{page}: {len(blocks)} blocks run, {len(wrong)} wrong")
    return "\n".join(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) or 0)
