"""Devices that go away in the middle of a take: an arm's cable is pulled, a network camera dies or falls silent. What was
recorded until then is kept, and the session goes on when the device is back."""
import contextlib
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from conformance.checks import arms as conformance_arms
from conformance.report import require

from .. import dataset, evidence, promises
from .moments import add_archived
from ..network_camera import NetworkCamera
from ..program import CAMERAS, FPS, Session, environment, program

WORKERS = 4
EPISODES = 3
SECONDS = 2.5
# Rows of take 1 before the device goes: more than a second, so that the take is kept.
ROWS = 40
# How long the operator needs, and how long a session waits that gets nothing back.
AWAY = 1.5
PATIENCE = 2.5


def lose_devices(section, directory, quick):
    trials = [(f"the {kind} {what}", lose_an_arm, kind, returns)
              for what, returns in (("comes back", True), ("stays away", False)) for kind in ("follower", "leader")]
    trials += [
        ("the camera closes its connections and comes back", lose_the_camera, "closes", True),
        ("the camera falls silent and comes back", lose_the_camera, "falls silent", True),
        ("the camera stays away", lose_the_camera, "closes", False)]
    with ThreadPoolExecutor(WORKERS) as pool:
        pending = [
            pool.submit(section.run, what, check, directory / f"{number}", device, returns)
            for number, (what, check, device, returns) in list(enumerate(trials))[:: 3 if quick else 1]]
        for trial in pending:
            trial.result()


class Arms:
    """A follower and a leader on pseudo-terminals, whose cables can be pulled."""

    CALIBRATIONS = {"follower": "robots/so_follower", "leader": "teleoperators/so_leader"}

    def __init__(self, directory):
        self.directory = directory
        self.calibration = directory / "calibration"
        self._processes = {}

    def __enter__(self):
        for kind in self.CALIBRATIONS:
            self.plug_in(kind)
        return self

    def __exit__(self, *_):
        for kind in list(self._processes):
            self.unplug(kind)

    def port(self, kind):
        return self.directory / kind

    def plug_in(self, kind):
        place = self.calibration / self.CALIBRATIONS[kind] / "blue.json"
        place.parent.mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(
            [program(), "simulate-arm", "--kind", kind, "--link", str(self.port(kind)), "--calibration", str(place)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment())
        require(process.stdout.readline().startswith(b"/dev/"), f"{kind}: no port")
        self._processes[kind] = process

    def unplug(self, kind):
        process = self._processes.pop(kind)
        process.kill()
        process.wait()
        process.stdout.close()
        self.port(kind).unlink(missing_ok=True)

    @property
    def flags(self):
        return [
            "--robot.type=so101_follower", f"--robot.port={self.port('follower')}", "--robot.id=blue",
            "--teleop.type=so101_leader", f"--teleop.port={self.port('leader')}", "--teleop.id=blue"]

    def require_limp(self):
        """No motor of the follower holds its joint."""
        torque = [conformance_arms.read_register(self.port("follower"), motor, conformance_arms.TORQUE_ENABLE)
                  for motor in range(1, conformance_arms.JOINTS + 1)]
        require(torque == [0] * conformance_arms.JOINTS, f"the follower's torque is {torque}")


def lose_an_arm(place, kind, returns):
    place.mkdir(parents=True)
    with Arms(place) as arms:
        session = _start(place, returns, arms=arms.flags, preload={"HF_LEROBOT_CALIBRATION": arms.calibration})
        figures = _lose(
            session, place, returns, named=str(arms.port(kind)), lose=lambda: arms.unplug(kind),
            give_back=lambda: arms.plug_in(kind), meanwhile=lambda: kind == "follower" or arms.require_limp())
        if kind == "leader" or returns:
            arms.require_limp()
    shutil.rmtree(place, ignore_errors=True)
    return figures


def lose_the_camera(place, how, returns):
    place.mkdir(parents=True)
    with contextlib.closing(NetworkCamera()) as camera:
        cameras = (
            f"{{front: {{type: sim, view: front, width: 160, height: 120, fps: {FPS}}}, "
            f"top: {{type: ffmpeg, url: '{camera.url}', width: 160, height: 120, fps: {FPS}, warmup_s: 0.3}}}}")
        session = _start(place, returns, cameras=cameras)
        figures = _lose(
            session, place, returns, named="camera top", lose=camera.fall_silent if how == "falls silent" else camera.stop,
            give_back=camera.start)
    shutil.rmtree(place, ignore_errors=True)
    return figures


def _start(place, returns, **devices):
    more = [f"--robot.reconnect_s={20 if returns else PATIENCE}"]
    return Session.start(
        place / "dataset", episodes=EPISODES, seconds=SECONDS, archive=place / "spool", more=more, **devices)


def _lose(session, place, returns, named, lose, give_back, meanwhile=lambda: None):
    """The device goes in take 1. Gives back figures when all that was recorded is in the dataset."""
    first = session.root / ".reel" / "takes" / "000001.recording" / "rows.arrows"
    session.watch(30, until=lambda: len(evidence.whole_batches(first)) >= ROWS)
    require(session.process.poll() is None, f"the session is over: {session.last_words()}")
    lose()
    lost = time.monotonic()
    session.watch(15, until=lambda: "take 1 was ended" in session.log.read_text(errors="replace"))
    told = time.monotonic() - lost
    session.watch(AWAY)
    meanwhile()
    if returns:
        give_back()
    status = session.wait()
    said = session.log.read_text(errors="replace")
    # At once in two lines, and in one in the list at the end.
    ending = re.search(r"take 1 was ended: (.*); its \d+ s are kept", said)
    require(ending, f"it is not said that the take is kept: {session.last_words()}")
    require(named in ending[1], f"{named} is not named: {ending[1]}")
    require(re.search(r"take 1: its \d+ s are kept", said), f"it is not said at once: {session.last_words()}")
    require(status == 3, f"the session ended with {status}: {session.last_words()}")
    require((" is back" in said) == returns, f"whether it is back: {session.last_words()}")
    require(("did not come back" in said) != returns, f"whether it came back: {session.last_words()}")
    episodes = EPISODES if returns else 1
    truth = evidence.Evidence(episodes, {})
    add_archived(truth, place / "spool")
    require(sorted(truth.takes) == list(range(1, episodes + 1)), f"recorded were the takes {sorted(truth.takes)}")
    lengths = [truth.takes[number].rows for number in sorted(truth.takes)]
    full = round(SECONDS * FPS)
    require(ROWS <= lengths[0] < full and lengths[1:] == [full] * (episodes - 1), f"the takes have {lengths} rows")
    figures = promises.check(session.root, truth, set(truth.takes))
    _pictures_go_on(session.root)
    return {**figures, "worst time until it was told (s)": round(told, 2)}


def _pictures_go_on(root):
    """Of a camera that knows of no takes: its pictures are in order, and a row that is no repeat shows a new one."""
    for number, episode in enumerate(dataset.read_episodes(root)):
        for camera in CAMERAS:
            of, rows = np.array(episode.codes[camera]).T
            if (of == evidence.NO_TAKE).all():
                is_new = ~np.array(episode.repeats[camera])
                require((np.diff(rows[is_new]) > 0).all(), f"episode {number}, {camera}: shows {rows.tolist()}")
