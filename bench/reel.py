"""Sessions of `reel record` on clips."""
import json
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path

from .footage import FPS
from .processes import Failed, Run, bytes_in, demand, run

PROJECT = Path(__file__).parents[1]


def program():
    """REEL_PROGRAM, or the release build."""
    return os.environ.get("REEL_PROGRAM", str(PROJECT / ".build" / "release" / "reel"))


@dataclass
class Session:
    """A session that is over."""

    run: Run
    # What --reel.report wrote.
    report: dict
    root: Path
    # Takes that were recorded, cameras and seconds of each.
    takes: int
    cameras: int
    seconds: float

    @property
    def camera_seconds(self):
        return sum(take["rows"] for take in self.report["takes"]) / FPS * self.cameras

    @property
    def start(self):
        """Seconds from the program's start to the first row."""
        return self.report["firstTick"] - self.run.begun

    def of_takes(self, *keys):
        """One figure of every take that has it."""
        found = []
        for take in self.report["takes"]:
            for key in keys:
                take = take.get(key) if take is not None else None
            if take is not None:
                found.append(take)
        return found

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def dataset_bytes(self):
        """Without the spool."""
        return bytes_in(self.root) - bytes_in(self.root / ".reel")


class _Leaving:
    """Two Ctrl-C when recording is over: what is not encoded then stays in the spool."""

    def __init__(self, log):
        self.log = log
        self.asked = 0

    def __call__(self, process):
        if self.asked < 2 and "recorded; encoding what waits" in self.log.read_text(errors="replace"):
            # Not by `process`, which would wait for the program if it has ended.
            os.kill(process.pid, signal.SIGINT)
            self.asked += 1


def _command(root, report, clips, takes, seconds, schedule, codec, source, consolidates=False):
    cameras = ", ".join(f"cam{number}: {clip.camera(source)}" for number, clip in enumerate(clips))
    return [
        program(), "record", "--robot.type=sim", "--teleop.type=sim", f"--robot.cameras={{{cameras}}}",
        "--dataset.repo_id=bench/reel", f"--dataset.root={root}", "--dataset.single_task=Sort the bottles.",
        "--dataset.no_stamp=true", f"--dataset.num_episodes={takes}", f"--dataset.episode_time_s={seconds}",
        f"--dataset.fps={FPS}", "--dataset.reset_time_s=0", "--play_sounds=false",
        f"--reel.consolidate={str(consolidates).lower()}", f"--reel.report={report}", schedule, *codec.reel(),
    ]


def record(directory, clips, takes, seconds, schedule, codec, source="RGB", as_root=False, leaves=False, flags=(), during=None):
    """Records `takes` takes of `seconds` with a camera a clip; `leaves` ends the program when they are recorded, else it
    does all that a session does, joining small files at its end included. `during(process)` is called again and again."""
    root, report, log = (Path(directory) / name for name in ("dataset", "report.json", "reel.log"))
    shutil.rmtree(root, ignore_errors=True)
    report.unlink(missing_ok=True)
    command = _command(root, report, clips, takes, seconds, schedule, codec, source, consolidates=not leaves)
    calls = [call for call in (_Leaving(log) if leaves else None, during) if call]
    done = run(
        [*command, *flags], log, as_root, during=(lambda process: [call(process) for call in calls]) if calls else None)
    # The second Ctrl-C may come when the program has done everything and is ending.
    demand(done, 0, 3, -signal.SIGINT) if leaves else demand(done)
    if not report.exists():
        raise Failed(f"reel record left no report: {done.said.strip().splitlines()[-1:]}")
    return Session(done, json.loads(report.read_text()), root, takes, len(clips), seconds)


def leave_waiting(directory, clips, takes, seconds, codec):
    """A dataset without an episode, in whose spool `takes` takes wait: the program is killed when it has them."""
    root, log = Path(directory) / "waiting", Path(directory) / "reel.log"
    shutil.rmtree(root, ignore_errors=True)
    command = _command(root, Path(directory) / "none.json", clips, takes + 1, seconds, batches(1000), codec, "RGB")

    def kill_when_saved(process):
        if f"take {takes} is saved" in log.read_text(errors="replace"):
            os.kill(process.pid, signal.SIGKILL)

    run(command, log, during=kill_when_saved)
    demand(run([program(), "recover", root, "--discard-recovered"], log), 0, 3)
    return root


STREAMING = "--dataset.streaming_encoding=true"


def batches(size):
    return f"--dataset.video_encoding_batch_size={size}"
