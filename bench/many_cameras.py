"""How many cameras one machine records without a late tick."""
from . import reel
from .codecs import AV1
from .processes import Failed
from .reel import STREAMING, batches

STEPS = [2, 4, 8, 12, 16, 24, 32]


def run_many_cameras(results, footage, directory, quick):
    sizes = [(640, 480)] if quick else [(640, 480), (1280, 720)]
    sources = ["MJPEG"] if quick else ["MJPEG", "RGB"]
    for width, height in sizes:
        clips = [footage.clip(number, width=width, height=height, frames=60) for number in range(2)]
        for source in sources:
            for name, schedule in [("not encoding", batches(1000)), ("encoding AV1", STREAMING)]:
                most = _most(directory, clips, source, schedule, 5)
                results.add(
                    "cameras without a late tick", f"{width}×{height} at 30, {source}, {name}", "reel", "cameras", most)


def _most(directory, clips, source, schedule, seconds):
    """The most cameras of those tried; the first that fails ends it, once it has failed twice."""
    most = 0
    for count in STEPS:
        if not any(_holds(directory, clips, count, source, schedule, seconds) for _ in range(2)):
            return most
        most = count
    return most


def _holds(directory, clips, count, source, schedule, seconds):
    cameras = [clips[number % len(clips)] for number in range(count)]
    try:
        session = reel.record(directory, cameras, 1, seconds, schedule, AV1, source, leaves=True)
    except Failed:
        return False
    takes = session.report["takes"]
    session.remove()
    # Every row there, none late, and no camera's thread so starved that its pictures repeat.
    rows = seconds * 30
    return all(
        take["rows"] == rows and take["lateRows"] == 0 and max(take["repeatedPictures"]) <= rows // 20
        for take in takes)
