"""The tables of medians and ratios: all of them beside results.json, and the lines that matter most in README.md."""
from fnmatch import fnmatchcase

from .budgets import judge
from .reel import PROJECT

BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
# Where the larger figure is the better one.
MORE_IS_BETTER = {"rate held", "backlog", "backlog, ffmpeg one at a time", "backlog, ffmpeg one a core"}
# What README shows.
HEADLINES = [
    ("wait after a take, all takes", "*"), ("rate held", "streaming, AV1, 3 cameras"), ("rate held", "30 takes*"),
    ("tick lateness, p99", "batch 3*"), ("tick lateness, p99", "streaming, AV1, 3 cameras"),
    ("late ticks", "30 takes*"), ("processor while recording", "*"), ("processor all told", "*"), ("backlog", "*"),
    ("looked on: *", "*"), ("bytes of the dataset", "streaming*"), ("memory, recorder", "30 takes*"), ("start to first tick", "*"),
    ("`--help`", "*"), ("publishing an episode", "1 episode"), ("publishing an episode", "10,000 episodes"),
    ("cameras without a late tick*", "640*encoding AV1"),
]


def headline(line, case):
    """Its place among the headlines; None where it is none."""
    places = (place for place, (known, cases) in enumerate(HEADLINES) if fnmatchcase(line, known) and fnmatchcase(case, cases))
    return next(places, None)


def markdown(results, wants=lambda line, case: True, place=lambda line, case: 0):
    """A row a case, with LeRobot's, how many times better Reel is, the limit, and the budget."""
    cases = list(dict.fromkeys((line, case) for line, case, _ in results.figures if wants(line, case)))
    order = list(dict.fromkeys(line for line, _ in sorted(cases, key=lambda entry: place(*entry))))
    rows = ["| what | case | Reel | LeRobot | ratio | limit | budget |", "|---|---|---:|---:|---:|---:|---|"]
    last = None
    for line, case in sorted(cases, key=lambda entry: order.index(entry[0])):
        rows.append(_row(results, line, case, "" if line == last else line))
        last = line
    return "\n".join([_head(results), "", *rows, *_tail(results)])


def _row(results, line, case, title):
    figures = {who: results.figures.get((line, case, who)) for who in ("reel", "lerobot", "limit")}
    reel, lerobot, limit = (_text(figure) for figure in figures.values())
    ratio = _ratio(line, results.value(line, case, "reel"), results.value(line, case, "lerobot"))
    budget = judge(results, line, case)
    judged = f"{budget[0]} {'✓' if budget[1] else '✗'}" if budget else ""
    return f"| {title} | {case} | {reel} | {lerobot} | {ratio} | {limit} | {judged} |"


def _head(results):
    about = results.about
    quick = " A quick run: see `make bench` for figures to quote." if about["quick"] else ""
    return (
        f"{about['date']}, {about['cores']} cores of {about['processor']}, {about['memory']}, Linux {about['kernel']}; "
        f"Reel {about['reel']}, LeRobot {about['lerobot']}, {about['ffmpeg'].split(' Copyright')[0]}. Pictures: "
        f"{about['pictures']}. Seconds of processor time and megabytes are for a second of one camera. Medians, but where "
        f"the line says otherwise; ratio: how many times better Reel is.{quick}")


def _tail(results):
    missing = [f"\nNot measured: {entry['what']} ({entry['why']})." for entry in results.missing]
    # What whoever measured has to say of it, by hand.
    return missing + [f"\n{note}" for note in results.about.get("notes", [])]


def _ratio(line, reel, lerobot):
    if not reel or not lerobot:
        return ""
    ratio = reel / lerobot if line in MORE_IS_BETTER else lerobot / reel
    return f"{ratio:,.0f}×" if ratio >= 20 else f"{ratio:.2g}×" if ratio < 1 else f"{ratio:.1f}×"


def _text(figure):
    if figure is None:
        return ""
    value = figure.value()
    if figure.unit in ("of all", "cameras"):
        return f"{value:.0f}"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {figure.unit.removesuffix(' per camera-second')}"


def write(results):
    """The whole table beside results.json, and its headlines between README's marks, where README has them."""
    (PROJECT / "bench" / "table.md").write_text(markdown(results) + "\n")
    readme = PROJECT / "README.md"
    content = readme.read_text()
    if BEGIN in content and END in content:
        before, rest = content.split(BEGIN, 1)
        wants = lambda line, case: headline(line, case) is not None and results.value(line, case, "reel") is not None
        text = markdown(results, wants, headline) + "\n\nAll figures: [bench/table.md](bench/table.md)."
        readme.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END, 1)[1]}")
