"""A long session with an impatient operator: memory, open files and threads of both processes must level off."""
import fcntl
import os
import pty
import random
import statistics
import struct
import termios
import threading
import time
from pathlib import Path

from conformance.report import require

from .. import dataset
from ..program import encoders_of, names_in, record_command, environment

# A third of the session in between is compared with its last third: caches are filled by then. Medians: memory that is
# kept for each take shows in them, pictures that wait a moment for the disk do not.
MAXIMUM_GROWTH = 1.02
SLACK_MEGABYTES = 2
SLACK_FILES = 1


def soak(section, directory, takes, seconds, seed):
    section.run(f"{takes} takes of {seconds} s", _soak, directory, takes, seconds, seed)


def _soak(directory, takes, seconds, seed):
    directory.mkdir(parents=True)
    root = directory / "dataset"
    more = ["--robot.cameras={" + ", ".join(
        f"{view}: {{type: sim, view: {view}, width: 160, height: 120, fps: 30}}" for view in ("front", "top", "wrist")) + "}"]
    command = [part for part in record_command(root, episodes=takes, seconds=seconds) if not part.startswith("--robot.cameras")]
    process, terminal = pty.fork()
    if process == 0:
        os.execve(command[0], command + more, environment())
    # The usual size; the program asks for it each time it draws.
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    output = []
    reading = threading.Thread(target=_drain, args=(terminal, output), daemon=True)
    reading.start()
    samples = {"recorder": [], "encoder": []}
    dice = random.Random(seed)
    keys, next_key = 0, time.monotonic() + 3
    while True:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            break
        if time.monotonic() >= next_key:
            # Early ends and re-records; Esc and q would end the session.
            os.write(terminal, dice.choice((b"\x1b[C", b"n", b"\x1b[D", b"r")))
            keys += 1
            next_key = time.monotonic() + dice.uniform(0.5, 3) * seconds
        _sample(samples["recorder"], process)
        for encoder in encoders_of(root)[:1]:
            _sample(samples["encoder"], encoder)
        time.sleep(0.25)
    said = b"".join(output).decode(errors="replace")
    require(os.waitstatus_to_exitcode(status) == 0, f"the session ended with {os.waitstatus_to_exitcode(status)}: {said[-300:]}")
    problem = dataset.opens(root)
    require(problem is None, f"LeRobot does not open it: {problem}")
    left = names_in(root / ".reel" / "takes")
    require(not left, f"takes left behind: {left}")
    figures = {"takes": takes, "keys": keys}
    for name, values in samples.items():
        figures |= _level(name, values)
    return figures


def _drain(terminal, output):
    try:
        while True:
            output.append(os.read(terminal, 65536))
            del output[:-50]
    except OSError:
        pass


def _sample(samples, pid):
    try:
        text = Path(f"/proc/{pid}/status").read_text()
        lines = dict(line.split(":", 1) for line in text.splitlines())
        samples.append((
            int(lines["RssAnon"].split()[0]) / 1024, len(os.listdir(f"/proc/{pid}/fd")), int(lines["Threads"])))
    except (FileNotFoundError, ProcessLookupError, KeyError):
        pass


def _level(name, samples):
    """What is usual of each in the middle third and in the last one, and the most of all."""
    require(len(samples) >= 12, f"{name}: only {len(samples)} looks")
    third = len(samples) // 3
    figures = {}
    for index, (what, slack) in enumerate((("MB", SLACK_MEGABYTES), ("files", SLACK_FILES), ("threads", SLACK_FILES))):
        middle = statistics.median(sample[index] for sample in samples[third : 2 * third])
        last = statistics.median(sample[index] for sample in samples[2 * third :])
        figures[f"{name} {what}, middle"] = round(middle, 1)
        figures[f"{name} {what}, last"] = round(last, 1)
        figures[f"{name} {what}, most"] = round(max(sample[index] for sample in samples), 1)
        require(last <= middle * MAXIMUM_GROWTH + slack, f"{name}: {what} grow from {middle:.0f} to {last:.0f}")
    return figures
