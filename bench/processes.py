"""Runs programs and says what they used."""
import os
import select
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

# libSvtAv1Enc gives its threads real-time priority when it may. An ordinary user's process may not; root's may, unless
# it goes without this capability.
ORDINARY = ["setpriv", "--bounding-set", "-sys_nice", "--inh-caps", "-sys_nice"]


class Failed(Exception):
    """A program did not do what it was started for."""


@dataclass
class Run:
    """A program that has ended. Times in seconds, processor time with that of its children; memory in bytes."""

    status: int
    seconds: float
    processor: float
    # The most that was resident of the program, and of the largest of its children.
    memory: int
    child_memory: int
    begun: float
    said: str


class _Memory:
    """Looks at what a process and its children have resident. The kernel remembers each one's peak, but what wait4 tells
    of it includes the process that started it."""

    def __init__(self, process):
        self.process = process
        self.own = 0
        self.children = 0

    def look(self):
        self.own = max(self.own, _peak(self.process))
        # Each thread has children of its own.
        for children in Path(f"/proc/{self.process}/task").glob("*/children"):
            try:
                self.children = max([self.children, *map(_peak, children.read_text().split())])
            except OSError:
                pass


def _peak(process):
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def is_root():
    return os.geteuid() == 0


def ordinary(command):
    """The command as an ordinary user would run it."""
    if not is_root():
        return [str(part) for part in command]
    if not shutil.which("setpriv"):
        raise Failed("setpriv (util-linux) is missing, and root's measurements are not an ordinary user's")
    return [*ORDINARY, *map(str, command)]


def run(command, log, as_root=False, environment=None, during=None, seconds=600):
    """Runs the command to its end with what it says in `log`; `during(process)` is called again and again meanwhile."""
    command = [str(part) for part in command] if as_root else ordinary(command)
    log = Path(log)
    begun = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})})
        memory = _Memory(process.pid)
        ended = select.poll()
        descriptor = os.pidfd_open(process.pid)
        ended.register(descriptor, select.POLLIN)
        # Often at first, since some programs are over at once, and when something is waited for.
        while not ended.poll(5 if during or time.monotonic() - begun < 0.5 else 50):
            memory.look()
            if time.monotonic() - begun > seconds:
                process.kill()
            if during:
                during(process)
        _, status, usage = os.wait4(process.pid, 0)
        lasted = time.monotonic() - begun
        os.close(descriptor)
    process.returncode = os.waitstatus_to_exitcode(status)
    if lasted > seconds:
        raise Failed(f"{Path(command[0]).name} did not end within {seconds} s: {tail(log)}")
    return Run(
        process.returncode, lasted, usage.ru_utime + usage.ru_stime, memory.own, memory.children, begun,
        log.read_text(errors="replace"))


def demand(done, *statuses):
    """Gives the run back, if it ended well."""
    if done.status not in (statuses or (0,)):
        raise Failed(f"exit status {done.status}: {' / '.join(done.said.strip().splitlines()[-3:])}")
    return done


def tail(log):
    return " / ".join(Path(log).read_text(errors="replace").strip().splitlines()[-2:])


def bytes_in(directory):
    """Bytes of all files below, a file with several names once."""
    files = {}
    for path in Path(directory).rglob("*"):
        if path.is_file():
            status = path.stat()
            files[status.st_ino] = status.st_size
    return sum(files.values())
