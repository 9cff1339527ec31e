"""What was measured, sample by sample, and where it is kept."""
import json
import math
import statistics
from dataclasses import dataclass, field
from pathlib import Path

RESULTS = Path(__file__).parent / "results.json"


@dataclass
class Figure:
    """One figure of one program in one case, measured once or several times."""

    line: str
    case: str
    who: str
    unit: str
    values: list = field(default_factory=list)
    # How the values become one: "median", "p99" or "worst".
    summary: str = "median"

    def value(self):
        if self.summary == "worst":
            return max(self.values)
        if self.summary == "p99":
            return sorted(self.values)[math.ceil(0.99 * len(self.values)) - 1]
        return statistics.median(self.values)


class Results:
    """All figures of a run, in the order in which they came."""

    def __init__(self, about):
        self.about = about
        self.figures = {}
        self.missing = []

    def add(self, line, case, who, unit, *values, summary="median"):
        """Notes samples; what was not measured is None and leaves no trace."""
        known = [value for value in values if value is not None]
        if known:
            figure = self.figures.setdefault((line, case, who), Figure(line, case, who, unit, summary=summary))
            figure.values.extend(known)

    def note_missing(self, what, reason):
        """A line that could not be measured, and why."""
        self.missing.append({"what": what, "why": reason})

    def value(self, line, case, who):
        figure = self.figures.get((line, case, who))
        return figure.value() if figure else None

    def save(self, path=RESULTS):
        figures = [{**vars(figure), "value": figure.value()} for figure in self.figures.values()]
        content = {"about": self.about, "figures": figures, "missing": self.missing}
        path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def load(cls, path=RESULTS):
        content = json.loads(path.read_text())
        results = cls(content["about"])
        results.missing = content["missing"]
        for entry in content["figures"]:
            figure = Figure(**{name: entry[name] for name in Figure.__dataclass_fields__})
            results.figures[figure.line, figure.case, figure.who] = figure
        return results
