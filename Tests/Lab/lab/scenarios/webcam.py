"""A USB webcam behind the kernel's uvcvideo, with what goes wrong with one."""
import subprocess
import sys
from pathlib import Path

from conformance.report import require
from faults import evidence, program

from lab import pictures
from lab.guest.kernel import settle, wait_for

ABOUT = "a USB webcam (uvcvideo): JPEG, YUYV, errors, stalls, unplugged, two alike"
QUICK = True
SECONDS = 900
JPEG, RAW = "MJPG:640x480@30,15", "YUYV:320x240@30"
# Rows of take 1 before the camera does something: more than a second, so that the take is kept.
ROWS = 40
# Of the pictures of an episode, in a machine that is slower than its camera.
MOST_SKIPPED = 0.2


def prepare(share):
    """On the host, before the machine boots."""
    pictures.make(share / "pictures", "MJPG", 640, 480)
    pictures.make(share / "pictures", "YUYV", 320, 240)


def run(guest):
    guest.module("vhci-hcd")
    guest.module("uvcvideo")
    guest.trial("JPEG 640×480 at 30, two takes", record, guest, "jpeg", 0, quick=True)
    guest.trial("YUYV 320×240 at 30, two takes", record, guest, "raw", 0, size=(320, 240), fourcc="YUYV")
    guest.trial("three pictures that the camera marks as wrong", record, guest, "marked", 0, *["error"] * 3)
    guest.trial("two JPEGs that are cut off", record, guest, "truncated", 3, *["truncated"] * 2)
    guest.trial("nothing for a second", record, guest, "stall", 3, "stall 1")
    guest.trial("nothing for a quarter of a minute", record, guest, "long-stall", 3, "stall 15")
    guest.trial("25 pictures a second instead of the 30 that it agreed to", record, guest, "slow", 0, rate=25)
    guest.trial("unplugged in a take, back after two seconds", record, guest, "back", 3, "unplug 2", quick=True)
    guest.trial("unplugged in a take, for good", record, guest, "gone", 3, "unplug")
    guest.trial("two alike, told apart by /dev/v4l/by-id", told_apart, guest)
    guest.trial("read by another program", busy, guest)
    guest.trial("a user who is not in the group video", forbidden, guest, quick=True)


class Webcam:
    """One that is plugged in, and known to udev."""

    def __init__(self, *options, serial="0001", port=0):
        self.place = Path(f"/dev/v4l/by-id/usb-Reel_Lab_Webcam_{serial}-video-index0")
        words = [sys.executable, "-m", "lab.guest.webcam", "--mode", JPEG, "--mode", RAW, "--pictures", "/lab/pictures",
                 "--serial", serial, "--port", str(port), *options]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        wait_for(self.place, 60)
        settle()
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.said = self.process.communicate()[0].splitlines()
        wait_for(self.place, 60, there=False)

    def do(self, *orders):
        self.process.stdin.write("".join(f"{order}\n" for order in orders))
        self.process.stdin.flush()


def camera(place, size=(640, 480), **settings):
    words = {"index_or_path": place, "width": size[0], "height": size[1], "fps": 30, **settings}
    return "{type: opencv, " + ", ".join(f"{key}: {value}" for key, value in words.items()) + "}"


def record(guest, name, wanted, *orders, rate=None, size=(640, 480), **settings):
    root = guest.directory / name
    with Webcam(*(["--rate", str(rate)] if rate else [])) as webcam:
        session = program.Session.start(
            root, episodes=2, seconds=3, cameras=f"{{front: {camera(webcam.place, size, **settings)}}}",
            log=guest.results / f"{name}.log", more=["--reel.reconnect_s=20"])
        if orders:
            first = root / ".reel" / "takes" / "000001.recording" / "rows.arrows"
            session.watch(60, until=lambda: len(evidence.whole_batches(first)) >= ROWS)
            webcam.do(*orders)
        status = session.wait(180)
    if root.exists():
        guest.keep(root, name)
        (guest.results / f"{name}.webcam").write_text("\n".join(webcam.said))
    require(status == wanted, f"ended with {status}: {session.last_words()}")
    return f"status {status}; {session.last_words()}"


def told_apart(guest):
    root = guest.directory / "two"
    with Webcam(serial="0001") as first, Webcam(serial="0002", port=1) as second:
        listed = program.run("find-cameras", "opencv", statuses=(0, 1, 3), seconds=120).output
        require(str(first.place) in listed and str(second.place) in listed, f"by-id is not listed: {listed}")
        session = program.Session.start(
            root, episodes=1, seconds=2, log=guest.results / "two.log",
            cameras=f"{{front: {camera(first.place, (320, 240), fourcc='YUYV')}, top: {camera(second.place)}}}")
        status = session.wait(180)
    require(status == 0, f"ended with {status}: {session.last_words()}")
    guest.keep(root, "two")
    return session.last_words()


def busy(guest):
    root = guest.directory / "busy"
    with Webcam() as webcam:
        other = program.Session.start(
            guest.directory / "other", episodes=1, seconds=60, cameras=f"{{front: {camera(webcam.place)}}}",
            log=guest.directory / "other.log")
        other.watch(60, until=lambda: (other.root / ".reel" / "takes").is_dir() and any((other.root / ".reel" / "takes").iterdir()))
        done = program.run(*program.record_command(root, cameras=f"{{front: {camera(webcam.place)}}}")[1:], statuses=(1,))
        other.kill()
    words = done.output.strip().splitlines()[-1]
    require("Another program is using it" in words, f"the cause is not said: {words}")
    return words


def forbidden(guest):
    with Webcam() as webcam:
        words = program.record_command(Path("/tmp/forbidden"), cameras=f"{{front: {camera(webcam.place)}}}")
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *words], capture_output=True, text=True,
            env=program.environment(HOME="/tmp"), timeout=60)
    said = done.stderr.strip().splitlines()[-1]
    require(done.returncode == 1, f"ended with {done.returncode}: {said}")
    require("usermod -aG video" in said, f"the remedy is not said: {said}")
    return said


def judge(results):
    """On the host: every picture of every dataset was shown by the camera, in order, none twice but where the recorder says
    so, none of those that the camera spoiled, and few are missing."""
    for dataset in sorted(path for path in results.iterdir() if (path / "meta").is_dir()):
        yield f"its pictures: {dataset.name}", shown, dataset, results / f"{dataset.name}.webcam"


def shown(dataset, said):
    spoiled = [int(line.split()[1]) % pictures.COUNT for line in said.read_text().splitlines() if line[:5] in ("error", "trunc")] if said.exists() else []
    words = []
    for camera_name in sorted(path.name.rpartition(".")[2] for path in (dataset / "videos").iterdir()):
        for take, (numbers, repeats) in enumerate(pictures.episodes(dataset, camera_name)):
            require(None not in numbers, f"{camera_name}: a picture without a number in episode {take}")
            steps = [(after - before) % pictures.COUNT for before, after in zip(numbers, numbers[1:])]
            require(all(step < pictures.COUNT // 2 for step in steps), f"{camera_name}: pictures out of order in episode {take}")
            twice = [place for place, step in enumerate(steps, 1) if step == 0]
            require(twice == [place for place in repeats if place > 0], f"{camera_name}, episode {take}: repeats {twice}, told {repeats}")
            skipped = sum(max(0, step - 1) for step in steps)
            require(skipped <= len(numbers) * MOST_SKIPPED, f"{camera_name}, episode {take}: {skipped} pictures are missing")
            words.append(f"{camera_name} {take}: {len(numbers)} rows, {len(twice)} repeats, {skipped} skipped")
            require(not set(numbers) & set(spoiled), f"{camera_name}: a spoiled picture is shown")
    return "; ".join(words)
