"""The programs that a run starts: each is known by its pid, and none outlives the run.

Everything that waits has a bound. Ctrl-C reaches the harness only, for the programs have sessions
of their own, and the harness ends them.
"""

import functools
import os
import signal
import subprocess
import time

from .failed import Failed

START_SECONDS = 60
STOP_SECONDS = 40  # parlor takes 10 s at most, and then waits for its actors


def pinned(command, cores):
    """The command on these cores only. Where there is but one core, everybody shares it."""
    if cores is None or (os.cpu_count() or 1) == 1:
        return command
    return ["taskset", "-c", ",".join(map(str, cores)), *command]


BEFORE_OTHERS = ["chrt", "--rr", "1"]


@functools.cache
def may_go_first():
    """Whether programs may run before all others who want their core (SCHED_RR)."""
    try:
        return subprocess.run([*BEFORE_OTHERS, "true"], capture_output=True, timeout=10).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


class Program:
    """One process. What it prints goes to a file; so no pipe can fill up and hold it."""

    def __init__(self, command, cores, output, env=None, progress=False, first=False):
        self.name = os.path.basename(command[0])
        self.output = output
        go = BEFORE_OTHERS if first and may_go_first() else []
        with open(output, "wb") as out:
            self.process = subprocess.Popen(
                [*go, *pinned(command, cores)], stdin=subprocess.DEVNULL, stdout=out,
                stderr=None if progress else subprocess.STDOUT, start_new_session=True,
                env={**os.environ, **(env or {})})
        self.pid = self.process.pid

    def printed(self):
        with open(self.output, encoding="utf-8", errors="replace") as out:
            return out.read()

    def last_words(self):
        lines = [line for line in self.printed().splitlines() if not line.startswith("token ")]
        return "\n".join(lines)[-500:].strip() or "without a word"

    def ended(self):
        return self.process.poll() is not None

    def wait(self, seconds):
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.name} had not ended after {seconds:.0f} s") from None
        if self.process.returncode != 0:
            raise Failed(f"{self.name} ended with {self.process.returncode}: {self.last_words()}")

    def _send(self, which):
        if not self.ended():
            self.process.send_signal(which)

    def interrupt(self):
        self._send(signal.SIGINT)

    def terminate(self):
        self._send(signal.SIGTERM)

    def kill(self):
        if not self.ended():
            self.process.kill()
        self.process.wait()


class Server(Program):
    """A program that announces itself (`port N`, perhaps lines with more, `ready`) and serves until
    it is told to stop."""

    def wait_until_ready(self):
        until = time.monotonic() + START_SECONDS
        lines = []
        while "ready" not in lines:
            if self.ended():
                raise Failed(f"{self.name} ended at once: {self.last_words()}")
            if time.monotonic() > until:
                raise Failed(f"{self.name} was not ready after {START_SECONDS} s")
            time.sleep(0.02)
            lines = self.printed().splitlines()
        said = [line.partition(" ") for line in lines]
        self.said = {word: value for word, _, value in said if word != "token"}
        self.port = int(self.said["port"])
        self.tokens = [value for word, _, value in said if word == "token"]


class Processes:
    """All that a run has started and that is still there."""

    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        self.running = []

    def _output(self):
        self.count += 1
        return os.path.join(self.folder, f"output-{self.count}")

    def start_server(self, command, cores, first=False):
        server = Server(command, cores, self._output(), first=first)
        self.running.append(server)
        server.wait_until_ready()
        return server

    def start(self, command, cores, env=None, progress=False, first=False):
        """Starts a program that ends by itself; `finish` waits for that. With `first` it runs
        before all others, where it may."""
        program = Program(command, cores, self._output(), env, progress, first)
        self.running.append(program)
        return program

    def finish(self, program, seconds):
        """Waits for the end, which must be a good one, and returns what the program printed."""
        program.wait(seconds)
        self.running.remove(program)
        for other in self.running:
            if other.ended():
                raise Failed(f"{other.name} ended in the middle of the run: {other.last_words()}")
        return program.printed()

    def run(self, command, cores, seconds, **how):
        return self.finish(self.start(command, cores, **how), seconds)

    def stop(self, server):
        """Asks a server to stop and returns its last line."""
        server.terminate()
        return self.finish(server, STOP_SECONDS).splitlines()[-1]

    def kill(self, *servers):
        """For servers that have nothing to say, and perhaps a million actors to put to bed."""
        for server in servers:
            self.running.remove(server)
            server.kill()

    def kill_all(self):
        while self.running:
            self.running.pop().kill()
