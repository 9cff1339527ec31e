"""Pictures with a number drawn into each: made on the host, shown by a camera in the guest, and read again in a dataset."""
import io
import json

import numpy as np
import pyarrow.parquet

from conformance import frame_code
from faults.evidence import NO_TAKE, picture_codes

COUNT = 300


def make(directory, kind, width, height):
    """`directory/MJPG-640x480/0000.jpg` and on."""
    from PIL import Image

    folder = directory / f"{kind}-{width}x{height}"
    folder.mkdir(parents=True, exist_ok=True)
    ramp = np.linspace(40, 200, width, dtype=np.uint8)
    for number in range(COUNT):
        picture = np.repeat(np.tile(ramp, (height, 1))[:, :, None], 3, axis=2)
        picture[height // 2 :, number * width // COUNT :, 0] = 220
        frame_code.encode(picture, NO_TAKE, number)
        if kind == "MJPG":
            file = io.BytesIO()
            Image.fromarray(picture).save(file, "JPEG", quality=85)
            data = file.getvalue()
        else:
            planes = np.full((height, width, 2), 128, np.uint8)
            planes[:, :, 0] = picture[:, :, 1]
            data = planes.tobytes()
        (folder / f"{number:04}").write_bytes(data)


def episodes(dataset, camera="front"):
    """Of each episode the number in each row's picture (None where there is none), and the rows that repeat one."""
    info = json.loads((dataset / "meta" / "info.json").read_text())
    times, files = _rows(dataset / "meta" / "reel"), {}
    for number, episode in enumerate(_rows(dataset / "meta" / "episodes")):
        key = f"videos/observation.images.{camera}"
        path = dataset / info["video_path"].format(
            video_key=f"observation.images.{camera}", chunk_index=episode[f"{key}/chunk_index"],
            file_index=episode[f"{key}/file_index"])
        if path not in files:
            files[path] = [code[1] if code else None for code in picture_codes(path)]
        start = round(episode[f"{key}/from_timestamp"] * info["fps"])
        repeated = [row[f"{camera}/repeated"] for row in times if row["episode_index"] == number]
        yield files[path][start : start + episode["length"]], [place for place, is_so in enumerate(repeated) if is_so]


def _rows(directory):
    return [row for file in sorted(directory.glob("*/*.parquet")) for row in pyarrow.parquet.read_table(file).to_pylist()]
