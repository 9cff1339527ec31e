"""Both processes die at once, each at a named point, around the border between two takes: the encoder is publishing the
first one while the recorder ends it or begins the next. The power goes, or the whole container is killed."""
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

from conformance.report import require

from .. import evidence, promises
from ..program import PROJECT, Session

WORKERS = 4
# Of the second take, so that there is a first one to publish.
BEGINNING = ("spool.take-directory-made", "spool.rows-begun", "spool.take-begun", "record.frame-files-begun")
ENDING = (
    "record.frame-file-finished", "spool.rows-ended", "spool.frames-synced", "spool.end-told", "spool.take-moving",
    "spool.take-moved",
)
WITHIN = ("spool.row-encoded", "spool.row-written", "record.frame-written")
# A take passes them more than once: its two cameras, its moves to recorded and to kept.
SECOND_TAKE = {"record.frame-file-finished": (3, 4), "spool.take-moving": (2, 3, 4), "spool.take-moved": (2, 3, 4),
               "spool.row-encoded": (40,), "spool.row-written": (40,), "record.frame-written": (80,)}
# What only a take that fails, or an operator who drops one, passes; and what comes when the session is over.
NOT_HERE = {"encode.take-dropped", "encode.failure-told", "encode.set-aside"}


def encoder_points():
    pattern = re.compile(r'FaultPoint\.reached\(\s*"((?:encode|publish)\.[^"]+)"')
    names = {
        name for path in (PROJECT / "Sources").rglob("*.swift") for name in pattern.findall(path.read_text())}
    return sorted(names - NOT_HERE)


def kill_both_at_every_border(section, directory, quick):
    recorder = [(name, count) for name in BEGINNING + WITHIN + ENDING for count in SECOND_TAKE.get(name, (2,))]
    pairs = [(mine, name) for mine in recorder for name in encoder_points()]
    # Of a cut every eighth, and always those that once could not be recovered.
    known = [(("spool.take-directory-made", 2), "publish.noted"), (("spool.take-directory-made", 2), "publish.take-is-episode")]
    chosen = known + [pair for pair in pairs[::8] if pair not in known] if quick else pairs
    with ThreadPoolExecutor(WORKERS) as pool:
        trials = [
            pool.submit(
                section.run, f"{name} @{count} in record, {other} in the encoder", both_die,
                directory / str(number), name, count, other)
            for number, ((name, count), other) in enumerate(chosen)
        ]
        for trial in trials:
            trial.result()


def both_die(place, name, count, other):
    """Each process stops where it is to die; then both are killed."""
    place.mkdir(parents=True)
    root = place / "dataset"
    permits = [place / "recorder-stands", place / "encoder-stands"]
    for permit in permits:
        permit.touch()
    fault = f"{name}:hang@{count}:record:{permits[0]};{other}:hang:encode-worker:{permits[1]}"
    # Streamed, encoding needs no end of the take: both orders come about.
    session = Session.start(root, fault=fault, episodes=3, seconds=1.1)

    def both_stand():
        return not any(permit.exists() for permit in permits)

    is_over = session.watch(25, until=both_stand)
    met = [not permit.exists() for permit in permits]
    require(any(met), f"neither point was passed: {session.last_words()}")
    if not is_over:
        # Rows may still be on their way to the file beside the one that stands.
        time.sleep(0.05)
        session.kill()
    truth = evidence.read(root)
    promises.repair(root, truth)
    figures = promises.check(root, truth, session.seen, dropped=session.dropped)
    shutil.rmtree(place, ignore_errors=True)
    return {**figures, "both at their points": int(all(met))}
