"""What feeds cost: the time until another player hears of a move, an idle watcher, telling thousands.

A move is a real one, in gomoku with its store: the time from sending it to its own answer, and to the
event on the other player's stream. Both are read by one thread, so they are measured alike. Idle watchers
sit in rooms that stand already. To tell thousands, one player moves in a room that they all watch; what
the harness itself needs to read as many sockets is in the figure.
"""

import resource
import selectors
import socket
import statistics
import time

from .. import counters, http
from ..failed import Failed

NAME = "watch"
SIDE = 15
WAIT_SECONDS = 30


def run(bench):
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))  # the servers have it from here
    parlor = bench.start_parlor("--kinds", "catalog", "--short-stay-ms", 1000, players=4)
    for number in range(1, bench.rounds + 1):
        bench.say(f"round {number} of {bench.rounds}")
        moves(bench, parlor, f"moves{number}")
    idle(bench, parlor)
    for number in range(bench.sized(9, 1)):
        tell_many(bench, parlor, f"crowd{number}")
    bench.processes.kill_all()


class Stream:
    """A feed as a client reads it."""

    def __init__(self, port, path, token=None):
        self.socket = socket.create_connection(("127.0.0.1", port), WAIT_SECONDS)
        authorization = f"Authorization: Bearer {token}\r\n" if token else ""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                            f"Accept: text/event-stream\r\n{authorization}\r\n".encode())
        self.read_until(b"event: snapshot\n")

    def read_until(self, part):
        received = b""
        while part not in received or not received.endswith(b"\n\n"):
            more = self.socket.recv(65536)
            if not more or b"HTTP/1.1 4" in received:
                raise Failed(f"a stream ended: {received.decode(errors='replace')}")
            received += more

    def close(self):
        self.socket.close()


def first_of_five():
    """The cells of two players who fill the board in turn and never have five in a row."""
    cells = [(x, y) for y in range(SIDE) for x in range(SIDE)]
    black = [c for c in cells if (c[0] // 2 + c[1]) % 2 == 0]
    white = [c for c in cells if (c[0] // 2 + c[1]) % 2 == 1]
    return [cell for pair in zip(black, white) for cell in pair]


def moves(bench, parlor, room):
    path = f"/api/gomoku/{room}"
    tokens = parlor.tokens[:2]
    with http.Connection(parlor.port) as one, http.Connection(parlor.port) as other:
        players = [one, other]
        for player, token in zip(players, tokens):
            player.post(path + "/join", token)
        streams = [Stream(parlor.port, path + "/events", token) for token in tokens]
        replies, events = [], []
        for number, (x, y) in enumerate(first_of_five()[:bench.sized(200, 4)]):
            mover = number % 2
            request = http.post_bytes(parlor.port, path + "/place", tokens[mover], f'{{"x":{x},"y":{y}}}')
            reply, event = timed_move(players[mover].socket, streams[1 - mover].socket, request)
            streams[mover].read_until(b"event: version\n")
            replies.append(reply)
            events.append(event)
        for stream in streams:
            stream.close()
    reply_us, event_us = statistics.median(replies) * 1e6, statistics.median(events) * 1e6
    bench.figures.add(NAME, "a move", "own answer, p50", "us", "lower", reply_us)
    bench.figures.add(NAME, "a move", "other player's event, p50", "us", "lower", event_us)
    bench.figures.add(NAME, "a move", "event against answer", "ratio", "lower", event_us / reply_us)


def timed_move(mover, watcher, request):
    """Seconds until the answer, and until the event."""
    came = {}
    with selectors.DefaultSelector() as both:
        both.register(mover, selectors.EVENT_READ)
        both.register(watcher, selectors.EVENT_READ)
        begun = time.perf_counter()
        mover.sendall(request)
        while len(came) < 2:
            ready = both.select(WAIT_SECONDS)
            now = time.perf_counter()
            if not ready:
                raise Failed("a move was not answered, or not told")
            for key, _ in ready:
                received = key.fileobj.recv(65536)
                expected = b"HTTP/1.1 200 " if key.fileobj is mover else b"event: version\n"
                if not received.startswith(expected):
                    raise Failed(f"not what was awaited: {received.decode(errors='replace')}")
                came.setdefault(key.fileobj, now - begun)
    return came[mover], came[watcher]


def idle(bench, parlor):
    watchers, rooms = bench.sized(10_000, 20), bench.sized(1000, 2)
    with http.Connection(parlor.port) as connection:
        for room in range(rooms):
            connection.post(f"/api/tictactoe/idle{room}/join", parlor.tokens[2])
    # All of them have been watched once, and have left nothing behind but what the server keeps anyway.
    for room in range(min(rooms, 100)):
        Stream(parlor.port, f"/api/tictactoe/idle{room}/events").close()
    time.sleep(bench.sized(2, 0))
    before = counters.resident_bytes(parlor.pid)
    streams = []
    for number in range(watchers):
        streams.append(Stream(parlor.port, f"/api/tictactoe/idle{number % rooms}/events"))
        if number % 2500 == 0:
            bench.say(f"{number:,} of {watchers:,} watch")
    time.sleep(bench.sized(3, 0))  # the rooms that only they woke are asleep again
    grown = counters.resident_bytes(parlor.pid) - before
    name = f"{watchers:,} idle watchers"
    bench.figures.add(NAME, name, "memory in all", "MiB", "lower", grown / 2**20)
    bench.figures.add(NAME, name, "memory", "bytes/watcher", "lower", grown / watchers)
    for stream in streams:
        stream.close()


def tell_many(bench, parlor, room):
    watchers = bench.sized(5000, 20)
    path = f"/api/tictactoe/{room}"
    tokens = parlor.tokens[2:4]
    with http.Connection(parlor.port) as connection:
        for token in tokens:
            connection.post(path + "/join", token)
        before = counters.resident_bytes(parlor.pid)
        streams = [Stream(parlor.port, path + "/events") for _ in range(watchers)]
        for stream in streams:
            stream.socket.setblocking(False)
        with selectors.DefaultSelector() as all_of_them:
            for stream in streams:
                all_of_them.register(stream.socket, selectors.EVENT_READ)
            begun = time.perf_counter()
            cpu = counters.cpu_seconds(parlor.pid)
            connection.post(path + "/place", tokens[0], '{"cell":4}')
            answered = time.perf_counter() - begun
            left = watchers
            while left:
                ready = all_of_them.select(WAIT_SECONDS)
                if not ready:
                    raise Failed(f"{left} watchers were not told")
                for key, _ in ready:
                    if not key.fileobj.recv(65536).startswith(b"event: version\n"):
                        raise Failed("a watcher was told something else")
                    all_of_them.unregister(key.fileobj)
                    left -= 1
            told = time.perf_counter() - begun
            cpu = counters.cpu_seconds(parlor.pid) - cpu
        name = f"a move before {watchers:,} watchers"
        bench.figures.add(NAME, name, "own answer", "ms", "lower", answered * 1000)
        bench.figures.add(NAME, name, "the last has it", "ms", "lower", told * 1000)
        bench.figures.add(NAME, name, "CPU of the server", "us/watcher", "lower", cpu * 1e6 / watchers)
        bench.figures.add(NAME, name, "memory while they watch", "bytes/watcher", None,
                          (counters.resident_bytes(parlor.pid) - before) / watchers)
        for stream in streams:
            stream.close()
