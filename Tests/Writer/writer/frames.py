"""Frames whose every value follows from their episode and their number; pictures carry both as a code."""
import numpy as np

from conformance.frame_code import encode

TASKS = ("pick it up", "put it down: geschafft")
SHAPE = (120, 160, 3)
FPS = 30

FEATURES = {
    "observation.images.front": {"dtype": "video", "shape": SHAPE, "names": ["height", "width", "channels"]},
    "still": {"dtype": "image", "shape": (3, 120, 160), "names": ["channels", "height", "width"]},
    "observation.state": {"dtype": "float32", "shape": (3,), "names": ["a.pos", "b.pos", "c.pos"]},
    "action": {"dtype": "float32", "shape": (3,), "names": {"motors": ["a.pos", "b.pos", "c.pos"]}},
    "reward": {"dtype": "float64", "shape": (1,), "names": None},
    "half": {"dtype": "float16", "shape": (2,), "names": None},
    "tiny": {"dtype": "int8", "shape": (2,), "names": None},
    "small": {"dtype": "int16", "shape": (1,), "names": None},
    "whole": {"dtype": "int32", "shape": (2,), "names": None},
    "long": {"dtype": "int64", "shape": (1,), "names": None},
    "byte": {"dtype": "uint8", "shape": (1,), "names": None},
    "word": {"dtype": "uint16", "shape": (2,), "names": None},
    "double": {"dtype": "uint32", "shape": (1,), "names": None},
    "large": {"dtype": "uint64", "shape": (2,), "names": None},
    "done": {"dtype": "bool", "shape": (1,), "names": None},
    "mask": {"dtype": "bool", "shape": (3,), "names": None},
    "note": {"dtype": "string", "shape": (1,), "names": None},
    "grid": {"dtype": "uint8", "shape": (2, 3), "names": None},
    "cube": {"dtype": "float32", "shape": (2, 3, 2), "names": None},
    "four": {"dtype": "float64", "shape": (1, 2, 1, 2), "names": None},
    "five": {"dtype": "int64", "shape": (2, 1, 1, 1, 2), "names": None},
}


def picture(take, row, shape=SHAPE):
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    made = np.stack([rows + 3 * row, columns + 40 * take, rows + columns], axis=2).astype(np.uint8) // 2 + 40
    encode(made, take, row)
    return made


def frame(take, row, features=FEATURES):
    """The frame as both classes take it. Not the same for any two."""
    random = np.random.default_rng(take * 1000 + row)
    made = {"task": TASKS[row % 2 if take % 2 else 0]}
    for name, feature in features.items():
        shape, dtype = feature["shape"], feature["dtype"]
        if dtype in ("video", "image"):
            pixels = picture(take, row)
            made[name] = pixels if shape[2] == 3 else np.ascontiguousarray(pixels.transpose(2, 0, 1))
        elif dtype == "string":
            made[name] = f"row {row} of {take} é"
        elif dtype == "bool":
            made[name] = random.integers(0, 2, shape).astype(bool)
        elif dtype.startswith("float"):
            made[name] = random.normal(size=shape).astype(dtype)
        else:
            limits = np.iinfo(dtype)
            # Beyond 53 bits float64, and so LeRobot's statistics, have no room.
            made[name] = random.integers(max(limits.min, -(2**40)), min(limits.max, 2**40), shape).astype(dtype)
    return made
