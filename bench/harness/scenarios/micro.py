"""What the single steps of a command cost, without sockets: the programs of bench/micro.cpp.

There is no control here. These figures say where time goes, not whether there is too much of it.
"""

import json

from ..bench import SERVER_CORES
from ..failed import Failed

NAME = "micro"


def run(bench):
    printed = bench.processes.run(
        [bench.program("micro"), "--benchmark_format=json",
         f"--benchmark_repetitions={bench.rounds}",
         f"--benchmark_min_time={bench.sized(0.2, 0.001)}",
         "--benchmark_enable_random_interleaving=true",
         *bench.sized([], ["--benchmark_filter=-/1000000"])],
        SERVER_CORES, seconds=120 + 60 * bench.rounds)
    # Standard error stands in it, too, before the JSON.
    results = json.loads(printed[printed.index("{"):])
    # They ran in random order; here they stand as in the source.
    in_order = sorted(results["benchmarks"],
                      key=lambda one: (one["family_index"], one["per_family_instance_index"]))
    for one in in_order:
        if one.get("error_occurred"):
            raise Failed(f"{one['name']}: {one['error_message']}")
        if one["run_type"] != "iteration":
            continue
        name = one["run_name"].removesuffix("/real_time").removesuffix("/manual_time")
        # By items: a commit of a group of 64, not the group.
        bench.figures.add(NAME, name.replace("_", " "), "time", "ns", "lower",
                          1e9 / one["items_per_second"])
