"""How many cameras one machine records without a late tick."""
from . import reel
from .codecs import AV1
from .footage import FPS
from .processes import Failed
from .reel import STREAMING, batches

STEPS = [2, 4, 8, 12, 16, 24]
SECONDS = 4


def run_many_cameras(results, footage, directory, quick):
    sizes = [(640, 480)] if quick else [(640, 480), (1280, 720)]
    for width, height in sizes:
        clips = [footage.clip(number, width=width, height=height, frames=60) for number in range(2)]
        # Larger pictures do not fit through USB 2 but as JPEGs.
        for source in ["MJPEG", "RGB"] if not quick and height == 480 else ["MJPEG"]:
            for name, schedule in [("not encoding", batches(1000)), ("encoding AV1", STREAMING)]:
                most = _most(directory, clips, source, schedule)
                results.add(
                    f"cameras without a late tick, up to {STEPS[-1]} tried",
                    f"{width}×{height} at 30, {source}, {name}", "reel", "cameras", most)


def _most(directory, clips, source, schedule):
    """The most cameras of those tried; the first that fails ends it, once it has failed twice."""
    most = 0
    for count in STEPS:
        if not any(_holds(directory, clips, count, source, schedule) for _ in range(2)):
            return most
        most = count
    return most


def _holds(directory, clips, count, source, schedule):
    cameras = [clips[number % len(clips)] for number in range(count)]
    try:
        session = reel.record(directory, cameras, 1, SECONDS, schedule, AV1, source, leaves=True)
    except Failed:
        return False
    takes = session.report["takes"]
    session.remove()
    # Every row there, none late, and no camera's thread so starved that it missed two pictures in a row. How many repeat
    # says less: one that comes at the very moment of the tick is now before it, now after.
    return all(
        take["rows"] == SECONDS * FPS and take["lateRows"] == 0 and max(take["oldestPictures"]) < 3 / FPS
        for take in takes)
