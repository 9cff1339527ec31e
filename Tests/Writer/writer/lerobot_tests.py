"""LeRobot's own tests of its writer, with Reel's in its place. Their code is not here: the check is given a clone."""
import os
import re
import subprocess
import sys

from conformance.report import require

from .__main__ import PROJECT

FILES = [
    "tests/datasets/test_datasets.py", "tests/datasets/test_dataset_writer.py", "tests/datasets/test_lerobot_dataset.py",
    "tests/datasets/test_streaming_video_encoder.py", "tests/test_control_robot.py",
]
TABLE = PROJECT / "docs" / "lerobot-tests.md"


def check(report, directory, source):
    if not source:
        return report.skip("LeRobot's own tests", "no clone of huggingface/lerobot at v0.6.1 was given (--lerobot-source)")
    if subprocess.run([sys.executable, "-c", "import pytest"], capture_output=True).returncode:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "pytest"], check=True)
    report.run("LeRobot's own tests, with its writer and with Reel's", both, directory, source)


def both(directory, source):
    theirs, ours = (outcomes(directory, source, installs) for installs in (False, True))
    passed = {name for name, outcome in theirs.items() if outcome == "PASSED"}
    differing = {name for name in passed if ours.get(name) != "PASSED"}
    known = set(re.findall(r"^\| `([^`]+)` \|", TABLE.read_text(), re.MULTILINE))
    require(not differing - known, f"not in {TABLE.name}: {', '.join(sorted(differing - known))}")
    require(len(passed - differing) >= 120, f"{len(passed - differing)} pass")
    return f"{len(passed)} pass with LeRobot's writer, {len(passed - differing)} of them with Reel's"


def outcomes(directory, source, installs):
    plugin = directory / "reel_installed.py"
    plugin.write_text("import reel\nreel.install()\n")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(directory), str(PROJECT / "python" / "src")]), "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(directory / "huggingface"), "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", *(["-p", "reel_installed"] if installs else []), *FILES],
        cwd=source, env=environment, capture_output=True, text=True, timeout=900)
    found = dict((name, outcome) for outcome, name in re.findall(r"^(PASSED|FAILED|SKIPPED|ERROR) (\S+)", done.stdout, re.MULTILINE))
    require(found, done.stdout[-2000:] + done.stderr[-2000:])
    return found
