"""Recording itself: the wait after a take, the rate held, lateness, processor time, bytes, memory."""
import statistics

from . import lerobot, reel
from .codecs import AV1, H264
from .footage import FPS
from .reel import STREAMING, batches
from .sleeping import sleep_beside_encoders

SCHEDULES = {"streaming": STREAMING, "batch 1": batches(1), "batch 3": batches(3)}


def case_of(schedule, codec, cameras, user=""):
    return f"{schedule}, {codec.title}, {cameras} camera{'s' if cameras > 1 else ''}{user}"


class Sessions:
    """Sessions of both programs, and what their reports become in the results."""

    def __init__(self, results, footage, directory):
        self.results = results
        self.footage = footage
        self.directory = directory

    def clips(self, cameras, **size):
        return [self.footage.clip(number, **size) for number in range(cameras)]

    def sleep(self, *cases):
        """What ticks of these cases can be at best: beside them, in turn."""
        sleep_beside_encoders(self.results, self.footage, self.directory, *cases)

    # MARK: Reel

    def reel(self, schedule, codec, cameras, takes, seconds, as_root=False, source="RGB"):
        """A session that ends when all is recorded: what waits to be encoded stays behind."""
        session = reel.record(
            self.directory, self.clips(cameras), takes, seconds, SCHEDULES[schedule], codec, source, as_root,
            leaves=True)
        case = case_of(schedule, codec, cameras, ", as root" if as_root else "")
        self.note_reel(session, case, source)
        session.remove()

    def note_reel(self, session, case, source="RGB"):
        add = self.results.add
        waits = [1e3 * wait for wait in session.of_takes("wait")]
        add("wait after a take", case, "reel", "ms", *waits)
        add("wait after a take, worst", case, "reel", "ms", *waits, summary="worst")
        for summary in ("median", "p99", "worst"):
            add("wait after a take, all takes", summary, "reel", "ms", *waits, summary=summary)
        add("rate held", case, "reel", "rows/s", *session.of_takes("rowsPerSecond"))
        for key in ("median", "p99", "worst"):
            value = 1e3 * session.report["lateness"][key]
            add(f"tick lateness, {key}", case, "reel", "ms", value, summary="worst" if key == "worst" else "median")
        add("late ticks", case, "reel", "of all", sum(session.of_takes("lateRows")))
        used = session.report["recordingProcessorSeconds"] / session.camera_seconds
        add("processor while recording", f"{source} cameras", "reel", "s per camera-second", used)
        spooled = sum(session.of_takes("spoolBytes")) / session.camera_seconds
        add("bytes spooled", f"{source} cameras", "reel", "MB per camera-second", spooled / 1e6)
        add("start to first tick", "from nothing", "reel", "s", session.start)
        add("memory, recorder", case, "reel", "MB", session.run.memory / 1e6)
        add("memory, encoder", case, "reel", "MB", session.run.child_memory / 1e6)

    def reel_whole(self, schedule, codec, cameras, takes, seconds):
        """A session that is encoded to its end: what it costs all told."""
        session = reel.record(self.directory, self.clips(cameras), takes, seconds, SCHEDULES[schedule], codec)
        case = case_of(schedule, codec, cameras)
        add = self.results.add
        add("processor all told", case, "reel", "s per camera-second", session.run.processor / session.camera_seconds)
        add("bytes of the dataset", case, "reel", "MB per camera-second",
            session.dataset_bytes() / session.camera_seconds / 1e6)
        session.remove()

    # MARK: LeRobot

    def lerobot(self, schedule, codec, cameras, takes, seconds, as_root=False):
        session = lerobot.record(
            self.directory, self.clips(cameras), takes, seconds, schedule == "streaming", codec, as_root)
        case = case_of(schedule, codec, cameras, ", as root" if as_root else "")
        self.note_lerobot(session, case, schedule, codec)
        session.remove()

    def note_lerobot(self, session, case, schedule, codec):
        add = self.results.add
        waits = [1e3 * wait for wait in session.of_takes("wait")]
        for summary in ("median", "p99", "worst"):
            add("wait after a take, all takes", summary, "lerobot", "ms", *waits, summary=summary)
        add("wait after a take", case, "lerobot", "ms", *waits)
        add("wait after a take, worst", case, "lerobot", "ms", *waits, summary="worst")
        add("rate held", case, "lerobot", "rows/s", *session.of_takes("rate"))
        add("late ticks", case, "lerobot", "of all", sum(session.of_takes("late")))
        add("pictures dropped", case, "lerobot", "of all", sum(session.of_takes("dropped")))
        add("memory, recorder", case, "lerobot", "MB", session.peak_memory / 1e6)
        add("start to first tick", "from nothing", "lerobot", "s", session.start)
        told = session.report["processor_seconds"] / session.camera_seconds
        add("processor all told", case, "lerobot", "s per camera-second", told)
        add("bytes of the dataset", case, "lerobot", "MB per camera-second",
            session.dataset_bytes() / session.camera_seconds / 1e6)
        if schedule == "batch 1":
            used = session.report["recording_processor_seconds"] / session.camera_seconds
            add("processor while recording", "RGB cameras", "lerobot", "s per camera-second", used)
            rows = session.seconds * FPS * session.cameras
            pictures = statistics.median(rows / take for take in session.of_takes("wait"))
            add("backlog", f"{codec.title}", "lerobot", "pictures/s", pictures)


def run(results, footage, directory, rounds, quick):
    """Both programs in turn, `rounds` times."""
    sessions = Sessions(results, footage, directory)
    for _ in range(rounds):
        if quick:
            _quick_round(sessions)
        else:
            _round(sessions)
    sessions.reel("batch 1", AV1, 2, 1 if quick else 4, 4, source="MJPEG")


def _quick_round(sessions):
    sessions.reel("batch 1", AV1, 2, 4, 2)
    sessions.lerobot("batch 1", AV1, 2, 1, 2)
    sessions.sleep(case_of("streaming", AV1, 3))
    sessions.reel("streaming", AV1, 3, 4, 2)
    sessions.lerobot("streaming", AV1, 3, 2, 3)
    sessions.reel_whole("streaming", H264, 2, 2, 3)


def _round(sessions):
    for schedule, codec, cameras in [("streaming", AV1, 1), ("streaming", AV1, 4), ("batch 3", AV1, 3)]:
        sessions.reel(schedule, codec, cameras, 6, 2)
        sessions.sleep(case_of("batch 3", AV1, 3), case_of("streaming", AV1, 3))
    for schedule, codec, cameras, takes, seconds in [
        ("streaming", AV1, 2, 3, 5), ("streaming", AV1, 3, 3, 5), ("batch 1", AV1, 2, 2, 5),
        ("streaming", H264, 3, 3, 5), ("batch 1", H264, 3, 2, 5),
    ]:
        sessions.reel(schedule, codec, cameras, 6, 2.5)
        sessions.lerobot(schedule, codec, cameras, takes, seconds)
    for schedule, codec, cameras in [("streaming", AV1, 2), ("batch 1", AV1, 2), ("streaming", H264, 3)]:
        sessions.reel_whole(schedule, codec, cameras, 2, 5)


def run_as_root(results, footage, directory):
    """SVT-AV1 may make its threads real-time then."""
    sessions = Sessions(results, footage, directory)
    sessions.reel("streaming", AV1, 2, 6, 2.5, as_root=True)
    sessions.lerobot("streaming", AV1, 2, 3, 5, as_root=True)


def run_many_takes(results, footage, directory, takes, seconds):
    """Memory over a long session, and the waits of many takes."""
    sessions = Sessions(results, footage, directory)
    clips = sessions.clips(3)
    case = f"{takes} takes, streaming, AV1, 3 cameras"
    sessions.sleep(case)
    session = reel.record(directory, clips, takes, seconds, STREAMING, AV1, leaves=True)
    sessions.note_reel(session, case)
    session.remove()
    sessions.sleep(case)
    sessions.note_lerobot(lerobot.record(directory, clips, takes, seconds, True, AV1), case, "streaming", AV1)
