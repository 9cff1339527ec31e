"""What users do with a dataset in LeRobot: edit it, train on it, resume it."""
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from .. import frame_code
from ..report import require
from ..subject import Subject, pictures_of


def _tool(name, *arguments):
    """Runs one of LeRobot's commands, offline."""
    command = [str(Path(sys.executable).parent / name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=os.environ)
    require(done.returncode == 0, f"{name} ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")


def _codes(subject, feature):
    dataset = subject.open(return_uint8=True)
    return [frame_code.decode(pictures_of(dataset[index], [feature])[feature]) for index in range(len(dataset))]


def check_deleting(subject, directory):
    """lerobot-edit-dataset takes an episode out; what is left still has its pictures."""
    target = Path(directory) / "deleted"
    feature = next(iter(subject.cameras()))
    codes = _codes(subject, feature)
    gone = subject.episode_rows()[1]
    expected = codes[: gone["dataset_from_index"]] + codes[gone["dataset_to_index"] :]
    _tool(
        "lerobot-edit-dataset", f"--repo_id={subject.repo_id}", f"--root={subject.root}",
        f"--new_repo_id={subject.repo_id}_deleted", f"--new_root={target}", "--operation.type=delete_episodes",
        "--operation.episode_indices=[1]")
    edited = Subject(target, f"{subject.repo_id}_deleted", subject.task, subject.episodes - 1)
    require(_codes(edited, feature) == expected, "the pictures are not those of the episodes that were kept")
    return f"{len(expected)} of {len(codes)} rows are left"


def check_splitting(subject, directory):
    """lerobot-edit-dataset splits it; both parts have the right pictures."""
    target = Path(directory) / "split"
    feature = next(iter(subject.cameras()))
    codes = _codes(subject, feature)
    cut = subject.episode_rows()[0]["dataset_to_index"]
    rest = list(range(1, subject.episodes))
    _tool(
        "lerobot-edit-dataset", f"--repo_id={subject.repo_id}", f"--root={subject.root}", f"--new_root={target}",
        "--operation.type=split", f'--operation.splits={{"first": [0], "rest": {rest}}}')
    for name, expected, episodes in (("first", codes[:cut], 1), ("rest", codes[cut:], len(rest))):
        parts = [path for path in target.iterdir() if path.name.endswith(name)]
        require(len(parts) == 1, f"there are {sorted(path.name for path in target.iterdir())}")
        part = Subject(parts[0], f"{subject.repo_id}_{name}", subject.task, episodes)
        require(_codes(part, feature) == expected, f"the pictures of {name} are not those of its episodes")
    return f"{cut} and {len(codes) - cut} rows"


def check_training(subject):
    """A torch DataLoader with workers runs through an epoch, each row once, with normalised values that are finite."""
    import torch
    from torch.utils.data import DataLoader

    fps = subject.info()["fps"]
    dataset = subject.open(delta_timestamps={"action": [step / fps for step in range(8)]})
    seen, batches = [], 0
    statistics = {name: (torch.tensor(values["mean"]), torch.tensor(values["std"]))
                  for name, values in dataset.meta.stats.items() if name == "action"}
    for batch in DataLoader(dataset, batch_size=16, shuffle=True, num_workers=2):
        mean, deviation = statistics["action"]
        action = (batch["action"] - mean) / (deviation + 1e-8)
        require(bool(torch.isfinite(action).all()), "a normalised action is not finite")
        require(set(batch["task"]) == {subject.task}, f"tasks {set(batch['task'])}")
        seen += batch["index"].tolist()
        batches += 1
    require(sorted(seen) == list(range(len(dataset))), "an epoch does not have every row once")
    return f"{len(seen)} rows in {batches} batches"


def append_with_lerobot(subject, rows, take, task=None):
    """LeRobot's own resume adds an episode to the dataset, of another task if one is given; gives back the subject with
    one more."""
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    dataset = LeRobotDataset.resume(subject.repo_id, root=subject.root, streaming_encoding=True)
    task = task or subject.task
    add_episode(dataset, task, rows, take)
    dataset.finalize()
    return Subject(
        subject.root, subject.repo_id, subject.task, subject.episodes + 1, subject.takes,
        tasks={**subject.tasks, subject.episodes: task})


def record_with_lerobot(directory, like):
    """A dataset that LeRobot records with the features of another; two episodes, so that files hold more than one."""
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    info = like.info()
    derived = ("timestamp", "frame_index", "episode_index", "index", "task_index")
    features = {
        name: {key: tuple(value) if key == "shape" else value for key, value in feature.items() if key != "info"}
        for name, feature in info["features"].items() if name not in derived}
    name = "conformance/begun-by-lerobot"
    root = Path(directory) / "begun-by-lerobot"
    dataset = LeRobotDataset.create(
        name, info["fps"], features, root=root, robot_type=info["robot_type"], streaming_encoding=True)
    for take in (60_001, 60_002):
        add_episode(dataset, like.task, 30, take)
    dataset.finalize()
    return Subject(root, name, like.task, 2)


def add_episode(dataset, task, rows, take, draw=None):
    """Adds an episode of drawn pictures and smooth joints to a dataset that LeRobot writes."""
    features = dataset.meta.features
    joints = features["action"]["shape"][0]
    for row in range(rows):
        values = joint_values(joints, row, take)
        frame = {"action": values, "observation.state": values * np.float32(0.5), "task": task}
        for name, feature in features.items():
            if feature["dtype"] == "video":
                frame[name] = (draw or draw_picture)(feature["shape"], row, take)
        dataset.add_frame(frame)
    dataset.save_episode()


def joint_values(joints, row, take):
    return np.float32(30 * np.sin(0.05 * row + np.arange(joints) + take))


def draw_picture(shape, row, take):
    """A moving coloured pattern with the frame code in its corner."""
    height, width = shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    red = 128 + 90 * np.sin((x + 3 * row) / 23)
    green = 110 + 80 * np.cos((y + 2 * row) / 31 + take)
    blue = 60 + 40 * np.sin((x + y) / 47)
    picture = np.stack([red, green, blue], axis=-1).astype(np.uint8)
    frame_code.encode(picture, take, row)
    return picture
