"""What many awake rooms cost: time for those that play, and memory for those that do not.

Three servers hold 1,000, 100,000 and 1,000,000 rooms at once, and are played one after the other in
every round: moves in rooms drawn at random. The control is the server with 1,000. Memory is
measured apart, on a server that holds nothing but tic-tac-toe rooms in which one player sits and
waits.
"""

from .. import counters, load
from ..load import Load, add_figures

NAME = "many"


def run(bench):
    memory(bench)
    sizes = bench.sized([1000, 100_000, 1_000_000], [100, 300, 1000])
    servers = {}
    for rooms in sizes:
        bench.say(f"fills {rooms:,} rooms")
        servers[rooms] = bench.start_parlor()
        bench.make_rooms(servers[rooms], "table", rooms)

    def play(rooms, seed, seconds):
        what = Load("place.lua", {"KIND": "table", "ROOMS": rooms, "RANDOM": 1, "SEED": seed})
        return load.send(bench, servers[rooms], what, seconds)

    for rooms in sizes:
        play(rooms, 0, bench.warm_seconds)
    bench.interleaved(sizes, lambda rooms, number: add_figures(
        bench, NAME, name_of(rooms), play(rooms, number, bench.seconds)))
    ratios(bench, sizes)
    bench.processes.kill_all()


def name_of(rooms):
    return f"{rooms:,} rooms"


def ratios(bench, sizes):
    for measure, better in (("requests", "higher"), ("CPU", "lower")):
        few = bench.figures.get(NAME, name_of(sizes[0]), measure).values
        for rooms in sizes[1:]:
            for a, b in zip(bench.figures.get(NAME, name_of(rooms), measure).values, few):
                bench.figures.add(NAME, name_of(rooms), f"{measure} by {sizes[0]:,}'s", "", better,
                                  a / b)


def memory(bench):
    """Bytes a room: what the process grows by, once it has woken its first rooms."""
    first = bench.sized(1000, 100)
    for kind, rooms in (("tictactoe", bench.sized(1_000_000, 1000)),
                        ("tictactoe_durable", bench.sized(100_000, 1000))):
        bench.say(f"memory of {rooms:,} rooms of {kind}")
        server = bench.start_parlor()
        bench.make_rooms(server, kind, first, players=1)
        before = counters.resident_bytes(server.pid)
        bench.make_rooms(server, kind, rooms, first=first, players=1)
        grown = counters.resident_bytes(server.pid) - before
        bench.figures.add(NAME, f"memory, {rooms:,} idle {kind}", "memory", "bytes/room", "lower",
                          grown / rooms)
        bench.processes.kill(server)
