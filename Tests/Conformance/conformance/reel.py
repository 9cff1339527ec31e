"""Runs the release build of Reel."""
import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .report import require
from .spool import kept_takes
from .subject import Subject, wait_for

PROJECT = Path(__file__).parents[3]
TASK = "Put the cube into the box: slowly."
CAMERAS = (
    "{front: {type: sim, view: front, width: 640, height: 480, fps: 30}, "
    "top: {type: sim, view: top, width: 640, height: 480, fps: 30}}"
)
# The four moments at which a take can be encoded; the work is the same.
SCHEDULES = {
    "streaming": ["--dataset.streaming_encoding=true"],
    "batch of 1": ["--dataset.video_encoding_batch_size=1"],
    "batch of 2": ["--dataset.video_encoding_batch_size=2"],
    "batch of all": ["--dataset.video_encoding_batch_size=1000"],
}


def program():
    """The path of the release build."""
    return os.environ.get("REEL_PROGRAM", str(PROJECT / ".build" / "release" / "reel"))


@dataclass
class Recording:
    """A session that runs, or has run."""

    process: subprocess.Popen
    root: Path
    repo_id: str
    episodes: int
    spool: Path
    log: Path

    def published(self):
        """How many episodes the dataset has at this moment."""
        try:
            return json.loads((self.root / "meta" / "info.json").read_text())["total_episodes"]
        except (FileNotFoundError, json.JSONDecodeError):
            return 0

    def is_running(self):
        return self.process.poll() is None

    def finish(self, seconds=300):
        """Waits for the end and gives back the dataset."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = f"nothing within {seconds} s"
        last = self.log.read_text().strip().splitlines()[-1:]
        require(status == 0, f"reel record ended with {status}: {last}")
        return Subject(self.root, self.repo_id, TASK, self.published(), kept_takes(self.spool))


def record(
    directory, name, arguments=(), episodes=3, seconds=3, root=None, repo_id=None, consolidate=False, task=TASK):
    """Starts a session with the simulated arm."""
    slug = name.replace(" ", "-")
    root = root or Path(directory) / slug
    spool = Path(directory) / f"{slug}-spool"
    log = Path(directory) / f"{slug}.log"
    spool.mkdir(exist_ok=True)
    repo_id = repo_id or f"conformance/{slug}"
    command = [
        program(), "record", "--robot.type=sim", "--teleop.type=sim", f"--robot.cameras={CAMERAS}",
        f"--dataset.repo_id={repo_id}", f"--dataset.root={root}", f"--dataset.single_task={task}",
        "--dataset.no_stamp=true", f"--dataset.num_episodes={episodes}", f"--dataset.episode_time_s={seconds}",
        "--dataset.reset_time_s=0", "--play_sounds=false", f"--reel.consolidate={str(consolidate).lower()}", *arguments,
    ]
    environment = dict(os.environ, REEL_KEEP_SPOOL=str(spool))
    environment.pop("SVT_LOG", None)
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment)
    return Recording(process, root, repo_id, episodes, spool, log)


def wait_until_published(recording, episodes, seconds=90):
    """Waits until so many episodes are published while the session still runs."""

    def is_so():
        require(recording.is_running(), f"the session ended with {recording.published()} episodes published")
        return recording.published() >= episodes

    wait_for(is_so, seconds, f"publishing {episodes} episodes")


def run(*arguments):
    """Runs a command of Reel to its end; gives back its seconds."""
    begun = time.monotonic()
    done = subprocess.run(
        [program(), *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    said = (done.stderr or done.stdout).strip().splitlines()[-1:]
    require(done.returncode == 0, f"reel {arguments[0]} ended with {done.returncode}: {said}")
    return time.monotonic() - begun
