"""The machine itself is killed: QEMU with kill -9. What the guest had not written yet is gone; what it had written the host
keeps, so this is a kernel that dies, not a disk that loses its cache. It boots again, and Reel recovers."""
import json
import random
import re
import time

from conformance.report import Failed, require
from faults import evidence, promises
from faults.program import Session

from lab.guest.kernel import command

ABOUT = "the machine is killed in a session (kill -9 of QEMU, ext4)"
QUICK = False
KILLS = 2
DISK_BYTES = 448 << 20
BOOT_SECONDS = 240


def on_host(lab, directory):
    dice = random.Random(1)
    for number in range(1, KILLS + 1):
        pause = dice.uniform(0.5, 8)
        begun = time.monotonic()
        try:
            said, failed = kill(lab, directory / f"{number}", pause), None
        except Failed as error:
            said, failed = "", str(error)
        lab.report.trial(f"killed {pause:.1f} s after the first row", time.monotonic() - begun, said, failed)


def kill(lab, directory, pause):
    directory.mkdir(parents=True)
    disk = directory / "disk.img"
    with disk.open("wb") as file:
        file.truncate(DISK_BYTES)
    recording = lab.machine(directory / "before", disks=[disk])
    recording.start({**lab.job, "scenarios": ["killed"], "stage": "record"})
    log = directory / "before" / "job" / "results" / "killed" / "session.log"
    end = time.monotonic() + BOOT_SECONDS
    try:
        while "recording episode 1" not in (log.read_text(errors="replace") if log.exists() else ""):
            require(time.monotonic() < end and recording.process.poll() is None, f"no session began: {recording.last_words}")
            time.sleep(0.1)
        time.sleep(pause)
    finally:
        recording.kill()
    saved = {int(number) for number in re.findall(r"take (\d+) is saved", log.read_text(errors="replace"))}
    again = lab.machine(directory / "after", disks=[disk])
    again.start({**lab.job, "scenarios": ["killed"], "stage": "recover", "saved": sorted(saved)})
    require(again.wait(BOOT_SECONDS * 2), f"it did not recover in time: {again.last_words}")
    trials = directory / "after" / "job" / "results" / "killed" / "trials.json"
    require(trials.exists(), f"nothing came of it: {again.last_words}")
    (trial,) = json.loads(trials.read_text())
    require(not trial["failed"], trial["failed"])
    return f"{len(saved)} takes were told to be saved; {trial['said']}"


def run(guest):
    place = guest.directory / "disk"
    place.mkdir()
    if guest.job["stage"] == "record":
        command("mkfs.ext4", "-q", "/dev/vda")
        command("mount", "/dev/vda", place)
        session = Session.start(place / "dataset", episodes=20, seconds=2, log=guest.results / "session.log")
        session.wait(600)
    else:
        command("mount", "/dev/vda", place)
        guest.trial("recovery", recover, place / "dataset", set(guest.job["saved"]))
        command("umount", place)


def recover(root, saved):
    if not root.exists():
        require(not saved, "the dataset is gone")
        return "there was no dataset yet"
    truth = evidence.read(root)
    promises.repair(root, truth)
    figures = promises.check(root, truth, seen=saved)
    return f"{figures.get('episodes', 0)} episodes, {figures.get('rows', 0)} rows came back"
