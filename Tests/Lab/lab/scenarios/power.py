"""The power goes: ext4, xfs and btrfs on dm-log-writes, and every prefix of what the disk was told may be what is left. Each
is recovered; and the model of power cuts that `make faults` has is asked whether it knows the state."""
import bisect
import contextlib
import hashlib
import json
import random
import re
import time
from pathlib import Path

from conformance.report import Failed, require
from faults import evidence, promises
from faults.program import Session
from faults.sections import power as cuts
from faults.sections.disk import Disk, read_trace_with_ends

from lab.guest import write_log
from lab.guest.kernel import command, settle

ABOUT = "the power goes in a session: prefixes of what a real disk was told (dm-log-writes)"
QUICK = False
SECONDS = 12 * 3600
DISK_BYTES, LOG_BYTES = 448 << 20, 1 << 30
# Prefixes a filesystem, unless `--states` says otherwise; half of them end at a flush.
STATES = 6
MAKERS = {"ext4": ["mkfs.ext4", "-q"], "xfs": ["mkfs.xfs", "-q"], "btrfs": ["mkfs.btrfs", "-q"]}
DISK, LOG, COPY, CHANGES = "/dev/vda", "/dev/vdb", "/dev/vdc", "/dev/vdd"
TRACER = Path("/lab/trace.so")


def prepare(share):
    cuts.build_tracer(share / TRACER.name)
    for name, size in (("disk", DISK_BYTES), ("log", LOG_BYTES), ("copy", DISK_BYTES), ("changes", DISK_BYTES)):
        with (share.parent / f"{name}.img").open("wb") as file:
            file.truncate(size)


def hardware(directory):
    return {"disks": [directory / f"{name}.img" for name in ("disk", "log", "copy", "changes")]}


def run(guest):
    for module in ("dm-log-writes", "dm-snapshot"):
        guest.module(module)
    states = guest.job.get("states") or STATES
    for name, maker in MAKERS.items():
        guest.trial(f"{name}: {states} prefixes of a session of three takes", cut, guest, name, maker, states)


def cut(guest, name, maker, states):
    entries, first, said = record(guest, name, maker)
    writes = [place for place, entry in enumerate(entries) if place > first and not entry.flags & write_log.MARK]
    flushes = [place for place in writes if entries[place].flags & write_log.FLUSH]
    dice = random.Random(1)
    ends = sorted({*dice.sample(flushes, min(states // 2, len(flushes))), *dice.sample(writes, min(states - states // 2, len(writes)))})
    blank(COPY)
    album = Album(guest.results / f"{name}-states")
    done, came_back, recovered = 0, 0, 0
    for end in ends:
        write_log.replay(LOG, entries[done : end + 1], COPY)
        done = end + 1
        saved = {int(number) for entry in entries[: end + 1] for number in re.findall(r"saved-(\d+)", entry.text)}
        try:
            with mounted(guest, name) as root:
                is_new = album.add(root, *moments(entries, end))
                # What the same files became once they become again; unless more was promised meanwhile.
                if is_new or saved - album.saved:
                    album.saved |= saved
                    came_back += recover(root, saved)
                    recovered += 1
        except Failed as error:
            raise Failed(f"after {end} of {len(entries)} entries, saved {sorted(saved)}: {error}") from None
    album.close()
    return (
        f"{len(ends)} of {len(writes)} writes ({len(flushes)} flushes): {recovered} states of the dataset, all recovered, "
        f"{came_back} episodes in them. {said}")


def record(guest, name, maker):
    """A session on a logged disk. Marks tell which takes the operator was told to be saved, how long the trace of its
    operations was, and where the filesystem began."""
    blank(DISK)
    blank(LOG, 1 << 20)
    sectors = DISK_BYTES // write_log.SECTOR
    command("dmsetup", "create", "logged", "--table", f"0 {sectors} log-writes {DISK} {LOG}")
    place = guest.directory / "disk"
    place.mkdir(exist_ok=True)
    # Not over 9p, where each of its thousands of writes would wait.
    trace = guest.directory / f"{name}.trace"
    try:
        command(*maker, "/dev/mapper/logged")
        command("mount", "-t", name, "/dev/mapper/logged", place)
        try:
            mark("begin")
            root = place / "dataset"
            session = Session.start(
                root, episodes=3, seconds=2, schedule="batch of 1", log=guest.results / f"{name}.log",
                preload={"LD_PRELOAD": TRACER, "REEL_TRACE": trace, "REEL_TRACE_ROOT": root, "REEL_TRACE_SYNCS": 1})
            told = set()
            while session.process.poll() is None:
                mark(f"trace-{trace.stat().st_size if trace.exists() else 0}")
                for number in re.findall(r"take (\d+) is saved", session.log.read_text(errors="replace")):
                    if number not in told:
                        mark(f"saved-{number}")
                        told.add(number)
                time.sleep(0.05)
            guest.keep(trace)
            status = session.wait(120)
            require(status == 0, f"the session ended with {status}: {session.last_words()}")
        finally:
            command("umount", place)
    finally:
        take_away("logged")
    entries = write_log.read(LOG)
    first = next(place for place, entry in enumerate(entries) if entry.text == "begin")
    return entries, first, session.last_words()


def moments(entries, end):
    """Between which lengths of the trace the disk was told its last word. A mark is written after the length was looked at:
    what a mark says had been done before it, and what the one after the next says had not all been done before the next."""
    marks = [(place, int(entry.text[6:])) for place, entry in enumerate(entries) if entry.text.startswith("trace-")]
    before = [length for place, length in marks if place <= end]
    after = [length for place, length in marks if place > end]
    return (before[-1] if before else 0), (after[1] if len(after) > 1 else None)


class Album:
    """The states of a dataset that were met: every file's content once, and where each lay."""

    def __init__(self, directory):
        self.directory, self.saved = directory, set()
        self._states, self._known = [], set()
        (directory / "contents").mkdir(parents=True)

    def add(self, root, earliest, latest):
        """Adds one; whether no other was the same."""
        files, directories = {}, []
        for path in sorted(root.rglob("*")) if root.exists() else []:
            name = str(path.relative_to(root))
            if path.is_dir():
                directories.append(name)
                continue
            content = path.read_bytes()
            files[name] = hashlib.sha256(content).hexdigest()
            kept = self.directory / "contents" / files[name]
            if not kept.exists():
                kept.write_bytes(content)
        digest = json.dumps([files, directories])
        is_new = digest not in self._known
        self._known.add(digest)
        self._states.append({
            "files": files, "directories": directories, "earliest": earliest, "latest": latest, "exists": root.exists()})
        return is_new

    def close(self):
        (self.directory / "states.json").write_text(json.dumps(self._states))


def judge(results):
    for name in MAKERS:
        if (results / f"{name}-states" / "states.json").exists():
            yield f"{name}: the states that the model of power cuts knows", known, results, name


def known(results, name):
    """On the host: each state against what the model says the disk may hold, at one of the moments at which it can have been."""
    operations, ends = zip(*read_trace_with_ends(results / f"{name}.trace"))
    root = next(operation.first for operation in operations if operation.kind == "D")
    states = json.loads((results / f"{name}-states" / "states.json").read_text())
    unknown = []
    for number, state in enumerate(states):
        files = {Path(path): (results / f"{name}-states" / "contents" / digest).read_bytes() for path, digest in state["files"].items()}
        directories = [Path(path) for path in state["directories"]]
        first = bisect.bisect_right(ends, state["earliest"])
        last = len(ends) if state["latest"] is None else bisect.bisect_right(ends, state["latest"])
        disk = Disk(root)
        for operation in operations[:first]:
            disk.perform(operation)
        # No model has the moment before the dataset's own directory.
        if state["exists"] and not disk.may_be(files, directories):
            for operation in operations[first:last]:
                disk.perform(operation)
                if disk.may_be(files, directories):
                    break
            else:
                unknown.append(f"{number} (operations {first} to {last})")
    require(not unknown, f"{len(unknown)} of {len(states)} states it does not know: {', '.join(unknown[:5])}")
    return f"all {len(states)}"


def mark(text):
    """Without spaces: the kernel takes one word."""
    command("dmsetup", "message", "logged", "0", "mark", text)


@contextlib.contextmanager
def mounted(guest, name):
    """What the disk would hold, as after a start: where the dataset would be."""
    blank(CHANGES, 1 << 20)
    command("dmsetup", "create", "state", "--table", f"0 {DISK_BYTES // write_log.SECTOR} snapshot {COPY} {CHANGES} N 8")
    place = guest.directory / "state"
    place.mkdir(exist_ok=True)
    try:
        command("mount", "-t", name, *(["-o", "nouuid"] if name == "xfs" else []), "/dev/mapper/state", place)
        try:
            yield place / "dataset"
        finally:
            command("umount", place)
    finally:
        take_away("state")


def recover(root, saved):
    """Recovers, and holds what comes back against what was promised. Gives back how many episodes there are."""
    if not root.exists():
        require(not saved, "the dataset is gone")
        return 0
    truth = evidence.read(root)
    promises.repair(root, truth)
    return promises.check(root, truth, seen=saved).get("episodes", 0)


def take_away(name):
    """udev looks at a device when it was written to."""
    settle()
    command("dmsetup", "remove", "--retry", name)


def blank(device, count=DISK_BYTES):
    """Makes a disk, or its beginning, empty."""
    with open(device, "r+b", buffering=0) as file:
        for _ in range(count >> 20):
            file.write(bytes(1 << 20))
