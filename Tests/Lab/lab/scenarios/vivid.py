"""The kernel's own test camera: formats, rates, and what is asked for that it has not."""
import re
import time
from pathlib import Path

from conformance.report import require
from faults import evidence, program

from lab.guest.kernel import command, settle

ABOUT = "the kernel's test camera, vivid"
QUICK = True
SECONDS = 900
DEVICE = "/dev/video0"
DRIVER = Path("/sys/bus/platform/drivers/vivid")
TELEVISION = "{front: {type: opencv, index_or_path: /dev/video1, width: 720, height: 576, fps: 25}}"
# More than a second of a take, so that it is kept.
ROWS = 40


def run(guest):
    # A webcam, and a television's signal, which can be lost.
    guest.module("vivid", n_devs=2, node_types="0x1,0x1", num_inputs="1,1", input_types="0x0,0x1")
    guest.trial("listed with what it offers", listed, quick=True)
    for fourcc in ("YUYV", "NV12", "RGB3"):
        guest.trial(f"{fourcc} 640×360 at 30, two takes", record, guest, fourcc, quick=fourcc == "NV12")
    guest.trial("by its index", record, guest, "YUYV", 0)
    guest.trial("its brightness is turned down in a take", meddled, guest, "dark", 0, darken)
    guest.trial("a television's signal, lost for two seconds", meddled, guest, "signal", 0, lose_signal, TELEVISION)
    guest.trial("its driver is taken away in a take, and comes back", meddled, guest, "unbound", 3, unbind)
    guest.trial("a size that it has not", refused, guest, {"width": 642, "height": 360, "fps": 30}, "640")
    guest.trial("a rate that it has not", refused, guest, {"width": 640, "height": 360, "fps": 200}, "asked for were 200", quick=True)


def listed():
    said = program.run("find-cameras", "opencv", statuses=(0, 1, 3), seconds=120).output
    mode = re.search(r"^  YUYV 640×360 at .+$", said, re.MULTILINE)
    require(mode, f"it is not listed: {said}")
    return f"{len(said.splitlines())} lines, of them {mode[0].strip()}"


def camera(place=DEVICE, **settings):
    words = ", ".join(f"{key}: {value}" for key, value in settings.items())
    return f"{{front: {{type: opencv, index_or_path: {place}, {words}}}}}"


def record(guest, fourcc, place=DEVICE):
    root = guest.directory / f"{fourcc}-{place}".replace("/", "-")
    session = program.Session.start(
        root, episodes=2, seconds=2, cameras=camera(place, width=640, height=360, fps=30, fourcc=fourcc))
    status = session.wait(120)
    require(status == 0, f"ended with {status}: {session.last_words()}")
    program.run("check", root, statuses=(0,))
    guest.keep(root, fourcc)
    return session.last_words()


def meddled(guest, name, wanted, meddle, cameras=None):
    """A session in which something is done to the camera once a take has more than a second."""
    root = guest.directory / name
    session = program.Session.start(
        root, episodes=2, seconds=3, cameras=cameras or camera(width=640, height=360, fps=30),
        log=guest.results / f"{name}.log", more=["--reel.reconnect_s=20"])
    first = root / ".reel" / "takes" / "000001.recording" / "rows.arrows"
    session.watch(60, until=lambda: len(evidence.whole_batches(first)) >= ROWS)
    meddle()
    status = session.wait(120)
    require(status == wanted, f"ended with {status}: {session.last_words()}")
    program.run("check", root, statuses=(0,))
    guest.keep(root, name)
    return f"status {status}; {session.last_words()}"


def darken():
    command("v4l2-ctl", "-d", DEVICE, "--set-ctrl", "brightness=0")


def lose_signal():
    """The grabber shows snow meanwhile, as those do."""
    command("v4l2-ctl", "-d", "/dev/video1", "--set-ctrl", "standard_signal_mode=1")
    time.sleep(2)
    command("v4l2-ctl", "-d", "/dev/video1", "--set-ctrl", "standard_signal_mode=0")


def unbind():
    (DRIVER / "unbind").write_text("vivid.0")
    time.sleep(2)
    (DRIVER / "bind").write_text("vivid.0")
    settle()


def refused(guest, settings, nearest):
    root = guest.directory / "refused"
    done = program.run(*program.record_command(root, cameras=camera(**settings))[1:], statuses=(1, 2))
    words = done.output.strip().splitlines()[-1]
    require(nearest in words, f"the nearest is not named: {words}")
    require(len(words) < 600, f"a wall of {len(words)} letters")
    require(not re.search("Traceback|Fatal", words), words)
    return words
