"""A disk that is filled by somebody else at any moment of a session: a small tmpfs and one file that takes the rest."""
import os
import random
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

from conformance.report import require

from .. import evidence, promises
from ..program import SCHEDULES, Session

WORKERS = 4
# Reel begins no take when there is room for less than a minute, so that a small disk holds little more than a session.
DISK_BYTES = 160 << 20
EPISODES = 4
SECONDS = 1.3


def fill_the_disk(section, directory, count, seed):
    directory.mkdir(parents=True)
    reason = cannot_mount(directory / "probe")
    if reason:
        section.skip(reason)
        return
    with ThreadPoolExecutor(WORKERS) as pool:
        trials = [
            pool.submit(section.run, f"full disk {number}", fill_it_somewhere, directory / f"{number}", seed * 20_000 + number)
            for number in range(count)
        ]
        for trial in trials:
            trial.result()


def mount(place):
    place.mkdir(parents=True)
    return subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "reel-faults", str(place)], capture_output=True, text=True)


def unmount(place):
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def cannot_mount(place):
    try:
        done = mount(place)
    except FileNotFoundError:
        return "there is no mount command"
    if done.returncode != 0:
        return f"mounting a small disk needs root: {done.stderr.strip()}"
    unmount(place)
    return None


def fill_it_somewhere(place, seed):
    disk = place / "disk"
    require(mount(disk).returncode == 0, "the disk could not be mounted")
    try:
        return _fill(disk, random.Random(seed))
    finally:
        unmount(disk)
        shutil.rmtree(place, ignore_errors=True)


def _fill(disk, dice):
    root = disk / "dataset"
    session = Session.start(
        root, episodes=EPISODES, seconds=SECONDS, schedule=dice.choice(list(SCHEDULES)), log=disk.parent / "session.log")
    session.watch(dice.uniform(0.2, 1 + EPISODES * SECONDS))
    filler = disk / "somebody-elses"
    take_the_rest(filler, dice.choice((0, 0, 10_000, 300_000, 2_000_000)))
    status = session.wait()
    require(status in (0, 3) or not session.seen, f"the session ended with {status}: {session.last_words()}")
    truth = evidence.read(root)
    if truth.episodes is None:
        require(not session.seen, "the dataset is gone")
        return {"before anything": 1}
    opening = promises.before_recovery(root)
    filler.unlink()
    promises.repair(root, truth)
    # What could not be encoded for want of room waits, and comes behind what could.
    figures = promises.check(root, truth, session.seen, dropped=session.dropped, last=set(truth.takes))
    published = session.seen - set(truth.takes)
    overtaken = [number for number in truth.takes if any(number < other for other in published)]
    return {**figures, "takes that a later one overtook": len(overtaken), "sessions that said that something was wrong": int(status == 3),
            "not opened before recovery": int(opening.problem is not None)}


def take_the_rest(path, leave):
    """Makes a file that leaves so many bytes free, or fewer where there are fewer."""
    with path.open("wb") as file:
        status = os.statvfs(path.parent)
        size = status.f_bavail * status.f_frsize - leave
        while size > 0:
            try:
                os.posix_fallocate(file.fileno(), 0, size)
                break
            except OSError:
                # The session has written meanwhile.
                status = os.statvfs(path.parent)
                size = os.fstat(file.fileno()).st_size + status.f_bavail * status.f_frsize - leave - 4096
