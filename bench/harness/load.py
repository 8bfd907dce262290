"""One stretch of load on one server, and what it cost: requests, their latency, processor time."""

import json
import math
import os
import time
from dataclasses import dataclass, replace

from . import counters
from .bench import CLIENT_CORES, CONNECTIONS, SERVER_CORES
from .failed import Failed

OTHERS_MAX = 0.05


@dataclass
class Load:
    """What wrk sends: a script of bench/lua and its settings. The tokens of `players_of` (by
    default of the server itself) stand in the requests."""
    script: str
    settings: dict
    players_of: object = None
    connections: int = CONNECTIONS
    threads: int = 1
    cores: tuple = tuple(CLIENT_CORES)

    def but(self, **settings):
        return replace(self, settings={**self.settings, **settings})


@dataclass
class Measured:
    requests: int
    seconds: float
    cpu_seconds: float
    p50_us: float
    p99_us: float
    p999_us: float
    others: float = 0.0  # how much of the server's core somebody else used

    @property
    def rate(self):
        return self.requests / self.seconds

    @property
    def cpu_us(self):
        return self.cpu_seconds / self.requests * 1e6

    @property
    def busy(self):
        """How much of one core the server used."""
        return self.cpu_seconds / self.seconds


def send(bench, server, load, seconds):
    """Has wrk load a server for so long. Any error at all ends the run."""
    env = {"BENCH_LUA": bench.lua, "BENCH_PORT": str(server.port),
           "BENCH_TOKENS": (load.players_of or server).tokens_file}
    env.update({"BENCH_" + name: str(value) for name, value in load.settings.items()})
    # wrk counts whole seconds; for anything else it is interrupted, and reports all the same.
    whole = seconds == int(seconds)
    command = ["wrk", f"-t{load.threads}", f"-c{load.connections}",
               f"-d{math.ceil(seconds) + (0 if whole else 5)}s", "--timeout", "10s",
               "-s", os.path.join(bench.lua, load.script), f"http://127.0.0.1:{server.port}/"]
    cost = counters.Cost(server.pid, SERVER_CORES)
    wrk = bench.processes.start(command, load.cores, env)
    if not whole:
        time.sleep(seconds)
        wrk.interrupt()
    printed = bench.processes.finish(wrk, seconds + 30)
    cost.stop()
    # Where the load generator shares the core, it is nobody else.
    shared = set(load.cores) & set(SERVER_CORES)
    found = [line for line in printed.splitlines() if line.startswith("result ")]
    if not found:
        raise Failed(f"wrk reported nothing: {printed.strip()[-500:]}")
    result = json.loads(found[-1].removeprefix("result "))
    if result["errors"]:
        raise Failed(f"{result['errors']} of {result['requests']} requests to {server.name} failed "
                     f"({load.script}, {load.settings})")
    if not result["requests"]:
        raise Failed(f"{server.name} answered no request in {seconds} s")
    return Measured(result["requests"], result["seconds"], cost.cpu_seconds, result["p50"],
                    result["p99"], result["p999"], 0.0 if shared else cost.others)


def note_noise(bench, scenario, others):
    if others > OTHERS_MAX and not bench.smoke:
        bench.figures.noise(scenario, others)


def add_figures(bench, scenario, subject, m, latencies=True):
    """The figures that every loaded server has."""
    add = bench.figures.add
    note_noise(bench, scenario, m.others)
    add(scenario, subject, "requests", "1/s", "higher", m.rate)
    add(scenario, subject, "CPU", "us/request", "lower", m.cpu_us)
    add(scenario, subject, "server core", "busy", None, m.busy)
    if latencies:
        add(scenario, subject, "p50", "us", "lower", m.p50_us)
        add(scenario, subject, "p99", "us", "lower", m.p99_us)
        add(scenario, subject, "p99.9", "us", "lower", m.p999_us)
