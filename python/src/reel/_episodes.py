"""Frames on their way to Reel: what both dataset classes are made on."""
from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any

from ._connection import Connection
from ._errors import ReelError, ReelValueError
from ._features import _LENGTH, DEFAULTS, Camera, Value, kind_of_picture, plain


def encoder_members(encoder: Any, threads: int | None) -> dict:
    """An encoder's settings by LeRobot's names: of a dict, or of an object with such attributes (LeRobot's own)."""
    names = ("vcodec", "pix_fmt", "g", "crf", "preset", "fast_decode", "extra_options")
    if encoder is None:
        given: dict = {}
    elif isinstance(encoder, dict):
        unknown = set(encoder) - {*names, "video_backend"}
        if unknown:
            raise ReelValueError(f"rgb_encoder has no {', '.join(sorted(unknown))}. It has {', '.join(names)}.", "usage")
        given = {name: encoder[name] for name in names if name in encoder}
    else:
        given = {name: getattr(encoder, name) for name in names if hasattr(encoder, name)}
    made = {name: value for name, value in given.items() if value is not None and value != {}}
    if threads is not None:
        made["threads"] = threads
    return made


class Episodes:
    """A dataset that is recorded into: frames are added, episodes are saved. One thread at a time.

    `settings` are those of the protocol's `open` beside `root`, `create` and `pictures`.
    """

    def __init__(self, root: Path, settings: dict, create: dict | None, pictures: dict[str, str] | None = None) -> None:
        self.root = Path(os.path.abspath(root))
        self._settings = settings
        # What was asked for, or seen in an episode's first frame.
        self._pictures: dict[str, str] = dict(pictures or {})
        self._connection = Connection()
        # Before the first answer: a connection that fails must not stay open.
        self._finalizer = weakref.finalize(self, _leave, self._connection)
        self.frames_in_progress = 0
        self._open(create)

    def _open(self, create: dict | None) -> None:
        members = dict(self._settings, root=str(self.root), pictures=self._pictures)
        if create is not None:
            members["create"] = {**create, "features": plain(create["features"])}
        answer = self._connection.open(**members)
        self.episodes: int = answer["episodes"]
        self.frames: int = answer["frames"]
        self.notes: list[str] = answer["notes"]
        self._values = [Value(entry["feature"], entry["dtype"], tuple(entry["shape"])) for entry in answer["values"]]
        self._cameras = [
            Camera(entry["feature"], entry["width"], entry["height"], entry["pictures"], entry["offset"], entry["room"])
            for entry in answer["cameras"]
        ]
        self._names = {entry.name for entry in self._values} | {entry.name for entry in self._cameras}
        self._memory = memoryview(self._connection.memory) if self._connection.memory is not None else None

    @property
    def is_open(self) -> bool:
        return self._connection.is_open

    def add(self, frame: dict) -> None:
        """Adds a frame to the episode in progress. Raises ReelValueError that names the feature; then nothing was added."""
        self._require_names(frame)
        task = frame["task"]
        if not isinstance(task, str):
            raise ReelValueError(f"could not add a frame (task): it is a string, not {type(task).__name__}", "mismatch", "task")
        packed = [value.pack(frame[value.name]) for value in self._values]
        if self.frames_in_progress == 0:
            self._note_kinds(frame)
        sizes = []
        if self._cameras:
            assert self._memory is not None
            slot = self._connection.wait_for_slot()
            sizes = [camera.put(frame[camera.name], self._memory, slot) for camera in self._cameras]
        text = task.encode()
        self._connection.send_row(
            b"".join([*(_LENGTH.pack(size) for size in sizes), _LENGTH.pack(len(text)), text, *packed]))
        self.frames_in_progress += 1

    def _require_names(self, frame: dict) -> None:
        if frame.keys() - {"task"} == self._names and "task" in frame:
            return
        missing = sorted((self._names | {"task"}) - frame.keys())
        extra = sorted(frame.keys() - self._names - {"task"})
        parts = []
        if missing:
            parts.append(f"Missing features: {', '.join(missing)}")
        if extra:
            filled = [name for name in extra if name in DEFAULTS]
            hint = f" ({', '.join(filled)}: Reel fills that in)" if filled else ""
            parts.append(f"Extra features: {', '.join(extra)}{hint}")
        raise ReelValueError(f"could not add a frame: {'. '.join(parts)}.", "mismatch", (missing + extra)[0])

    def _note_kinds(self, frame: dict) -> None:
        """How the pictures of an episode come is seen in its first frame."""
        seen = {camera.name: kind_of_picture(frame[camera.name]) for camera in self._cameras}
        if any(seen[camera.name] != camera.pictures for camera in self._cameras):
            self._pictures.update(seen)
            self._connection.request(do="finish")
            self._open(None)

    def save(self) -> dict:
        """Saves the episode in progress. From then on nothing that is killed can take it away."""
        answer = self._connection.request(do="save")
        self.frames_in_progress = 0
        self.episodes, self.frames = answer["episodes"], self.frames + answer["frames"]
        return answer

    def clear(self) -> None:
        """Discards the episode in progress."""
        if self.frames_in_progress:
            self._connection.request(do="clear")
        self.frames_in_progress = 0

    def encode(self) -> None:
        """Waits until everything that was saved is in the dataset."""
        self._connection.request(do="encode")

    def finish(self) -> None:
        """Waits until everything is in the dataset, puts it in order, and lets go."""
        try:
            self._connection.request(do="finish")
        finally:
            self._memory = None
            self._connection.close()
            self._finalizer.detach()

    @property
    def waiting(self) -> int:
        """Episodes that were saved and are not in the dataset yet."""
        return self._connection.request(do="status")["waiting"]


def _leave(connection: Connection) -> None:
    """Nobody has finished the dataset: the program ends, or has forgotten it. What is whole is brought in; an episode in progress
    is refused by `finish`, and kept by a connection that closes.
    """
    if connection.is_open:
        try:
            connection.request(do="finish")
        except (ReelError, OSError):
            pass
        connection.close()
