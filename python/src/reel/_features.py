"""What a dataset's features are, and a frame's values and pictures as Reel takes them."""
from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._errors import ReelValueError

# LeRobot adds them to every dataset, and fills them in.
DEFAULTS = ("timestamp", "frame_index", "episode_index", "index", "task_index")
_LENGTH = struct.Struct("<I")


def plain(features: dict) -> dict:
    """LeRobot's features as JSON can hold them: shapes as lists of numbers."""
    made = {}
    for name, feature in features.items():
        made[name] = {**feature, "shape": [int(side) for side in np.atleast_1d(feature["shape"])]}
    return made


def as_numpy(value: Any) -> Any:
    """A torch tensor as a numpy array; anything else as it is."""
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        return value.detach().cpu().numpy()
    return value


@dataclass
class Value:
    """A feature whose values stand in the rows."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    numpy: np.dtype | None = None

    def __post_init__(self) -> None:
        if self.dtype != "string":
            self.numpy = np.dtype(self.dtype)

    def pack(self, value: Any) -> bytes:
        """The value's bytes. Raises ReelValueError that names the feature."""
        if self.numpy is None:
            if not isinstance(value, str):
                raise self._error(f"it is a string, not {type(value).__name__}")
            text = value.encode()
            return _LENGTH.pack(len(text)) + text
        value = as_numpy(value)
        if not isinstance(value, np.ndarray):
            raise self._error(f"it is an array of {self.dtype}, not {type(value).__name__}")
        if value.dtype != self.numpy:
            raise self._error(f"its dtype is {value.dtype}, not {self.dtype}")
        if value.shape != self.shape:
            raise self._error(f"its shape is {value.shape}, not {self.shape}")
        if value.dtype.byteorder == ">":
            value = value.astype(value.dtype.newbyteorder("<"))
        return value.tobytes()

    def _error(self, cause: str) -> ReelValueError:
        return ReelValueError(f"could not add a frame ({self.name}): {cause}", "mismatch", self.name)


@dataclass
class Camera:
    """A feature of pictures, and where they go in a slot."""

    name: str
    width: int
    height: int
    # "rgb24", "gray" or "jpeg": how Reel expects them.
    pictures: str
    offset: int
    room: int
    sides: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.sides = (self.height, self.width)

    def put(self, value: Any, memory: memoryview, slot: int) -> int:
        """Puts a picture where Reel finds it. Returns its bytes. Raises ReelValueError that names the feature."""
        start = slot + self.offset
        if self.pictures == "jpeg":
            if not isinstance(value, (bytes, bytearray, memoryview)):
                raise self._error("its pictures came as JPEGs before, and this one does not")
            if len(value) > self.room:
                raise self._error(f"a JPEG of {len(value)} bytes; there is room for {self.room}")
            memory[start : start + len(value)] = value
            return len(value)
        pixels = self._pixels(value)
        channels = 1 if self.pictures == "gray" else 3
        place = np.frombuffer(memory, np.uint8, self.room, start).reshape(*self.sides, channels)
        if channels == 1 and pixels.shape[2] == 3:
            raise self._error("its pictures came in grey before, and this one has colours")
        # Grey ones of a camera of colours become as many channels.
        np.copyto(place, pixels)
        return self.room

    def _pixels(self, value: Any) -> np.ndarray:
        """Rows of pixels, channels last, 8 bits."""
        value = as_numpy(value)
        if isinstance(value, (bytes, bytearray, memoryview)):
            raise self._error("its pictures came as pixels before, and this one is a JPEG")
        if not isinstance(value, np.ndarray):
            if not hasattr(value, "convert"):
                raise self._error(f"it is a picture (an array, a PIL image, or a JPEG's bytes), not {type(value).__name__}")
            value = np.asarray(value if value.mode in ("L", "RGB") else value.convert("RGB"))
        if value.ndim == 2:
            value = value[:, :, np.newaxis]
        if value.ndim != 3:
            raise self._error(f"its shape is {value.shape}, which is none of a picture")
        if value.shape[:2] == self.sides and value.shape[2] in (1, 3):
            pass
        elif value.shape[1:] == self.sides and value.shape[0] in (1, 3):
            value = value.transpose(1, 2, 0)
        else:
            raise self._error(f"its shape is {value.shape}, not {(*self.sides, 3)} or {(3, *self.sides)}")
        if value.dtype == np.uint8:
            return value
        if not np.issubdtype(value.dtype, np.floating):
            raise self._error(f"its dtype is {value.dtype}; pictures are uint8, or floats from 0 to 1")
        low, high = value.min(), value.max()
        if not (low >= 0 and high <= 1):
            raise self._error(f"its floats go from {low} to {high}; a picture's are from 0 to 1")
        return (value * 255).astype(np.uint8)

    def _error(self, cause: str) -> ReelValueError:
        return ReelValueError(f"could not add a frame ({self.name}): {cause}", "mismatch", self.name)


def kind_of_picture(value: Any) -> str:
    """How a picture comes: what Reel is told when a dataset is opened."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "jpeg"
    value = as_numpy(value)
    if isinstance(value, np.ndarray):
        is_grey = value.ndim == 2 or value.ndim == 3 and 1 in (value.shape[0], value.shape[2])
    else:
        is_grey = getattr(value, "mode", None) == "L"
    return "gray" if is_grey else "rgb24"
