"""Sessions of LeRobot's own recording path on clips, each in a process of its own (`lerobot_session.py`)."""
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from .footage import FPS
from .processes import Failed, Run, bytes_in, demand, run

QUIET = {
    "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
    "TOKENIZERS_PARALLELISM": "false", "PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass
class Session:
    """A session that is over."""

    run: Run
    # What lerobot_session.py wrote.
    report: dict
    root: Path
    cameras: int
    takes: int
    seconds: float

    @property
    def camera_seconds(self):
        return self.takes * self.seconds * self.cameras

    @property
    def start(self):
        """Seconds from the program's start to the first row; reading the clips does not count."""
        return self.report["first_tick"] - self.run.begun - self.report["reading_seconds"]

    @property
    def peak_memory(self):
        """Without the pictures, which a camera would not hold in memory."""
        return self.run.memory - self.report["picture_bytes"]

    def of_takes(self, key):
        return [take[key] for take in self.report["takes"]]

    def dataset_bytes(self):
        return bytes_in(self.root)

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)


def record(directory, clips, takes, seconds, streaming, codec, as_root=False):
    """Records with a camera a clip; encodes each take when it ends, or while it is recorded."""
    root, report = Path(directory) / "lerobot", Path(directory) / "lerobot.json"
    shutil.rmtree(root, ignore_errors=True)
    report.unlink(missing_ok=True)
    wanted = {
        "clips": [str(clip.rgb) for clip in clips], "takes": takes, "seconds": seconds, "streaming": streaming,
        "codec": codec.name, "settings": codec.settings, "fps": FPS, "root": str(root), "report": str(report),
    }
    command = [sys.executable, "-m", "bench.lerobot_session", json.dumps(wanted)]
    search = {"PYTHONPATH": str(Path(__file__).parents[1]), "HF_HOME": str(Path(directory) / "huggingface")}
    done = run(command, Path(directory) / "lerobot.log", as_root, {**QUIET, **search})
    demand(done)
    if not report.exists():
        raise Failed(f"LeRobot left no report: {done.said.strip().splitlines()[-1:]}")
    return Session(done, json.loads(report.read_text()), root, len(clips), takes, seconds)


def help_command():
    """`lerobot-record --help` of this environment."""
    return [Path(os.path.dirname(sys.executable)) / "lerobot-record", "--help"]
