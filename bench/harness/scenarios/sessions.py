"""What a session with a service of its own costs: memory, and time beside the service's own.

Fortune asks a stub of a language model that knows one answer, and a FastAPI game runs as a program of one
player. Each call goes once straight to the service and once through parlor, in turn, one at a time on
a connection of its own; what parlor adds is the difference of the two medians. Through parlor a fortune
is also stored, and synced, before it is answered.
"""

import os
import socket
import statistics
import sys
import time

from .. import counters, http
from ..bench import CLIENT_CORES
from ..failed import Failed

NAME = "sessions"
GAMES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "tests", "programs")
MESSAGE = '{"message":"What will the day bring, and the one after it? I have a journey before me."}'
GUESS = '{"guess":50}'
START_SECONDS = 60


def run(bench):
    players = bench.sized(10_000, 20)
    model = bench.processes.start_server([sys.executable, "-B", "-m", "bench.harness.model"], CLIENT_CORES)
    parlor = bench.start_parlor("--kinds", "catalog", "--fortune-url", f"http://127.0.0.1:{model.port}/v1/chat",
                                "--games", os.path.abspath(GAMES), players=players)
    memory(bench, parlor, players)
    first_answer(bench, parlor)
    own = start_game(bench)
    subjects = [("fortune", "/api/fortune/chat", MESSAGE, model.port, "/v1/chat"),
                ("game program", "/api/game/action", GUESS, own, "/action")]
    bench.interleaved(subjects, lambda subject, _: compare(bench, parlor, *subject))
    bench.processes.kill_all()


def memory(bench, parlor, players):
    """How much the server grows by when every player has chatted once."""
    before = counters.resident_bytes(parlor.pid)
    with http.Connection(parlor.port) as connection:
        for number, token in enumerate(parlor.tokens):
            connection.post("/api/fortune/chat", token, MESSAGE)
            if number % 2500 == 0:
                bench.say(f"{number:,} of {players:,} players have a session")
    grown = counters.resident_bytes(parlor.pid) - before
    name = f"fortune, {players:,} players"
    bench.figures.add(NAME, name, "memory in all", "MiB", "lower", grown / 2**20)
    bench.figures.add(NAME, name, "memory", "bytes/session", "lower", grown / players)


def first_answer(bench, parlor):
    """From the first request of a player to the answer of a program that did not run before."""
    for token in parlor.tokens[1:1 + bench.sized(5, 1)]:
        with http.Connection(parlor.port) as connection:
            begun = time.perf_counter()
            connection.post("/api/game/action", token, GUESS)
            bench.figures.add(NAME, "game program", "first answer", "ms", "lower",
                              (time.perf_counter() - begun) * 1000)


def start_game(bench):
    """The same game without parlor, on a port of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # `env` changes the folder, which the harness's own command line has no place for.
    bench.processes.start(["env", "-C", os.path.abspath(GAMES), "PYTHONDONTWRITEBYTECODE=1", "uvicorn", "game:app",
                           "--port", str(port), "--log-level", "warning"], CLIENT_CORES)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return port
        except OSError:
            time.sleep(0.05)
    raise Failed("uvicorn was not ready in time")


def compare(bench, parlor, name, path, body, own_port, own_path):
    token = parlor.tokens[0]
    through, straight = [], []
    with http.Connection(parlor.port) as one, http.Connection(own_port) as other:
        for _ in range(bench.sized(500, 5)):
            through.append(timed(lambda: one.post(path, token, body)))
            straight.append(timed(lambda: other.post(own_path, token, body)))
    through_us, straight_us = statistics.median(through), statistics.median(straight)
    bench.figures.add(NAME, name, "p50 by itself", "us", "lower", straight_us)
    bench.figures.add(NAME, name, "p50 through parlor", "us", "lower", through_us)
    bench.figures.add(NAME, name, "added", "us", "lower", through_us - straight_us)


def timed(call):
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1e6
