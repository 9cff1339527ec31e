"""A follower and a leader on serial ports of the kernel's cdc_acm, as motor boards are: found, unplugged, confused."""
import os
import re
import signal
import subprocess
import time
from pathlib import Path

from conformance.report import require
from faults import evidence, program

from lab.guest.gadgets import SerialGadget
from lab.guest.kernel import command

ABOUT = "arms on the kernel's USB serial ports (cdc_acm): found, unplugged, confused"
QUICK = True
SECONDS = 900
ROWS = 40
CALIBRATIONS = {"follower": "robots/so_follower", "leader": "teleoperators/so_leader"}


def run(guest):
    guest.module("dummy_hcd", num=2)
    guest.module("libcomposite")
    if not Path("/sys/kernel/config/usb_gadget").is_dir():
        command("mount", "-t", "configfs", "none", "/sys/kernel/config")
    with Arms(guest) as arms:
        guest.trial("a session with both", record, guest, arms, "both", 0)
        guest.trial("find-port: the follower's cable is pulled", find_port, arms)
        guest.trial("the follower unplugged in a take, and back", unplug, guest, arms, "follower", "follower-back", quick=True)
        guest.trial("the leader unplugged in a take, and back", unplug, guest, arms, "leader", "leader-back")
        guest.trial("the follower unplugged in a take, and back under another number", renumbered, guest, arms)
        guest.trial("the leader's port given for the follower", swapped, guest, arms, quick=True)
        guest.trial("something types AT commands at a new port, as ModemManager does", modem_manager, guest, arms)
        guest.trial("a user who is not in the group dialout", forbidden, arms)
        guest.trial("the port in use by another program", busy, guest, arms)


class Arms:
    """Both, plugged in and answering."""

    def __init__(self, guest, leader_hand="play"):
        self.leader_hand = leader_hand
        self.calibration = guest.directory / "calibration"
        self.gadgets = {kind: SerialGadget(number, f"{kind.upper()}7") for number, kind in enumerate(CALIBRATIONS)}
        self.processes = {}

    def __enter__(self):
        for kind, gadget in self.gadgets.items():
            file = self.calibration / CALIBRATIONS[kind] / "blue.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            process = subprocess.Popen(
                [program.program(), "simulate-arm", "--kind", kind, "--on", str(gadget.tty), "--calibration", str(file),
                 "--seed", "1" if kind == "follower" else "2", "--hand", self.leader_hand if kind == "leader" else "still"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=program.environment())
            require(process.stdout.readline().strip() == str(gadget.tty).encode(), f"{kind}: no port")
            self.processes[kind] = process
            gadget.plug_in()
        return self

    def __exit__(self, *_):
        for process in self.processes.values():
            process.send_signal(signal.SIGINT)
            process.wait()
        for gadget in self.gadgets.values():
            gadget.remove()

    def flags(self, follower=None, leader=None):
        return [
            "--robot.type=so101_follower", f"--robot.port={follower or self.gadgets['follower'].port}", "--robot.id=blue",
            "--teleop.type=so101_leader", f"--teleop.port={leader or self.gadgets['leader'].port}", "--teleop.id=blue"]

    @property
    def environment(self):
        return {"HF_LEROBOT_CALIBRATION": self.calibration}


def start(guest, arms, name, flags=None, episodes=2):
    return program.Session.start(
        guest.directory / name, episodes=episodes, seconds=3, arms=flags or arms.flags(), preload=arms.environment,
        log=guest.results / f"{name}.log", more=["--reel.reconnect_s=20"])


def finish(guest, session, wanted):
    status = session.wait(180)
    require(status == wanted, f"ended with {status}: {session.last_words()}")
    program.run("check", session.root, statuses=(0,))
    guest.keep(session.root)
    return session.last_words()


def record(guest, arms, name, wanted):
    return finish(guest, start(guest, arms, name), wanted)


def find_port(arms):
    gadget = arms.gadgets["follower"]
    port = gadget.port
    process = subprocess.Popen(
        [program.program(), "find-port"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    time.sleep(3)
    gadget.unplug()
    process.stdin.write("\n")
    process.stdin.flush()
    said = process.communicate(timeout=30)[0]
    gadget.plug_in()
    require(process.returncode == 0, f"ended with {process.returncode}: {said}")
    require(said.strip().splitlines()[-1].startswith(str(port)), f"{port} is not the answer: {said}")
    return said.strip().splitlines()[-1]


def unplug(guest, arms, kind, name):
    gadget = arms.gadgets[kind]
    by_id = {kind: gadget.by_id}
    session = start(guest, arms, name, flags=arms.flags(**by_id))
    first = session.root / ".reel" / "takes" / "000001.recording" / "rows.arrows"
    session.watch(90, until=lambda: len(evidence.whole_batches(first)) >= ROWS)
    before = gadget.port
    gadget.unplug()
    session.watch(30, until=lambda: "take 1 was ended" in session.log.read_text(errors="replace"))
    gadget.plug_in()
    words = finish(guest, session, 3)
    require(re.search(r"take 1 was ended: .*; its \d+ s are kept", session.log.read_text()), f"it is not kept: {words}")
    return f"it was {before}, and is {gadget.port} now; {words}"


def renumbered(guest, arms):
    """A port that a program still holds open keeps its number: what is plugged in meanwhile gets the next one."""
    gadget = arms.gadgets["follower"]
    before = gadget.port
    holder = os.open(before, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        words = unplug(guest, arms, "follower", "renumbered")
    finally:
        os.close(holder)
    require(gadget.port != before, f"it is {before} again")
    return words


def swapped(guest, arms):
    ports = {"follower": arms.gadgets["leader"].port, "leader": arms.gadgets["follower"].port}
    session = start(guest, arms, "swapped", flags=arms.flags(**ports))
    session.watch(60)
    session.kill()
    said = session.log.read_text(errors="replace").strip().splitlines()
    require("swapped?" in said[-1], f"nothing was noticed: {said}")
    return said[-1]


def modem_manager(guest, arms):
    """What it sends to a new port while it looks for a modem."""
    session = start(guest, arms, "modem", episodes=1)
    first = session.root / ".reel" / "takes" / "000001.recording" / "rows.arrows"
    session.watch(90, until=lambda: len(evidence.whole_batches(first)) > 5)
    port = os.open(arms.gadgets["follower"].port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        for _ in range(20):
            os.write(port, b"AT\r")
            time.sleep(0.1)
    finally:
        os.close(port)
    return finish(guest, session, 0)


def forbidden(arms):
    done = subprocess.run(
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program.program(), "teleoperate", *arms.flags()],
        capture_output=True, text=True, env=program.environment(HOME="/tmp", **arms.environment), timeout=60)
    said = done.stderr.strip().splitlines()[-1]
    require(done.returncode == 1, f"ended with {done.returncode}: {said}")
    require("usermod -aG dialout" in said, f"the remedy is not said: {said}")
    return said


def busy(guest, arms):
    other = start(guest, arms, "other", episodes=50)
    other.watch(60, until=lambda: (other.root / ".reel" / "takes").is_dir())
    done = program.run(
        *program.record_command(guest.directory / "busy", arms=arms.flags())[1:], statuses=(1,),
        preload=arms.environment)
    other.kill()
    words = done.output.strip().splitlines()[-1]
    require("Another program is using it" in words, f"the cause is not said: {words}")
    return words
