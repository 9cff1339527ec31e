"""The same frames through LeRobot's own class and through Reel's: the datasets must say the same, value by value."""
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet

from conformance.frame_code import decode
from conformance.report import require

from .frames import FEATURES, FPS, TASKS, frame, picture

LENGTHS = (7, 12, 5)
ENCODER = {"vcodec": "h264", "preset": "veryfast", "crf": 23}


def check(report, directory):
    ours, theirs = directory / "ours", directory / "theirs"
    report.run("LeRobot's class records", by_lerobot, theirs)
    report.run("Reel's class records the same", by_reel, ours)
    report.run("info.json", same_info, ours, theirs)
    report.run("every column and its type", same_rows, ours, theirs)
    report.run("episodes, tasks, each one's statistics to the last digit", same_episodes, ours, theirs)
    report.run("statistics of all episodes together", same_statistics, ours, theirs)
    report.run("LeRobot reads the same, pictures by their code", same_items, ours, theirs)
    report.run("reel check", checked, ours)
    report.run("LeRobot continues Reel's, Reel LeRobot's", continued, ours, theirs)
    report.run("an episode is deleted from it", deleted, ours, directory)
    report.run("installed, LeRobot's class records the same", installed, directory / "installed", theirs)
    report.run("pictures in every form", forms, directory / "forms")
    report.run("JPEGs go through untouched", jpegs, directory / "jpegs")
    report.run("NaN and infinity are kept", not_numbers, directory / "nan")


def by_lerobot(root):
    from lerobot.configs import RGBEncoderConfig
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    dataset = LeRobotDataset.create("me/same", FPS, FEATURES, root=root, robot_type="arm", rgb_encoder=RGBEncoderConfig(**ENCODER))
    add(dataset)
    dataset.finalize()


def by_reel(root):
    import reel

    dataset = reel.LeRobotDataset.create("me/same", FPS, FEATURES, root=root, robot_type="arm", rgb_encoder=ENCODER)
    require(dataset.num_episodes == 0 and dataset.features["five"]["shape"] == (2, 1, 1, 1, 2), f"{dataset!r}")
    add(dataset)
    require(dataset.num_episodes == len(LENGTHS) and dataset.num_frames == sum(LENGTHS), f"{dataset!r}")
    dataset.finalize()
    dataset.finalize()


def add(dataset, takes=range(len(LENGTHS))):
    for take in takes:
        for row in range(LENGTHS[take % len(LENGTHS)]):
            dataset.add_frame(frame(take, row))
        dataset.save_episode()


def info(root):
    return json.loads((root / "meta" / "info.json").read_text())


def same_info(ours, theirs):
    mine, other = info(ours), info(theirs)
    require(list(mine) == list(other), f"members {list(mine)}, LeRobot has {list(other)}")
    for name in other:
        require(mine[name] == other[name], f"{name} is {mine[name]}, LeRobot has {other[name]}")
    require(list(mine["features"]) == list(other["features"]), "the features' order differs")


def table(root, kind):
    files = sorted((root / kind).glob("*/*.parquet"))
    return parquet.read_table(files[0]) if len(files) == 1 else None


def same_rows(ours, theirs):
    mine, other = table(ours, "data"), table(theirs, "data")
    require(mine.column_names == other.column_names, f"columns {mine.column_names}")
    for name in other.column_names:
        require(mine.schema.field(name).type == other.schema.field(name).type, f"{name}: {mine.schema.field(name).type}")
        if name == "still":
            # PNGs of two encoders: what they show is compared below.
            continue
        left, right = mine[name].to_pylist(), other[name].to_pylist()
        if name == "task_index":
            left, right = tasks_of(ours, left), tasks_of(theirs, right)
        require(left == right, f"{name} differs")
    hugging = [json.loads(one.schema.metadata[b"huggingface"])["info"] for one in (mine, other)]
    require(hugging[0] == hugging[1], "what the Hub reads of the columns differs")
    return f"{mine.num_rows} rows of {len(mine.column_names)} columns"


def tasks_of(root, indices):
    """LeRobot numbers the tasks of an episode in no order."""
    import pandas

    tasks = pandas.read_parquet(root / "meta" / "tasks.parquet")
    return [tasks.iloc[index].name for index in indices]


def same_episodes(ours, theirs):
    mine, other = table(ours, "meta/episodes"), table(theirs, "meta/episodes")
    require(set(mine.column_names) == set(other.column_names), set(mine.column_names) ^ set(other.column_names))
    for name in other.column_names:
        require(mine.schema.field(name).type == other.schema.field(name).type, f"{name}: {mine.schema.field(name).type}")
        left, right = mine[name].to_pylist(), other[name].to_pylist()
        if name == "tasks":
            left, right = [sorted(one) for one in left], [sorted(one) for one in right]
        if name.startswith("stats/") and ("front" in name or "still" in name or "task_index" in name):
            continue
        if name.endswith("to_timestamp") or name.endswith("from_timestamp"):
            require(np.allclose(left, right, atol=1e-6), f"{name}: {left}, LeRobot has {right}")
            continue
        require(left == right, f"{name}: {left}, LeRobot has {right}")


def same_statistics(ours, theirs):
    mine, other = (json.loads((root / "meta" / "stats.json").read_text()) for root in (ours, theirs))
    require(set(mine) == set(other), f"of {set(mine) ^ set(other)}")
    for name, entry in other.items():
        for statistic, value in entry.items():
            left, right = np.array(mine[name][statistic]), np.array(value)
            require(left.shape == right.shape, f"{name}/{statistic} has the shape {left.shape}, LeRobot's {right.shape}")
            if name in ("observation.images.front", "still"):
                require(np.allclose(left, right, atol=0.02), f"{name}/{statistic}: {left.ravel()}, LeRobot has {right.ravel()}")
            elif name == "task_index":
                continue
            else:
                # LeRobot squares some of an episode's deviations in single precision when it takes episodes together.
                require(np.allclose(left, right, rtol=1e-6, atol=1e-9), f"{name}/{statistic}: {left}, LeRobot has {right}")
    return f"{len(other)} features"


def same_items(ours, theirs):
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    mine, other = (LeRobotDataset("me/same", root=root) for root in (ours, theirs))
    require(len(mine) == len(other) == sum(LENGTHS), f"{len(mine)} and {len(other)} rows")
    index = 0
    for take, length in enumerate(LENGTHS):
        for row in range(length):
            left, right = mine[index], other[index]
            require(left.keys() == right.keys(), f"{left.keys() ^ right.keys()}")
            for name in right:
                if name in ("observation.images.front", "still"):
                    shown = decode(pixels(left[name]))
                    require(shown == (take, row), f"{name} of row {row} of episode {take} shows {shown}")
                elif name == "task_index":
                    continue
                elif isinstance(right[name], str):
                    require(left[name] == right[name], name)
                else:
                    require(left[name].dtype == right[name].dtype and bool((left[name] == right[name]).all()), name)
            index += 1
    return f"{index} rows"


def pixels(item):
    return (item.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)


def checked(root):
    import subprocess

    from reel import _program

    done = subprocess.run([_program.path(), "check", root], capture_output=True, text=True)
    require(done.returncode == 0 and "as it should be" in done.stdout, done.stdout + done.stderr)


def continued(ours, theirs):
    import reel
    from lerobot.configs import RGBEncoderConfig
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    last = len(LENGTHS)
    resumed = LeRobotDataset.resume("me/same", root=ours, rgb_encoder=RGBEncoderConfig(**ENCODER))
    add(resumed, [last])
    resumed.finalize()
    resumed = reel.LeRobotDataset.resume("me/same", root=theirs, rgb_encoder={"preset": "veryfast"})
    require(resumed.num_episodes == last, f"{resumed!r}")
    add(resumed, [last])
    require(resumed.num_episodes == last + 1, f"{resumed!r}")
    resumed.finalize()
    for root in (ours, theirs):
        dataset = LeRobotDataset("me/same", root=root)
        require(dataset.meta.total_episodes == last + 1, f"{dataset.meta.total_episodes} episodes")
        for row in range(LENGTHS[0]):
            item = dataset[sum(LENGTHS) + row]
            for name in ("observation.images.front", "still"):
                require(decode(pixels(item[name])) == (last, row), f"{name} of row {row} in {root.name}")
            require((item["five"].numpy() == frame(last, row)["five"]).all(), "values differ")
        checked(root)


def deleted(ours, directory):
    """Reel's own edit rewrites columns of all these types."""
    import shutil
    import subprocess

    from lerobot.datasets.lerobot_dataset import LeRobotDataset
    from reel import _program

    root = directory / "edited"
    shutil.copytree(ours, root)
    done = subprocess.run([_program.path(), "edit", root, "--delete-episode", "1"], capture_output=True, text=True)
    require(done.returncode == 0, done.stdout + done.stderr)
    before, after = (LeRobotDataset("me/same", root=one) for one in (ours, root))
    for row in range(LENGTHS[2]):
        left, right = before[LENGTHS[0] + LENGTHS[1] + row], after[LENGTHS[0] + row]
        for name in left:
            if name in ("index", "episode_index"):
                continue
            same = left[name] == right[name]
            require(same if isinstance(same, bool) else bool(same.all()), f"{name} of row {row}")
    checked(root)


def installed(root, theirs):
    """In a process of its own, because what is installed stays."""
    import subprocess
    import sys

    program = f"""
import sys
import reel
reel.install()
from pathlib import Path
from writer.same import by_lerobot
by_lerobot(Path({str(root)!r}))
from lerobot.datasets.dataset_writer import DatasetWriter
assert DatasetWriter.__module__ == "reel._lerobot", DatasetWriter
"""
    environment = __import__("os").environ | {"PYTHONPATH": __import__("os").pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment)
    require(done.returncode == 0, done.stderr[-2000:])
    require(not (root / "images").exists() and not (root / ".reel").exists(), "something is left behind")
    mine = info(root)["features"]
    require(list(mine) == list(info(theirs)["features"]), "features differ")
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    dataset = LeRobotDataset("me/same", root=root)
    require([decode(pixels(dataset[row]["observation.images.front"])) for row in range(LENGTHS[0])]
            == [(0, row) for row in range(LENGTHS[0])], "pictures are not their rows'")
    checked(root)


def forms(root):
    """Floats, channels first, PIL, grey."""
    import reel
    from lerobot.datasets.lerobot_dataset import LeRobotDataset
    from PIL import Image

    features = {"image": {"dtype": "image", "shape": (120, 160, 3), "names": ["height", "width", "channels"]}}
    source = picture(3, 9)
    grey = source.mean(axis=2).astype(np.uint8)
    given = [
        source, source.transpose(2, 0, 1), source / 255, (source / 255).astype(np.float32).transpose(2, 0, 1), Image.fromarray(source),
        grey, grey[:, :, None], Image.fromarray(grey),
    ]
    dataset = reel.LeRobotDataset.create("me/forms", FPS, features, root=root)
    for one in given:
        dataset.add_frame({"image": one, "task": "t"})
    dataset.save_episode()
    # And where the first is grey, so that all are stored so.
    for one in given[5:]:
        dataset.add_frame({"image": one, "task": "t"})
    dataset.save_episode()
    dataset.finalize()
    read = LeRobotDataset("me/forms", root=root)
    for index, one in enumerate(given + given[5:]):
        wanted = source if index < 5 else np.repeat(grey[:, :, None], 3, axis=2)
        off = np.abs(pixels(read[index]["image"]).astype(int) - wanted).max()
        require(off <= 1, f"form {index} is {off} off")
    return f"{len(given)} forms, two episodes"


def jpegs(root):
    import io

    import reel
    from lerobot.datasets.lerobot_dataset import LeRobotDataset
    from PIL import Image

    features = {"observation.images.top": {"dtype": "video", "shape": (120, 160, 3), "names": ["height", "width", "channels"]}}
    dataset = reel.LeRobotDataset.create("me/jpegs", FPS, features, root=root, rgb_encoder=ENCODER)
    for row in range(20):
        file = io.BytesIO()
        Image.fromarray(picture(2, row)).save(file, "JPEG", quality=92)
        dataset.add_frame({"observation.images.top": file.getvalue(), "task": "t"})
    dataset.save_episode()
    dataset.finalize()
    read = LeRobotDataset("me/jpegs", root=root)
    shown = [decode(pixels(read[row]["observation.images.top"])) for row in range(20)]
    require(shown == [(2, row) for row in range(20)], f"{shown}")


def not_numbers(root):
    import reel
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    features = {"x": {"dtype": "float32", "shape": (2,), "names": None}, "y": {"dtype": "float64", "shape": (2, 2), "names": None}}
    values = [[np.nan, 1], [np.inf, 2], [-np.inf, 3], [0, np.nan]]
    for step in ("create", "resume"):
        dataset = (
            reel.LeRobotDataset.create("me/nan", FPS, features, root=root) if step == "create"
            else reel.LeRobotDataset.resume("me/nan", root=root))
        for value in values:
            dataset.add_frame({"x": np.array(value, np.float32), "y": np.full((2, 2), float(value[0])), "task": "t"})
        dataset.save_episode()
        dataset.finalize()
    read = LeRobotDataset("me/nan", root=root)
    for index, value in enumerate(values * 2):
        require(np.array_equal(read[index]["x"].numpy(), np.array(value, np.float32), equal_nan=True), f"row {index}")
    return f"{len(read)} rows"
