"""Power cuts: the operations of a session on its files, and at every moment the states that the disk may then be in."""
import hashlib
import json
import random
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from conformance.report import require

from .. import dataset, evidence, promises
from .disk import Disk, read_trace
from ..program import Session, names_in, run

WORKERS = 4
EPISODES = 3
SECONDS = 2.2
# What reached the disk of names and of contents that were not synced.
MODES = [("none", "none"), ("all", "none"), ("none", "all"), ("first", "all"), ("first", "some"), ("some", "some"),
         ("some", "torn"), ("all", "torn"), ("all", "some")]
# A sync is begun once a second; a busy machine begins it late.
LATE_SYNC = 0.35
ENCODED_ONE_IN = 8
# Much of what may be left of a moment was left of another one already.
TRIES = 12


@dataclass
class Truth:
    """A take as it was when it was whole, and when things became so: indices of operations, and seconds."""

    take: evidence.TakeEvidence
    row_times: list  # of the write of each row
    saved_at: int | None = None  # the operation after which its end is certain


def cut_the_power(section, directory, states, seed):
    directory.mkdir(parents=True)
    for name, schedule in (("batch of 1", states * 2 // 3), ("streaming", states - states * 2 // 3)):
        _cut_one_session(section, directory / name.replace(" ", "-"), name, schedule, seed)


def _cut_one_session(section, directory, schedule, states, seed):
    root = directory / "dataset"
    operations = record(directory, root, schedule)
    truths = find_truths(operations, root, directory)
    disk, dice, tried = Disk(root), random.Random(seed), set()
    per_cut = max(1, round(states / len(operations)))
    moments = sorted(dice.choices(range(len(operations)), weights=_weights(operations), k=states // per_cut))
    slots = threading.Semaphore(WORKERS * 2)
    with ThreadPoolExecutor(WORKERS) as pool:
        done, trials = 0, []
        for moment in moments:
            while done <= moment:
                disk.perform(operations[done])
                done += 1
            for _ in range(per_cut):
                for _ in range(TRIES):
                    names, contents = dice.choice(MODES)
                    files, directories = disk.crash(names, contents, dice)
                    digest = _digest(files)
                    if digest not in tried:
                        break
                else:
                    continue
                tried.add(digest)
                if len(tried) % ENCODED_ONE_IN == 0:
                    section.run(f"{schedule}, operation {moment}: the model knows its states", knows, disk, files, directories)
                slots.acquire()
                number = len(tried)
                trial = pool.submit(
                    section.run, f"{schedule}, after operation {moment}, names {names}, contents {contents}", come_back,
                    directory / f"{number}", files, directories, truths, moment, operations[moment].time,
                    number % ENCODED_ONE_IN == 0)
                trial.add_done_callback(lambda _: slots.release())
                trials.append(trial)
        for trial in trials:
            trial.result()


def _weights(operations):
    """Most operations append rows; the few that rename, remove and sync are worth more."""
    return [1 if operation.kind == "W" else 8 for operation in operations]


def _digest(files):
    summed = hashlib.sha256()
    for path in sorted(files):
        summed.update(f"{path}\0{len(files[path])}\0".encode() + hashlib.sha256(files[path]).digest())
    return summed.hexdigest()


def build_tracer(library):
    source = Path(__file__).with_name("trace.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)


def record(directory, root, schedule):
    """A session that ends well, and everything it did to its files. The model must end with the same files."""
    directory.mkdir(parents=True)
    library, trace = directory / "trace.so", directory / "trace"
    build_tracer(library)
    session = Session.start(
        root, episodes=EPISODES, seconds=SECONDS, schedule=schedule,
        preload={"LD_PRELOAD": library, "REEL_TRACE": trace, "REEL_TRACE_ROOT": root})
    status = session.wait()
    require(status == 0, f"the session ended with {status}: {session.last_words()}")
    operations = read_trace(trace)
    disk = Disk(root)
    for operation in operations:
        disk.perform(operation)
    real = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    require(disk.now() == real, "the model of the disk does not end with the files that are there")
    return operations


def find_truths(operations, root, directory):
    """By number of the take: what it was when it was sealed."""
    disk, truths, row_times, rows_of = Disk(root), {}, {}, {}
    takes = root / ".reel" / "takes"
    waiting = {}
    for index, operation in enumerate(operations):
        disk.perform(operation)
        if operation.kind == "C" and operation.first.endswith("/rows.arrows"):
            number = int(Path(operation.first).parent.name[:6])
            rows_of[operation.inode] = number
            row_times[number] = []
        elif operation.kind == "W" and operation.inode in rows_of:
            row_times[rows_of[operation.inode]].append(operation.time)
        elif operation.kind == "R" and operation.second.endswith(".recorded"):
            path = Path(operation.second)
            number = int(path.name[:6])
            _write(directory / "whole" / path.name, disk.now(), path.relative_to(root))
            take = evidence.read_take(directory / "whole" / path.name)
            # The schema comes before the rows, the end of the stream after them.
            truths[number] = Truth(take, row_times[number][1 : 1 + take.rows])
            waiting[number] = truths[number]
        elif operation.kind == "S" and disk.by_inode.get(operation.inode) is _directory(disk, takes):
            for truth in waiting.values():
                truth.saved_at = index
            waiting = {}
        elif operation.kind == "C":
            rows_of.pop(operation.inode, None)
    require(len(truths) == EPISODES, f"{len(truths)} takes were sealed")
    return truths


def _directory(disk, path):
    node = disk.root
    for part in path.relative_to(disk.root_path).parts:
        node = node.names.get(part) if node else None
    return node


def _write(target, files, below):
    for path, content in files.items():
        if path.is_relative_to(below):
            place = target / path.relative_to(below)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)


def knows(disk, files, directories):
    """What the model makes up it must allow, and not with one byte that is another."""
    require(disk.may_be(files, directories), "it does not allow a state of its own")
    largest = max(files, key=lambda path: len(files[path]), default=None)
    if largest is not None and files[largest]:
        changed = bytearray(files[largest])
        changed[len(changed) // 2] ^= 0xFF
        require(not disk.may_be(files | {largest: bytes(changed)}, directories), f"it allows any byte in {largest}")


def come_back(place, files, directories, truths, moment, time, encodes):
    """Puts the files where they were, recovers, and compares."""
    root = place / "dataset"
    for path in directories:
        (root / path).mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        (root / path).write_bytes(content)
    saved = [number for number, truth in truths.items() if truth.saved_at is not None and truth.saved_at < moment]
    begun = [number for number, truth in truths.items() if truth.row_times[0] <= time]
    if not (root / ".reel").exists() and not (root / "meta" / "info.json").exists():
        require(not saved, f"nothing is left; the takes {saved} were saved")
        shutil.rmtree(place, ignore_errors=True)
        return {"before anything": 1}
    there = (root / "meta" / "info.json").exists()
    recovered = run("recover", root, statuses=(0, 1, 3) if not there and not saved else (0, 3))
    if recovered.status == 1 or not (root / "meta" / "info.json").exists():
        require(not saved, f"no dataset is left; the takes {saved} were saved")
        shutil.rmtree(place, ignore_errors=True)
        return {"before anything": 1}
    if encodes:
        run("encode", root, statuses=(0, 3))
    figures = compare(root, truths, saved, begun, time)
    before = promises.fingerprint(root)
    if encodes:
        run("recover", root, statuses=(0,))
        require(promises.fingerprint(root) == before, "a second recovery changed something")
        problem = dataset.opens(root) if evidence.episode_count(root) else None
        require(problem is None, f"LeRobot does not open it: {problem}")
        promises.check_with_reel(root)
    shutil.rmtree(place, ignore_errors=True)
    return figures


def compare(root, truths, saved, begun, time):
    """Episodes and waiting takes together against the truth. Gives back the seconds of the take in progress that are
    lost, at worst."""
    episodes = dataset.read_episodes(root)
    waiting = {}
    for name in sorted(names_in(root / ".reel" / "takes")):
        path = root / ".reel" / "takes" / name
        take = evidence.read_take(path)
        require(take.number not in waiting, f"take {take.number} is there twice")
        require(take.state in ("kept", "failed"), f"take {take.number} is still {take.state}")
        waiting[take.number] = take if take.state == "kept" else without_damage(take, path)
    published = [episode.take for episode in episodes]
    usable = [number for number, take in waiting.items() if take.state == "kept"]
    order = published + usable
    require(order == list(range(1, len(order) + 1)), f"episodes {published}, then the takes {usable}")
    missing = [number for number in saved if number not in order]
    require(not missing, f"the takes {missing} were saved and are gone")
    worst = 0.0
    found = {episode.take: episode for episode in episodes} | waiting
    for number in begun:
        truth = truths[number]
        rows = found[number].rows if number in found else 0
        if number in found:
            _is_prefix(found[number], truth.take)
        require(number not in saved or rows == truth.take.rows, f"take {number} was saved and has {rows} rows of {truth.take.rows}")
        if rows < truth.take.rows and truth.row_times[rows] <= time:
            worst = max(worst, (time - truth.row_times[rows]) / 1e9)
    require(worst <= 1 + LATE_SYNC, f"{worst:.2f} s of the take in progress are lost")
    return {"worst loss of the take in progress (s)": round(worst, 3), "episodes": len(episodes), "takes that wait": len(usable)}


def without_damage(take, path):
    """Of a take that lies aside only the rows count that its description counts."""
    rows = json.loads((path / "take.json").read_text()).get("end", {}).get("rows", 0)
    codes = {camera: codes[:rows] for camera, codes in take.codes.items()}
    return evidence.TakeEvidence(take.number, take.state, take.actions[:rows], codes)


def _is_prefix(found, whole):
    rows = found.rows
    require(rows <= whole.rows, f"take {whole.number} has {rows} rows, {whole.rows} were recorded")
    require(rows == 0 or np.array_equal(found.actions, whole.actions[:rows]), f"take {whole.number}: other actions than were recorded")
    for camera, codes in found.codes.items():
        require(codes == whole.codes[camera][:rows], f"take {whole.number}, {camera}: a row has another picture")
