"""What was tried and what came of it, section by section; the figures also go to faults-report.json."""
import collections
import json
import sys
import threading
import time
import traceback

from conformance.report import Failed


class Section:
    """One way of breaking Reel. Threads may report to it at once."""

    def __init__(self, name):
        self.name = name
        self.tried = 0
        self.failures = []
        self.skipped = None
        # What the whole of it came to, where a section has more to say than its figures.
        self.outcome = None
        self.figures = {}
        self.seconds = 0.0
        self._lock = threading.Lock()

    def run(self, what, check, *arguments, **options):
        """Runs one trial. It returns nothing, or figures: numbers are added up, lists joined, and of
        `worst …` the largest is kept."""
        try:
            figures = check(*arguments, **options) or {}
            reason = None
        except Failed as error:
            figures, reason = {}, str(error)
        except Exception as error:  # a crash of a check is a failure of the trial, never the end of all
            traceback.print_exc(file=sys.stderr)
            figures, reason = {}, f"{type(error).__name__}: {error}"
        with self._lock:
            self.tried += 1
            for name, value in figures.items():
                old = self.figures.get(name)
                if name.startswith("worst"):
                    self.figures[name] = value if old is None else max(old, value)
                else:
                    self.figures[name] = value if old is None else old + value
            if reason is not None:
                self.failures.append((what, reason))
                print(f"  FAIL  {what}: {reason}", flush=True)
        return reason is None

    def skip(self, reason):
        self.skipped = reason

    @property
    def line(self):
        if self.skipped:
            return f"skip  {self.name}: {self.skipped}"
        figures = ", ".join(f"{name} {_short(value)}" for name, value in self.figures.items() if value != [])
        result = f"{len(self.failures)} FAILED" if self.failures else "nothing lost"
        return f"{'FAIL' if self.failures else 'ok':4}  {self.name}: {self.tried} tried, {result}; {figures}  [{self.seconds:.0f} s]"


def _short(value):
    if isinstance(value, list):
        return f"[{', '.join(sorted(set(map(str, value))))}]"
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


class Report:
    def __init__(self):
        self.sections = []
        self.begun = time.monotonic()

    def section(self, name, work, *arguments, **options):
        section = Section(name)
        self.sections.append(section)
        print(f"{name} …", flush=True)
        begun = time.monotonic()
        section.run(f"{name}: the section itself", lambda: work(section, *arguments, **options))
        section.tried -= 1
        section.seconds = time.monotonic() - begun
        if section.outcome is None and section.failures:
            section.outcome = f"FAILS: {section.failures[0][1]}"
        print(section.line, flush=True)
        return section

    def write(self, path):
        content = [
            {
                "section": section.name, "tried": section.tried, "skipped": section.skipped,
                "figures": section.figures, "seconds": round(section.seconds, 1),
                "failures": [{"trial": what, "reason": reason} for what, reason in section.failures],
            }
            for section in self.sections
        ]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, indent=2) + "\n")

    def finish(self):
        """The summary and the exit status."""
        print("\nwhat was tried, what was lost")
        for section in self.sections:
            print(section.line)
        failed = sum(len(section.failures) for section in self.sections)
        reasons = collections.Counter(
            reason.split(":")[0] for section in self.sections for _, reason in section.failures)
        print(f"\n{sum(section.tried for section in self.sections)} tried, {failed} failed, "
              f"in {time.monotonic() - self.begun:.0f} s")
        for reason, count in reasons.most_common():
            print(f"{count} x {reason}")
        return 1 if failed else 0
