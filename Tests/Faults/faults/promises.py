"""What must hold after a fault: nothing that was recorded whole is gone, and nothing is paired wrongly."""
import hashlib
import re
from dataclasses import dataclass

import numpy as np

from conformance.report import require

from . import dataset, evidence
from .program import FPS, names_in, run

# How many rows a picture may be off where the spool is gone that says what each row was recorded with: on a busy machine
# pictures are repeated, and a row that comes late shows one that was drawn for the next.
ROWS_OFF = 15


@dataclass
class Opening:
    """How LeRobot found a dataset before recovery: `ready` is False while it has no episode yet."""

    ready: bool
    problem: str | None


def before_recovery(root):
    if not evidence.episode_count(root):
        return Opening(False, None)
    return Opening(True, dataset.opens(root))


def opening_figures(opening, name):
    """Whether LeRobot opened the dataset between the fault and the recovery; counted where it has episodes."""
    return {
        "opened before recovery": int(opening.ready and opening.problem is None),
        "not opened at": [name] if opening.problem else [],
    }


def repair(root, truth):
    """Recovers and encodes, as an operator would. Recovery after recovery changes nothing."""
    if truth.episodes is None and not truth.takes:
        # It died before there was anything. Asking is no crash, and what is there now does not grow.
        run("recover", root, statuses=(0, 1))
        return
    run("recover", root, statuses=(0, 3))
    before = fingerprint(root)
    run("recover", root, statuses=(0, 3))
    require(fingerprint(root) == before, "a second recovery changed something")
    if evidence.episode_count(root) is not None:
        run("encode", root, statuses=(0, 3))
        before = fingerprint(root)
        again = run("recover", root, statuses=(0,))
        require(fingerprint(root) == before, f"recovery after encoding changed something: {again.output.strip()}")


def fingerprint(root):
    """Every file's name and content; the lock and its directory are nobody's content."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*")) if path.is_file() and path.parent.name != ".reel"
    }


def check(root, truth, seen=(), earlier=(), dropped=(), last=()):
    """Holds the repaired dataset against the truth: what the spool held at the moment of the fault, the numbers of takes
    that were seen whole before it, the takes of the episodes that earlier sessions had made, the takes that must not
    be episodes, as the recorder or the operator said, and those that were set aside and came back behind the others.

    Gives back figures."""
    if not dataset_is_there(root, truth, seen):
        return {}
    episodes = dataset.read_episodes(root)
    require([episode.take for episode in episodes[: len(earlier)]] == list(earlier), "an earlier session's episodes changed")
    episodes = episodes[len(earlier) :]
    whole, short = expected_takes(truth, seen, [episode.take for episode in episodes], dropped)
    whole.sort(key=lambda number: (number in last, number))
    found = [episode.take for episode in episodes]
    require(found == whole, f"the episodes are the takes {found}, not {whole}")
    stale = 0
    for episode in episodes:
        stale += compare(episode, truth.takes.get(episode.take))
    problem = dataset.opens(root) if episodes or earlier else None
    require(problem is None, f"LeRobot does not open the repaired dataset: {problem}")
    check_leftovers(root, short)
    check_with_reel(root)
    return {"episodes": len(episodes), "rows": sum(episode.rows for episode in episodes), "takes not kept": len(short),
            "older pictures": stale}


def check_leftovers(root, short):
    """No temporary file is left, and no spool, unless takes that were too short lie aside in it."""
    left = [str(path.relative_to(root)) for path in root.rglob("*") if path.name.endswith(".partial")]
    aside = names_in(root / ".reel" / "takes")
    if (root / ".reel").exists() and not aside:
        left.append(f".reel with {sorted(names_in(root / '.reel'))}")
    require(all(name.endswith(".failed") and int(name[:6]) in short for name in aside), f"takes left behind: {aside}")
    require(not left, f"left behind: {left}")


def dataset_is_there(root, truth, seen):
    there = evidence.episode_count(root) is not None
    require(there or not (truth.takes or seen), "the dataset is gone")
    return there


def expected_takes(truth, seen, found, dropped):
    """Numbers of the takes that must be episodes, in order; and of those that died before they had a second."""
    newest = max([0, *seen, *truth.takes, *found])
    whole, short = [], []
    for number in range(1, newest + 1):
        take = truth.takes.get(number)
        if number in dropped and number not in found:
            short.append(number)
        elif take is None or number in found or take.state in ("recorded", "kept"):
            whole.append(number)
        elif take.state == "recording":
            (whole if take.rows >= FPS else short).append(number)
        else:
            # Being removed: by its operator, or because it is an episode already, which `found` tells.
            require(take.state == "discarded", f"take {number} is {take.state} with {take.rows} rows")
    return whole, short


def compare(episode, take):
    """Holds an episode against its take in the spool; where that was gone already, against itself."""
    place = f"take {episode.take}"
    if take is not None and take.state != "discarded":
        require(episode.rows == take.rows, f"{place}: {episode.rows} rows of {take.rows}")
        require(np.array_equal(episode.actions, take.actions), f"{place}: the actions are not those that were recorded")
        require(episode.codes == take.codes, f"{place}: a row has another picture than it was recorded with")
    stale = 0
    for camera, codes in episode.codes.items():
        if all(of == evidence.NO_TAKE for of, _ in codes):
            continue
        shown = np.array([row if of == episode.take else -1 for of, row in codes])
        off = np.arange(len(shown)) - shown
        require((np.diff(shown) >= 0).all(), f"{place}, {camera}: the pictures go backwards")
        repeats = np.flatnonzero(episode.repeats[camera])
        require(0 not in repeats and (shown[repeats] == shown[repeats - 1]).all(), f"{place}, {camera}: a repeat that is none")
        if take is None:
            require((np.abs(off) <= ROWS_OFF).all(), f"{place}, {camera}: shows rows {shown.tolist()}")
        stale += int((off > 0).sum())
    return stale


def check_with_reel(root):
    done = run("check", root, seconds=120)
    last = re.sub(r"\s+", " ", done.output.strip())[-300:]
    require(done.status == 0, f"reel check ended with {done.status}: {last}")
