"""kill -9 at every named step: of the recorder, of the encoder process, and of the commands that put things in order."""
import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

from conformance.report import require

from .. import evidence, promises
from .deletions import STEPS_TOLD, Deletions, deletion_dies
from .dropped import DROPPING, drop_a_take, dropping_encoder_dies
from ..program import PROJECT, Session, run
from .set_aside import SETTING_ASIDE, Damaged, kills_the_encoder_twice, setting_aside_dies

WORKERS = 4
# Steps that are passed many times a take die at these passes rather than at the first two.
OFTEN = {
    "spool.row-encoded": (1, 20, 50), "spool.row-written": (1, 31, 70), "record.frame-written": (1, 61, 100),
    "encode.picture-encoded": (1, 30, 60), "file.written": range(1, 9), "file.synced": range(1, 9),
    "file.replaced": range(1, 9), "spool.file-removed": (1, 2, 4), "publish.file-prepared": (1, 3, 6),
    "publish.video-moved": (1, 2, 3), "record.frame-file-finished": (1, 2, 3),
}
# Steps that a process passes once: a session for a second pass would be in vain.
ONCE = {
    "dataset.created", "spool.created", "spool.directories-made", "publish.tasks-moved", "consolidate.prepared",
    "consolidate.marked", "consolidate.recorded", "consolidate.capture-times-swapped", "consolidate.data-swapped",
    "consolidate.episodes-swapped", "consolidate.cleaned",
}
RARE = {"encode.take-dropped", *SETTING_ASIDE}
# What no scenario here can pass, and where it is tested.
ELSEWHERE = {
    "consolidate.directory-aside",  # filesystems that cannot swap two directories: ConsolidateTests.swift
    "directory.file-aside",  # filesystems that cannot rename directories: ConsolidateTests.swift
}


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
    is_once = quick or name in ONCE
    return tuple(OFTEN.get(name, (1, 2)))[: 1 if is_once else None]


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
            # What recovery does is killed in the commands; rare steps have trials of their own.
            for name in points.of(command) if name not in RARE and not (command == "record" and name.startswith("recover."))
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
        _submit_the_rare(submit, directory, templates, points, quick)
        for future in pending:
            future.result()
    never = sorted(named_in_sources() - points.all - ELSEWHERE)
    section.figures["points"] = len(points.all)
    section.run("every named point is passed", lambda: require(not never, f"never passed: {never}"))


def _submit_the_rare(submit, directory, templates, points, quick):
    """Episodes that are deleted, takes that are dropped, takes that cannot be encoded."""
    for number, (name, count) in enumerate(
            (name, count) for name in points.of("edit") if name.startswith("edit.") for count in passes(name, quick)):
        for again in (False, True) if name in STEPS_TOLD else (False,):
            what = f"{name} @{count} in edit" + (", given again" if again else "")
            submit(what, deletion_dies, directory / f"edit-{number}-{again}", templates.deletions, name, count, again)
    for number, (name, count) in enumerate(DROPPING[:: 3 if quick else 1]):
        submit(f"{name} @{count} in the encoder, a take is dropped", dropping_encoder_dies, directory / f"dropped-{number}",
               name, count)
    for name in SETTING_ASIDE:
        submit(f"{name} in encode", setting_aside_dies, directory / name, templates.damaged, name)
    submit("a take that ends the encoder twice", kills_the_encoder_twice, directory / "twice")


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
    return {**figures, **promises.opening_figures(opening, name)}


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
    return {**figures, **promises.opening_figures(opening, name)}


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
        self.deletions = Deletions(self.whole, directory / "deletions", self._listing)
        self.damaged = Damaged(self.cut, self.truth, directory / "damaged", self._listing)
        drop_a_take(directory / "dropped" / "dataset", f"list:{self._listing}")
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
