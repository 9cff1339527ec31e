"""What happens to a machine while it records: its clock is set, its processes are frozen, its disk is full; and one that is small."""
import shutil
import subprocess
import time
from pathlib import Path

from conformance.report import require
from faults import evidence, program

from lab.guest.kernel import command

ABOUT = "a small machine (one core, 1 GB, three cameras), a clock that is set, processes that are frozen, a full disk"
QUICK = False
SECONDS = 1800
ROWS = 20
CAMERAS = "{" + ", ".join(
    f"{name}: {{type: opencv, index_or_path: /dev/video{number}, width: 320, height: 180, fps: 30}}"
    for number, name in enumerate(("front", "top", "wrist"))) + "}"


def hardware(_):
    return {"cores": 1, "megabytes": 1024}


def run(guest):
    guest.module("vivid", n_devs=3, node_types="0x1,0x1,0x1", num_inputs="1,1,1", input_types="0x0,0x0,0x0")
    guest.trial("one core, three cameras", record, guest, "small", lambda _: None)
    guest.trial("the clock goes an hour forward in a take", record, guest, "forward", lambda _: step(3600))
    guest.trial("the clock goes an hour back in a take", record, guest, "backward", lambda _: step(-3600))
    guest.trial("all processes are frozen for 5 s in a take", frozen, guest)
    guest.trial("the disk is full in a take", full_disk, guest)


def record(guest, name, happens, statuses=(0,)):
    root = guest.directory / name
    session = program.Session.start(
        root, episodes=2, seconds=3, cameras=CAMERAS, log=guest.results / f"{name}.log", more=["--dataset.fps=15"])
    first = root / ".reel" / "takes" / "000001.recording" / "rows.arrows"
    session.watch(120, until=lambda: len(evidence.whole_batches(first)) >= ROWS)
    happens(session)
    status = session.wait(300)
    require(status in statuses, f"ended with {status}: {session.last_words()}")
    program.run("check", root, statuses=(0,), seconds=120)
    guest.keep(root)
    shutil.rmtree(root)
    return f"status {status}; {session.last_words()}"


def step(seconds):
    command("date", "--set", f"@{int(time.time() + seconds)}")


def frozen(guest):
    said = record(guest, "frozen", lambda _: freeze(), (3,))
    require("the program stood still" in said and "could not read a camera" not in said, f"a camera is blamed: {said}")
    return said


def freeze():
    """The first step of a suspend, taken back after five seconds. A whole one would cost the guest its root, because 9p has
    none; and the clock goes on here."""
    Path("/sys/power/pm_test").write_text("freezer")
    Path("/sys/power/state").write_text("freeze")
    Path("/sys/power/pm_test").write_text("none")


def full_disk(guest):
    guest.module("loop")
    image, place = guest.directory / "disk.img", guest.directory / "disk"
    with image.open("wb") as file:
        file.truncate(40 << 20)
    command("mkfs.ext4", "-q", image)
    place.mkdir()
    command("mount", "-o", "loop", image, place)
    try:
        session = program.Session.start(
            place / "dataset", episodes=50, seconds=3, cameras=CAMERAS, log=guest.results / "full.log",
            more=["--dataset.fps=15", "--reel.spool_pictures=raw"])
        status = session.wait(600)
        require(status in (1, 3), f"ended with {status}: {session.last_words()}")
        program.run("check", place / "dataset", statuses=(0,), seconds=120)
        return f"status {status}; {session.last_words()}"
    finally:
        subprocess.run(["umount", place], check=False)
