"""Takes as the recorder left them in the spool, read with public tools alone: docs/spool-format.md."""
import json
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import pyarrow as pa


@dataclass
class Take:
    """One take's directory; rows and pictures are read when asked for."""

    path: Path

    @property
    def number(self):
        return int(self.path.name.split(".")[0])

    def description(self):
        return json.loads((self.path / "take.json").read_text())

    def rows(self):
        """rows.arrows as a table, one row a tick."""
        with pa.OSFile(str(self.path / "rows.arrows")) as file, pa.ipc.open_stream(file) as stream:
            return stream.read_all()

    def values(self, column):
        """observation or action as an array [rows, values]."""
        return np.stack([np.asarray(row, dtype=np.float32) for row in self.rows()[column].to_pylist()])

    def references(self, camera):
        """For each row: index of the packet in the camera's file, and whether the row is the first to show it."""
        numbers = np.array(self.rows()[f"frames.{camera}"].to_pylist(), dtype=np.int64)
        return numbers[:, 0], numbers[:, 1].astype(bool)

    def frame_file(self, camera):
        return self.path / f"{camera}.nut"

    def pictures(self, camera):
        """The decoded frames of the camera's file, in order, as the frame file holds them."""
        with av.open(str(self.frame_file(camera))) as container:
            yield from container.decode(video=0)


def kept_takes(directory):
    """The takes in a directory that REEL_KEEP_SPOOL named, by their number."""
    takes = [Take(path) for path in Path(directory).iterdir() if (path / "rows.arrows").exists()]
    return {take.number: take for take in sorted(takes, key=lambda take: take.number)}
