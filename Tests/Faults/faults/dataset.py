"""The dataset as it is on the disk, and whether LeRobot opens it."""
import json
import threading
from dataclasses import dataclass

import numpy as np
import pyarrow.parquet

from conformance.report import require

from .evidence import NO_TAKE, picture_codes
from .program import CAMERAS, REPOSITORY

_one_at_a_time = threading.Lock()


@dataclass
class Episode:
    """One episode's rows: actions, the code of each row's picture by camera, and which rows repeat a picture."""

    take: int
    actions: np.ndarray
    codes: dict
    repeats: dict

    @property
    def rows(self):
        return len(self.actions)


def read_episodes(root):
    """All episodes in order, after a check that numbers, ranges and files agree with each other."""
    info = json.loads((root / "meta" / "info.json").read_text())
    described = _rows(root / "meta" / "episodes")
    require(len(described) == info["total_episodes"], f"{len(described)} episodes described, {info['total_episodes']} counted")
    data = _rows(root / "data")
    times = _rows(root / "meta" / "reel")
    require(len(data) == info["total_frames"], f"{len(data)} rows, info.json counts {info['total_frames']}")
    require([row["index"] for row in data] == list(range(len(data))), "index has a hole")
    files, episodes, end = {}, [], 0
    for number, episode in enumerate(described):
        first, end_here, length = episode["dataset_from_index"], episode["dataset_to_index"], episode["length"]
        require(episode["episode_index"] == number, f"episode {number} is numbered {episode['episode_index']}")
        require(first == end and end_here - first == length, f"episode {number}: its range does not follow")
        end = end_here
        rows = data[first:end]
        require(all(row["episode_index"] == number for row in rows), f"episode {number}: rows of another one")
        require([row["frame_index"] for row in rows] == list(range(length)), f"episode {number}: frame_index")
        own_times = [row for row in times if row["episode_index"] == number]
        require(len(own_times) == length, f"episode {number}: {len(own_times)} capture times for {length} rows")
        codes, repeats = {}, {}
        for camera in CAMERAS:
            key = f"videos/observation.images.{camera}"
            path = root / info["video_path"].format(
                video_key=f"observation.images.{camera}", chunk_index=episode[f"{key}/chunk_index"],
                file_index=episode[f"{key}/file_index"])
            if path not in files:
                files[path] = picture_codes(path)
            start = round(episode[f"{key}/from_timestamp"] * info["fps"])
            codes[camera] = files[path][start : start + length]
            repeats[camera] = [row[f"{camera}/repeated"] for row in own_times]
            require(len(codes[camera]) == length, f"episode {number}, {camera}: {len(codes[camera])} pictures for {length} rows")
        take = _only_take(codes, number)
        actions = np.array([row["action"] for row in rows], dtype=np.float32)
        episodes.append(Episode(take, actions, codes, repeats))
    require(end == len(data), "rows that belong to no episode")
    return episodes


def _rows(directory):
    return [row for file in sorted(directory.glob("*/*.parquet")) for row in pyarrow.parquet.read_table(file).to_pylist()]


def _only_take(codes, number):
    """The take that the pictures are of. On a busy machine the first rows may show a picture from before the take."""
    for camera, pictures in codes.items():
        require(None not in pictures, f"episode {number}, {camera}: picture {pictures.index(None) if None in pictures else 0} cannot be read")
    last = {pictures[-1][0] for pictures in codes.values()} - {NO_TAKE}
    require(len(last) == 1, f"episode {number}: pictures of the takes {last}")
    return last.pop()


def opens(root):
    """Why LeRobot cannot open the dataset and read all of it; None when it can."""
    from lerobot.datasets import video_utils
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    with _one_at_a_time:
        try:
            video_utils._default_decoder_cache.clear()
            dataset = LeRobotDataset(REPOSITORY, root=root, video_backend="pyav")
            columns = dataset.hf_dataset.with_format("numpy")
            # While an episode is being published, rows of it may stand behind those that count.
            if list(columns["index"])[: dataset.num_frames] != list(range(dataset.num_frames)):
                return "index does not count the rows"
            for index in {0, dataset.num_frames - 1}:
                dataset[index]
        except Exception as error:  # whatever LeRobot throws is the answer
            return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:300]
    return None
