"""`make writer`: other programs record through Reel, and LeRobot reads what they have recorded. `--kills N` kills more often."""
import argparse
import contextlib
import os
import sys
import tempfile
from pathlib import Path

from conformance.__main__ import prepare
from conformance.report import Report

PROJECT = Path(__file__).resolve().parents[3]


def main():
    arguments = argparse.ArgumentParser(prog="writer", description=__doc__)
    arguments.add_argument("--kills", type=int, default=9, help="how often something is killed")
    arguments.add_argument("--seed", type=int, default=1, help="of when")
    arguments.add_argument("--only", nargs="+", help="only these sections: same, clients, examples, kills, lerobot")
    arguments.add_argument(
        "--lerobot-source", type=Path, default=os.environ.get("REEL_LEROBOT_SOURCE"),
        help="a clone of huggingface/lerobot at v0.6.1, for its own tests; skipped without one")
    options = arguments.parse_args()
    sys.path.insert(0, str(PROJECT / "python" / "src"))
    os.environ.setdefault("REEL_PROGRAM", str(PROJECT / ".build" / "release" / "reel"))
    report = Report()
    with tempfile.TemporaryDirectory(prefix="reel-writer-") as directory, contextlib.chdir(directory):
        directory = Path(directory)
        prepare(directory)
        from . import clients, examples, kills, lerobot_tests, same

        sections = {
            "same": lambda: same.check(report, directory),
            "clients": lambda: clients.check(report, directory),
            "examples": lambda: examples.check(report, directory),
            "kills": lambda: kills.check(report, directory, options.kills, options.seed),
            "lerobot": lambda: lerobot_tests.check(report, directory, options.lerobot_source),
        }
        for name in options.only or sections:
            sections[name]()
        return report.finish()


if __name__ == "__main__":
    sys.exit(main())
