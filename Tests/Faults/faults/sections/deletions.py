"""`reel edit --delete-episode` is killed at each of its steps: just that episode is gone, once it is told to be or the
command is given again, and never another one."""
import shutil

import numpy as np

from conformance.report import require

from .. import dataset, evidence, promises
from ..program import run

GONE = 1
DELETE = ("--delete-episode", GONE)
# Where the same command is given again too. Behind them the deletion is over, and the command means another episode.
STEPS_TOLD = {
    "edit.prepared", "edit.marked", "edit.recorded", "edit.data-swapped", "edit.file-replaced", "edit.old-removed"}


class Deletions:
    """A dataset with episodes that share their files, and what is in it; listing the steps of a deletion."""

    def __init__(self, whole, directory, listing):
        self.root = directory / "dataset"
        shutil.copytree(whole, self.root)
        run("consolidate", self.root, statuses=(0,))
        self.episodes = dataset.read_episodes(self.root)
        copy = directory / "listed" / "dataset"
        shutil.copytree(self.root, copy)
        run("edit", copy, *DELETE, fault=f"list:{listing}", statuses=(0,))
        self.check(copy)

    def check(self, root):
        """All episodes but that one are there, row by row and picture by picture."""
        wanted = [episode for number, episode in enumerate(self.episodes) if number != GONE]
        found = dataset.read_episodes(root)
        takes = [episode.take for episode in found]
        require(takes == [episode.take for episode in wanted], f"the episodes are the takes {takes}")
        for old, new in zip(wanted, found):
            require(np.array_equal(old.actions, new.actions), f"take {old.take}: other actions")
            require(old.codes == new.codes and old.repeats == new.repeats, f"take {old.take}: other pictures")


def deletion_dies(place, deletions, name, count, again):
    """The command dies at the step. Then the operator recovers and deletes what is still there, or gives the command
    `again` at once: when the deletion was finished by that, it must refuse, since the number means another episode."""
    root = place / "dataset"
    shutil.copytree(deletions.root, root)
    if not run("edit", root, *DELETE, fault=f"{name}:kill@{count}:edit").was_killed:
        shutil.rmtree(place, ignore_errors=True)
        return {"not reached": 1}
    opening = promises.before_recovery(root)
    if again:
        done = run("edit", root, *DELETE, statuses=(0, 1))
        require(done.status == 0 or "is finished just now" in done.output, f"refused: {done.output.strip()}")
    else:
        run("recover", root, statuses=(0,))
        if evidence.episode_count(root) == len(deletions.episodes):
            run("edit", root, *DELETE, statuses=(0,))
    deletions.check(root)
    nothing = evidence.Evidence(len(deletions.episodes), {})
    promises.repair(root, nothing)
    earlier = [episode.take for number, episode in enumerate(deletions.episodes) if number != GONE]
    promises.check(root, nothing, earlier=earlier)
    shutil.rmtree(place, ignore_errors=True)
    return promises.opening_figures(opening, name)
