"""Where and when numbers were measured: without it they mean little."""

import datetime
import os
import platform
import subprocess


def facts(programs):
    return {"date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
            "commit": _commit(), "cpu": _cpu_model(), "cores": os.cpu_count(),
            "kernel": platform.release(), "compiler": _compiler(programs)}


def _first_line(command):
    """What a program says, or `unknown`: a missing git or compiler is no reason to fail."""
    try:
        # No lock in the repository: whoever works in it is not disturbed.
        done = subprocess.run(command, capture_output=True, text=True, timeout=10,
                              env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"}, check=True)
        return done.stdout.strip().splitlines()[0] if done.stdout.strip() else ""
    except (OSError, subprocess.SubprocessError):
        return "unknown"


def _commit():
    commit = _first_line(["git", "rev-parse", "--short=12", "HEAD"])
    if commit == "unknown":
        return commit
    changed = _first_line(["git", "status", "--porcelain", "--untracked-files=no"])
    return commit + (" with changes" if changed else "")


def _cpu_model():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _compiler(programs):
    """Of the build that the programs stand in."""
    cache = os.path.join(programs, "..", "CMakeCache.txt")
    try:
        with open(cache, encoding="utf-8") as file:
            for line in file:
                if line.startswith("CMAKE_CXX_COMPILER:"):
                    return _first_line([line.partition("=")[2].strip(), "--version"])
    except OSError:
        pass
    return "unknown"
