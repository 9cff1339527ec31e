"""A foot pedal and a keyboard, as the kernel's uinput has them: a key goes the whole way."""
import fcntl
import struct
import subprocess
import time
from pathlib import Path

from conformance.report import require
from faults import evidence, program

from lab.guest.kernel import wait_for

ABOUT = "a foot pedal (evdev) and a keyboard on the console (uinput)"
QUICK = True
SECONDS = 600
ROWS = 40
A, B, C, N, Q = 30, 48, 46, 49, 16


def run(guest):
    guest.module("uinput")
    guest.trial("a pedal ends two takes and the session", with_pedal, guest, quick=True)
    guest.trial("a pedal that is unplugged and comes back", with_lost_pedal, guest)
    guest.trial("a keyboard on the console: n, then q", with_keyboard, guest)
    guest.trial("a pedal that is not there", refused, "/dev/input/by-id/usb-Nobody-event-kbd", "No such file", quick=True)
    guest.trial("what is no input device given as the pedal", refused, "/dev/null", "no input device")


class Keys:
    """A device with these keys."""

    SETUP, CREATE, DESTROY, EVENTS, KEY = 0x405C5503, 0x5501, 0x5502, 0x40045564, 0x40045565

    def __init__(self, name, keys):
        self.device = open("/dev/uinput", "wb", buffering=0)
        fcntl.ioctl(self.device, self.EVENTS, 1)
        for key in keys:
            fcntl.ioctl(self.device, self.KEY, key)
        fcntl.ioctl(self.device, self.SETUP, struct.pack("<HHHH80sI", 3, 0x3553, 0xB001, 1, name.encode(), 0))
        before = set(Path("/sys/class/input").glob("event*"))
        fcntl.ioctl(self.device, self.CREATE)
        while not (new := set(Path("/sys/class/input").glob("event*")) - before):
            time.sleep(0.02)
        self.path = wait_for(Path("/dev/input") / new.pop().name)

    def press(self, key):
        for value in (1, 0):
            self.device.write(struct.pack("<qqHHi", 0, 0, 1, key, value) + struct.pack("<qqHHi", 0, 0, 0, 0, 0))

    def unplug(self):
        fcntl.ioctl(self.device, self.DESTROY)
        self.device.close()


def start(guest, name, pedal=None, **options):
    more = [f"--reel.pedal={pedal}"] if pedal else []
    return program.Session.start(
        guest.directory / name, episodes=5, seconds=60, log=guest.results / f"{name}.log", more=more, **options)


def wait_for_rows(session, take):
    path = session.root / ".reel" / "takes" / f"{take:06}.recording" / "rows.arrows"
    session.watch(90, until=lambda: len(evidence.whole_batches(path)) >= ROWS)
    require(len(evidence.whole_batches(path)) >= ROWS, f"take {take} does not come: {session.last_words()}")


def finish(session, episodes, wanted=0):
    status = session.wait(120)
    require(status == wanted, f"ended with {status}: {session.last_words()}")
    done = program.run("check", session.root, statuses=(0,))
    require(evidence.episode_count(session.root) == episodes, f"{evidence.episode_count(session.root)} episodes: {done.output}")
    return f"{episodes} episodes; {session.last_words()}"


def end_two_takes(session, device, next_key, stop_key):
    """A key ends the first take, another one the second and the session."""
    for take, key in ((1, next_key), (2, stop_key)):
        wait_for_rows(session, take)
        device.press(key)
    words = finish(session, 2)
    device.unplug()
    return words


def with_pedal(guest):
    pedal = Keys("Lab FootSwitch", (A, B, C))
    return end_two_takes(start(guest, "pedal", pedal.path), pedal, B, C)


def with_lost_pedal(guest):
    pedal = Keys("Lab FootSwitch", (A, B, C))
    place = guest.directory / "pedal-by-id"
    place.symlink_to(pedal.path)
    session = start(guest, "lost-pedal", place)
    wait_for_rows(session, 1)
    pedal.unplug()
    place.unlink()
    session.watch(20, until=lambda: "Keys do what the pedal did" in session.log.read_text(errors="replace"))
    again = Keys("Lab FootSwitch", (A, B, C))
    place.symlink_to(again.path)
    session.watch(20, until=lambda: "the pedal is back" in session.log.read_text(errors="replace"))
    again.press(C)
    words = finish(session, 1)
    again.unplug()
    return words


def with_keyboard(guest):
    keyboard = Keys("Lab Keyboard", (N, Q))
    root, log = guest.directory / "keyboard", guest.results / "keyboard.log"
    words = program.record_command(root, episodes=5, seconds=60)
    with open("/dev/tty1", "rb") as console, log.open("w") as output:
        process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *words], stdin=console, stdout=output, stderr=subprocess.STDOUT,
            env=program.environment(), start_new_session=True)
    return end_two_takes(program.Session(root, process, log), keyboard, N, Q)


def refused(path, cause):
    done = program.run(
        *program.record_command(Path("/tmp/no-pedal"), more=[f"--reel.pedal={path}"])[1:], statuses=(1, 2))
    words = done.output.strip().splitlines()[-1]
    require(cause in words and path in words, f"the cause is not said: {words}")
    return words
