"""Two runs side by side: old, new, and by how much each figure changed.

A change is marked when it goes beyond the spread: when the rounds of one run all lie on one side of
the rounds of the other. Five rounds against five fall so by chance once in 126 times, so of a
hundred figures one may be marked for nothing. With fewer rounds it would be many: no marks then.
"""

from . import table

ROUNDS_MIN = 5


def verdict(old, new):
    apart = new.low > old.high or new.high < old.low
    if not apart or min(len(old.values), len(new.values)) < ROUNDS_MIN:
        return ""
    if old.better is None:
        return "changed"
    rose = new.median > old.median
    return "better" if rose == (old.better == "higher") else "WORSE"


def of(old, new):
    """The comparison as text, of all figures that both runs have."""
    rows = [["figure", "old", "new", "change", ""]]
    for key, figure in old.all.items():
        other = new.all.get(key)
        if other is None:
            continue
        change = f"{100 * (other.median / figure.median - 1):+.1f} %" if figure.median else ""
        name = f"{figure.scenario}: {figure.subject}, {figure.measure}"
        name += f" ({figure.unit})" if figure.unit else ""
        rows.append([name, table.cell(figure), table.cell(other), change, verdict(figure, other)])
    lines = table.aligned(rows)
    only_old = len(old.all) - (len(rows) - 1)
    only_new = len(new.all) - (len(rows) - 1)
    if only_old or only_new:
        lines.append(f"Only in the old run: {only_old} figures; only in the new one: {only_new}.")
    return "\n".join(lines)
