"""Programs that write datasets: Reel's Python class beside LeRobot's own, in one run. `python -m bench.writer`.

Live: two 640x480 RGB cameras at 30 frames a second, as a teleoperation loop hands them over. Converter: as fast as it goes, from the
first frame until everything is encoded; beside bare ffmpeg with the same encoder, which reads raw pictures from a pipe.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parents[1]
FPS, SHAPE = 30, (480, 640, 3)
FEATURES = {
    **{f"observation.images.{name}": {"dtype": "video", "shape": SHAPE, "names": ["height", "width", "channels"]} for name in ("front", "wrist")},
    **{name: {"dtype": "float32", "shape": (6,), "names": None} for name in ("observation.state", "action")},
}
H264 = {"vcodec": "h264", "preset": "ultrafast"}


def pictures(count=30):
    """A scene that moves slowly, under a sensor's noise."""
    random = np.random.default_rng(1)
    rows, columns = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]]
    made = []
    for index in range(count):
        scene = np.stack([rows // 2 + index, columns // 3 + 2 * index, (rows + columns) // 5], axis=2)
        made.append((scene % 200 + random.integers(0, 12, SHAPE)).astype(np.uint8))
    return made


def frame(shown, row):
    state = np.full(6, row, np.float32)
    return {
        "observation.images.front": shown[row % len(shown)], "observation.images.wrist": shown[(row + 7) % len(shown)],
        "observation.state": state, "action": state, "task": "pick"}


def create(who, root, encoder, **settings):
    if who == "Reel":
        import reel

        return reel.LeRobotDataset.create("me/bench", FPS, FEATURES, root=root, rgb_encoder=encoder, **settings)
    from lerobot.configs import RGBEncoderConfig
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    return LeRobotDataset.create(
        "me/bench", FPS, FEATURES, root=root, rgb_encoder=RGBEncoderConfig(**encoder), image_writer_threads=8, **settings)


def live(who, directory, name, shown, episodes, seconds, settings):
    """Milliseconds of add_frame and of save_episode, and the frames of a second that were handed over."""
    root = directory / f"{who}-{name}"
    dataset = create(who, root, {}, **settings)
    adds, saves, taken = [], [], 0.0
    for _ in range(episodes):
        begun = time.perf_counter()
        for row in range(seconds * FPS):
            due = begun + row / FPS
            time.sleep(max(0, due - time.perf_counter()))
            before = time.perf_counter()
            dataset.add_frame(frame(shown, row))
            adds.append(1e3 * (time.perf_counter() - before))
        taken += time.perf_counter() - begun
        before = time.perf_counter()
        dataset.save_episode()
        saves.append(1e3 * (time.perf_counter() - before))
    before = time.perf_counter()
    dataset.finalize()
    end = time.perf_counter() - before
    shutil.rmtree(root)
    adds.sort()
    print(
        f"{name:10} {who:8} add_frame {statistics.median(adds):6.2f} ms, p99 {adds[len(adds) * 99 // 100]:7.2f} ms; save_episode "
        f"{statistics.median(saves):9.2f} ms, worst {max(saves):9.2f} ms; {episodes * seconds * FPS / (taken + 1 / FPS):5.1f} frames/s; finalize {end:5.1f} s", flush=True)


def convert(who, directory, shown, episodes, seconds, settings):
    root = directory / f"convert-{who}"
    begun = time.perf_counter()
    dataset = create(who, root, H264, **settings)
    for _ in range(episodes):
        for row in range(seconds * FPS):
            dataset.add_frame(frame(shown, row))
        dataset.save_episode()
    dataset.finalize()
    rate = episodes * seconds * FPS / (time.perf_counter() - begun)
    shutil.rmtree(root)
    print(f"converter  {who:8} {rate:6.1f} frames/s ({2 * rate:.0f} pictures/s), h264 ultrafast", flush=True)


def bare(directory, shown, episodes, seconds):
    """Two ffmpegs at once, as there are two cameras, an episode after the other."""
    def encode(camera, episode):
        return subprocess.Popen(
            ["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "640x480", "-r", str(FPS), "-i", source,
             "-c:v", "libx264", "-preset", "ultrafast", "-crf", "30", "-g", "2", "-pix_fmt", "yuv420p", directory / f"{camera}-{episode}.mp4"])

    source = directory / "raw"
    with source.open("wb") as file:
        for row in range(seconds * FPS):
            file.write(shown[row % len(shown)].tobytes())
    begun = time.perf_counter()
    for episode in range(episodes):
        for process in [encode(camera, episode) for camera in range(2)]:
            process.wait()
    rate = episodes * seconds * FPS / (time.perf_counter() - begun)
    source.unlink()
    print(f"converter  {'ffmpeg':8} {rate:6.1f} frames/s ({2 * rate:.0f} pictures/s), from a file of raw pictures", flush=True)


def main():
    arguments = argparse.ArgumentParser(prog="bench.writer", description=__doc__)
    arguments.add_argument("--episodes", type=int, default=3)
    arguments.add_argument("--seconds", type=int, default=5)
    arguments.add_argument("--convert", type=int, default=50, help="episodes of 10 s that the converter writes")
    options = arguments.parse_args()
    sys.path.insert(0, str(PROJECT / "python" / "src"))
    os.environ.setdefault("REEL_PROGRAM", str(PROJECT / ".build" / "release" / "reel"))
    os.environ.update(HF_HUB_OFFLINE="1", SVT_LOG="1")
    warnings.simplefilter("ignore")
    import av

    av.logging.set_libav_level(av.logging.ERROR)
    shown = pictures()
    with tempfile.TemporaryDirectory(prefix="reel-bench-writer-") as directory:
        directory = Path(directory)
        for name, settings in (
            ("batch 1", {}), ("batch 10", {"batch_encoding_size": 10}), ("streaming", {"streaming_encoding": True}),
        ):
            for who in ("Reel", "LeRobot"):
                # Nothing is encoded in a batch of ten before there are ten.
                episodes = 10 if name == "batch 10" else options.episodes
                seconds = 1 if name == "batch 10" else options.seconds
                try:
                    live(who, directory, name, shown, episodes, seconds, settings)
                except Exception as error:  # LeRobot's batches crash: that is the figure
                    print(f"{name:10} {who:8} {type(error).__name__}: {str(error)[:100]}", flush=True)
        if options.convert:
            for who, settings in (("Reel", {}), ("LeRobot", {"streaming_encoding": True, "encoder_queue_maxsize": 10_000})):
                convert(who, directory, shown, options.convert, 10, settings)
            bare(directory, shown, options.convert, 10)


if __name__ == "__main__":
    main()
