"""Sessions with somebody at the keyboard: Reel on a pseudo-terminal, and what becomes of what is typed."""
import contextlib
import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time

from .. import frame_code
from .arms import FAST, simulated_arms
from ..reel import CAMERAS, TASK, program, run
from ..report import require
from ..subject import Subject, pictures_of


class Terminal:
    """A program on a terminal of its own, of the usual size."""

    ROWS, COLUMNS = 24, 80

    def __init__(self, command, environment=None):
        self.text = ""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", self.ROWS, self.COLUMNS, 0, 0))
        self._master = master
        self._process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=environment,
            preexec_fn=_take_terminal)
        os.close(slave)

    def wait_for(self, pattern, seconds=30):
        """Reads until the pattern has appeared after what was waited for last; forgets what lies before its end."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.text)):
            require(time.monotonic() < end, f"“{pattern}” did not appear within {seconds} s; last: {self.text[-200:]!r}")
            self._read(0.1)
        self.text = self.text[found.end() :]

    def type(self, keys):
        os.write(self._master, keys.encode())

    def finish(self, seconds=300):
        """Waits for the end; gives back the exit status and what was printed since the last wait."""
        end = time.monotonic() + seconds
        while self._process.poll() is None and time.monotonic() < end:
            self._read(0.1)
        if self._process.poll() is None:
            self._process.kill()
            require(False, f"nothing within {seconds} s; last: {self.text[-200:]!r}")
        self._read(0.1)
        os.close(self._master)
        return self._process.returncode, self.text

    def _read(self, seconds):
        if select.select([self._master], [], [], seconds)[0]:
            with contextlib.suppress(OSError):  # Linux says EIO when the program is gone.
                self.text += os.read(self._master, 65536).decode(errors="replace")


def _take_terminal():
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _record(root, *more, episodes=3, seconds=1, reset=2):
    return [
        program(), "record", f"--dataset.root={root}", "--dataset.repo_id=me/typed", f"--dataset.single_task={TASK}",
        "--dataset.no_stamp=true", f"--dataset.num_episodes={episodes}", f"--dataset.episode_time_s={seconds}",
        f"--dataset.reset_time_s={reset}", "--play_sounds=false", f"--robot.cameras={CAMERAS}", *FAST, *more]


def _takes(subject):
    """The take that each episode's first picture shows."""
    feature = next(iter(subject.cameras()))
    dataset = subject.open(return_uint8=True)
    return [
        frame_code.decode(pictures_of(dataset[episode["dataset_from_index"]], [feature])[feature])[0]
        for episode in subject.episode_rows()]


def check_keys(directory):
    """A take is marked and noted, another one is dropped while the next is recorded, and both show in the dataset."""
    root = directory / "keys"
    session = Terminal(
        _record(root, "--robot.type=sim", "--teleop.type=sim", "--dataset.video_encoding_batch_size=1000"))
    session.wait_for("○ reset after episode 1/3")
    session.type("smthe cube n slipped")
    session.wait_for("note .*the cube n slipped")
    # The reset waits for the line's end.
    time.sleep(2.5)
    session.type("\n")
    session.wait_for("● episode 2/3")
    session.wait_for("○ reset after episode 2/3")
    session.type("f")
    session.wait_for("marked a failure")
    session.wait_for("● episode 3/3")
    session.type("u")
    session.wait_for("take 2 is dropped")
    status, text = session.finish()
    require(status == 0, f"reel record ended with {status}: {text[-200:]!r}")
    subject = Subject(root, "me/typed", TASK, 3)
    takes = _takes(subject)
    require(takes == [1, 3, 4], f"the episodes are takes {takes}")
    words = {number: (times["outcome"][0], times["note"][0]) for number, times in subject.capture_times().items()}
    require(words == {0: ("success", "the cube n slipped"), 1: ("", ""), 2: ("", "")}, f"meta/reel says {words}")
    return f"episodes are takes {takes}, notes {words[0]}"


def check_deleting(directory):
    """reel edit takes an episode out of the dataset above, of whose files all episodes are; LeRobot opens what is left."""
    root = directory / "keys"
    seconds = run("edit", root, "--delete-episode", 1)
    subject = Subject(root, "me/typed", TASK, 2)
    takes = _takes(subject)
    require(takes == [1, 4], f"the episodes are takes {takes}")
    require(subject.info()["total_episodes"] == 2, "info.json counts other episodes")
    run("check", root)
    return f"{seconds:.2f} s"


def check_calibrating(directory):
    """An arm whose motors hold another calibration than the file: recording asks, as LeRobot does, and goes on."""
    directory.mkdir(parents=True, exist_ok=True)
    with simulated_arms(directory) as (ports, environment):
        files = directory / "calibration" / "robots" / "so_follower"
        calibration = json.loads((files / "blue.json").read_text())
        for motor in calibration.values():
            motor["range_min"] += 1
        (files / "red.json").write_text(json.dumps(calibration, indent=4))
        arms = [
            "--robot.type=so101_follower", f"--robot.port={ports['follower']}", "--robot.id=red",
            "--teleop.type=so101_leader", f"--teleop.port={ports['leader']}", "--teleop.id=blue"]
        refused = subprocess.run(
            _record(directory / "refused", *arms), env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60)
        require(refused.returncode == 1, f"without a terminal it ended with {refused.returncode}")
        require("reel calibrate --robot.type=so101_follower" in refused.stderr, refused.stderr[-200:])
        session = Terminal(_record(directory / "asked", *arms, episodes=1), environment)
        session.wait_for("ENTER writes the file to the motors")
        session.type("\n")
        session.wait_for("● episode 1/1")
        status, text = session.finish()
    require(status == 0, f"reel record ended with {status}: {text[-200:]!r}")
    return "asked, written to the motors, recorded"
