"""What every scenario works with: the settings of the run, its processes, its figures, and who runs
where.

The server under load has core 0 to itself and the load generator core 1, where the harness is, too.
A scenario that wants it otherwise says so.
"""

import os
import sys

from . import http
from .failed import Failed
from .processes import Processes

SERVER_CORES = [0]
CLIENT_CORES = [1]
ALL_CORES = [0, 1]
CONNECTIONS = 64
PLAYERS = 64


class Bench:
    def __init__(self, programs, folder, figures, rounds, seconds, smoke):
        self.programs = programs
        self.folder = folder  # for what the run leaves behind and nobody wants
        self.figures = figures
        self.rounds = rounds
        self.seconds = seconds
        self.smoke = smoke
        self.processes = Processes(folder)
        self.lua = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lua")
        self._folders = 0

    @property
    def warm_seconds(self):
        return min(1.0, self.seconds)

    def sized(self, full, tiny):
        """A number for a real run, or for one that only shows that the harness works."""
        return tiny if self.smoke else full

    def program(self, name):
        return os.path.join(self.programs, "bench_" + name)

    def say(self, text):
        print(f"  {text}", file=sys.stderr, flush=True)

    def path(self, name):
        """A new name in the folder of the run."""
        self._folders += 1
        return os.path.join(self.folder, f"{name}-{self._folders}")

    def start_parlor(self, *options, players=PLAYERS, threads=1, cores=SERVER_CORES, first=False):
        """parlor with the kinds of the benchmarks; its tokens are in the file `tokens_file`."""
        server = self.processes.start_server(
            [self.program("server"), self.path("data"), "--players", str(players),
             "--threads", str(threads), *map(str, options)], cores, first)
        server.tokens_file = self.path("tokens")
        with open(server.tokens_file, "w", encoding="ascii") as file:
            file.writelines(token + "\n" for token in server.tokens)
        return server

    def start_control(self, which, reply_bytes, threads=1, cores=SERVER_CORES):
        """A control whose replies have this many bytes in all."""
        server = self.processes.start_server(
            [self.program("controls"), which, "0", str(threads), str(reply_bytes)], cores)
        with http.Connection(server.port) as connection:
            got = len(connection.ask(http.get_bytes(server.port, "/")))
        if got != reply_bytes:
            raise Failed(f"{which} answers {got} bytes instead of {reply_bytes}")
        return server

    def make_rooms(self, server, kind, rooms, first=0, players=2):
        """Rooms in which players sit: the players 2r and 2r + 1 in the room r."""
        self.processes.run([self.program("fill"), str(server.port), "--tokens", server.tokens_file,
                            "--kind", kind, "--first", str(first), "--rooms", str(rooms),
                            "--players", str(players)],
                           CLIENT_CORES, seconds=60 + rooms / 500, progress=True)

    def interleaved(self, subjects, measure):
        """Calls `measure(subject, round)` round by round: a noise hits all subjects alike. Every
        other round goes backwards, so that nobody always follows the same one."""
        for number in range(1, self.rounds + 1):
            self.say(f"round {number} of {self.rounds}")
            for subject in subjects if number % 2 else reversed(subjects):
                measure(subject, number)
