"""The numbers of a run: for each subject and measure one value a round, and what is made of them.

A figure's value is the median of its rounds; its spread runs from the smallest to the largest.
"""

import statistics


class Figure:
    def __init__(self, scenario, subject, measure, unit, better):
        self.scenario = scenario
        self.subject = subject
        self.measure = measure
        self.unit = unit
        self.better = better  # "lower", "higher", or None where neither is
        self.values = []

    @property
    def key(self):
        return (self.scenario, self.subject, self.measure)

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def low(self):
        return min(self.values)

    @property
    def high(self):
        return max(self.values)

    def to_json(self):
        return {"scenario": self.scenario, "subject": self.subject, "measure": self.measure,
                "unit": self.unit, "better": self.better, "median": self.median,
                "min": self.low, "max": self.high, "values": self.values}

    @staticmethod
    def from_json(data):
        figure = Figure(data["scenario"], data["subject"], data["measure"], data["unit"],
                        data["better"])
        figure.values = data["values"]
        return figure


class Figures:
    """All figures of a run, in the order in which they were first named."""

    def __init__(self):
        self.all = {}
        self.notes = []  # sentences that belong beside the numbers

    def add(self, scenario, subject, measure, unit, better, value):
        key = (scenario, subject, measure)
        if key not in self.all:
            self.all[key] = Figure(scenario, subject, measure, unit, better)
        self.all[key].values.append(value)

    def note(self, scenario, sentence):
        self.notes.append({"scenario": scenario, "sentence": sentence})

    def noise(self, scenario, share):
        """Somebody else used so much of the server's core: one sentence for all of a scenario."""
        begin = "NOISE: others used up to "
        for note in self.notes:
            if note["scenario"] == scenario and note["sentence"].startswith(begin):
                note["times"] += 1
                note["worst"] = max(note["worst"], share)
                break
        else:
            note = {"scenario": scenario, "times": 1, "worst": share}
            self.notes.append(note)
        note["sentence"] = (f"{begin}{note['worst']:.0%} of the server's core, in {note['times']} "
                            f"measurements: trust none but CPU a request")

    def get(self, scenario, subject, measure):
        return self.all.get((scenario, subject, measure))

    def of(self, scenario):
        return [f for f in self.all.values() if f.scenario == scenario]

    def scenarios(self):
        return list(dict.fromkeys(f.scenario for f in self.all.values()))

    def to_json(self):
        return {"figures": [f.to_json() for f in self.all.values()], "notes": self.notes}

    @staticmethod
    def from_json(data):
        figures = Figures()
        for one in data["figures"]:
            figure = Figure.from_json(one)
            figures.all[figure.key] = figure
        figures.notes = data["notes"]
        return figures
