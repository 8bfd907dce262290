"""What one command costs on the wire, beside what nobody on the same foundation can save.

Each subject has a control of its own: a bare RESTinio that gets the very bytes that the subject
gets, and whose replies are as long as the subject's. The ratio of the two is what parlor adds. A
bare epoll loop shows how much of either is the kernel's.
"""

from .. import http, load
from ..bench import PLAYERS
from ..load import Load, add_figures

NAME = "wire"
ROOMS = PLAYERS // 2
BUSY_MIN = 0.9


class Subject:
    def __init__(self, name, server, what, control=None):
        self.name = name
        self.server = server
        self.load = what
        self.control = control  # the name of what it is compared with


def place(server, kind, keyed):
    settings = {"KIND": kind, "ROOMS": ROOMS, "KEYS": "warm-" if keyed else ""}
    return Load("place.lua", settings, players_of=server)


def reply_bytes(server, kind=None, key=None):
    """How large parlor's reply to such a request is, now."""
    with http.Connection(server.port) as connection:
        if kind is None:
            return len(connection.ask(http.get_bytes(server.port, "/healthz")))
        path = f"/api/{kind}/{http.room_id(0)}/place"
        return len(connection.post(path, server.tokens[0], '{"cell":0}', key))


def subjects(bench):
    parlor = bench.start_parlor()
    health = Load("get.lua", {"PATH_ASKED": "/healthz"}, players_of=parlor)
    in_memory = place(parlor, "table", keyed=False)
    stored = place(parlor, "table_durable", keyed=True)
    for kind in ("table", "table_durable"):
        bench.make_rooms(parlor, kind, ROOMS)
    # Versions grow, and replies with them: those are measured when they have most of their digits.
    for what in (health, in_memory, stored):
        load.send(bench, parlor, what, bench.warm_seconds)

    def control(what, which, *asked):
        return bench.start_control(which, reply_bytes(parlor, *asked)), what

    def beside(name, what, control_name, which, *asked):
        server, same = control(what, which, *asked)
        return Subject(control_name, server, same), Subject(name, parlor, what, control_name)

    bare_epoll, _ = control(in_memory, "epoll", "table")
    return parlor, [
        Subject("epoll, as for a volatile command", bare_epoll, in_memory,
                "RESTinio, as for a volatile command"),
        *beside("parlor, /healthz", health, "RESTinio, as for /healthz", "restinio"),
        *beside("parlor, volatile command", in_memory, "RESTinio, as for a volatile command",
                "restinio", "table"),
        *beside("parlor, durable command", stored, "RESTinio, as for a durable command",
                "restinio", "table_durable", "size"),
    ]


def run(bench):
    parlor, all_subjects = subjects(bench)
    for subject in all_subjects:
        if subject.server is not parlor:
            load.send(bench, subject.server, subject.load, bench.warm_seconds)

    def measure(subject, number):
        # A key is used once: those of another round would be answered from their records.
        keyed = subject.load.settings.get("KEYS")
        what = subject.load.but(KEYS=f"{number:04d}-") if keyed else subject.load
        m = load.send(bench, subject.server, what, bench.seconds)
        add_figures(bench, NAME, subject.name, m)

    bench.interleaved(all_subjects, measure)
    ratios(bench, all_subjects)
    check_saturation(bench)
    bench.figures.note(NAME, "the store at the end: " + bench.processes.stop(parlor))
    bench.processes.kill_all()


def ratios(bench, all_subjects):
    """Processor time of a subject by that of its control, both of the same round."""
    for subject in all_subjects:
        if subject.control is None:
            continue
        mine = bench.figures.get(NAME, subject.name, "CPU").values
        bare = bench.figures.get(NAME, subject.control, "CPU").values
        for a, b in zip(mine, bare):
            bench.figures.add(NAME, subject.name, "CPU by RESTinio's", "", "lower", a / b)


def check_saturation(bench):
    busy = bench.figures.get(NAME, "parlor, volatile command", "server core").median
    if busy < BUSY_MIN and not bench.smoke:
        bench.figures.note(NAME, f"NOT SATURATED: the server's core was busy {busy:.0%} of the "
                                 f"time; requests/s say nothing here, CPU a request does")
