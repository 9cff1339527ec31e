"""The power goes: ext4, xfs and btrfs on dm-log-writes, and every prefix of what the disk was told may be what is left."""
import random
import re
import time

from conformance.report import Failed, require
from faults import evidence, promises
from faults.program import Session

from lab.guest import write_log
from lab.guest.kernel import command, settle

ABOUT = "the power goes in a session: prefixes of what a real disk was told (dm-log-writes)"
QUICK = False
SECONDS = 3 * 3600
DISK_BYTES, LOG_BYTES = 448 << 20, 1 << 30
# Prefixes a filesystem; half of them end at a flush.
STATES = 6
MAKERS = {"ext4": ["mkfs.ext4", "-q"], "xfs": ["mkfs.xfs", "-q"], "btrfs": ["mkfs.btrfs", "-q"]}
DISK, LOG, COPY, CHANGES = "/dev/vda", "/dev/vdb", "/dev/vdc", "/dev/vdd"


def prepare(share):
    for name, size in (("disk", DISK_BYTES), ("log", LOG_BYTES), ("copy", DISK_BYTES), ("changes", DISK_BYTES)):
        with (share.parent / f"{name}.img").open("wb") as file:
            file.truncate(size)


def hardware(directory):
    return {"disks": [directory / f"{name}.img" for name in ("disk", "log", "copy", "changes")]}


def run(guest):
    for module in ("dm-log-writes", "dm-snapshot"):
        guest.module(module)
    for name, maker in MAKERS.items():
        guest.trial(f"{name}: {STATES} prefixes of a session of three takes", cut, guest, name, maker)


def cut(guest, name, maker):
    entries, first, said = record(guest, name, maker)
    flushes = [place for place, entry in enumerate(entries) if place > first and entry.flags & write_log.FLUSH]
    dice = random.Random(1)
    ends = sorted({*dice.sample(flushes, min(STATES // 2, len(flushes))), *dice.sample(range(first, len(entries)), STATES // 2)})
    blank(COPY)
    done, came_back = 0, 0
    for end in ends:
        write_log.replay(LOG, entries[done : end + 1], COPY)
        done = end + 1
        saved = {int(number) for entry in entries[: end + 1] for number in re.findall(r"saved-(\d+)", entry.text)}
        try:
            came_back += recover(guest, name, saved)
        except Failed as error:
            raise Failed(f"after {end} of {len(entries)} writes, saved {sorted(saved)}: {error}") from None
    return f"all {len(ends)} states recovered, {came_back} episodes in them; {len(entries)} writes, {len(flushes)} flushes. {said}"


def record(guest, name, maker):
    """A session on a logged disk. Marks tell which takes the operator was told to be saved, and where the filesystem began."""
    blank(DISK)
    blank(LOG, 1 << 20)
    sectors = DISK_BYTES // write_log.SECTOR
    command("dmsetup", "create", "logged", "--table", f"0 {sectors} log-writes {DISK} {LOG}")
    place = guest.directory / "disk"
    place.mkdir(exist_ok=True)
    try:
        command(*maker, "/dev/mapper/logged")
        command("mount", "-t", name, "/dev/mapper/logged", place)
        try:
            mark("begin")
            session = Session.start(
                place / "dataset", episodes=3, seconds=2, schedule="batch of 1", log=guest.results / f"{name}.log")
            told = set()
            while session.process.poll() is None:
                for number in re.findall(r"take (\d+) is saved", session.log.read_text(errors="replace")):
                    if number not in told:
                        mark(f"saved-{number}")
                        told.add(number)
                time.sleep(0.05)
            status = session.wait(120)
            require(status == 0, f"the session ended with {status}: {session.last_words()}")
        finally:
            command("umount", place)
    finally:
        take_away("logged")
    entries = write_log.read(LOG)
    first = next(place for place, entry in enumerate(entries) if entry.text == "begin")
    return entries, first, session.last_words()


def mark(text):
    """Without spaces: the kernel takes one word."""
    command("dmsetup", "message", "logged", "0", "mark", text)


def recover(guest, name, saved):
    """Mounts what the disk would hold, as after a start, and holds what comes back against what was promised."""
    blank(CHANGES, 1 << 20)
    command("dmsetup", "create", "state", "--table", f"0 {DISK_BYTES // write_log.SECTOR} snapshot {COPY} {CHANGES} N 8")
    place = guest.directory / "state"
    place.mkdir(exist_ok=True)
    try:
        command("mount", "-t", name, *(["-o", "nouuid"] if name == "xfs" else []), "/dev/mapper/state", place)
        try:
            root = place / "dataset"
            if not root.exists():
                require(not saved, "the dataset is gone")
                return 0
            truth = evidence.read(root)
            promises.repair(root, truth)
            figures = promises.check(root, truth, seen=saved)
            return figures.get("episodes", 0)
        finally:
            command("umount", place)
    finally:
        take_away("state")


def take_away(name):
    """udev looks at a device when it was written to."""
    settle()
    command("dmsetup", "remove", "--retry", name)


def blank(device, count=DISK_BYTES):
    """Makes a disk, or its beginning, empty."""
    with open(device, "r+b", buffering=0) as file:
        for _ in range(count >> 20):
            file.write(bytes(1 << 20))
