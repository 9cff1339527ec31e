"""Makes the dataset `three-episodes` with LeRobot 0.6.1: run in the Python that scripts/lerobot-environment prints.

The takes are those of Tests/LeRobotDatasetTests/TestDataset.swift: three episodes recorded at once, which LeRobot puts
into one data file, one video file a camera and one file of episodes.
"""
import shutil
import sys
from pathlib import Path

import numpy as np
from lerobot.configs.video import RGBEncoderConfig
from lerobot.datasets.lerobot_dataset import LeRobotDataset
from lerobot.utils.feature_utils import hw_to_dataset_features

JOINTS = {"shoulder_pan.pos": float, "gripper.pos": float}
CAMERAS = {"front": (48, 64, 3), "top": (48, 64, 3)}
ENCODER = RGBEncoderConfig(vcodec="h264", preset="ultrafast")


def take(number):
    return 12 + number % 4, "place ü" if number % 3 == 1 else "pick"


def values(number, length, scale):
    flat = [((number * 31 + i * 17) % 101) * scale - 20 for i in range(length * 2)]
    return np.array(flat, np.float32).reshape(length, 2)


def add(dataset, number):
    length, task = take(number)
    action, state = values(number, length, 0.5), values(number, length, 0.25)
    for frame in range(length):
        pictures = {}
        for position, camera in enumerate(CAMERAS):
            luma = (number * 40 + frame * 3 + position * 100) % 200 + 20
            pictures[f"observation.images.{camera}"] = np.full((48, 64, 3), round((luma - 16) * 255 / 219), np.uint8)
        dataset.add_frame({"action": action[frame], "observation.state": state[frame], "task": task, **pictures})
    dataset.save_episode()


if __name__ == "__main__":
    if sys.argv[1] == "continue":
        dataset = LeRobotDataset.resume("user/name", root=sys.argv[2], rgb_encoder=ENCODER)
        numbers = range(dataset.meta.total_episodes, dataset.meta.total_episodes + 2)
    else:
        root = Path(__file__).parent / "three-episodes"
        shutil.rmtree(root, ignore_errors=True)
        features = {
            **hw_to_dataset_features(JOINTS, "action"),
            **hw_to_dataset_features({**JOINTS, **CAMERAS}, "observation", use_video=True),
        }
        dataset = LeRobotDataset.create(
            "user/name", 30, features=features, root=root, robot_type="so_follower", rgb_encoder=ENCODER)
        numbers = range(3)
    for number in numbers:
        add(dataset, number)
    dataset.finalize()
