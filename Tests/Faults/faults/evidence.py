"""What the disk holds at a moment: the truth that recovery is measured against. Read with public tools alone."""
import hashlib
import io
import json
from dataclasses import dataclass, field

import av
import numpy as np
import pyarrow as pa

from conformance import frame_code

from .program import CAMERAS

# What pictures say instead of a take's number when their camera knows of no takes.
NO_TAKE = 0xFFFF


@dataclass
class TakeEvidence:
    """Rows of a take that are whole: their actions, and by camera the (take, row) that each row's picture says."""

    number: int
    state: str
    actions: np.ndarray
    codes: dict
    times: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def rows(self):
        return len(self.actions)


@dataclass
class Evidence:
    """All takes in the spool by number, and how many episodes info.json counts; None without info.json."""

    episodes: int | None
    takes: dict


def read(root):
    takes = {}
    directory = root / ".reel" / "takes"
    for path in sorted(directory.iterdir()) if directory.is_dir() else []:
        take = read_take(path)
        takes[take.number] = take
    return Evidence(episode_count(root), takes)


def episode_count(root):
    try:
        return json.loads((root / "meta" / "info.json").read_text())["total_episodes"]
    except FileNotFoundError:
        return None


def read_take(path):
    number, _, state = path.name.partition(".")
    batches = whole_batches(path / "rows.arrows")
    actions, times, codes = [], [], {camera: [] for camera in CAMERAS}
    pictures = {camera: picture_codes(path / f"{camera}.nut") for camera in CAMERAS} if batches else {}
    for batch in batches:
        row = batch.to_pylist()[0]
        references = {camera: row[f"frames.{camera}"][0] for camera in CAMERAS}
        if any(reference >= len(pictures[camera]) for camera, reference in references.items()):
            break  # after a power cut; after a kill the frames of every row are there
        actions.append(row["action"])
        times.append(row["monotonic_ns"])
        for camera, reference in references.items():
            codes[camera].append(pictures[camera][reference])
    return TakeEvidence(int(number), state, np.array(actions, dtype=np.float32), codes, np.array(times))


def whole_batches(path):
    """The record batches of a stream up to where it is cut."""
    batches = []
    try:
        with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as stream:
            while True:
                batches.append(stream.read_next_batch())
    except (StopIteration, FileNotFoundError, pa.ArrowInvalid, OSError):
        return batches


# By what was read; most files of a power cut's states are alike.
_known_codes = {}
MOST_KNOWN = 2000


def picture_codes(path):
    """The code of every picture in a video or frame file, up to where it is cut; None where it cannot be read."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    digest = hashlib.sha256(content).digest()
    codes = _known_codes.get(digest)
    if codes is None:
        codes = _read_codes(content)
        if len(_known_codes) >= MOST_KNOWN:
            _known_codes.clear()
        _known_codes[digest] = codes
    return list(codes)


def _read_codes(content):
    codes = []
    try:
        with av.open(io.BytesIO(content)) as container:
            for frame in container.decode(video=0):
                plane = frame.planes[0]
                luma = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
                codes.append(frame_code.decode(luma))
    except (av.error.FFmpegError, IndexError):
        pass
    return codes
