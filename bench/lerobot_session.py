"""One recording session through LeRobot's own classes, at real time, as `lerobot-record` uses them."""
import json
import resource
import sys
import time
from pathlib import Path


def processor_seconds():
    """Of this process and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def read(path):
    import av

    with av.open(path) as film:
        return [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]


def make_dataset(wanted, shape, joints):
    from lerobot.configs.video import RGBEncoderConfig
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    vector = {"dtype": "float32", "shape": (len(joints),), "names": joints}
    features = {"action": vector, "observation.state": dict(vector)}
    for number in range(len(wanted["clips"])):
        features[f"observation.images.cam{number}"] = {
            "dtype": "video", "shape": shape, "names": ["height", "width", "channels"]}
    return LeRobotDataset.create(
        "bench/lerobot", wanted["fps"], features, root=wanted["root"], robot_type="so101_follower", use_videos=True,
        image_writer_threads=4 * len(wanted["clips"]), batch_encoding_size=1,
        streaming_encoding=wanted["streaming"],
        rgb_encoder=RGBEncoderConfig(vcodec=wanted["codec"], **wanted["settings"]))


def record_take(dataset, take, clips, rows, fps, joints):
    """One take with LeRobot's pacing: the rest of each period is slept."""
    import numpy

    begun = time.perf_counter()
    late = 0
    for row in range(rows):
        tick = time.perf_counter()
        state = numpy.full(len(joints), row / rows, numpy.float32)
        frame = {"action": state, "observation.state": state, "task": "Sort the bottles."}
        for number, clip in enumerate(clips):
            frame[f"observation.images.cam{number}"] = clip[(row + 37 * number + 11 * take) % len(clip)]
        dataset.add_frame(frame)
        rest = 1 / fps - (time.perf_counter() - tick)
        if rest > 0:
            time.sleep(rest)
        else:
            late += 1
    return {"rate": rows / (time.perf_counter() - begun), "late": late}


def main():
    wanted = json.loads(sys.argv[1])
    begun = time.monotonic()
    loaded = {path: read(path) for path in wanted["clips"]}
    clips = [loaded[path] for path in wanted["clips"]]
    reading_seconds = time.monotonic() - begun
    from lerobot.datasets.video_utils import VideoEncodingManager

    joints = [f"joint{number}.pos" for number in range(6)]
    dataset = make_dataset(wanted, clips[0][0].shape, joints)
    rows = round(wanted["seconds"] * wanted["fps"])
    used = processor_seconds()
    recording = 0.0
    takes = []
    first_tick = time.monotonic()
    with VideoEncodingManager(dataset):
        for number in range(wanted["takes"]):
            before = processor_seconds()
            take = record_take(dataset, number, clips, rows, wanted["fps"], joints)
            recording += processor_seconds() - before
            encoder = getattr(dataset.writer, "_streaming_encoder", None)
            take["dropped"] = sum(dict(encoder._dropped_frames).values()) if encoder else 0
            ended = time.perf_counter()
            dataset.save_episode()
            take["wait"] = time.perf_counter() - ended
            takes.append(take)
        dataset.finalize()
    report = {
        "takes": takes, "first_tick": first_tick, "reading_seconds": reading_seconds,
        "recording_processor_seconds": recording, "processor_seconds": processor_seconds() - used,
        "picture_bytes": sum(len(clip) * clip[0].nbytes for clip in loaded.values()),
    }
    Path(wanted["report"]).write_text(json.dumps(report))


if __name__ == "__main__":
    main()
