"""The command line: runs scenarios, compares two runs, draws charts."""

import argparse
import datetime
import json
import os
import shutil
import signal
import sys
import tempfile

from . import charts, compare, machine, scenarios, table
from .bench import CLIENT_CORES, Bench
from .failed import Failed
from .figures import Figures

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FORMAT = 1  # of the files; one that cannot be compared with today's gets another number


def main(arguments):
    if arguments[:1] == ["compare"]:
        return compare_files(arguments[1:])
    if arguments[:1] == ["charts"]:
        return draw(arguments[1:])
    return measure(arguments)


def measure(arguments):
    wanted = read_options(arguments)
    # `kill` ends a run as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: stopped"))
    os.makedirs(wanted.work, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="run-", dir=wanted.work)
    figures = Figures()
    bench = Bench(wanted.programs, folder, figures, wanted.rounds, wanted.seconds, wanted.smoke)
    keep_off_the_server()
    done = False
    try:
        for name in wanted.scenarios:
            print(f"{name}: {first_line(scenarios.ALL[name])}", file=sys.stderr, flush=True)
            scenarios.ALL[name].run(bench)
            print("\n" + table.of_scenario(figures, name) + "\n", flush=True)
        done = True
    finally:
        bench.processes.kill_all()
        shutil.rmtree(folder, ignore_errors=True)
        # What was measured before something failed is worth keeping; the exit code tells.
        if figures.all:
            write(wanted, figures, done)
    return 0


def read_options(arguments):
    parser = argparse.ArgumentParser(
        prog="./run bench", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Measures parlor beside controls. Scenarios:\n" + "\n".join(
            f"  {name:8} {first_line(scenario)}" for name, scenario in scenarios.ALL.items()),
        epilog="./run bench compare OLD.json NEW.json   what changed\n"
               "./run bench charts FILE.json FOLDER     pictures of a run")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="all, if none is named")
    parser.add_argument("--rounds", type=int, default=None, help="of each subject (5)")
    parser.add_argument("--seconds", type=float, default=None, help="of load a round (5)")
    parser.add_argument("--json", help="the file to write (build/bench/DATE-TIME.json)")
    parser.add_argument("--smoke", action="store_true",
                        help="everything tiny: shows that the harness works, and measures nothing")
    parser.add_argument("--programs", default=os.path.join(ROOT, "build", "release", "bench"),
                        help=argparse.SUPPRESS)
    parser.add_argument("--work", default=os.path.join(ROOT, "build", "bench"),
                        help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    unknown = [name for name in wanted.scenarios if name not in scenarios.ALL]
    if unknown:
        parser.error(f"there is no scenario {unknown[0]}: {', '.join(scenarios.ALL)}")
    wanted.scenarios = wanted.scenarios or list(scenarios.ALL)
    wanted.rounds = wanted.rounds or (1 if wanted.smoke else 5)
    wanted.seconds = wanted.seconds or (0.3 if wanted.smoke else 5.0)
    if wanted.rounds < 1 or wanted.seconds <= 0:
        parser.error("--rounds and --seconds must be more than nothing")
    return wanted


def keep_off_the_server():
    """The harness itself stays with the load generator."""
    if set(CLIENT_CORES) <= os.sched_getaffinity(0):
        os.sched_setaffinity(0, CLIENT_CORES)


def first_line(scenario):
    return scenario.__doc__.splitlines()[0].rstrip(".")


def write(wanted, figures, complete):
    file = wanted.json or os.path.join(
        wanted.work, datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S.json"))
    os.makedirs(os.path.dirname(os.path.abspath(file)), exist_ok=True)
    content = {"format": FORMAT, "complete": complete, "machine": machine.facts(wanted.programs),
               "settings": {"rounds": wanted.rounds, "seconds": wanted.seconds,
                            "smoke": wanted.smoke}, **figures.to_json()}
    with open(file, "w", encoding="utf-8") as out:
        json.dump(content, out, indent=1)
        out.write("\n")
    m = content["machine"]
    print(f"{m['cpu']}, {m['cores']} cores, Linux {m['kernel']}, {m['compiler']}")
    print(f"commit {m['commit']}, {wanted.rounds} rounds of {wanted.seconds:g} s; medians "
          f"(smallest..largest)")
    print(f"written to {os.path.relpath(file)}")


def load(file):
    try:
        with open(file, encoding="utf-8") as text:
            content = json.load(text)
    except (OSError, ValueError) as error:
        raise Failed(f"cannot read {file}: {error}") from None
    if content.get("format") != FORMAT:
        raise Failed(f"{file} is not of format {FORMAT}")
    return content


def compare_files(arguments):
    if len(arguments) != 2:
        raise Failed("usage: ./run bench compare OLD.json NEW.json")
    old, new = map(load, arguments)
    for name in ("cpu", "cores", "kernel", "compiler"):
        if old["machine"][name] != new["machine"][name]:
            print(f"NOTE: another {name}: {old['machine'][name]} / {new['machine'][name]}")
    print(compare.of(Figures.from_json(old), Figures.from_json(new)))
    return 0


def draw(arguments):
    if len(arguments) != 2:
        raise Failed("usage: ./run bench charts FILE.json FOLDER")
    for file in charts.draw(Figures.from_json(load(arguments[0])), arguments[1]):
        print(file)
    return 0


try:
    sys.exit(main(sys.argv[1:]))
except Failed as failure:
    sys.exit(f"bench: {failure}")
except KeyboardInterrupt:
    sys.exit("bench: stopped")
