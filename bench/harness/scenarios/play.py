"""What players notice: bots that play real games to the end, new ones at a constant rate.

They join by the lobby. Open loop, with latency from when each request was to be sent. The bots
check every answer against the rules. No other server can be asked to play, so the control is a bare
RESTinio that takes moves at the same rate of requests, from the same kind of client: what remains
of a latency there is the machine's.
"""

from .. import counters, http, samples
from ..bench import CLIENT_CORES, SERVER_CORES
from ..failed import Failed
from ..load import note_noise

NAME = "play"
OPERATIONS = ("join", "move", "read")
PLAYERS = 4000
CONTROL = "RESTinio, the same rate"


def run(bench):
    games = bench.sized(200, 50)
    catalog = ["--kinds", "catalog"]
    servers = {"volatile": bench.start_parlor(*catalog, "--volatile", players=PLAYERS),
               "durable": bench.start_parlor(*catalog, players=PLAYERS)}
    for server in servers.values():
        warm, _ = play(bench, server, games, bench.warm_seconds, "warm-")
    rate = len(warm) / bench.warm_seconds
    bench.figures.note(NAME, f"{games} new games a second, about {rate:,.0f} requests a second")
    bare = bench.start_control("restinio", reply_bytes(servers["volatile"]))
    bare.tokens_file = servers["volatile"].tokens_file
    move_steadily(bench, bare, rate, bench.warm_seconds)

    def measure(subject, number):
        if subject == CONTROL:
            seen, cost = move_steadily(bench, bare, rate, bench.seconds)
            add_latencies(bench, CONTROL, sorted(latency for _, latency, _ in seen))
        else:
            seen, cost = play(bench, servers[subject], games, bench.seconds, f"r{number:03d}-")
            for number, operation in enumerate(OPERATIONS):
                add_latencies(bench, f"{subject}, {operation}", samples.of_operation(seen, number))
        add = bench.figures.add
        add(NAME, subject, "CPU", "us/request", "lower", cost.cpu_seconds / len(seen) * 1e6)
        add(NAME, subject, "server core", "busy", None, cost.cpu_seconds / cost.seconds)
        note_noise(bench, NAME, cost.others)

    bench.interleaved([*servers, CONTROL], measure)
    bench.processes.kill_all()


def reply_bytes(server):
    with http.Connection(server.port) as connection:
        return len(connection.post(f"/api/tictactoe/{http.room_id(0)}/join", server.tokens[0]))


def add_latencies(bench, subject, latencies):
    if not latencies:
        raise Failed(f"nobody did this: {subject}")
    for name, percent in (("p50", 50), ("p99", 99), ("p99.9", 99.9), ("max", 100)):
        value = samples.percentile(latencies, percent)
        bench.figures.add(NAME, subject, name, "us", "lower", value)


def play(bench, server, games, seconds, key_prefix):
    return observed(bench, server, [bench.program("play"), str(server.port), "--games", str(games),
                                    "--key-prefix", key_prefix], seconds)


def move_steadily(bench, server, rate, seconds):
    return observed(bench, server, [bench.program("steady"), str(server.port), "--rooms", "1000",
                                    "--rate", f"{rate:.0f}", "--key-prefix", "k"], seconds)


def observed(bench, server, command, seconds):
    """What an open-loop client saw of a server, and what that cost the server."""
    seen = bench.path("samples")
    command += ["--tokens", server.tokens_file, "--samples", seen, "--seconds", f"{seconds:g}"]
    cost = counters.Cost(server.pid, SERVER_CORES)
    bench.processes.run(command, CLIENT_CORES, seconds + 60)
    return samples.read(seen), cost.stop()
