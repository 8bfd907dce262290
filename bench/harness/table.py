"""Numbers for people: a table for each scenario, a row for each subject, a column a measure."""


def digits(value):
    """Three to four digits that matter, thousands apart."""
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 100:
        return f"{value:.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}"


def cell(figure):
    if figure is None:
        return ""
    if len(figure.values) == 1:
        return digits(figure.median)
    return f"{digits(figure.median)} ({digits(figure.low)}..{digits(figure.high)})"


def aligned(rows):
    """Rows of texts as lines, in columns; the first stands left, the others right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return ["  ".join([row[0].ljust(widths[0])] +
                      [text.rjust(width) for text, width in zip(row[1:], widths[1:])]).rstrip()
            for row in rows]


def of_scenario(figures, scenario):
    found = figures.of(scenario)
    measures = list(dict.fromkeys((f.measure, f.unit) for f in found))
    subjects = list(dict.fromkeys(f.subject for f in found))
    rows = [[scenario] + [f"{measure}, {unit}" if unit else measure for measure, unit in measures]]
    for subject in subjects:
        rows.append([subject] + [cell(figures.get(scenario, subject, measure))
                                 for measure, _ in measures])
    notes = [f"  {note['sentence']}" for note in figures.notes if note["scenario"] == scenario]
    return "\n".join(aligned(rows) + notes)


def whole(figures):
    return "\n\n".join(of_scenario(figures, scenario) for scenario in figures.scenarios())
