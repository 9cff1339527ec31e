"""Reel's writer as LeRobot 0.6 has its own: `DatasetWriter`, and the metadata that goes with it. Imports LeRobot."""
from __future__ import annotations

import warnings
import weakref
from pathlib import Path
from typing import Any

from lerobot.datasets import dataset_writer as lerobot_writer
from lerobot.datasets.dataset_metadata import LeRobotDatasetMetadata
from lerobot.datasets.io_utils import load_episodes, load_info, load_stats, load_tasks

from ._episodes import Episodes, encoder_members
from ._features import as_numpy
from .dataset import _say_once, frames_of

for _name in ("DatasetWriter", "validate_frame", "validate_episode_buffer"):
    if not hasattr(lerobot_writer, _name):
        raise ImportError(f"reel.install() knows the writer of LeRobot 0.6, which has {_name}: this LeRobot has none")


class DatasetWriter(lerobot_writer.DatasetWriter):
    """Records through Reel what LeRobot's own class would write itself.

    LeRobot makes the dataset's folder and info.json, and Reel opens it. What LeRobot's metadata counts goes up with each saved
    episode, whether it is encoded yet or not.
    """

    def __init__(
        self, meta: LeRobotDatasetMetadata, root: Path, rgb_encoder: Any, depth_encoder: Any, encoder_threads: int | None,
        batch_encoding_size: int, streaming_encoder: Any = None, initial_frames: int = 0,
    ) -> None:
        super().__init__(
            meta, root, rgb_encoder, depth_encoder, encoder_threads, batch_encoding_size, streaming_encoder, initial_frames)
        self._episodes: Episodes | None = None
        if type(meta) is LeRobotDatasetMetadata:
            meta.__class__ = Metadata
            meta._reel_writer = weakref.ref(self)
        if self._meta.depth_keys:
            # Refused with the first frame: who only looks at the dataset is not hindered.
            return
        has_left = (Path(root) / ".reel").exists()
        # Now, and not with the first frame: that one comes in a loop that has no time.
        self._open()
        if has_left:
            # A killed session has left something, and LeRobot has counted without it.
            self._open().encode()
            self._reload()

    def _open(self) -> Episodes:
        if self._episodes is None:
            if self._meta.depth_keys:
                raise NotImplementedError(
                    f"Reel cannot record depth pictures yet ({', '.join(self._meta.depth_keys)}). Record without reel.install().")
            self._episodes = Episodes(
                Path(self._root),
                {
                    "repo_id": self._meta.repo_id,
                    "batch": 0 if self._streaming_encoder is not None else self._batch_encoding_size,
                    "encoder": encoder_members(self._rgb_encoder, self._encoder_threads),
                },
                None)
            for note in self._episodes.notes:
                warnings.warn(f"Reel: {note}", stacklevel=4)
        return self._episodes

    # Recording

    def add_frame(self, frame: dict) -> None:
        for name in frame:
            frame[name] = as_numpy(frame[name])
        lerobot_writer.validate_frame(frame, self._meta.features)
        episodes = self._open()
        episodes.add(frame)
        if self.episode_buffer is None:
            self.episode_buffer = self._create_episode_buffer()
        # LeRobot takes it out of the frame, too.
        self.episode_buffer["task"].append(frame.pop("task"))
        self.episode_buffer["size"] += 1

    def save_episode(self, episode_data: dict | None = None, parallel_encoding: bool = True) -> None:
        buffer = self.episode_buffer if episode_data is None else episode_data
        lerobot_writer.validate_episode_buffer(buffer, self._meta.total_episodes, self._meta.features)
        episodes = self._open()
        if episode_data is not None:
            for frame in frames_of(episode_data, episodes):
                episodes.add(frame)
        answer = episodes.save()
        self._count(answer["frames"], list(buffer["task"]))
        self.episode_buffer = self._create_episode_buffer()

    def _count(self, frames: int, tasks: list[str]) -> None:
        """What LeRobot counts in memory; the files are Reel's."""
        import pandas

        meta = self._meta
        if meta.tasks is None:
            meta.tasks = pandas.DataFrame({"task_index": []}, index=pandas.Index([], name="task"), dtype="int64")
        for task in dict.fromkeys(tasks):
            if task not in meta.tasks.index:
                meta.tasks.loc[task] = len(meta.tasks)
        meta.info.total_episodes += 1
        meta.info.total_frames += frames
        meta.info.total_tasks = len(meta.tasks)
        meta.info.splits = {"train": f"0:{meta.info.total_episodes}"}
        self._recorded_frames += frames

    def clear_episode_buffer(self, delete_images: bool = True) -> None:
        if self._episodes is not None:
            self._episodes.clear()
        self.episode_buffer = self._create_episode_buffer()

    def cleanup_interrupted_episode(self, episode_index: int) -> None:
        self.clear_episode_buffer()

    # Encoding

    def flush_pending_videos(self) -> None:
        if self._episodes is not None:
            self._episodes.encode()

    def cancel_pending_videos(self) -> None:
        """Nothing is encoded of an episode that is not saved."""

    def let_go(self) -> None:
        """Everything is encoded and in the dataset, and Reel has let go of it; the next frame opens it again."""
        if self._episodes is not None:
            if self._episodes.is_open:
                self._episodes.clear()
                self._episodes.finish()
            self._episodes = None
            self._reload()

    def finalize(self) -> None:
        if getattr(self, "_finalized", True):
            return
        self._finalized = True
        self.let_go()
        self._meta.finalize()

    def _reload(self) -> None:
        """Reads what Reel has written: by now it is all there is."""
        meta = self._meta
        meta.info = load_info(meta.root)
        meta.tasks = load_tasks(meta.root) if meta.info.total_tasks > 0 else None
        meta.episodes = load_episodes(meta.root) if meta.info.total_episodes > 0 else None
        meta.stats = load_stats(meta.root)
        self.episode_buffer = self._create_episode_buffer()

    # What has nothing to do

    def start_image_writer(self, num_processes: int = 0, num_threads: int = 4) -> None:
        _say_once("the image writer has no effect: pictures go to Reel")

    def stop_image_writer(self) -> None:
        pass

    def close_writer(self) -> None:
        pass


class Metadata(LeRobotDatasetMetadata):
    """LeRobot's metadata of a dataset that Reel records into. Asked for statistics, it waits for the encoder."""

    _reel_writer: Any = None

    def _writer(self) -> DatasetWriter | None:
        return self._reel_writer() if self._reel_writer is not None else None

    @property
    def stats(self) -> Any:
        writer = self._writer()
        if writer is not None and writer._episodes is not None and writer._episodes.is_open and writer._episodes.waiting:
            writer._episodes.encode()
            self.__dict__["stats"] = load_stats(self.root)
        return self.__dict__.get("stats")

    @stats.setter
    def stats(self, value: Any) -> None:
        self.__dict__["stats"] = value

    def update_chunk_settings(self, *arguments: Any, **settings: Any) -> None:
        # It writes info.json, which is Reel's while it records.
        writer = self._writer()
        if writer is not None:
            writer.let_go()
        super().update_chunk_settings(*arguments, **settings)
