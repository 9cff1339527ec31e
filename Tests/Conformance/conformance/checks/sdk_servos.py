"""Six servos whose every byte comes from feetech-servo-sdk, the packet code under LeRobot: what Reel's bus makes of it, and
what it makes of Reel's."""
import contextlib
import json
import os
import select
import threading
import tty

import numpy as np
import scservo_sdk

from .arms import JOINTS, columns, record, simulated_arms
from ..report import require

HEADER, BROADCAST = b"\xff\xff", 0xFE
PING, READ, WRITE, SYNC_READ, SYNC_WRITE = 1, 2, 3, 0x82, 0x83
JOINT_NAMES = ["shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper"]
HOMING, RANGE = -100, (700, 3300)
GOAL, PRESENT = 42, 56


class Line:
    """What the SDK takes for a serial port: it keeps what would go out."""

    def __init__(self):
        self.is_using, self.sent = False, b""

    def clearPort(self):
        pass

    def writePort(self, packet):
        self.sent = bytes(packet)
        self.is_using = False
        return len(packet)


def packet(motor, code, parameters):
    """A packet as the SDK writes it, header and checksum included."""
    line = Line()
    body = [0, 0, motor, len(parameters) + 2, code, *parameters, 0]
    require(scservo_sdk.PacketHandler(0).txPacket(line, body) == scservo_sdk.COMM_SUCCESS, "the SDK sends nothing")
    return line.sent


def word(value, sign_bit=None):
    """The two bytes of a value, the lower one first, as the SDK splits it; negative ones have a sign bit."""
    value = abs(value) | (1 << sign_bit if value < 0 else 0)
    return [scservo_sdk.SCS_LOBYTE(value), scservo_sdk.SCS_HIBYTE(value)]


class Servos:
    """The registers of six servos, which are where they are told to be at once. Every request must be the SDK's own, to the
    byte."""

    def __init__(self):
        self.registers = {motor: bytearray(128) for motor in range(1, JOINTS + 1)}
        for motor in self.registers:
            self._set(motor, 0, [3, 10])
            self._set(motor, 3, word(777))
            self._set(motor, 9, word(RANGE[0]) + word(RANGE[1]))
            self._set(motor, 31, word(HOMING, sign_bit=11))
            self._set(motor, PRESENT, word(2048))
        self.requests, self.strange = 0, []

    def answer(self, request):
        """The replies to a whole request."""
        motor, code, parameters = request[2], request[4], list(request[5:-1])
        self.requests += 1
        if request != packet(motor, code, parameters):
            self.strange.append(request.hex(" "))
        if code == PING:
            return packet(motor, 0, []) if motor in self.registers else b""
        if code == READ:
            return self._reply(motor, *parameters) if motor in self.registers else b""
        if code == WRITE:
            self._set(motor, parameters[0], parameters[1:])
            return packet(motor, 0, [])
        if code == SYNC_READ:
            return b"".join(self._reply(each, *parameters[:2]) for each in parameters[2:])
        if code == SYNC_WRITE:
            address, length = parameters[:2]
            for start in range(2, len(parameters), length + 1):
                self._set(parameters[start], address, parameters[start + 1 : start + 1 + length])
            return b""
        self.strange.append(request.hex(" "))
        return b""

    def _reply(self, motor, address, length):
        return packet(motor, 0, list(self.registers[motor][address : address + length]))

    def _set(self, motor, address, values):
        self.registers[motor][address : address + len(values)] = bytes(values)
        if address == GOAL:
            self._set(motor, PRESENT, values)


@contextlib.contextmanager
def _at_work(servos):
    """Serves them on a pseudo-terminal, whose name it gives back."""
    master, slave = os.openpty()
    tty.setraw(slave)
    ends, end = os.pipe()

    def serve():
        waiting = b""
        while ends not in (ready := select.select([master, ends], [], [])[0]):
            if ready:
                waiting += os.read(master, 4096)
            while (start := waiting.find(HEADER)) >= 0 and len(waiting) >= start + 4:
                length = 4 + waiting[start + 3]
                if len(waiting) < start + length:
                    break
                os.write(master, servos.answer(waiting[start : start + length]))
                waiting = waiting[start + length :]

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield os.ttyname(slave)
    finally:
        os.close(end)
        thread.join()
        for descriptor in (master, slave, ends):
            os.close(descriptor)


def check_sdk(directory):
    """An episode with them and a leader: Reel's requests are the SDK's, and what the SDK answers comes out as rows."""
    calibration = {
        name: {"id": motor, "drive_mode": 0, "homing_offset": HOMING, "range_min": RANGE[0], "range_max": RANGE[1]}
        for motor, name in enumerate(JOINT_NAMES, start=1)}
    servos = Servos()
    with simulated_arms(directory) as (ports, environment), _at_work(servos) as port:
        file = directory / "calibration" / "robots" / "so_follower" / "blue.json"
        file.write_text(json.dumps(calibration, indent=4))
        # From the first moment of the leader's motion on: coming to it would take two seconds, in which it goes on.
        status, text, subject = record(
            directory, {**ports, "follower": port}, environment, 1, 2, 1, "--reel.align_s=0")
    require(status == 0, f"reel record ended with {status}: {text.strip().splitlines()[-3:]}")
    require(not servos.strange, f"the SDK would not send {servos.strange[:3]}")
    states, actions, _ = columns(subject)
    # A servo is where it was told to be one row before, to a step of 4096 a turn (LeRobot cuts the rest off); the gripper
    # goes in percent.
    error = np.abs(states[1:] - actions[:-1]).max(axis=0)
    require((error[:5] <= 360 / 4095 + 1e-4).all(), f"joints are off by {error}")
    require(error[5] <= 100 / (RANGE[1] - RANGE[0]) + 1e-4, f"the gripper is off by {error[5]}")
    require((np.ptp(actions, axis=0) > 2).all(), f"the leader hardly moved: {np.ptp(actions, axis=0)}")
    return f"{servos.requests} requests, {len(states)} rows, off by {error.max():.3f} at most"
