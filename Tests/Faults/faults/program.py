"""Runs Reel: short sessions of the simulated arm with tiny pictures, and the commands that put things in order."""
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from conformance.report import Failed, require

PROJECT = Path(__file__).parents[3]
TASK = "Put the cube into the box."
REPOSITORY = "faults/session"
FPS = 30
# The smallest usual size whose frame code survives every encoder.
CAMERAS = ("front", "top")
CAMERA_FLAG = "{" + ", ".join(f"{name}: {{type: sim, view: {name}, width: 160, height: 120, fps: 30}}" for name in CAMERAS) + "}"
SCHEDULES = {
    "streaming": ["--dataset.streaming_encoding=true"],
    "batch of 1": ["--dataset.video_encoding_batch_size=1"],
    "batch of 2": ["--dataset.video_encoding_batch_size=2"],
    "batch of all": ["--dataset.video_encoding_batch_size=1000"],
}
H264 = ["--dataset.rgb_encoder.vcodec=h264", "--dataset.rgb_encoder.preset=ultrafast", "--dataset.rgb_encoder.crf=23"]
AV1 = ["--dataset.rgb_encoder.vcodec=libsvtav1"]


def program():
    return os.environ.get("REEL_PROGRAM", str(PROJECT / ".build" / "release" / "reel"))


def environment(**changes):
    """This process's environment without what would disturb a run; None takes a variable out."""
    names = {"REEL_FAULT": None, "REEL_KEEP_SPOOL": None, "SVT_LOG": None, **changes}
    merged = {**os.environ, **{name: str(value) for name, value in names.items() if value is not None}}
    return {name: value for name, value in merged.items() if names.get(name, "") is not None}


SIMULATED = ("--robot.type=sim", "--teleop.type=sim")


def record_command(
        root, episodes=2, seconds=1.2, schedule="batch of 1", codec=H264, arms=SIMULATED, cameras=CAMERA_FLAG, more=()):
    return [
        program(), "record", *arms, f"--robot.cameras={cameras}",
        f"--dataset.repo_id={REPOSITORY}", f"--dataset.root={root}", f"--dataset.single_task={TASK}",
        "--dataset.no_stamp=true", f"--dataset.num_episodes={episodes}", f"--dataset.episode_time_s={seconds}",
        "--dataset.reset_time_s=0", "--play_sounds=false", *SCHEDULES[schedule], *codec, *more,
    ]


@dataclass
class Session:
    """A `reel record` that runs, or has run."""

    root: Path
    process: subprocess.Popen
    log: Path
    # Numbers of takes that were seen whole (recorded, or further) while the session ran.
    seen: set = field(default_factory=set)

    @classmethod
    def start(cls, root, fault=None, archive=None, preload=None, log=None, **options):
        root.parent.mkdir(parents=True, exist_ok=True)
        log = log or root.parent / "session.log"
        variables = {"REEL_FAULT": fault, "REEL_KEEP_SPOOL": archive, **(preload or {})}
        with log.open("a") as output:
            process = subprocess.Popen(
                record_command(root, **options), stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, env=environment(**variables), start_new_session=True)
        return cls(root, process, log)

    def look(self):
        """Notes which takes are whole at this moment."""
        for name in names_in(self.root / ".reel" / "takes"):
            number, _, state = name.partition(".")
            if state in ("recorded", "kept"):
                self.seen.add(int(number))

    def watch(self, seconds, until=lambda: False):
        """Looks on until the recorder is gone (True), `until` says so, or the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look()
            if self.process.poll() is not None:
                return True
            if until():
                return False
            time.sleep(0.005)
        return False

    def wait(self, seconds=60):
        """Waits for the recorder's end, then for that of its encoder. Gives back the recorder's status."""
        if not self.watch(seconds):
            self.kill()
            raise Failed(f"the session did not end within {seconds} s: {self.last_words()}")
        wait_for_encoders(self.root)
        self.look()
        return self.process.returncode

    def kill(self, recorder=True, encoder=True):
        """kill -9. The encoder's own end is waited for when only the recorder is killed."""
        encoders = encoders_of(self.root) if encoder else []
        if recorder and self.process.poll() is None:
            self.process.kill()
        for pid in encoders:
            kill(pid)
        if recorder:
            self.process.wait()
            wait_for_encoders(self.root)

    @property
    def dropped(self):
        """Takes that the recorder said it would not keep: shorter than a second when they had to end."""
        said = self.log.read_text(errors="replace")
        return {int(number) for number in re.findall(r"take (\d+) was ended: .*less than a second and is not kept", said)}

    @property
    def set_aside(self):
        """Takes that ended the encoder twice."""
        said = self.log.read_text(errors="replace")
        return {int(number) for number in re.findall(r"take (\d+) was set aside", said)}

    def last_words(self):
        return " / ".join(self.log.read_text(errors="replace").strip().splitlines()[-3:])


def kill(pid, signal_number=signal.SIGKILL):
    try:
        os.kill(pid, signal_number)
    except ProcessLookupError:
        pass


def names_in(directory):
    try:
        return os.listdir(directory)
    except (FileNotFoundError, NotADirectoryError):
        return []


def processes_of(root):
    """Process numbers and arguments of all that name this dataset."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                arguments = Path("/proc", name, "cmdline").read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if any(argument.endswith(str(root).encode()) for argument in arguments):
                yield int(name), arguments


def encoders_of(root):
    """Process numbers of the encoders that work on this dataset."""
    return [pid for pid, arguments in processes_of(root) if b"encode-worker" in arguments]


def wait_for_encoders(root, seconds=40):
    """Waits until none is left. One that was just being started still has its recorder's arguments; who only looks at the
    dataset (`reel view`) may stay."""
    end = time.monotonic() + seconds
    while left := [pid for pid, arguments in processes_of(root) if b"view" not in arguments]:
        if time.monotonic() > end:
            for pid in left:
                kill(pid)
            raise Failed(f"the encoder still runs {seconds} s after its recorder is gone")
        time.sleep(0.02)


@dataclass
class Done:
    status: int
    output: str

    @property
    def was_killed(self):
        return self.status == -signal.SIGKILL


def run(*arguments, fault=None, seconds=60, statuses=None, preload=None):
    """Runs a command to its end; fails on a status that is not in `statuses`, on a crash, and on a hang."""
    try:
        done = subprocess.run(
            [program(), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            stdin=subprocess.DEVNULL, timeout=seconds, env=environment(REEL_FAULT=fault, **(preload or {})))
    except subprocess.TimeoutExpired:
        raise Failed(f"reel {arguments[0]} hangs: not done in {seconds} s") from None
    if statuses is not None:
        said = " / ".join(done.stdout.strip().splitlines()[-3:])
        require(done.returncode in statuses, f"reel {arguments[0]} ended with {done.returncode}: {said}")
    return Done(done.returncode, done.stdout)
