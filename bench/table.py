"""The table of medians and ratios, on the terminal and in README.md."""
from .reel import PROJECT

BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
# Where the larger figure is the better one.
MORE_IS_BETTER = {"rate held", "backlog", "backlog, ffmpeg one at a time", "backlog, ffmpeg one a core"}


def markdown(results):
    """All figures: a row a case, with LeRobot's, the limit, and how many times better Reel is."""
    cases = {}
    for line, case, who in results.figures:
        cases.setdefault((line, case), []).append(who)
    rows = ["| what | case | Reel | LeRobot | ratio | limit |", "|---|---|---:|---:|---:|---:|"]
    last = None
    for line, case in sorted(cases, key=lambda key: list(dict.fromkeys(name for name, _ in cases)).index(key[0])):
        unit = results.figures[line, case, cases[line, case][0]].unit
        figures = {who: results.value(line, case, who) for who in ("reel", "lerobot", "limit")}
        cells = [_text(figures[who], unit) for who in ("reel", "lerobot")]
        what = f"{line}" if line != last else ""
        last = line
        ratio = _ratio(line, figures["reel"], figures["lerobot"])
        rows.append(f"| {what} | {case} | {cells[0]} | {cells[1]} | {ratio} | {_text(figures['limit'], unit)} |")
    return "\n".join([_head(results), "", *rows, *_tail(results)])


def _head(results):
    about = results.about
    quick = " A quick run: see `make bench` for figures to quote." if about["quick"] else ""
    return (
        f"{about['date']}, {about['cores']} cores of {about['processor']}, {about['memory']}, Linux {about['kernel']}; "
        f"Reel {about['reel']}, LeRobot {about['lerobot']}, {about['ffmpeg'].split(' Copyright')[0]}. Pictures: "
        f"{about['pictures']}. Medians unless said otherwise; ratio: how many times better Reel is.{quick}")


def _tail(results):
    return [f"\nNot measured: {entry['what']} ({entry['why']})." for entry in results.missing]


def _ratio(line, reel, lerobot):
    if not reel or not lerobot:
        return ""
    ratio = reel / lerobot if line in MORE_IS_BETTER else lerobot / reel
    return f"{ratio:,.0f}×" if ratio >= 20 else f"{ratio:.2g}×" if ratio < 1 else f"{ratio:.1f}×"


def _text(value, unit):
    if value is None:
        return ""
    if unit == "of all":
        return f"{value:.0f}"
    if unit == "cameras":
        return f"{value:.0f}"
    digits = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{digits}f} {unit.replace(' per camera-second', '')}"


def write(results):
    """Puts the table between README's marks, or beside results.json where README has none."""
    text = markdown(results)
    readme = PROJECT / "README.md"
    content = readme.read_text()
    if BEGIN in content and END in content:
        before, rest = content.split(BEGIN, 1)
        after = rest.split(END, 1)[1]
        readme.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}")
    else:
        (PROJECT / "bench" / "table.md").write_text(text + "\n")
