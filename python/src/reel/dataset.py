"""The writing half of LeRobot's `LeRobotDataset` (0.6.1), by name and meaning."""
from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any

from ._episodes import Episodes, encoder_members
from ._errors import ReelError, ReelValueError
from ._features import as_numpy

_told: set[str] = set()


def _say_once(text: str) -> None:
    if text not in _told:
        _told.add(text)
        warnings.warn(text, stacklevel=3)


def default_root(repo_id: str) -> Path:
    """Where LeRobot keeps a dataset of this name: $HF_LEROBOT_HOME, or lerobot in $HF_HOME."""
    home = os.environ.get("HF_LEROBOT_HOME")
    if not home:
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        home = os.path.join(os.environ.get("HF_HOME") or os.path.join(cache, "huggingface"), "lerobot")
    return Path(os.path.expanduser(home)) / repo_id


class Metadata:
    """What a program that records asks a dataset's `meta` for. Counts what was saved, also where it is not encoded yet."""

    def __init__(self, repo_id: str, root: Path, episodes: Episodes) -> None:
        self.repo_id = repo_id
        self.root = root
        self._episodes = episodes

    @property
    def info(self) -> dict:
        """info.json as it is on the disk: without the episodes that wait to be encoded."""
        return json.loads((self.root / "meta" / "info.json").read_text())

    @property
    def fps(self) -> int:
        return self.info["fps"]

    @property
    def robot_type(self) -> str | None:
        return self.info["robot_type"]

    @property
    def features(self) -> dict[str, dict]:
        features = self.info["features"]
        for feature in features.values():
            feature["shape"] = tuple(feature["shape"])
        return features

    @property
    def names(self) -> dict[str, Any]:
        return {name: feature.get("names") for name, feature in self.features.items()}

    @property
    def shapes(self) -> dict[str, tuple]:
        return {name: feature["shape"] for name, feature in self.features.items()}

    @property
    def video_keys(self) -> list[str]:
        return [name for name, feature in self.features.items() if feature["dtype"] == "video"]

    @property
    def image_keys(self) -> list[str]:
        return [name for name, feature in self.features.items() if feature["dtype"] == "image"]

    @property
    def camera_keys(self) -> list[str]:
        return [name for name, feature in self.features.items() if feature["dtype"] in ("video", "image")]

    @property
    def total_episodes(self) -> int:
        return self._episodes.episodes

    @property
    def total_frames(self) -> int:
        return self._episodes.frames

    @property
    def total_tasks(self) -> int:
        return self.info["total_tasks"]

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"Reel's LeRobotDataset.meta has no {name}: it has what a program that records needs. LeRobot's own "
                             "class reads the dataset when it is finalized.")


class LeRobotDataset:
    """A dataset that frames are recorded into. Make it with `create`, or continue one with `resume`.

    Frames go through Reel's spool to its encoder process: `save_episode` returns at once, nothing is dropped, and a saved
    episode survives a kill of this program, of Reel, or of the encoder. When the disk or the encoder cannot keep up,
    `add_frame` waits.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise NotImplementedError(
            "reel.LeRobotDataset records: use LeRobotDataset.create(...) or LeRobotDataset.resume(...). To read a dataset, take "
            "LeRobot's own class.")

    @classmethod
    def create(
        cls,
        repo_id: str,
        fps: int,
        features: dict[str, dict],
        root: str | Path | None = None,
        robot_type: str | None = None,
        use_videos: bool = True,
        tolerance_s: float = 1e-4,
        image_writer_processes: int = 0,
        image_writer_threads: int = 0,
        video_backend: str | None = None,
        batch_encoding_size: int = 1,
        rgb_encoder: Any = None,
        depth_encoder: Any = None,
        metadata_buffer_size: int = 10,
        streaming_encoding: bool = False,
        encoder_queue_maxsize: int = 30,
        encoder_threads: int | None = None,
        video_files_size_in_mb: float | None = None,
        data_files_size_in_mb: float | None = None,
        *,
        memory_mb: int = 64,
        backlog_mb: int | None = None,
        picture_formats: dict[str, str] | None = None,
    ) -> LeRobotDataset:
        """Makes a dataset without episodes.

        `rgb_encoder` is a dict of LeRobot's encoder settings (vcodec, pix_fmt, g, crf, preset, fast_decode, extra_options), or an
        object that has them. `memory_mb` is the memory through which pictures go; `backlog_mb`, how much of saved episodes may
        wait for the encoder before a new one waits; `picture_formats`, by feature, "rgb24", "gray" or "jpeg": seen in the first
        frame where it is not given. What LeRobot has for its image writer and its queues changes nothing.

        Raises FileExistsError when something is there, ReelValueError for features that cannot be.
        """
        path = Path(root) if root is not None else default_root(repo_id)
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise FileExistsError(f"{path} exists already. Continue it with LeRobotDataset.resume, or give another root.")
        videos = [name for name, feature in features.items() if feature.get("dtype") == "video"]
        if videos and not use_videos:
            raise ReelValueError(
                f"use_videos is False, and {', '.join(videos)} is a video. Make its dtype image.", "usage", videos[0])
        create = {
            "features": features, "fps": fps, "robot_type": robot_type,
            "video_files_size_in_mb": video_files_size_in_mb, "data_files_size_in_mb": data_files_size_in_mb,
        }
        return cls._recording(
            repo_id, path, create, batch_encoding_size, streaming_encoding, rgb_encoder, encoder_threads, memory_mb, backlog_mb,
            picture_formats)

    @classmethod
    def resume(
        cls,
        repo_id: str,
        root: str | Path | None = None,
        tolerance_s: float = 1e-4,
        revision: str | None = None,
        force_cache_sync: bool = False,
        video_backend: str | None = None,
        batch_encoding_size: int = 1,
        rgb_encoder: Any = None,
        depth_encoder: Any = None,
        encoder_threads: int | None = None,
        image_writer_processes: int = 0,
        image_writer_threads: int = 0,
        streaming_encoding: bool = False,
        encoder_queue_maxsize: int = 30,
        *,
        memory_mb: int = 64,
        backlog_mb: int | None = None,
        picture_formats: dict[str, str] | None = None,
    ) -> LeRobotDataset:
        """Continues the dataset in `root`, whoever recorded it; first what a killed session has left is brought in.

        Raises ReelError when there is none, or when another process records into it.
        """
        if not root:
            raise ReelValueError("resume needs the dataset's directory: give root", "usage")
        if force_cache_sync:
            raise NotImplementedError("Reel does not download datasets: take `hf download`, then resume the directory")
        return cls._recording(
            repo_id, Path(root), None, batch_encoding_size, streaming_encoding, rgb_encoder, encoder_threads, memory_mb, backlog_mb,
            picture_formats)

    @classmethod
    def _recording(
        cls, repo_id: str, root: Path, create: dict | None, batch: int, streams: bool, encoder: Any, threads: int | None,
        memory_mb: int, backlog_mb: int | None, pictures: dict[str, str] | None,
    ) -> LeRobotDataset:
        settings: dict[str, Any] = {
            "repo_id": repo_id, "batch": 0 if streams else batch, "encoder": encoder_members(encoder, threads),
            "memory": memory_mb << 20,
        }
        if backlog_mb is not None:
            settings["backlog"] = backlog_mb << 20
        made = cls.__new__(cls)
        made.repo_id = repo_id
        made.root = root
        made._episodes = Episodes(root, settings, create, pictures)
        for note in made._episodes.notes:
            warnings.warn(f"Reel: {note}", stacklevel=3)
        made.meta = Metadata(repo_id, root, made._episodes)
        made._is_finalized = False
        return made

    repo_id: str
    root: Path
    meta: Metadata
    _episodes: Episodes
    _is_finalized: bool

    # Recording

    def add_frame(self, frame: dict) -> None:
        """Adds a frame to the episode in progress: all of the features, and `task`.

        Values are numpy arrays (or torch tensors) of the feature's dtype and shape, strings where it says so; pictures are uint8
        or floats from 0 to 1, channels first or last, PIL images, or the bytes of a JPEG, which are stored as they are.

        Raises ReelValueError that names the feature; then nothing was added.
        """
        self._require_open("add_frame")
        self._episodes.add(frame)

    def save_episode(self, episode_data: dict | None = None, parallel_encoding: bool = True) -> None:
        """Saves the episode in progress, or one that is given as a whole (`size`, `task`, and a list of values by feature). Returns
        at once; from then on nothing that is killed can take the episode away.

        Raises ReelValueError when it has no frame.
        """
        self._require_open("save_episode")
        if episode_data is not None:
            for frame in frames_of(episode_data, self._episodes):
                self._episodes.add(frame)
        self._episodes.save()

    def clear_episode_buffer(self, delete_images: bool = True) -> None:
        """Discards the episode in progress."""
        self._require_open("clear_episode_buffer")
        self._episodes.clear()

    def has_pending_frames(self) -> bool:
        """Whether an episode is in progress."""
        return self._episodes.frames_in_progress > 0

    def batch_encode_videos(self, start_episode: int = 0, end_episode: int | None = None) -> None:
        """Waits until the saved episodes are encoded, also those beside the given ones: episodes are published in order."""
        self._require_open("batch_encode_videos")
        self._episodes.encode()

    def encode_episode_videos(self, episode_index: int) -> None:
        """Waits until the episode is encoded, and those that were saved before and after it."""
        self.batch_encode_videos(episode_index, episode_index + 1)

    def finalize(self) -> None:
        """Waits until everything is encoded and in the dataset, and lets go of it. Frames that were not saved are gone. May be
        called twice.
        """
        if self._is_finalized:
            return
        if self.has_pending_frames():
            count = self._episodes.frames_in_progress
            warnings.warn(f"{count} frames were added and not saved: they are discarded", stacklevel=2)
            self._episodes.clear()
        self._episodes.finish()
        self._is_finalized = True

    def push_to_hub(
        self, branch: str | None = None, tags: list[str] | None = None, license: str | None = "apache-2.0",
        tag_version: bool = True, push_videos: bool = True, private: bool | None = None, **others: Any,
    ) -> None:
        """Not there yet: raises. LeRobot's own class pushes the dataset when it is finalized."""
        raise NotImplementedError(
            f"Reel does not push to the Hub yet. When the dataset is finalized, LeRobot does: "
            f"LeRobotDataset({self.repo_id!r}, root={str(self.root)!r}).push_to_hub()")

    def start_image_writer(self, num_processes: int = 0, num_threads: int = 4) -> None:
        """No effect: pictures go to Reel."""
        _say_once("start_image_writer has no effect: pictures go to Reel")

    def stop_image_writer(self) -> None:
        """No effect, as `start_image_writer`."""

    # What there is

    @property
    def num_episodes(self) -> int:
        """Episodes that were saved, also those that wait to be encoded."""
        return self._episodes.episodes

    @property
    def num_frames(self) -> int:
        """Frames of the saved episodes."""
        return self._episodes.frames

    @property
    def fps(self) -> int:
        return self.meta.fps

    @property
    def features(self) -> dict[str, dict]:
        return self.meta.features

    @property
    def episode_buffer(self) -> dict[str, int]:
        """`size` and `episode_index` of the episode in progress; its frames are with Reel."""
        return {"size": self._episodes.frames_in_progress, "episode_index": self._episodes.episodes}

    def __len__(self) -> int:
        return self.num_frames

    def __repr__(self) -> str:
        return f"LeRobotDataset({self.repo_id!r}, root={str(self.root)!r}, episodes={self.num_episodes}, frames={self.num_frames})"

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError("reel.LeRobotDataset records; to read, open the dataset with LeRobot's own class when it is finalized")

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"reel.LeRobotDataset has no {name}: it has the writing half of LeRobot's class")

    def _require_open(self, what: str) -> None:
        if self._is_finalized:
            raise ReelError(f"could not {what}: the dataset is finalized. Continue it with LeRobotDataset.resume.", "usage")


def frames_of(episode_data: dict, episodes: Episodes) -> list[dict]:
    """The frames of an episode that is given as a whole, as LeRobot's `save_episode(episode_data)` takes it."""
    for name in ("size", "task"):
        if name not in episode_data:
            raise ReelValueError(f"could not save an episode: {name} is missing in it", "mismatch")
    if episodes.frames_in_progress:
        raise NotImplementedError("an episode is in progress: save it or clear it before another one is given as a whole")
    names = sorted(episodes._names)
    return [
        {"task": episode_data["task"][index], **{name: as_numpy(episode_data[name][index]) for name in names}}
        for index in range(episode_data["size"])
    ]


class VideoEncodingManager:
    """Finalizes the dataset at the end of a `with`: what waits is encoded, and of an episode that an exception has cut short nothing
    stays.
    """

    def __init__(self, dataset: LeRobotDataset) -> None:
        self.dataset = dataset

    def __enter__(self) -> VideoEncodingManager:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if kind is not None and self.dataset.has_pending_frames():
            self.dataset.clear_episode_buffer()
        self.dataset.finalize()
        return False
