"""`make browser`: Reel's pages in Chromium. Leaves pictures of them in .build/browser."""
import argparse
import sys
import tempfile
from pathlib import Path

from conformance.report import Report

from . import operator, viewer


def main():
    arguments = argparse.ArgumentParser(prog="browser", description=__doc__)
    arguments.add_argument("--lerobot", help="a python that has LeRobot, for datasets that it records")
    arguments.add_argument("--only", choices=("viewer", "operator"), help="one of the two pages")
    options = arguments.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="reel-browser-") as directory:
        if options.only != "viewer":
            operator.check(report, Path(directory))
            operator.documents(report, Path(directory))
        if options.only != "operator":
            viewer.check(report, Path(directory), options.lerobot)
    return report.finish()


sys.exit(main())
