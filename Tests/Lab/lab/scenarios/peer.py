"""LeRobot's own camera and arm on the devices that Reel has just recorded from: the same picture, the same joints."""
import io
from pathlib import Path

import numpy as np
import pyarrow.parquet

from conformance.report import require
from faults import program

from lab import pictures
from lab.guest.kernel import command
from lab.scenarios.arms import Arms
from lab.scenarios.webcam import Webcam, camera

ABOUT = "LeRobot's OpenCVCamera and SO101Follower on the same devices"
QUICK = False
SECONDS = 1200
LEAST_DECIBELS = 40
# A joint's step is 360°/4096; LeRobot and Reel each ask at a moment of their own.
DEGREES = 0.5


def prepare(share):
    """One picture, whenever it is looked at."""
    pictures.make(share / "pictures", "MJPG", 640, 480)
    folder = share / "pictures" / "MJPG-640x480"
    for path in sorted(folder.iterdir())[1:]:
        path.unlink()


def run(guest):
    guest.module("vhci-hcd")
    guest.module("uvcvideo")
    guest.module("dummy_hcd", num=2)
    guest.module("libcomposite")
    if not Path("/sys/kernel/config/usb_gadget").is_dir():
        command("mount", "-t", "configfs", "none", "/sys/kernel/config")
    guest.trial("a webcam's JPEG, recorded as PNG and read by OpenCVCamera", same_picture, guest)
    guest.trial("a follower's joints, recorded and read by SO101Follower", same_joints, guest)


def rows(root):
    return [row for file in sorted((root / "data").glob("*/*.parquet")) for row in pyarrow.parquet.read_table(file).to_pylist()]


def same_picture(guest):
    from lerobot.cameras.opencv import OpenCVCamera, OpenCVCameraConfig
    from PIL import Image

    root = guest.directory / "pictures"
    with Webcam() as webcam:
        session = program.Session.start(
            root, episodes=1, seconds=2, cameras=f"{{front: {camera(webcam.place)}}}", codec=[],
            log=guest.results / "pictures.log", more=["--dataset.video=false"])
        status = session.wait(240)
        require(status == 0, f"ended with {status}: {session.last_words()}")
        # Without it OpenCV takes YUYV, which the webcam has in another size.
        peer = OpenCVCamera(
            OpenCVCameraConfig(index_or_path=Path(webcam.place), fps=30, width=640, height=480, fourcc="MJPG"))
        peer.connect()
        theirs = peer.async_read(timeout_ms=30_000).astype(float)
        peer.disconnect()
    ours = np.asarray(Image.open(io.BytesIO(rows(root)[-1]["observation.images.front"]["bytes"]))).astype(float)
    require(ours.shape == theirs.shape, f"{ours.shape} here, {theirs.shape} there")
    error = ((ours - theirs) ** 2).mean()
    decibels = 99.0 if error == 0 else 10 * np.log10(255**2 / error)
    require(decibels >= LEAST_DECIBELS, f"they differ: {decibels:.1f} dB")
    return f"{decibels:.1f} dB"


def same_joints(guest):
    root = guest.directory / "joints"
    with Arms(guest, leader_hand="still") as arms:
        session = program.Session.start(
            root, episodes=1, seconds=3, arms=arms.flags(), preload=arms.environment, log=guest.results / "joints.log")
        status = session.wait(240)
        require(status == 0, f"ended with {status}: {session.last_words()}")
        from lerobot.robots.so_follower import SO101Follower, SO101FollowerConfig

        peer = SO101Follower(SO101FollowerConfig(
            port=str(arms.gadgets["follower"].port), id="blue", calibration_dir=arms.calibration / "robots/so_follower"))
        peer.bus.connect()
        theirs = np.array(list(peer.bus.sync_read("Present_Position", num_retry=20).values()))
        peer.bus.disconnect(disable_torque=False)
    ours = np.array(rows(root)[-1]["observation.state"])
    difference = np.abs(ours - theirs).max()
    require(difference <= DEGREES, f"they differ by {difference:.2f}: {ours} and {theirs}")
    return f"at most {difference:.2f} apart"
