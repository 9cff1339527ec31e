"""Throughput of a backlog of episodes, against `ffmpeg` alone on the same raw pictures; and the bare disk."""
import os
import resource
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

from . import reel
from .codecs import AV1, H264
from .footage import FPS
from .processes import demand, run

TAKES = 12
CAMERAS = 2


def run_backlog(results, footage, directory, rounds, quick):
    for codec, seconds in [(H264, 2)] if quick else [(H264, 5), (AV1, 3)]:
        _backlog(results, footage, directory, codec, seconds, rounds)


def _backlog(results, footage, directory, codec, seconds, rounds):
    clips = [footage.clip(number) for number in range(CAMERAS)]
    takes = 4 if seconds < 3 else TAKES
    pictures = takes * CAMERAS * seconds * FPS
    session = reel.record(
        directory, clips, takes, seconds, reel.batches(1000), codec, leaves=True)
    spooled = sum(session.of_takes("spoolBytes"))
    alone = _ffmpeg_alone(directory, clips, codec, takes, seconds)
    results.add("backlog, ffmpeg one at a time", codec.title, "limit", "pictures/s", pictures / alone)
    waiting = directory / "waiting"
    for _ in range(rounds):
        shutil.copytree(session.root, waiting)
        os.sync()
        done = demand(run([reel.program(), "encode", waiting], directory / "encode.log"))
        shutil.rmtree(waiting)
        together = _ffmpeg_alone(directory, clips, codec, takes, seconds, at_once=os.cpu_count())
        results.add("backlog", codec.title, "reel", "pictures/s", pictures / done.seconds)
        results.add("backlog", codec.title, "limit", "pictures/s", pictures / min(alone, together))
        results.add("backlog, ffmpeg one a core", codec.title, "limit", "pictures/s", pictures / together)
        results.add("memory, `reel encode`", codec.title, "reel", "MB", done.memory / 1e6)
    session.remove()
    _bare_writing(results, directory, spooled, takes * CAMERAS * seconds)


def _ffmpeg_alone(directory, clips, codec, takes, seconds, at_once=1):
    """Seconds that ffmpeg takes for all videos of the backlog."""
    # By number: two cameras may have the same clip.
    jobs = list(enumerate(clip for _ in range(takes) for clip in clips))

    def encode(job):
        number, clip = job
        video = directory / f"alone-{number}.mp4"
        done = run(
            ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-i", clip.yuv, "-frames:v", str(seconds * FPS),
             *codec.ffmpeg, video],
            directory / f"alone-{number}.log", environment={"SVT_LOG": "1"})
        demand(done)
        video.unlink()

    begun = time.monotonic()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(encode, jobs))
    return time.monotonic() - begun


def _bare_writing(results, directory, count, camera_seconds):
    """The same bytes in writes of a picture's size, synced once: what no recorder can be cheaper than."""
    piece = os.urandom(1 << 18)
    before = resource.getrusage(resource.RUSAGE_SELF)
    begun = time.monotonic()
    with open(directory / "bare", "wb", buffering=0) as file:
        for _ in range(count // len(piece)):
            file.write(piece)
        os.fdatasync(file.fileno())
    seconds = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_SELF)
    (directory / "bare").unlink()
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    results.add("processor while recording", "RGB cameras", "limit", "s per camera-second", used / camera_seconds)
    results.add("bare write and sync", "the spool's bytes", "limit", "MB/s", count / seconds / 1e6)
