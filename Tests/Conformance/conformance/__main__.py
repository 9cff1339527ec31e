"""`make conformance`: records with Reel, reads with LeRobot. `--self-test`: tests the checks on LeRobot's own datasets."""
import argparse
import contextlib
import logging
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

from .report import Report


def prepare(directory):
    """Offline, quiet, and with caches that go with the directory; before LeRobot is imported."""
    for name, value in {
        "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false",
        "HF_HOME": str(directory / "huggingface"), "HF_DATASETS_DISABLE_PROGRESS_BARS": "1", "SVT_LOG": "1",
    }.items():
        os.environ[name] = value
    os.environ.pop("HF_LEROBOT_HOME", None)
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)


def main():
    arguments = argparse.ArgumentParser(prog="conformance", description=__doc__)
    arguments.add_argument("--self-test", action="store_true", help="test the checks on datasets that LeRobot recorded")
    arguments.add_argument("--arms", action="store_true", help="only the sessions with simulated SO-101 arms, and those at a keyboard")
    arguments.add_argument(
        "--footage", type=Path, help="with --arms: sessions on real pictures too, from the *.mp4 in this directory")
    arguments.add_argument("--keep", type=Path, help="work in this directory and leave everything there")
    options = arguments.parse_args()
    with contextlib.ExitStack() as stack:
        if options.keep:
            shutil.rmtree(options.keep, ignore_errors=True)
            options.keep.mkdir(parents=True)
            directory = options.keep.resolve()
        else:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reel-conformance-")))
        prepare(directory)
        from importlib.metadata import version

        import av

        from . import plan

        av.logging.set_libav_level(av.logging.ERROR)
        report = Report()
        print(f"LeRobot {version('lerobot')}, Python {sys.version.split()[0]}, in {directory}", flush=True)
        if options.arms:
            plan.check_arms(report, directory, options.footage and options.footage.resolve())
            plan.check_terminal(report, directory)
        else:
            (plan.test_the_checks if options.self_test else plan.check_reel)(report, directory)
        return report.finish()


if __name__ == "__main__":
    sys.exit(main())
