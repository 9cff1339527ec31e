"""Damaged spool files: the Swift tests of the readers, each cut and each flip of a bit instead of a few."""
import re
import subprocess

from conformance.report import require

from ..program import PROJECT, environment

TESTS = "DamagedTakeTests|DamagedFrameFileTests|DamagedDescriptionTests"


def damage_files(section, directory):
    directory.mkdir(parents=True)
    log = directory / "swift-test.log"
    with log.open("w") as output:
        done = subprocess.run(
            ["swift", "test", "--filter", TESTS], cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, env=environment(REEL_FAULTS="full"), timeout=1200)
    text = log.read_text(errors="replace")
    for what, number in re.findall(r"damage: (.+): (\d+)$", text, re.MULTILINE):
        section.figures[what] = int(number)
        section.tried += int(number)
    failed = re.findall(r"✘ Test (.+?) (?:with|recorded|failed)", text)
    section.run("swift test", lambda: require(done.returncode == 0, f"{failed[:5] or text[-500:]}"))
    section.run("the tests ran", lambda: require(len(section.figures) >= 6, f"figures of {list(section.figures)} alone"))
