"""An operator who drops a take that was kept already, and an encoder that dies while it removes it."""
import shutil

from conformance.report import require
from conformance.checks.terminal import Terminal

from .. import evidence, promises
from ..program import environment, record_command, wait_for_encoders

EPISODES = 3
DROPPED = 2
# In the order in which they are passed. Nothing is encoded before the end, so the first removal is that of the take.
DROPPING = [
    ("spool.take-moving", 1), ("spool.take-moved", 1), ("encode.take-dropped", 1), ("spool.encoded-removed", 1),
    ("spool.file-removed", 1), ("spool.file-removed", 3), ("spool.take-removed", 1)]


def drop_a_take(root, fault):
    """A session at a keyboard that drops take 2 while take 3 is recorded, and takes another one instead."""
    root.parent.mkdir(parents=True, exist_ok=True)
    command = record_command(root, episodes=EPISODES, schedule="batch of all")
    session = Terminal(command, environment(REEL_FAULT=fault))
    session.wait_for(f"● episode {DROPPED + 1}/{EPISODES}")
    session.type("u")
    session.wait_for(f"take {DROPPED} is dropped")
    status, said = session.finish()
    wait_for_encoders(root)
    require(status == 0, f"the session ended with {status}: {said.strip()[-300:]!r}")


def dropping_encoder_dies(place, name, count):
    """The encoder dies once at the step: the take is dropped nevertheless, and no other one."""
    place.mkdir(parents=True)
    root, permit = place / "dataset", place / "permit"
    permit.touch()
    drop_a_take(root, f"{name}:kill@{count}:encode-worker:{permit}")
    require(not permit.exists(), "the step was not reached")
    figures = promises.check(root, evidence.Evidence(EPISODES, {}), dropped={DROPPED})
    require(figures["episodes"] == EPISODES, f"{figures['episodes']} episodes")
    shutil.rmtree(place, ignore_errors=True)
    return figures
