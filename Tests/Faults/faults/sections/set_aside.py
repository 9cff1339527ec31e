"""Takes that cannot be encoded are set aside with the reason, whatever dies meanwhile, and the others go on."""
import json
import shutil

from conformance.report import require

from .. import evidence, promises
from ..program import Session, run

ASIDE = 2
# The steps of setting a take aside.
SETTING_ASIDE = ("encode.failure-told", "encode.set-aside")


class Damaged:
    """A dataset with takes that wait, of which one has a frame file that is none; listing the steps of `reel encode`."""

    def __init__(self, cut, truth, directory, listing):
        self.root = directory / "dataset"
        self.truth = truth
        shutil.copytree(cut, self.root)
        (self._take(self.root, "kept") / "front.nut").write_bytes(b"this is no film")
        copy = directory / "listed" / "dataset"
        shutil.copytree(self.root, copy)
        run("encode", copy, fault=f"list:{listing}", statuses=(3,))
        self.check(copy)

    @staticmethod
    def _take(root, state):
        return root / ".reel" / "takes" / f"{ASIDE:06}.{state}"

    def check(self, root):
        """The take lies aside with the reason and all its rows; the others are episodes."""
        take = self._take(root, "failed")
        description = json.loads((take / "take.json").read_text())
        require(description.get("failure"), "it is not said why the take was set aside")
        rows = len(evidence.whole_batches(take / "rows.arrows"))
        require(rows == description["end"]["rows"], f"the take that was set aside has {rows} rows")
        return promises.check(root, self.truth, earlier=(1,), dropped={ASIDE})


def setting_aside_dies(place, damaged, name):
    """`reel encode` dies at the step and is given again."""
    root = place / "dataset"
    shutil.copytree(damaged.root, root)
    require(run("encode", root, fault=f"{name}:kill:encode").was_killed, "the step was not reached")
    opening = promises.before_recovery(root)
    promises.repair(root, damaged.truth)
    figures = damaged.check(root)
    shutil.rmtree(place, ignore_errors=True)
    return {**figures, **promises.opening_figures(opening, name)}


def kills_the_encoder_twice(place):
    """The encoder dies whenever it begins take 2: that one is set aside, the others are episodes, and asked for it comes
    back behind them."""
    root = place / "dataset"
    session = Session.start(root, episodes=3, fault=f"encode.begun#{ASIDE}:kill:encode-worker")
    status = session.wait()
    require(status == 3 and session.set_aside == {ASIDE}, f"the session ended with {status}: {session.last_words()}")
    truth = evidence.Evidence(3, {})
    promises.check(root, truth, {1, 2, 3}, dropped={ASIDE})
    run("encode", root, "--retry-failed", statuses=(0,))
    figures = promises.check(root, truth, {1, 2, 3}, last={ASIDE})
    shutil.rmtree(place, ignore_errors=True)
    return figures
