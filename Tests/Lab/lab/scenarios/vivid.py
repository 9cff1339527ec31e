"""The kernel's own test camera: formats, rates, and what is asked for that it has not."""
import re

from conformance.report import require
from faults import program

ABOUT = "the kernel's test camera, vivid"
QUICK = True
SECONDS = 900
DEVICE = "/dev/video0"


def run(guest):
    guest.module("vivid", n_devs=1, node_types="0x1", num_inputs=1, input_types="0x0")
    guest.trial("listed with what it offers", listed, quick=True)
    for fourcc in ("YUYV", "NV12", "RGB3"):
        guest.trial(f"{fourcc} 640×360 at 30, two takes", record, guest, fourcc, quick=fourcc == "NV12")
    guest.trial("a size that it has not", refused, guest, {"width": 641, "height": 360, "fps": 30}, "640")
    guest.trial("a rate that it has not", refused, guest, {"width": 640, "height": 360, "fps": 47}, "at 50", quick=True)


def listed():
    said = program.run("find-cameras", "opencv", statuses=(0, 1, 3), seconds=120).output
    require(re.search(r"^  YUYV 640×360 at [\d., ]+$", said, re.MULTILINE), f"it is not listed: {said}")
    return f"{len(said.splitlines())} lines"


def camera(**settings):
    words = ", ".join(f"{key}: {value}" for key, value in settings.items())
    return f"{{front: {{type: opencv, index_or_path: {DEVICE}, {words}}}}}"


def record(guest, fourcc):
    root = guest.directory / fourcc
    session = program.Session.start(
        root, episodes=2, seconds=2, cameras=camera(width=640, height=360, fps=30, fourcc=fourcc))
    status = session.wait(120)
    require(status == 0, f"ended with {status}: {session.last_words()}")
    program.run("check", root, statuses=(0,))
    guest.keep(root, fourcc)
    return session.last_words()


def refused(guest, settings, nearest):
    root = guest.directory / "refused"
    done = program.run(*program.record_command(root, cameras=camera(**settings))[1:], statuses=(1, 2))
    words = done.output.strip().splitlines()[-1]
    require(nearest in words, f"the nearest is not named: {words}")
    require(len(words) < 600, f"a wall of {len(words)} letters")
    require(not re.search("Traceback|Fatal", words), words)
    return words
