"""What a second thread costs: processor time a request with two threads by that with one.

Four servers, each with its loops, under the same load; nobody is pinned, for two loops and a
generator have two cores between them. Bare RESTinio pays for the second core, too (caches, the
kernel's own locks): what counts is parlor's ratio by bare RESTinio's.
"""

from .. import http, load
from ..bench import ALL_CORES, PLAYERS
from ..load import Load, add_figures

NAME = "threads"
ROOMS = PLAYERS // 2


def run(bench):
    servers = {}
    for threads in (1, 2):
        parlor = bench.start_parlor(threads=threads, cores=ALL_CORES)
        bench.make_rooms(parlor, "table", ROOMS)
        servers["parlor", threads] = parlor
    parlor = servers["parlor", 1]
    what = Load("place.lua", {"KIND": "table", "ROOMS": ROOMS}, players_of=parlor, threads=2,
                cores=tuple(ALL_CORES))
    for threads in (1, 2):
        load.send(bench, servers["parlor", threads], what, bench.warm_seconds)
    with http.Connection(parlor.port) as connection:
        size = len(connection.post(f"/api/table/{http.room_id(0)}/place", parlor.tokens[0],
                                   '{"cell":0}'))
    for threads in (1, 2):
        bare = bench.start_control("restinio", size, threads=threads, cores=ALL_CORES)
        servers["RESTinio", threads] = bare
        load.send(bench, bare, what, bench.warm_seconds)

    def measure(subject, _):
        m = load.send(bench, servers[subject], what, bench.seconds)
        add_figures(bench, NAME, name_of(subject), m, latencies=False)

    bench.interleaved([("RESTinio", 1), ("RESTinio", 2), ("parlor", 1), ("parlor", 2)], measure)
    ratios(bench)
    bench.processes.kill_all()


def name_of(subject):
    return f"{subject[0]}, {subject[1]} thread{'s' if subject[1] > 1 else ''}"


def ratios(bench):
    def cpu(who, threads):
        return bench.figures.get(NAME, name_of((who, threads)), "CPU").values

    for who in ("RESTinio", "parlor"):
        for two, one in zip(cpu(who, 2), cpu(who, 1)):
            bench.figures.add(NAME, name_of((who, 2)), "CPU by one thread's", "", "lower",
                              two / one)
    bare = bench.figures.get(NAME, name_of(("RESTinio", 2)), "CPU by one thread's").values
    mine = bench.figures.get(NAME, name_of(("parlor", 2)), "CPU by one thread's").values
    for a, b in zip(mine, bare):
        bench.figures.add(NAME, name_of(("parlor", 2)), "that by RESTinio's", "", "lower", a / b)
