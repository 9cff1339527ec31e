"""Makes the datasets `publishing`, `consolidating` and `deleting`: what Reel 0.1.0 left behind when it was killed in the
middle of each, with the records that it wrote before they were lists of steps. A later Reel must finish them.

Run with the `reel` of commit 0ca8d7d or before: `python3 make.py PATH/TO/reel`.
"""
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Passed in between: some of the steps are done, others are not.
STEPS = {
    "publishing": ("encode", "publish.data-moved", ("--retry-failed",)),
    "consolidating": ("consolidate", "consolidate.data-swapped", ()),
    "deleting": ("edit", "edit.data-swapped", ("--delete-episode", "1")),
}
CAMERAS = "{front: {type: sim, view: front, width: 64, height: 48, fps: 30}}"
# Of the session, and of the machine that it ran on.
LEFT_OUT = ("lock", "encoder.lock", "encoder.log", "reserve")


def run(reel, command, *arguments, fault=None, status=0):
    environment = {**os.environ, **({"REEL_FAULT": fault} if fault else {})}
    done = subprocess.run([reel, command, *arguments], env=environment, stdin=subprocess.DEVNULL)
    assert done.returncode == status, f"reel {command} ended with {done.returncode}"


def record(reel, root, episodes, *more, **options):
    run(
        reel, "record", "--robot.type=sim", "--teleop.type=sim", f"--robot.cameras={CAMERAS}",
        "--dataset.repo_id=user/name", f"--dataset.root={root}", "--dataset.single_task=pick", "--dataset.no_stamp=true",
        f"--dataset.num_episodes={episodes}", "--dataset.episode_time_s=1.1", "--dataset.reset_time_s=0",
        "--play_sounds=false", "--reel.consolidate=false", "--dataset.rgb_encoder.vcodec=h264",
        "--dataset.rgb_encoder.preset=ultrafast", *more, **options)


def make(reel, work):
    command, step, more = STEPS[work]
    root = HERE / work
    shutil.rmtree(root, ignore_errors=True)
    if work == "publishing":
        record(reel, root, 1)
        # A take that ends the encoder twice waits until it is asked for.
        record(reel, root, 1, "--resume=true", fault="encode.begun:kill:encode-worker", status=3)
    else:
        record(reel, root, 3)
    if work == "deleting":
        run(reel, "consolidate", root)
    run(reel, command, root, *more, fault=f"{step}:kill:{command}", status=-9)
    for name in LEFT_OUT:
        (root / ".reel" / name).unlink(missing_ok=True)


if __name__ == "__main__":
    for work in STEPS:
        make(sys.argv[1], work)
