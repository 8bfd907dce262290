"""Which way the includes point, where the libraries stay, and that no room needs itself in a circle."""

import re
from typing import NamedTuple

from tree import Mistake

# The rooms, lowest first, and the rooms that each may include beside itself. A room is one folder; `x/` stands for x
# and every room below it. A file with a line of its own obeys that line alone.
#
#     runtime <- actors <- http      ("<-": is included by)
ROOMS = """
runtime/values:
runtime/authoring:             runtime/values
runtime/storage:               runtime/values runtime/authoring
runtime/services:              runtime/values runtime/authoring
runtime/hosting/containers:    runtime/values
runtime/hosting/requests:      runtime/values runtime/authoring runtime/storage
runtime/hosting/directory:     runtime/values runtime/authoring runtime/hosting/containers runtime/hosting/requests
runtime/hosting/loops:         runtime/values runtime/hosting/directory
runtime/hosting/scheduler:     runtime/values runtime/hosting/loops
runtime/hosting/traffic:       runtime/values
runtime/hosting/reminders:     runtime/values runtime/storage runtime/hosting/containers runtime/hosting/traffic
runtime/hosting/crashes:       runtime/values runtime/authoring runtime/hosting/loops runtime/hosting/reminders
runtime/hosting/feeds:         runtime/values runtime/authoring runtime/hosting/requests runtime/hosting/reminders
runtime/hosting/output_gate:   runtime/values runtime/authoring runtime/hosting/requests runtime/hosting/feeds
runtime/hosting/host:          runtime/values runtime/authoring runtime/storage runtime/hosting/requests
                               runtime/hosting/directory runtime/hosting/loops runtime/hosting/scheduler
                               runtime/hosting/reminders runtime/hosting/crashes runtime/hosting/feeds
                               runtime/hosting/output_gate runtime/hosting/traffic
runtime/hosting:               runtime/values runtime/authoring runtime/storage runtime/hosting/

actors:                        runtime/values runtime/authoring runtime/services

http/framing:
http/protocol:                 runtime/values runtime/authoring runtime/hosting/requests http/framing
http/admission:                runtime/values runtime/authoring http/protocol
http/contract:                 runtime/values runtime/authoring http/protocol http/admission http/operators
http/feeds:                    runtime/values runtime/hosting runtime/hosting/feeds http/protocol http/admission
http/operators:                runtime/values runtime/authoring runtime/hosting http/protocol http/admission http/feeds
http/gateway:                  runtime/values runtime/authoring runtime/hosting http/protocol http/admission
                               http/contract http/feeds http/operators
http/sockets:                  runtime/values runtime/services runtime/hosting/loops http/framing http/protocol
                               http/admission http/gateway
http/metrics:                  runtime/values runtime/storage runtime/services runtime/hosting http/protocol
                               http/admission
http/settings:                 runtime/values runtime/services http/protocol http/admission http/sockets
http/program:                  runtime/ actors http/
"""

# Libraries by the beginning of their headers, and the files that alone may include them.
LIBRARIES = {
    "caf/": r"runtime/hosting/",
    "restinio/": r"http/sockets/server\.cpp$",
    "prometheus/": r"http/metrics/metrics\.cpp$",
    "asio": r"(runtime/hosting/scheduler/loop_scheduler\.cpp|http/sockets/server\.cpp|"
            r"http/sockets/(acceptor|guard|round_socket|server_streams)\.[ch]pp)$",
    "liburing": r"http/sockets/send_ring\.cpp$",
    "nlohmann/": r"runtime/values/json_text\.cpp$",
    "toml++/": r"http/settings/config_file\.cpp$",
    "spdlog/": r"http/program/logging\.cpp$",
    "openssl/": r"(runtime/values/random\.cpp|http/admission/(credentials|tickets)\.cpp)$",
    "curl/": r"runtime/services/http_client\.cpp$",
    "zlib": r"http/gateway/coded_text\.cpp$",
    "sqlite3": r"runtime/storage/sqlite(_[a-z_]*)?\.[ch]pp$",
    "libpq": r"runtime/storage/postgres_[a-z_]*\.cpp$",
    "postgresql/": r"runtime/storage/postgres_[a-z_]*\.cpp$",
}

LAYERS = ("runtime/", "actors/", "http/")
OURS = LAYERS + ("tests/", "bench/")


class Include(NamedTuple):
    file: str
    line: int
    header: str  # empty: it cannot be read


def includes_of(tree, file):
    """Every include of a C++ file."""
    lines = tree.lines(file)
    for number, code in enumerate(tree.code(file).split("\n")):
        if re.match(r"\s*#\s*include", code):
            read = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', lines[number])
            yield Include(file, number + 1, read.group(1) if read else "")


def layered(tree):
    return [file for file in tree.cpp() if file.startswith(LAYERS)]


def rooms_in(table):
    """From each room, or file, to the rooms that it may include."""
    return {room: allowed.split() for room, allowed in re.findall(r"(?m)^(\S+):((?:[^\n]|\n +)*)", table)}


def directions(tree, table=ROOMS):
    rooms = rooms_in(table)
    for file in layered(tree):
        rule = file if file in rooms else folder_of(file)
        if rule not in rooms:
            yield Mistake(file, 1, "stands in no known room: give its folder a line in ROOMS, tests/tidy/includes.py")
            continue
        for include in includes_of(tree, file):
            header = include.header
            if not header:
                yield Mistake(file, include.line, "an include that cannot be read: name the header")
            elif header.startswith("/") or "./" in header:
                yield Mistake(file, include.line, f"includes {header}: root the path at the repository")
            elif header.startswith(OURS) and not may_include(rooms[rule], header, folder_of(file)):
                yield Mistake(file, include.line, f"includes {header}, which {rule} must not know: move one of them")


def may_include(allowed, header, own):
    return folder_of(header) in (own, *allowed) or any(header.startswith(r) for r in allowed if r.endswith("/"))


def libraries(tree, homes=LIBRARIES):
    for file in layered(tree):
        for include in includes_of(tree, file):
            for library, home in homes.items():
                if include.header.startswith(library) and not re.match(home, file):
                    yield Mistake(file, include.line, f"includes {include.header}: it belongs to {home} alone")


def cycles(tree):
    """Rooms that include each other, directly or through others. A room is a folder that holds C++."""
    arrows = {}  # room -> room that it includes -> the first include that makes it so
    for file in layered(tree):
        for include in includes_of(tree, file):
            here, there = folder_of(file), folder_of(include.header)
            if here != there:
                arrows.setdefault(here, {}).setdefault(there, include)
    reported = set()
    for room in sorted(arrows):
        way = way_back(arrows, room)
        if way and not reported & {folder_of(include.file) for include in way}:
            reported |= {folder_of(include.file) for include in way}
            circle = " -> ".join([room] + [folder_of(include.header) for include in way])
            steps = "".join(f"\n    {i.file}:{i.line} includes {i.header}" for i in way)
            yield Mistake(way[0].file, way[0].line, f"rooms in a circle, {circle}: take out one of them{steps}")


def folder_of(path):
    return path.rpartition("/")[0]


def way_back(arrows, start):
    """The shortest way of includes from a room back to itself; None if there is none."""
    ways = [[include] for include in arrows[start].values()]
    seen = set()
    for way in ways:  # grows meanwhile: nearest rooms first
        room = folder_of(way[-1].header)
        if room == start:
            return way
        if room not in seen:
            seen.add(room)
            ways += [way + [include] for include in arrows.get(room, {}).values()]
    return None
