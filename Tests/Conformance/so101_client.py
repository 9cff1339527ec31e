#!/usr/bin/env python3
"""LeRobot's own SO-101 follower and leader against two simulated arms: whatever they notice, a real arm would do otherwise.

    so101_client.py FOLLOWER LEADER [--positions FILE]

FOLLOWER and LEADER are the pseudo-terminals of `reel simulate-arm --kind follower` and `--kind leader`. Needs lerobot 0.6.1
with its feetech extra. Calibration files go to HF_LEROBOT_CALIBRATION, which must be set, under the id "lerobot".

With --positions, a JSON file {"follower": {"shoulder_pan.pos": 1.5, …}, "leader": {…}}, the calibration files of the id
"reel" must be there, must be what the motors hold, and must give these positions.

Prints one line of JSON (the positions that LeRobot reads at the end, joints at rest) and exits with 0; or says what is
wrong on stderr and exits with 1.
"""

import argparse
import builtins
import json
import os
import sys
import time

HAND = 120  # A register that no STS3215 has: what the hand does to the limp joints of a simulated arm.
STILL, MIDDLE, SWEEP, PLAY = 0, 1, 2, 3
RESOLUTION = 4095


class Mismatch(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Mismatch(what)


def hand(device, what):
    device.bus._write(HAND, 1, 1, what)


def refuse_input(prompt=""):
    raise Mismatch(f"LeRobot asks: {prompt}")


def calibrate(device):
    """Runs LeRobot's interactive calibration, with the simulated hand in place of the operator's."""
    from lerobot.motors import motors_bus

    prompts = []

    def answer(prompt=""):
        prompts.append(prompt)
        if "calibration file" in prompt:
            return "c"
        hand(device, MIDDLE)
        time.sleep(0.1)
        return ""

    def enter_after_a_while():
        if not hasattr(enter_after_a_while, "since"):
            enter_after_a_while.since = time.monotonic()
            hand(device, SWEEP)
        return time.monotonic() - enter_after_a_while.since > 5

    saved = builtins.input, motors_bus.enter_pressed, sys.stdout
    builtins.input, motors_bus.enter_pressed = answer, enter_after_a_while
    sys.stdout = open(os.devnull, "w")
    try:
        device.connect(calibrate=False)
        device.calibrate()
    finally:
        sys.stdout.close()
        builtins.input, motors_bus.enter_pressed, sys.stdout = saved
    check(prompts, f"{device}: calibrate() asked nothing")
    check(device.is_calibrated, f"{device}: not calibrated after calibrate()")
    for name, motor in device.calibration.items():
        travel = motor.range_max - motor.range_min
        wanted = 4095 if name == "wrist_roll" else 1000
        check(travel >= wanted, f"{device}: {name} was moved by {travel} steps only")
        middle = (motor.range_max + motor.range_min) / 2
        check(abs(middle - 2047) < 80, f"{device}: the middle of {name} is {middle}")
    check(device.calibration_fpath.is_file(), f"{device}: no calibration file")
    hand(device, STILL)
    device.disconnect()


def connect(device):
    builtins.input = refuse_input
    device.connect()
    return device


def check_registers(follower):
    bus = follower.bus
    for motor in bus.motors:
        for register, wanted in {
            "Return_Delay_Time": 0, "Maximum_Acceleration": 254, "Acceleration": 254, "Operating_Mode": 0,
            "P_Coefficient": 16, "I_Coefficient": 0, "D_Coefficient": 32, "Torque_Enable": 1, "Lock": 1,
        }.items():
            value = bus.read(register, motor)
            check(value == wanted, f"{motor}: {register} is {value}, not {wanted}")
        check(not bus.read("Phase", motor) & 0x10, f"{motor}: Phase has bit 4")
        check(20 < bus.read("Present_Temperature", motor) < 80, f"{motor}: temperature")
        check(bus.ping(motor) == 777, f"{motor}: ping")
    for register, wanted in {"Max_Torque_Limit": 500, "Protection_Current": 250, "Overload_Torque": 25}.items():
        value = bus.read(register, "gripper")
        check(value == wanted, f"gripper: {register} is {value}, not {wanted}")
    check(bus.broadcast_ping() == {i: 777 for i in range(1, 7)}, "broadcast ping")


def check_moves(follower):
    for goal in ([20, -30, 40, 30, -50, 60], [-15, 10, -20, -30, 40, 10], [0, 0, 0, 0, 0, 50]):
        action = {f"{motor}.pos": float(value) for motor, value in zip(follower.bus.motors, goal)}
        follower.send_action(action)
        time.sleep(1.5)
        seen = follower.get_observation()
        for name, value in action.items():
            # One step is 0.088 degrees; LeRobot cuts off fractions of steps.
            check(abs(seen[name] - value) < 0.2, f"{name}: sent to {value}, is at {seen[name]}")


def check_teleoperation(follower, leader, seconds=4.0, fps=60):
    hand(leader, PLAY)
    distances, leads = [], []
    start = time.perf_counter()
    for tick in range(int(seconds * fps)):
        observation = follower.get_observation()
        action = leader.get_action()
        follower.send_action(action)
        leads.append([action[name] for name in sorted(action)])
        distances.append(max(abs(action[name] - observation[name]) for name in action))
        time.sleep(max(0, start + (tick + 1) / fps - time.perf_counter()))
    moved = [max(values) - min(values) for values in zip(*leads)]
    check(sum(travel > 5 for travel in moved) >= 4, f"the leader hardly moves: {moved}")
    late = sorted(distances[fps:])
    # Both arms are calibrated by the same sweep; the follower lags.
    check(late[len(late) // 2] < 25, f"the follower is {late[len(late) // 2]:.1f} away from the leader")
    hand(leader, STILL)


def close(device):
    port = device.bus.port
    device.disconnect()
    from lerobot.motors.feetech import FeetechMotorsBus

    bus = FeetechMotorsBus(port, device.bus.motors)
    bus.connect()
    for motor in bus.motors:
        check(bus.read("Torque_Enable", motor) == 0, f"{motor}: torque is on after disconnect")
    bus.disconnect()


def compare(device, wanted, seen):
    for name, value in wanted.items():
        check(abs(seen[name] - value) < 0.15, f"{device}: {name} is {seen[name]} here and {value} in Reel")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("follower")
    parser.add_argument("leader")
    parser.add_argument("--positions")
    options = parser.parse_args()
    if "HF_LEROBOT_CALIBRATION" not in os.environ:
        parser.error("set HF_LEROBOT_CALIBRATION, so that no real arm's calibration is touched")

    from lerobot.motors.feetech import feetech
    from lerobot.robots.so_follower import SO101Follower, SO101FollowerConfig
    from lerobot.teleoperators.so_leader import SO101Leader, SO101LeaderConfig

    def patient(port, length):
        # LeRobot gives a reply 50 ms, and takes one that comes later for the answer to its next question. On a machine
        # with more work than cores a simulated arm can be that late; how long a reply may take is not what is tested here.
        port.packet_start_time = port.getCurrentTime()
        port.packet_timeout = port.tx_time_per_byte * (length + 3) + 2000

    feetech.patch_setPacketTimeout = patient

    def arms(name):
        return (
            SO101Follower(SO101FollowerConfig(port=options.follower, id=name)),
            SO101Leader(SO101LeaderConfig(port=options.leader, id=name)),
        )

    if options.positions:
        with open(options.positions) as file:
            wanted = json.load(file)
        follower, leader = map(connect, arms("reel"))
        compare("follower", wanted["follower"], follower.get_observation())
        compare("leader", wanted["leader"], leader.get_action())
        follower.disconnect()
        leader.disconnect()

    for device in arms("lerobot"):
        calibrate(device)
    follower, leader = map(connect, arms("lerobot"))
    check_registers(follower)
    check_moves(follower)
    check_teleoperation(follower, leader)
    time.sleep(0.5)
    positions = {"follower": follower.get_observation(), "leader": leader.get_action()}
    close(leader)
    close(follower)
    print(json.dumps({device: {name: float(value) for name, value in row.items()} for device, row in positions.items()}))


if __name__ == "__main__":
    try:
        main()
    except Mismatch as mismatch:
        print(f"so101_client: {mismatch}", file=sys.stderr)
        sys.exit(1)
