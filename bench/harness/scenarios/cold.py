"""What the first command to an actor costs: every request names an id that nobody has named before.

The control is the same command to 64 actors that are awake, in the same round and on the same
server. An activation of a durable actor looks for it in the store and stores it. Each round has a
server of its own, so that no round finds more actors awake than another.
"""

from .. import load
from ..load import Load, add_figures

NAME = "cold"
AWAKE = 64
COLD_WARM_UP_SECONDS = 0.3  # short: what it wakes stays


def subjects():
    def tally(kind, **more):
        return Load("fresh.lua", {"KIND": kind, "COMMAND": "add", "BODY": '{"by":1}', **more})

    def new(kind):
        return tally(kind, PREFIX="try-----")

    def awake(kind):
        return tally(kind, PREFIX="awake---", AWAKE=AWAKE)

    join = Load("fresh.lua", {"KIND": "tictactoe", "COMMAND": "join", "PREFIX": "try-----"})
    return [("volatile, warm", awake("tally")), ("volatile, cold", new("tally")),
            ("durable, warm", awake("tally_durable")), ("durable, cold", new("tally_durable")),
            ("volatile, join of a new tic-tac-toe room", join)]


def run(bench):
    for number in range(1, bench.rounds + 1):
        bench.say(f"round {number} of {bench.rounds}")
        server = bench.start_parlor()
        for _, what in subjects():
            warm = "AWAKE" in what.settings
            load.send(bench, server, what, bench.warm_seconds if warm else COLD_WARM_UP_SECONDS)
        for name, what in subjects() if number % 2 else reversed(subjects()):
            if "AWAKE" not in what.settings:
                what = what.but(PREFIX="new-----")
            add_figures(bench, NAME, name, load.send(bench, server, what, bench.seconds))
        bench.processes.kill(server)
    for kind in ("volatile", "durable"):
        ratios(bench, f"{kind}, cold", f"{kind}, warm")


def ratios(bench, cold, warm):
    """Requests for each second of the processor, cold by warm."""
    for c, w in zip(bench.figures.get(NAME, cold, "CPU").values,
                    bench.figures.get(NAME, warm, "CPU").values):
        bench.figures.add(NAME, cold, "per CPU second, by warm's", "", "higher", w / c)
