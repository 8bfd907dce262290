"""What the kernel counts for a process: processor time and memory."""

import os
import time

from .failed import Failed


def cpu_seconds(pid):
    """Processor time that the threads of a process have used, in nanoseconds where the kernel keeps
    them (schedstat), else in clock ticks. The servers' threads live as long as the servers: none is
    missed."""
    folder = f"/proc/{pid}/task"
    try:
        total = 0
        for task in os.listdir(folder):
            with open(f"{folder}/{task}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
        return total / 1e9
    except FileNotFoundError:
        pass
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            fields = file.read().rpartition(")")[2].split()
    except FileNotFoundError:
        raise Failed(f"the process {pid} is gone") from None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def core_seconds(cores):
    """Time for which these cores were at work, for whomever."""
    ticks = 0
    with open("/proc/stat", encoding="ascii") as file:
        for line in file:
            name, *fields = line.split()
            if name in [f"cpu{core}" for core in cores]:
                user, nice, system, _idle, _iowait, irq, softirq, stolen = map(int, fields[:8])
                ticks += user + nice + system + irq + softirq + stolen
    return ticks / os.sysconf("SC_CLK_TCK")


class Cost:
    """What a server uses from here to `stop`, and what others use of its core meanwhile."""

    def __init__(self, pid, cores):
        self.pid = pid
        self.cores = cores
        self.before = self._now()

    def _now(self):
        return cpu_seconds(self.pid), core_seconds(self.cores), time.monotonic()

    def stop(self):
        cpu, core, passed = (after - before for after, before in zip(self._now(), self.before))
        self.cpu_seconds = cpu
        self.seconds = passed
        self.others = max(0.0, core - cpu) / passed
        return self


def resident_bytes(pid):
    """Memory of a process that is in use, shared pages counted by its share of them."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        for line in file:
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    raise Failed("the kernel does not tell the memory of a process")
