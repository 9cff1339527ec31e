"""kill -9 at random moments: of the recorder, of the encoder, of both, with every schedule."""
import random
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

from conformance.report import require

from .. import evidence, promises
from ..program import SCHEDULES, Session, encoders_of, kill, run

WORKERS = 5
EPISODES = 3
SECONDS = 1.15
VICTIMS = ("recorder", "both", "encoder")


def kill_at_random_moments(section, directory, count, seed):
    with ThreadPoolExecutor(WORKERS) as pool:
        trials = [
            pool.submit(section.run, f"random kill {number}", die_somewhere, directory / f"{number}", seed * 10_000 + number)
            for number in range(count)
        ]
        for trial in trials:
            trial.result()


def die_somewhere(place, seed):
    """One session and one kill; everything about it follows from the seed, except how fast the machine is."""
    dice = random.Random(seed)
    schedule = dice.choice(list(SCHEDULES))
    victim = dice.choice(VICTIMS)
    archive = place / "spool" if dice.random() < 0.5 else None
    root = place / "dataset"
    session = Session.start(root, episodes=EPISODES, seconds=SECONDS, schedule=schedule, archive=archive)
    _wait_for_the_moment(session, dice)
    if victim == "encoder":
        figures = _encoder_dies(session, dice, archive)
    else:
        figures = _recorder_dies(session, victim, archive)
    shutil.rmtree(place, ignore_errors=True)
    return {**figures, f"kills of {victim}": 1}


def _wait_for_the_moment(session, dice):
    """Any moment of the session, or, one time in three, the few milliseconds in which an episode is published."""
    if dice.random() < 1 / 3:
        publishing = session.root / ".reel" / "publishing"
        session.watch(15, until=publishing.exists)
        time.sleep(dice.random() * 0.04)
    else:
        session.watch(dice.uniform(0.1, 1.5 + EPISODES * SECONDS))


def _recorder_dies(session, victim, archive):
    session.kill(recorder=True, encoder=victim == "both")
    truth = evidence.read(session.root)
    opening = promises.before_recovery(session.root)
    promises.repair(session.root, truth)
    add_archived(truth, archive)
    figures = promises.check(session.root, truth, session.seen)
    return {
        **figures, "datasets that LeRobot could be asked to open before recovery": int(opening.ready),
        "not opened before recovery": int(opening.problem is not None),
        "not opened because": [opening.problem] if opening.problem else [],
    }


def _encoder_dies(session, dice, archive):
    for _ in range(dice.choice((1, 1, 2))):
        for pid in encoders_of(session.root):
            kill(pid)
        session.watch(dice.uniform(0.5, 1.5))
    status = session.wait()
    # Two deaths over one take set it aside, as they should: asked for, it comes back behind the others.
    aside = session.set_aside
    require(status == (3 if aside else 0), f"the session ended with {status}: {session.last_words()}")
    if aside:
        run("encode", session.root, "--retry-failed", statuses=(0,))
    truth = evidence.Evidence(EPISODES, {})
    add_archived(truth, archive)
    figures = promises.check(session.root, truth, set(range(1, EPISODES + 1)), last=aside)
    return {**figures, "takes set aside and brought back": len(aside)}


def add_archived(truth, archive):
    """Takes that were published before the fault: the archive holds what their spool was."""
    for path in sorted(archive.iterdir()) if archive and archive.is_dir() else []:
        if path.name[:6].isdigit():
            take = evidence.read_take(path)
            truth.takes.setdefault(take.number, take)
