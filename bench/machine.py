"""The machine, the versions and the day, so that figures can be compared at all."""
import datetime
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path


def _first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return (done.stdout or done.stderr).splitlines()[0].strip()
    except (OSError, IndexError, subprocess.TimeoutExpired):
        return "not there"


def _processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _memory():
    kilobytes = int(Path("/proc/meminfo").read_text().split(None, 2)[1])
    return f"{kilobytes / 1e6:.0f} GB"


def about(reel, pictures, quick):
    """What stands above the table."""
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": _processor(), "cores": os.cpu_count(), "memory": _memory(), "kernel": platform.release(),
        "reel": _first_line(str(reel), "--version"),
        "lerobot": version("lerobot"), "ffmpeg": _first_line("ffmpeg", "-version"),
        "python": platform.python_version(), "pictures": pictures, "quick": quick,
    }
