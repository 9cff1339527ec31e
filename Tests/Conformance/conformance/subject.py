"""A dataset under test, and how it is opened."""
import inspect
import json
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow.dataset
import pyarrow.parquet

from .report import require


@dataclass
class Subject:
    """What is checked: a dataset on disk, and what is known about how it came to be."""

    root: Path
    repo_id: str
    task: str
    episodes: int
    # The recorder's own copies of the takes by number; empty where a dataset came from elsewhere.
    takes: dict = field(default_factory=dict)
    # The first episode that these takes may have become: numbers of takes begin again with every session.
    first: int = 0
    # Episodes that have another task than `task`.
    tasks: dict = field(default_factory=dict)

    def task_of(self, episode):
        return self.tasks.get(episode, self.task)

    def info(self):
        return json.loads((self.root / "meta" / "info.json").read_text())

    def statistics(self):
        return json.loads((self.root / "meta" / "stats.json").read_text())

    def open(self, backend="torchcodec", **options):
        """The dataset as LeRobot sees it, without the decoders of earlier checks: LeRobot keeps them open by path, and
        a file may have been replaced, or a worker process may share their place in it."""
        from lerobot.datasets import video_utils
        from lerobot.datasets.lerobot_dataset import LeRobotDataset

        if hasattr(video_utils, "_default_decoder_cache"):
            video_utils._default_decoder_cache.clear()
        known = inspect.signature(LeRobotDataset).parameters  # LeRobot 0.4 has no return_uint8
        options = {name: value for name, value in options.items() if name in known}
        return LeRobotDataset(self.repo_id, root=self.root, video_backend=backend, **options)

    def cameras(self):
        """Names of the cameras by feature: observation.images.front is front."""
        features = self.info()["features"]
        return {name: name.rsplit(".", 1)[-1] for name in features if features[name]["dtype"] in ("video", "image")}

    def episode_rows(self):
        """meta/episodes as one table of Python rows, in order."""
        files = sorted((self.root / "meta" / "episodes").glob("*/*.parquet"))
        return [row for file in files for row in pyarrow.parquet.read_table(file).to_pylist()]

    def capture_times(self):
        """meta/reel by episode: a column's name to its array. Episodes that Reel did not record are not in it."""
        files = sorted((self.root / "meta" / "reel").glob("*/*.parquet"))
        if not files:
            return {}
        table = pyarrow.dataset.dataset([str(file) for file in files]).to_table()
        columns = {name: np.asarray(table[name].to_pylist()) for name in table.column_names}
        episodes = columns["episode_index"]
        return {
            int(episode): {name: values[episodes == episode] for name, values in columns.items()}
            for episode in np.unique(episodes)
        }


def pictures_of(item, features):
    """The pictures of one item of a dataset, each [height, width, 3] with values 0 to 255."""
    pictures = {}
    for feature in features:
        picture = item[feature].permute(1, 2, 0).numpy()
        pictures[feature] = picture if picture.dtype == np.uint8 else picture * 255
    return pictures


def wait_for(condition, seconds, what, pause=0.05):
    """Asks again and again until it is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(pause)
    require(False, f"{what} did not happen within {seconds} s")
