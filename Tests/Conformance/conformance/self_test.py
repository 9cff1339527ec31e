"""Tests the checks themselves on datasets that LeRobot recorded: they pass there, and each can fail.

Beside each dataset lies a spool as Reel would have left it, written with pyarrow and PyAV after docs/spool-format.md.
"""
import json
from pathlib import Path

import av
import numpy as np
import pyarrow as pa
import pyarrow.parquet

from .spool import kept_takes
from .subject import Subject
from .checks.usage import add_episode, draw_picture, joint_values

TASK = "Put the cube into the box: slowly."
JOINTS = ["shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper"]
CAMERAS = ("front", "top")
SHAPE = (240, 320, 3)
ROWS = 40
FPS = 30


def features():
    names = [f"{joint}.pos" for joint in JOINTS]
    found = {name: {"dtype": "float32", "shape": (len(names),), "names": names} for name in ("action", "observation.state")}
    for camera in CAMERAS:
        found[f"observation.images.{camera}"] = {
            "dtype": "video", "shape": SHAPE, "names": ["height", "width", "channels"]}
    return found


def write_capture_times(root, episodes, late=()):
    """meta/reel as Reel writes it; in `late` rows (episode, row) the camera front had nothing new."""
    period = 10**9 // FPS
    rows = np.arange(ROWS)
    for episode in range(episodes):
        columns = {
            "episode_index": np.full(ROWS, episode), "frame_index": rows, "late": np.zeros(ROWS, dtype=bool),
            "monotonic_ns": 10**15 * (episode + 1) + rows * period + 80_000, "wall_ns": 10**18 + rows * period}
        for camera in CAMERAS:
            repeated = np.array([camera == "front" and (episode, row) in late for row in rows])
            columns[f"{camera}/age_ns"] = np.where(repeated, period * 3 // 2, period // 2 - 100_000)
            columns[f"{camera}/repeated"] = repeated
            columns[f"{camera}/sequence"] = np.maximum.accumulate(np.where(repeated, 0, rows))
        path = root / "meta" / "reel" / "chunk-000"
        path.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(pa.table(columns), path / f"file-{episode:03}.parquet")


def make_dataset(directory, name, draw=draw_picture, episodes=3, **settings):
    """A dataset as LeRobot records it, with a spool beside it; takes are numbered from 1."""
    from lerobot.configs.video import RGBEncoderConfig
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    root = Path(directory) / name
    encoder = RGBEncoderConfig(vcodec="h264", **{"crf": 23, "preset": "veryfast", **settings})
    dataset = LeRobotDataset.create(
        f"conformance/{name}", FPS, features(), root=root, robot_type="so_follower", rgb_encoder=encoder)
    for episode in range(episodes):
        add_episode(dataset, TASK, ROWS, episode + 1, draw)
    dataset.finalize()
    spool = Path(directory) / f"{name}-spool"
    for episode in range(episodes):
        write_take(spool, episode + 1)
    write_capture_times(root, episodes)
    return Subject(root, f"conformance/{name}", TASK, episodes, kept_takes(spool))


def write_take(spool, number, change_action=False):
    """A take of the same pictures and joints in the spool's formats."""
    path = Path(spool) / f"{number:06}.kept"
    path.mkdir(parents=True)
    (path / "take.json").write_text(json.dumps({"number": number, "task": TASK}))
    six = pa.list_(pa.field("item", pa.int64(), nullable=False), 6)
    vector = pa.list_(pa.field("item", pa.float32(), nullable=False), len(JOINTS))
    fields = [("index", pa.int64()), ("late", pa.bool_()), ("observation", vector), ("action", vector)]
    schema = pa.schema(fields + [(f"frames.{camera}", six) for camera in CAMERAS])
    with pa.OSFile(str(path / "rows.arrows"), "wb") as file, pa.ipc.new_stream(file, schema) as stream:
        for row in range(ROWS):
            action = joint_values(len(JOINTS), row, number)
            columns = {"index": [row], "late": [False], "observation": [action * np.float32(0.5)], "action": [action]}
            if change_action and row == 17:
                columns["action"] = [np.nextafter(action, np.float32(1e9))]
            columns |= {f"frames.{camera}": [[row, 1, 0, row, 0, 0]] for camera in CAMERAS}
            arrays = [pa.array([list(value) if np.ndim(value) else value for value in columns[name]], schema.field(name).type)
                      for name in schema.names]
            stream.write_batch(pa.record_batch(arrays, schema=schema))
    for camera in CAMERAS:
        with av.open(str(path / f"{camera}.nut"), "w", format="nut") as container:
            stream = container.add_stream("ffvhuff", FPS)
            stream.width, stream.height, stream.pix_fmt = SHAPE[1], SHAPE[0], "yuv420p"
            for row in range(ROWS):
                picture = av.VideoFrame.from_ndarray(draw_picture(SHAPE, row, number), format="rgb24")
                container.mux(stream.encode(picture))
            container.mux(stream.encode())


# Ways to spoil a dataset that a check must find.

def draw_after_a_drop(shape, row, take):
    """As when an encoder drops the picture of row 20 and keeps the row: all later pictures are one too early."""
    return draw_picture(shape, row + 1 if row >= 20 and take == 2 else row, take)


def draw_washed_out(shape, row, take):
    """As when full range is taken for limited range: black is 16, white is 235."""
    return (16 + draw_picture(shape, row, take) * (219 / 255)).astype(np.uint8)
