"""One line a check, a summary at the end."""
import sys
import time
import traceback

class Failed(Exception):
    """A check that does not hold, with the reason in words."""


def require(condition, reason):
    if not condition:
        raise Failed(reason)


class Report:
    """Runs checks, prints a line for each, and remembers which failed."""

    def __init__(self, out=sys.stdout):
        self.out = out
        self.passed = []
        self.failed = []
        self.skipped = []
        self.begun = time.monotonic()

    def run(self, name, check, *arguments, **options):
        """Runs one check; it returns its figure as a text, or raises. Gives back whether it passed."""
        begun = time.monotonic()
        try:
            figure = check(*arguments, **options) or ""
        except Failed as error:
            return self._line("FAIL", name, str(error), begun, self.failed)
        except Exception as error:  # a crash of LeRobot or of the check is a failure of the check, never the end of all
            traceback.print_exc(file=sys.stderr)
            return self._line("FAIL", name, f"{type(error).__name__}: {error}", begun, self.failed)
        return self._line("ok", name, figure, begun, self.passed)

    def detects(self, name, check, *arguments, **options):
        """Passes when the check fails: run on spoiled data, it proves that the check can fail."""

        def inverted():
            try:
                check(*arguments, **options)
            except Failed as error:
                return f"found: {error}"
            raise Failed("the damage was not found")

        return self.run(f"detects {name}", inverted)

    def skip(self, name, reason):
        self._line("skip", name, reason, time.monotonic(), self.skipped)

    def heading(self, text):
        print(f"\n{text}", file=self.out, flush=True)

    def _line(self, result, name, figure, begun, into):
        into.append(name)
        seconds = time.monotonic() - begun
        line = " ".join(figure.split())
        print(f"{result:4}  {name:<58} {line}  [{seconds:.1f} s]", file=self.out, flush=True)
        return result == "ok"

    def finish(self):
        """The summary and the exit status."""
        seconds = time.monotonic() - self.begun
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        print(f"\n{len(self.passed)} passed, {len(self.failed)} failed{skipped} in {seconds:.0f} s", file=self.out)
        for name in self.failed:
            print(f"failed: {name}", file=self.out)
        return 1 if self.failed else 0
