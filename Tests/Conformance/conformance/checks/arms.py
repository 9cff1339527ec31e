"""Whole sessions with SO-101 arms that Reel simulates on pseudo-terminals: the command line of somebody who owns two."""
import contextlib
import os
import re
import select
import signal
import subprocess
import termios
import time
import tty
from pathlib import Path

import numpy as np
import pyarrow.parquet

from ..reel import CAMERAS, TASK, program
from ..report import require
from ..subject import Subject

JOINTS = 6
FAST = ["--dataset.rgb_encoder.vcodec=h264", "--dataset.rgb_encoder.preset=ultrafast"]
TORQUE_ENABLE = 40


@contextlib.contextmanager
def simulated_arms(directory, faults="", seed=1):
    """A follower and a leader, calibrated; gives back their ports and the environment that finds their calibration."""
    directory.mkdir(parents=True, exist_ok=True)
    calibration = directory / "calibration"
    with contextlib.ExitStack() as stack:
        ports = {}
        for kind, place in (("follower", "robots/so_follower"), ("leader", "teleoperators/so_leader")):
            ports[kind] = directory / kind
            command = [
                program(), "simulate-arm", "--kind", kind, "--seed", str(seed), "--link", str(ports[kind]),
                "--calibration", str(calibration / place / "blue.json")]
            if faults and kind == "follower":
                command += ["--faults", faults]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
            stack.callback(_end, process)
            require(process.stdout.readline().startswith(b"/dev/"), f"{kind}: no port")
        yield ports, dict(os.environ, HF_LEROBOT_CALIBRATION=str(calibration))


def _end(process):
    process.send_signal(signal.SIGINT)
    process.wait(10)


@contextlib.contextmanager
def footage_cameras(directory):
    """Two cameras that show real footage: ffmpeg serves films as MJPEG over HTTP on loopback. Gives back the value of
    --robot.cameras."""
    films = sorted(Path(directory).rglob("*.mp4"))
    require(films, f"there is no *.mp4 in {directory}")
    cameras = []
    with contextlib.ExitStack() as stack:
        for name, film, port in (("front", films[0], 8093), ("side", films[-1], 8094)):
            address = f"http://127.0.0.1:{port}/"
            command = [
                "ffmpeg", "-nostdin", "-loglevel", "error", "-re", "-stream_loop", "-1", "-i", str(film), "-vf",
                "scale=640:480,fps=30,noise=alls=4:allf=t", "-q:v", "4", "-c:v", "mjpeg", "-f", "mpjpeg", "-listen", "1",
                address]
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            cameras.append(f"{name}: {{type: ffmpeg, url: '{address}', width: 640, height: 480, fps: 30}}")
        time.sleep(1.5)
        yield "{" + ", ".join(cameras) + "}"


def record(directory, ports, environment, episodes=12, seconds=1.5, batch=10, *more, cameras=CAMERAS, encoder=FAST):
    """Records; gives back the exit status, what was printed, and the dataset."""
    root = directory / "dataset"
    command = [
        program(), "record", "--robot.type=so101_follower", f"--robot.port={ports['follower']}", "--robot.id=blue",
        f"--robot.cameras={cameras}", "--teleop.type=so101_leader", f"--teleop.port={ports['leader']}",
        "--teleop.id=blue", "--dataset.repo_id=me/test", f"--dataset.root={root}", "--dataset.no_stamp=true",
        f"--dataset.single_task={TASK}", f"--dataset.num_episodes={episodes}", f"--dataset.episode_time_s={seconds}",
        "--dataset.reset_time_s=0.2", f"--dataset.video_encoding_batch_size={batch}", "--play_sounds=false", *encoder,
        *more]
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        timeout=300)
    return done.returncode, done.stdout, Subject(root, "me/test", TASK, episodes)


def columns(subject):
    """Observations, actions and episodes of all rows."""
    files = sorted((subject.root / "data").glob("*/*.parquet"))
    tables = [pyarrow.parquet.read_table(file) for file in files]
    return tuple(
        np.concatenate([np.asarray(table[name].to_pylist()) for table in tables])
        for name in ("observation.state", "action", "episode_index"))


def check_following(subject):
    """The arm is where the leader was a moment ago, in every episode, and both really move."""
    states, actions, episodes = columns(subject)
    require(sorted(set(episodes)) == list(range(subject.episodes)), f"episodes {sorted(set(episodes))}")
    require((np.ptp(actions, axis=0) > 2).all(), f"the leader hardly moved: {np.ptp(actions, axis=0)}")
    # A servo of the simulated arm needs some rows to get there; the best lag tells that it follows, not just moves.
    errors = {}
    for lag in range(12):
        parts = [
            np.abs(states[episodes == e][lag:] - actions[episodes == e][: (episodes == e).sum() - lag])
            for e in range(subject.episodes)]
        errors[lag] = np.concatenate(parts).mean()
    best = min(errors, key=errors.get)
    require(errors[best] < 3, f"the arm does not follow: mean distance {errors[best]:.1f} at {best} rows")
    return f"{len(states)} rows, {best} rows behind, {errors[best]:.2f} from the leader on average"


def check_session(directory):
    """The issue's own line: 12 episodes, encoded ten at a time."""
    with simulated_arms(directory) as (ports, environment):
        status, text, subject = record(directory, ports, environment)
    require(status == 0, f"reel record ended with {status}: {text.strip().splitlines()[-3:]}")
    figure = check_following(subject)
    dataset = subject.open()
    require(dataset.num_episodes == 12, f"LeRobot sees {dataset.num_episodes} episodes")
    require(dataset.meta.robot_type == "so_follower", dataset.meta.robot_type)
    dataset[len(dataset) - 1]
    return f"{figure}; {figures(text)}"


def figures(text):
    """What the table at the end says of all takes together."""
    lines = re.findall(r"^ *\d+ +(\d+) +([0-9.]+) fps +(\d+) +(\S+) +(?:([0-9.]+) ms|–)", text, re.M)
    require(lines, f"there is no table: {text.strip().splitlines()[-3:]}")
    waits = [float(line[4]) for line in lines if line[4]]
    repeated = sum(int(count) for line in lines for count in line[3].split("+"))
    rows = sum(int(line[0]) for line in lines)
    return (
        f"{len(lines)} takes, {rows} rows, slowest {min(float(line[1]) for line in lines)} fps, "
        f"{sum(int(line[2]) for line in lines)} late, {repeated} repeated pictures, longest wait {max(waits)} ms")


def check_footage(directory, footage, faults=""):
    """The issue's own line on real pictures, with AV1 as LeRobot has it: 12 episodes of 5 s, encoded ten at a time; also
    on a noisy wire."""
    with footage_cameras(footage) as cameras, simulated_arms(directory, faults=faults) as (ports, environment):
        status, text, subject = record(directory, ports, environment, 12, 5, cameras=cameras, encoder=[])
    require(status == 0, f"reel record ended with {status}: {text.strip().splitlines()[-3:]}")
    following = check_following(subject)
    dataset = subject.open()
    require(dataset.num_episodes == 12, f"LeRobot sees {dataset.num_episodes} episodes")
    for episode in subject.episode_rows():
        dataset[episode["dataset_from_index"]]
        dataset[episode["dataset_to_index"] - 1]
    told = re.search(r"^arm: (.*)$", text, re.M)
    require(told or not faults, "nothing is said of retries")
    return f"{following}; {figures(text)}" + (f"; {told[1]}" if told else "")


def check_noisy_wire(directory):
    """One reply in 500 is lost, and one byte in 10,000 is wrong (a reply has 8 bytes): it goes on and says so."""
    with simulated_arms(directory, faults="lose=500,flip=1250,seed=3") as (ports, environment):
        status, text, subject = record(directory, ports, environment)
    require(status == 0, f"reel record ended with {status}: {text.strip().splitlines()[-3:]}")
    told = re.search(r"^arm: asked again (\d+)×.*$", text, re.M)
    require(told and int(told[1]) > 0, f"nothing is said of retries: {text.strip().splitlines()[-3:]}")
    check_following(subject)
    return told[0]


def check_lost_servo(directory):
    """Motor 3 is gone for good in the middle of a take: the take is kept up to there, and the others go limp."""
    # Connecting asks each motor about 40 times, and a row once.
    with simulated_arms(directory, faults="drop=3@100") as (ports, environment):
        status, text, subject = record(directory, ports, environment, 3, 5, 1)
        torque = [read_register(ports["follower"], motor, TORQUE_ENABLE) for motor in range(1, JOINTS + 1)]
    require(status == 3, f"reel record ended with {status}: {text.strip().splitlines()[-3:]}")
    require("no answer from motor 3 (elbow_flex)" in text, f"motor 3 is not named: {text.strip().splitlines()[-3:]}")
    require(torque == [0, 0, None, 0, 0, 0], f"torque is {torque} afterwards")
    subject.episodes = 1
    dataset = subject.open()
    require(dataset.num_episodes == 1 and 10 < len(dataset) < 150, f"{len(dataset)} rows are kept")
    return f"{len(dataset)} rows are kept, the other five motors are limp"


def read_register(port, motor, address):
    """One byte of a motor's registers; None when it does not answer."""
    line = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        tty.setraw(line)
        settings = termios.tcgetattr(line)
        settings[4] = settings[5] = termios.B1000000
        termios.tcsetattr(line, termios.TCSANOW, settings)
        body = [motor, 4, 2, address, 1]
        os.write(line, bytes([0xFF, 0xFF, *body, ~sum(body) & 0xFF]))
        reply, end = b"", time.monotonic() + 1
        while len(reply) < 7 and time.monotonic() < end:
            if select.select([line], [], [], 0.1)[0]:
                reply += os.read(line, 64)
        return reply[5] if len(reply) == 7 else None
    finally:
        os.close(line)
