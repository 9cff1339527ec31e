"""What Reel is to stay within, on two cores with cameras of 640×480 at 30 pictures a second."""
from fnmatch import fnmatchcase


def _at_most(limit, words):
    return words, lambda results, line, case, value: value <= limit


def _at_least(limit, words):
    return words, lambda results, line, case, value: value >= limit


def _of_limit(share):
    """A share of what was measured as the limit."""

    def holds(results, line, case, value):
        limit = results.value(line, case, "limit")
        return limit is None or value >= share * limit

    return f"≥ {share} of the limit", holds


def _like(other):
    """As in another case, but for a tenth."""

    def holds(results, line, case, value):
        reference = results.value(line, other, "reel")
        return reference is None or value <= 1.1 * reference

    return f"= {other}", holds


# The first line and case that fit count.
BUDGETS = [
    ("wait after a take, worst", "*", _at_most(33, "33 ms")),
    ("wait after a take, all takes", "*", _at_most(33, "33 ms")),
    ("rate held", "*", _at_least(29.95, "30.0")),
    ("tick lateness, p99", "*3 cameras", _at_most(2, "2 ms")),
    ("late ticks", "*", _at_most(0, "0")),
    ("looked on: late ticks", "*", _at_most(0, "0")),
    ("looked on: tick lateness, p99", "MJPEG, two watch", _like("MJPEG, no page")),
    ("looked on: tick lateness, p99", "RGB, two watch", _like("RGB, no page")),
    ("looked on: age of a picture, p95", "*", _at_most(100, "100 ms")),
    ("looked on: page process", "MJPEG*", _at_most(0.03, "0.03 s")),
    ("looked on: page process", "RGB*", _at_most(0.08, "0.08 s")),
    ("processor while recording", "RGB cameras", _at_most(0.08, "0.08 s")),
    ("processor while recording", "MJPEG cameras", _at_most(0.02, "0.02 s")),
    ("processor all told", "*h264*", _at_most(0.15, "0.15 s")),
    ("backlog", "*", _of_limit(0.95)),
    ("memory, recorder", "*3 cameras", _at_most(150, "150 MB")),
    ("`--help`", "*", _at_most(50, "50 ms")),
    ("publishing an episode", "10,000 episodes", _like("1 episode")),
]


def judge(results, line, case):
    """The budget in words and whether Reel is within it; None where there is none."""
    value = results.value(line, case, "reel")
    for budgeted, cases, (words, holds) in BUDGETS:
        if value is not None and line == budgeted and fnmatchcase(case, cases):
            return words, holds(results, line, case, value)
    return None
