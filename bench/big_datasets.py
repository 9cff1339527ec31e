"""Datasets of 1 to 10,000 episodes: what it costs to add one, to look at them, to join their files."""
import json
import math
import os
import shutil
from concurrent.futures import ProcessPoolExecutor

import pyarrow
import pyarrow.parquet

from . import reel
from .codecs import H264
from .processes import demand, run

WAITING = 10
CHUNK = 1000
# Datasets of more episodes are not decoded: that says more of the videos than of their number.
DECODED = 100


def run_big_datasets(results, footage, directory, quick):
    """Episodes are a second long and their pictures small: what counts here is how many there are."""
    clips = [footage.clip(0, width=64, height=48, frames=30)]
    session = reel.record(directory, clips, 1, 1, reel.batches(1), H264)
    first = directory / "first"
    shutil.rmtree(first, ignore_errors=True)
    session.root.rename(first)
    waiting = reel.leave_waiting(directory, clips, WAITING, 1, H264)
    for episodes in [1, 100, 1000] if quick else [1, 100, 1000, 10_000]:
        root = directory / f"of-{episodes}"
        shutil.rmtree(root, ignore_errors=True)
        multiply(first, root, episodes)
        shutil.copytree(waiting / ".reel", root / ".reel")
        _measure(results, directory, root, episodes)
        shutil.rmtree(root)
    shutil.rmtree(waiting)
    shutil.rmtree(first)


def _measure(results, directory, root, episodes):
    case = f"{episodes:,} episode{'s' if episodes > 1 else ''}"

    def timed(line, *arguments):
        done = demand(run([reel.program(), *arguments], directory / "dataset.log", seconds=900))
        results.add(line, case, "reel", "s", done.seconds)
        results.add(f"{line}, memory", case, "reel", "MB", done.memory / 1e6)
        return done.seconds

    one = timed("`reel encode` of one more episode", "encode", root, "--end-episode=1")
    rest = demand(run([reel.program(), "encode", root], directory / "dataset.log"))
    results.add(
        "publishing an episode", case, "reel", "ms", 1e3 * (rest.seconds - one) / (WAITING - 2))
    timed("`reel info`", "info", root)
    timed("`reel recover`", "recover", root)
    timed("`reel check --quick`", "check", root, "--quick")
    if episodes <= DECODED:
        timed("`reel check`", "check", root)
    timed("`reel consolidate`", "consolidate", root)
    timed("`reel check --quick`, consolidated", "check", root, "--quick")


def multiply(first, root, episodes):
    """A dataset of `episodes` episodes as Reel would have published them one by one, all like the one in `first`."""
    info = json.loads((first / "meta" / "info.json").read_text())
    length = info["total_frames"]
    statistics = json.loads((first / "meta" / "stats.json").read_text())
    _count_on(statistics, episodes, length)
    info.update(total_episodes=episodes, total_frames=length * episodes, splits={"train": f"0:{episodes}"})
    for name in [path.parent.parent.relative_to(first) for path in first.glob("*/**/chunk-000/*")]:
        for chunk in range((episodes + CHUNK - 1) // CHUNK):
            (root / name / f"chunk-{chunk:03d}").mkdir(parents=True, exist_ok=True)
    shutil.copy(first / "meta" / "tasks.parquet", root / "meta" / "tasks.parquet")
    (root / "meta" / "stats.json").write_text(json.dumps(statistics, indent=4))
    (root / "meta" / "info.json").write_text(json.dumps(info, indent=4))
    size = 250
    jobs = [(first, root, range(begin, min(begin + size, episodes)), length) for begin in range(0, episodes, size)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_write_episodes, jobs))


def _count_on(statistics, episodes, length):
    """What differs in stats.json, aggregated as LeRobot does it: the counts, and the columns that count on, whose
    episodes are evenly spaced."""
    for entry in statistics.values():
        entry["count"] = [count * episodes for count in entry["count"]]
    for name, step in [("episode_index", 1), ("index", length)]:
        entry = statistics[name]
        middle = step * (episodes - 1) / 2
        entry["max"] = [value + step * (episodes - 1) for value in entry["max"]]
        entry["std"] = [math.sqrt(value**2 + step**2 * (episodes**2 - 1) / 12) for value in entry["std"]]
        for key in entry.keys() - {"min", "max", "std", "count"}:
            entry[key] = [value + middle for value in entry[key]]


def _write_episodes(job):
    first, root, numbers, length = job
    tables = {
        path.relative_to(first): pyarrow.parquet.read_table(path)
        for path in first.rglob("file-000.parquet") if "tasks" not in path.name}
    films = [path.relative_to(first) for path in first.rglob("file-000.mp4")]
    # The same bytes for all of a chunk: a file may have so many names only.
    for number in numbers:
        chunk, file = divmod(number, CHUNK)
        place = lambda path: root / path.parent.parent / f"chunk-{chunk:03d}" / f"file-{file:03d}{path.suffix}"
        for path in films:
            os.link(first / path, place(path))
        for path, table in tables.items():
            pyarrow.parquet.write_table(_episode(table, number, length, chunk, file), place(path))


def _episode(table, number, length, chunk, file):
    for position, name in enumerate(table.column_names):
        if name == "episode_index":
            values = [number] * len(table)
        elif name == "index":
            values = range(number * length, (number + 1) * length)
        elif name == "dataset_from_index":
            values = [number * length]
        elif name == "dataset_to_index":
            values = [(number + 1) * length]
        elif name.startswith(("stats/episode_index/", "stats/index/")) and not name.endswith(("/std", "/count")):
            on = number if "episode" in name else number * length
            values = [[value + on for value in row] for row in table[name].to_pylist()]
        elif name.endswith("/chunk_index"):
            values = [chunk]
        elif name.endswith("/file_index"):
            values = [file]
        else:
            continue
        kind = table.schema.field(position)
        table = table.set_column(position, kind, pyarrow.array(values, kind.type))
    return table
