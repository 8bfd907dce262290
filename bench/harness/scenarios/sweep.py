"""What the others notice when half a million rooms fall asleep at once.

A server has 1,000 rooms that are played, at a constant rate of half of what it can take, and
500,000 in which nobody moves. Its sweeps are so far apart that the first one finds all of those
idle. Open loop: a request counts from when it was to be sent, so that one that waited for the sweep
shows all of its wait. The control is the quiet time before the sweep, on the same server, at the
same rate.

At a rate that leaves the core idle half of the time one request in a hundred is late for no other
reason than that somebody else had the core for some milliseconds. So server and client run before
all others (SCHED_RR), where that is allowed. A round is two sweeps, each of a new server, and its
figures are of both together.

The server says when it will sweep and when that is over. Nobody asks it meanwhile: ten questions a
second by a process that has no core of its own make one request in a hundred late, which is the very
figure that is wanted.
"""

import itertools
import time

from .. import counters, http, load, samples
from ..bench import CLIENT_CORES, SERVER_CORES
from ..failed import Failed
from ..load import Load
from ..processes import may_go_first

NAME = "sweep"
PLAYED = 1000
SWEEPS = 2  # in a round
OVERLOADED_US = 10_000
IDLE_MS = 2000  # those that are played are played more often than that, by far


def run(bench):
    idle = bench.sized(500_000, 1000)
    played = bench.sized(PLAYED, 50)
    rate, fill_seconds = calibrate(bench, idle, played)
    quiet = max(bench.seconds / 2, 1.0)
    bench.figures.note(NAME, f"{idle:,} idle rooms, {rate:,.0f} moves a second in {played:,} more")
    if not may_go_first():
        bench.figures.note(NAME, "SCHED_RR is not allowed: others at work show in the latencies")
    for number in range(1, bench.rounds + 1):
        seen = []
        for sweep in range(1, bench.sized(SWEEPS, 1) + 1):
            bench.say(f"round {number} of {bench.rounds}, sweep {sweep}: fills {idle:,} rooms")
            seen.append(one_sweep(bench, idle, played, rate, quiet, fill_seconds))
        add_figures(bench, *zip(*seen))


def calibrate(bench, idle, played):
    """How fast rooms are made, and half of the rate at which moves can be taken."""
    server = bench.start_parlor()
    begin = time.monotonic()
    trial = max(played, idle // 25)
    bench.make_rooms(server, "table", trial)
    fill_seconds = (time.monotonic() - begin) / (2 * trial) * idle
    what = Load("place.lua", {"KIND": "table", "ROOMS": played, "RANDOM": 1})
    load.send(bench, server, what, bench.warm_seconds)
    rate = load.send(bench, server, what, min(2.0, bench.seconds)).rate / 2
    bench.processes.kill(server)
    return (min(rate, 2000) if bench.smoke else rate), fill_seconds


def one_sweep(bench, idle, played, rate, quiet, fill_seconds):
    """Latencies in the quiet time and in the sweep, and how long that took."""
    # Time to fill twice over, for fills vary, then until all of it is idle, then the quiet time.
    until_sweep = 2 * fill_seconds + IDLE_MS / 1000 + quiet + 1
    begin = time.monotonic()
    server = bench.start_parlor("--idle-ms", IDLE_MS, "--sweep-ms", int(until_sweep * 1000),
                                first=True)
    bench.make_rooms(server, "table", idle, first=played, players=1)
    bench.make_rooms(server, "table", played)
    left = begin + until_sweep - time.monotonic()
    if left < IDLE_MS / 1000 + quiet:
        raise Failed("rooms were made too slowly: the sweep came before all were there and idle")
    # Played from now on, or they would be idle, too.
    file = bench.path("samples")
    lasts = left + falling_seconds(idle)
    player = bench.processes.start(
        [bench.program("steady"), str(server.port), "--tokens", server.tokens_file,
         "--samples", file, "--rooms", str(played), "--rate", f"{rate:.0f}",
         "--seconds", f"{lasts:.1f}"], CLIENT_CORES, first=True)
    cost = counters.Cost(server.pid, SERVER_CORES)
    bench.processes.finish(player, lasts + 30)
    load.note_noise(bench, NAME, cost.stop().others)
    began, ended = float(server.said["sweeps_at"]), swept_at(server, played)
    bench.processes.kill(server)
    seen = samples.read(file)
    # The quiet time is the last stretch before the sweep.
    return (samples.between(seen, began - quiet, began), samples.between(seen, began, ended),
            ended - began)


def falling_seconds(idle):
    """For how long the rooms are played from the sweep on: generously more than it should take."""
    return 1 + idle / 40_000


def swept_at(server, played):
    """When all of the idle rooms, and none of the others, had fallen asleep."""
    said = [line.split() for line in server.printed().splitlines()]
    ended = [float(words[1]) for words in said if words[0] == "swept_at"]
    with http.Connection(server.port) as connection:
        awake = connection.get_json("/api/stats")["awake"]["total"]
    if not ended or awake > played:
        raise Failed(f"the rooms were not asleep in time: {awake:,} are awake")
    if awake < played:
        raise Failed("rooms fell asleep that were being played")
    return ended[0]


def add_figures(bench, quiet, falling, took):
    add = bench.figures.add
    for subject, parts in (("quiet", quiet), ("falling asleep", falling)):
        latencies = sorted(itertools.chain(*parts))
        if not latencies:
            raise Failed(f"nothing was played while {subject}")
        for name, percent in (("p50", 50), ("p99", 99), ("p99.9", 99.9), ("max", 100)):
            add(NAME, subject, name, "us", "lower", samples.percentile(latencies, percent))
    if bench.figures.get(NAME, "quiet", "p50").values[-1] > OVERLOADED_US and not bench.smoke:
        bench.figures.note(NAME, "OVERLOADED: even in the quiet time moves came late")
    before, during = (bench.figures.get(NAME, subject, "p99").values[-1]
                      for subject in ("quiet", "falling asleep"))
    add(NAME, "falling asleep", "p99 by quiet's", "", "lower", during / before)
    add(NAME, "falling asleep", "took", "s", "lower", sum(took) / len(took))
