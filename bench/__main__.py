"""`make bench`: Reel beside LeRobot on the same pictures, alternating; results.json and the table."""
import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import time
import warnings
from pathlib import Path

from . import (
    backlog, big_datasets, bus, machine, many_cameras, processes, reel, sessions, starting, table, watching)
from .footage import Footage
from .results import RESULTS, Results


def lines(results, footage, directory, quick, rounds):
    """The parts of a run by name, in order."""
    parts = {
        "starting": lambda: starting.run_starting(results, directory, quick),
        "bus": lambda: bus.run_bus(results),
        "sessions": lambda: sessions.run(results, footage, directory, 1 if quick else rounds, quick),
        "backlog": lambda: backlog.run_backlog(results, footage, directory, 1 if quick else rounds, quick),
        "watching": lambda: watching.run_watching(results, footage, directory, 1 if quick else rounds, quick),
        "root": lambda: sessions.run_as_root(results, footage, directory),
        "takes": lambda: sessions.run_many_takes(results, footage, directory, 6 if quick else 30, 2),
        "cameras": lambda: many_cameras.run_many_cameras(results, footage, directory, quick),
        "datasets": lambda: big_datasets.run_big_datasets(results, footage, directory, quick),
    }
    if not processes.is_root():
        del parts["root"]
    return parts


# What a quick run leaves out.
LONG = {"root", "takes", "cameras"}


def measure(results, parts, path, minutes):
    """Every part; one that fails leaves its lines empty and does not end the run. What there is so far is saved after
    each; none is begun after so many minutes."""
    begun = time.monotonic()
    for name, part in parts.items():
        part_begun = time.monotonic()
        if minutes and part_begun - begun > 60 * minutes:
            results.note_missing(name, f"the run was to begin nothing after {minutes} minutes")
            continue
        try:
            part()
        except (processes.Failed, OSError, ValueError, KeyError) as error:
            results.note_missing(name, f"{type(error).__name__}: {error}")
            print(f"bench: {name}: {error}", file=sys.stderr, flush=True)
        print(f"bench: {name}: {time.monotonic() - part_begun:.0f} s", file=sys.stderr, flush=True)
        results.about["seconds"] = round(time.monotonic() - begun)
        results.save(path)


def main():
    arguments = argparse.ArgumentParser(prog="bench", description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="a cut of it, under 3 minutes; results are not kept")
    arguments.add_argument("--table", action="store_true", help="measure nothing: write the table from results.json")
    arguments.add_argument("--only", help="these parts, separated by commas; results are not kept")
    arguments.add_argument("--add", action="store_true", help="add what is measured to results.json")
    arguments.add_argument("--footage", type=Path, default=os.environ.get("FOOTAGE") or None,
                           help="a directory of films (*.mp4); moving shapes without it")
    arguments.add_argument("--rounds", type=int, default=2, help="how often both record, and encode, in turn")
    arguments.add_argument("--minutes", type=float, help="begin no further part after so long")
    arguments.add_argument("--directory", type=Path, help="work there and leave logs there")
    options = arguments.parse_args()
    if options.table:
        table.write(Results.load())
        return 0
    if not Path(reel.program()).exists():
        raise SystemExit(f"bench: there is no {reel.program()}; make build")
    warnings.simplefilter("ignore")
    with contextlib.ExitStack() as stack:
        directory = options.directory or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reel-bench-")))
        directory.mkdir(parents=True, exist_ok=True)
        footage = Footage(options.footage, directory)
        results = Results(machine.about(reel.program(), footage.about(), options.quick))
        if options.add:
            results = Results.load()
        parts = lines(results, footage, directory, options.quick, options.rounds)
        wanted = options.only.split(",") if options.only else [
            name for name in parts if not (options.quick and name in LONG)]
        keeps = options.add or not options.quick and not options.only
        if options.add:
            results.missing = [entry for entry in results.missing if entry["what"] not in wanted]
        measure(
            results, {name: parts[name] for name in wanted}, RESULTS if keeps else directory / "results.json",
            options.minutes)
        print(table.markdown(results))
        if keeps:
            table.write(results)
    return 1 if results.missing else 0


if __name__ == "__main__":
    sys.exit(main())
