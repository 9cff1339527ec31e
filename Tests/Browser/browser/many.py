"""A dataset of ten thousand short episodes without cameras, as LeRobot's format has it. Needs pyarrow."""
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

EPISODES, ROWS, FPS = 10_000, 5, 30


def make(root):
    root = Path(root)
    count = EPISODES * ROWS
    frame, episode = np.arange(count) % ROWS, np.arange(count) // ROWS
    value = pa.FixedSizeListArray.from_arrays(pa.array(np.sin(np.arange(count)), pa.float32()), 1)
    data = pa.table({
        "action": value, "observation.state": value, "timestamp": pa.array(frame / FPS, pa.float32()),
        "frame_index": frame, "episode_index": episode, "index": np.arange(count), "task_index": np.zeros(count, np.int64)})
    write(data, root / "data/chunk-000/file-000.parquet")
    numbers = np.arange(EPISODES)
    write(pa.table({
        "episode_index": numbers, "tasks": [["Put it there."]] * EPISODES, "length": np.full(EPISODES, ROWS),
        "data/chunk_index": np.zeros(EPISODES, np.int64), "data/file_index": np.zeros(EPISODES, np.int64),
        "dataset_from_index": numbers * ROWS, "dataset_to_index": (numbers + 1) * ROWS,
        "meta/episodes/chunk_index": np.zeros(EPISODES, np.int64), "meta/episodes/file_index": np.zeros(EPISODES, np.int64)}),
        root / "meta/episodes/chunk-000/file-000.parquet")
    write(pa.table({"task_index": [0], "task": ["Put it there."]}), root / "meta/tasks.parquet")
    feature = {"dtype": "float32", "shape": [1], "names": ["x"]}
    plain = {name: {"dtype": dtype, "shape": [1], "names": None} for name, dtype in (
        ("timestamp", "float32"), ("frame_index", "int64"), ("episode_index", "int64"), ("index", "int64"), ("task_index", "int64"))}
    (root / "meta/info.json").write_text(json.dumps({
        "codebase_version": "v3.0", "robot_type": "none", "total_episodes": EPISODES, "total_frames": count, "total_tasks": 1,
        "chunks_size": 1000, "fps": FPS, "splits": {"train": f"0:{EPISODES}"}, "data_path": "data/chunk-{chunk_index:03d}/file-{file_index:03d}.parquet",
        "video_path": None, "features": {"action": feature, "observation.state": feature, **plain}}))


def write(table, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(table, path)
