"""kill -9 at every named step: of the recorder, of the encoder process, and of the commands that put things in order."""
import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

from conformance.report import require

from . import evidence, promises
from .program import PROJECT, Session, run

WORKERS = 4
# Steps that are passed many times a take die at these passes rather than at the first two.
OFTEN = {
    "spool.row-encoded": (1, 20, 50), "spool.row-written": (1, 31, 70), "record.frame-written": (1, 61, 100),
    "encode.picture-encoded": (1, 30, 60), "file.written": range(1, 9), "file.synced": range(1, 9),
    "file.replaced": range(1, 9), "spool.file-removed": (1, 2, 4), "publish.file-prepared": (1, 3, 6),
    "publish.video-moved": (1, 2, 3), "record.frame-file-finished": (1, 2, 3),
}
# What no scenario here can pass, and where it is tested.
ELSEWHERE = {
    "consolidate.directory-aside",  # filesystems that cannot swap two directories: ConsolidateTests.swift
    "encode.failure-told", "encode.set-aside",  # a take that keeps ending the encoder: SetAsideTests.swift
    "encode.take-dropped",  # an operator who takes back what was kept: EncodingQueueTests.swift
}
# Deleting episodes: DeleteEpisodesTests.swift kills at each of these.
ELSEWHERE_TOO = "edit."


def named_in_sources():
    """All points that the sources name."""
    pattern = re.compile(r'FaultPoint\.reached\(\s*"([^"]+)"')
    return {name for path in (PROJECT / "Sources").rglob("*.swift") for name in pattern.findall(path.read_text())}


class Points:
    """Which process passes which point, as the processes themselves say."""

    def __init__(self):
        self.by_command = {}

    def note(self, file):
        for name, command in re.findall(r"fault point (\S+) in (\S+)", file.read_text()):
            self.by_command.setdefault(command, set()).add(name)

    def of(self, command):
        return sorted(self.by_command.get(command, ()))

    @property
    def all(self):
        return set().union(*self.by_command.values())


def passes(name, quick):
    return tuple(OFTEN.get(name, (1, 2)))[: 1 if quick else None]


def kill_at_every_step(section, directory, quick):
    points = Points()
    templates = Templates(directory / "templates", points)
    episodes = 1 if quick else 2
    with ThreadPoolExecutor(WORKERS) as pool:
        pending = []

        def submit(what, check, *arguments):
            pending.append(pool.submit(section.run, what, check, *arguments))

        steps = [
            (command, name) for command in ("record", "encode-worker", "recover", "encode", "consolidate")
            for name in points.of(command)
        ]
        for number, (command, name) in list(enumerate(steps))[:: 3 if quick else 1]:
            for count in passes(name, quick):
                place = directory / f"{number}-{command}-{name}-{count}"
                if command == "record":
                    submit(f"{name} @{count} in record", recorder_dies, place, name, count, episodes)
                elif command == "encode-worker":
                    submit(f"{name} @{count} in the encoder", encoder_dies, place, name, count, episodes)
                else:
                    submit(f"{name} @{count} in {command}", command_dies, place, templates, command, name, count)
        for future in pending:
            future.result()
    never = sorted(
        name for name in named_in_sources() - points.all - ELSEWHERE if not name.startswith(ELSEWHERE_TOO))
    section.figures["points"] = len(points.all)
    section.run("every named point is passed", lambda: require(not never, f"never passed: {never}"))


def _opening(opening, name):
    """Whether LeRobot opened the dataset between the fault and the recovery; counted where it has episodes."""
    return {
        "opened before recovery": int(opening.ready and opening.problem is None),
        "not opened at": [name] if opening.problem else [],
    }


def _tidy(place):
    shutil.rmtree(place, ignore_errors=True)


def recorder_dies(place, name, count, episodes):
    """The recorder dies at the step; the encoder is left alone with what it has in hand."""
    root = place / "dataset"
    session = Session.start(root, fault=f"{name}:kill@{count}:record", episodes=episodes)
    if session.wait() != -9:
        _tidy(place)
        return {"not reached": 1}
    truth = evidence.read(root)
    opening = promises.before_recovery(root)
    promises.repair(root, truth)
    figures = promises.check(root, truth, session.seen)
    _tidy(place)
    return {**figures, **_opening(opening, name)}


def encoder_dies(place, name, count, episodes):
    """The encoder dies once at the step; the session goes on, and ends with every take an episode."""
    root = place / "dataset"
    permit = place / "permit"
    place.mkdir(parents=True)
    permit.touch()
    session = Session.start(root, fault=f"{name}:kill@{count}:encode-worker:{permit}", episodes=episodes)
    status = session.wait()
    if permit.exists():
        _tidy(place)
        return {"not reached": 1}
    require(status == 0, f"the session ended with {status}: {session.last_words()}")
    figures = promises.check(root, evidence.Evidence(episodes, {}), set(range(1, episodes + 1)))
    _tidy(place)
    return figures


def command_dies(place, templates, command, name, count):
    """A command dies at the step, on a copy of a dataset that a killed session left; then it is given again."""
    template, truth, earlier = templates.for_command(command)
    root = place / "dataset"
    shutil.copytree(template, root)
    if not run(command, root, fault=f"{name}:kill@{count}:{command}").was_killed:
        _tidy(place)
        return {"not reached": 1}
    opening = promises.before_recovery(root)
    if command == "consolidate":
        run("consolidate", root, statuses=(0,))
    promises.repair(root, truth)
    figures = promises.check(root, truth, earlier=earlier)
    _tidy(place)
    return {**figures, **_opening(opening, name)}


class Templates:
    """What the commands are tried on, made once: a dataset with takes that wait and a take that was cut; and a whole one
    with several episodes. Making them also lists which points each command passes."""

    def __init__(self, directory, points):
        self.cut = directory / "cut" / "dataset"
        self.whole = directory / "whole" / "dataset"
        self._lock = threading.Lock()
        directory.mkdir(parents=True)
        self._listing = directory / "points"
        first = Session.start(
            self.whole, fault=f"list:{self._listing}", episodes=3, schedule="streaming",
            more=["--reel.consolidate=false"])
        require(first.wait() == 0, f"the first session failed: {first.last_words()}")
        self._make_cut()
        self.truth = evidence.read(self.cut)
        require({2, 3} <= set(self.truth.takes), f"the session that is cut left the takes {sorted(self.truth.takes)}")
        for command in ("recover", "encode", "consolidate"):
            template = self.for_command(command)[0]
            copy = directory / command / "dataset"
            shutil.copytree(template, copy)
            run(command, copy, fault=f"list:{self._listing}", statuses=(0, 3))
            _tidy(copy.parent)
        points.note(self._listing)

    def _make_cut(self):
        """One episode of an earlier session; then takes that wait, one that was discarded and not yet removed, and one
        that is being recorded when everything dies."""
        fault = f"list:{self._listing}"
        earlier = Session.start(self.cut, fault=fault, episodes=1)
        require(earlier.wait() == 0, f"the session failed: {earlier.last_words()}")
        later = Session.start(
            self.cut, fault=fault, episodes=9, schedule="batch of all", seconds=1.3, more=["--resume=true"])
        later.watch(30, until=lambda: {1, 2} <= later.seen and _rows_of(self.cut, 3) >= 36)
        later.kill()
        takes = self.cut / ".reel" / "takes"
        (takes / "000001.kept").rename(takes / "000001.discarded")

    def for_command(self, command):
        """The dataset to copy, what its spool holds, and the takes of its episodes."""
        if command == "consolidate":
            return self.whole, evidence.Evidence(3, {}), (1, 2, 3)
        return self.cut, self.truth, (1,)


def _rows_of(root, number):
    return len(evidence.whole_batches(root / ".reel" / "takes" / f"{number:06}.recording" / "rows.arrows"))
