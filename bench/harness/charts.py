"""Pictures of a run: what a request costs, many rooms, the sweep, the latencies of play.

A chart whose scenario was not run is left out.
"""

import math
import os

from .svg import Picture
from .table import digits

WIDTH = 760
LEFT = 220  # where bars begin, after their names


def draw(figures, folder):
    os.makedirs(folder, exist_ok=True)
    drawn = []
    for name, chart in (("wire-cpu", wire_cpu), ("many-throughput", many_throughput),
                        ("sweep-p99", sweep_p99), ("play-latency", play_latency)):
        picture = chart(figures)
        if picture:
            drawn.append(os.path.join(folder, name + ".svg"))
            picture.save(drawn[-1])
    return drawn


def wire_cpu(figures):
    """Each bar is one request: what a bare loop needs, what RESTinio adds, what parlor adds."""
    def cpu(subject):
        figure = figures.get("wire", subject, "CPU")
        return figure.median if figure else None

    floor = cpu("epoll, as for a volatile command")
    if floor is None:
        return None
    bare = cpu("RESTinio, as for a volatile command")
    rows = [("bare epoll loop", [floor]), ("bare RESTinio", [floor, bare - floor])]
    for name in ("/healthz", "volatile command", "durable command"):
        article = "/healthz" if name == "/healthz" else "a " + name
        control = cpu(f"RESTinio, as for {article}")
        rows.append((f"parlor, {name}", [floor, control - floor, cpu(f"parlor, {name}") - control]))
    picture = Picture("Processor time of one request, in us", WIDTH, 92 + 34 * len(rows))
    picture.legend(52, [(0, "kernel: bare epoll loop"), (1, "RESTinio adds"), (2, "parlor adds")])
    scale = (WIDTH - LEFT - 80) / max(sum(parts) for _, parts in rows)
    for row, (name, parts) in enumerate(rows):
        y, x = 70 + 34 * row, float(LEFT)
        picture.text(LEFT - 10, y + 16, name, anchor="end")
        for colour, part in enumerate(parts):
            picture.bar(x, y, part * scale, 22, colour)
            if part * scale > 40:
                picture.text(x + part * scale / 2, y + 16, digits(part), "inside", "middle")
            x += max(part, 0) * scale
        picture.text(x + 8, y + 16, digits(sum(parts)))
    return picture


def many_throughput(figures):
    points = [(int(f.subject.split()[0].replace(",", "")), f) for f in figures.of("many")
              if f.measure == "requests"]
    if not points:
        return None
    height, top, bottom = 300, 60, 250
    picture = Picture("Moves a second in rooms drawn at random, by rooms awake", WIDTH, height)
    most = max(figure.high for _, figure in points)
    begin, end = math.log10(points[0][0]), math.log10(points[-1][0])

    def x_of(rooms):
        return 100 + (math.log10(rooms) - begin) / max(end - begin, 1e-9) * (WIDTH - 220)

    def y_of(rate):
        return bottom - rate / most * (bottom - top - 20)

    picture.line([(60, bottom), (WIDTH - 40, bottom)])
    for rooms, figure in points:
        x = x_of(rooms)
        picture.line([(x, y_of(figure.low)), (x, y_of(figure.high))], "mark")
        picture.text(x, bottom + 20, f"{rooms:,} rooms", "quiet", "middle")
    picture.line([(x_of(rooms), y_of(figure.median)) for rooms, figure in points], "s1")
    for rooms, figure in points:
        picture.dot(x_of(rooms), y_of(figure.median), 1)
        picture.text(x_of(rooms) + 8, y_of(figure.median) - 10, f"{digits(figure.median)}/s")
    return picture


def sweep_p99(figures):
    rows = [(subject, figures.get("sweep", subject, "p99"))
            for subject in ("quiet", "falling asleep")]
    if rows[0][1] is None:
        return None
    picture = Picture("Latency of moves while idle rooms fall asleep: p99", WIDTH, 140)
    scale = (WIDTH - LEFT - 120) / max(figure.high for _, figure in rows)
    for row, (name, figure) in enumerate(rows):
        y = 50 + 42 * row
        picture.text(LEFT - 10, y + 18, name, anchor="end")
        picture.bar(LEFT, y, figure.median * scale, 26, row + 1)
        spread = [LEFT + value * scale for value in (figure.low, figure.high)]
        picture.line([(x, y + 13) for x in spread], "mark")
        for x in spread:
            picture.line([(x, y + 8), (x, y + 18)], "mark")
        picture.text(spread[1] + 8, y + 18, time_of(figure.median))
    return picture


def play_latency(figures):
    """On a logarithmic axis: from a tenth of a millisecond to a second there is room for all."""
    measures = ("p50", "p99", "p99.9", "max")
    subjects = [f.subject for f in figures.of("play") if f.measure == "p50"]
    if not subjects:
        return None
    picture = Picture("Latency of play, from when each request was to be sent", WIDTH,
                      110 + 30 * len(subjects))
    picture.legend(52, list(enumerate(measures)))
    all_values = [f.median for f in figures.of("play") if f.measure in measures]
    begin = math.floor(math.log10(min(all_values)))
    end = math.ceil(math.log10(max(all_values)))
    right = WIDTH - 265

    def x_of(us):
        return LEFT + (math.log10(us) - begin) / max(end - begin, 1) * (right - LEFT)

    last = 70 + 30 * len(subjects)
    for power in range(begin, end + 1):
        picture.line([(x_of(10 ** power), 66), (x_of(10 ** power), last)])
        picture.text(x_of(10 ** power), last + 18, time_of(10 ** power), "quiet", "middle")
    for row, subject in enumerate(subjects):
        y = 84 + 30 * row
        values = [figures.get("play", subject, measure).median for measure in measures]
        picture.text(LEFT - 14, y + 4, subject, anchor="end")
        picture.line([(x_of(values[0]), y), (x_of(values[-1]), y)], "mark")
        for colour, value in enumerate(values):
            picture.dot(x_of(value), y, colour)
        picture.text(right + 20, y + 4, " · ".join(map(time_of, values)), "quiet")
    return picture


def time_of(us):
    if us < 1000:
        return f"{us:.0f} us"
    return f"{us / 1000:.3g} ms" if us < 1e6 else f"{us / 1e6:.3g} s"
