"""`--display_data`: what Reel sends to Foxglove is what LeRobot's own server sends for the same values, and Rerun reads what
Reel writes to it."""
import base64
import contextlib
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from .. import reel
from ..report import Failed, require

CAMERA = "{front.cam: {type: sim, view: front, width: 64, height: 48, fps: 30}}"
NAMES = [f"{joint}.pos" for joint in ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper")]


class Client:
    """A Foxglove client, as far as messages go."""

    def __init__(self, port, subprotocol="foxglove.sdk.v1", host=None, origin=None):
        end = time.monotonic() + 20
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
                break
            except ConnectionRefusedError:
                require(time.monotonic() < end, f"nobody listens on port {port}")
                time.sleep(0.05)
        lines = [
            "GET / HTTP/1.1", f"Host: {host or f'127.0.0.1:{port}'}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}", "Sec-WebSocket-Version: 13"]
        lines += [f"Sec-WebSocket-Protocol: {subprotocol}"] if subprotocol else []
        lines += [f"Origin: {origin}"] if origin else []
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            byte = self.socket.recv(1)
            if not byte:
                break
            head += byte
        self.head = head.decode()
        self.status = self.head.split(" ")[1] if self.head else "closed"

    def _read(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            require(more, "the server has closed")
            data += more
        return data

    def frame(self):
        """(is it text, payload) of the next message."""
        while True:
            first, length = self._read(2)
            length &= 127
            if length == 126:
                length = struct.unpack(">H", self._read(2))[0]
            elif length == 127:
                length = struct.unpack(">Q", self._read(8))[0]
            payload = self._read(length)
            if first & 15 in (1, 2):
                return first & 15 == 1, payload

    def send(self, message):
        data = json.dumps(message).encode()
        length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + struct.pack(">H", len(data))
        self.socket.sendall(bytes([0x81]) + length + b"\0\0\0\0" + data)

    def channels(self, count, other=None):
        """The advertised channels by topic, in whatever number of messages they come; none of a schema called `other`, which
        LeRobot's library remembers of an earlier server."""
        found = {}
        while len(found) < count:
            is_text, payload = self.frame()
            message = json.loads(payload) if is_text else {}
            if message.get("op") == "serverInfo":
                require(message["capabilities"] == [] and message["sessionId"].isdigit(), f"{message}")
            for channel in message.get("channels", []):
                if channel["schemaName"] == other:
                    continue
                found[channel["topic"]] = channel
        return found

    def subscribe(self, channels):
        self.topics = {number: topic for number, topic in enumerate(sorted(channels))}
        self.send({"op": "subscribe", "subscriptions": [
            {"id": number, "channelId": channels[topic]["id"]} for number, topic in self.topics.items()]})

    def messages(self, topics):
        """The first message of each topic: (log time, payload)."""
        found = {}
        while set(topics) - set(found):
            is_text, payload = self.frame()
            if is_text or payload[0] != 1:
                continue
            number, at = struct.unpack("<IQ", payload[1:13])
            found.setdefault(self.topics[number], (at, payload[13:]))
        return found

    def close(self):
        self.socket.close()


@contextlib.contextmanager
def teleoperation(*flags, seconds=60, environment=None):
    command = [reel.program(), "teleoperate", "--robot.type=sim", "--teleop.type=sim", f"--robot.cameras={CAMERA}", "--fps=30",
               f"--teleop_time_s={seconds}", "--display_data=true", *flags]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, **(environment or {})})
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def check_foxglove(is_compressed):
    """One after the other: Reel's server, then LeRobot's with the very values that Reel's has sent."""
    from foxglove.messages import CompressedImage, RawImage, Timestamp
    from lerobot.utils import foxglove_visualization

    image = "/observation/images/front_cam"
    topics = {"/observation/state", "/action/state", image}
    port = free_port()
    flags = ["--display_mode=foxglove", f"--display_port={port}", f"--display_compressed_images={str(is_compressed).lower()}"]
    with teleoperation(*flags):
        ours = Client(port)
        require(ours.status == "101", ours.head)
        our_channels = ours.channels(3)
        require(set(our_channels) == topics, f"the topics are {sorted(our_channels)}")
        ours.subscribe(our_channels)
        sent = ours.messages(topics)
        ours.close()

    scalars = {topic: json.loads(sent[topic][1])["scalars"] for topic in ("/observation/state", "/action/state")}
    for topic, values in scalars.items():
        require([value["label"] for value in values] == NAMES, f"{topic}: {values}")
        require(all(value["value"] == float(np.float32(value["value"])) for value in values), f"{topic}: {values}")
    at, payload = sent[image]
    stamp, picture = read_picture(payload, is_compressed)
    require(stamp == at, f"the picture is of {stamp}, its message of {at}")

    foxglove_visualization.init_foxglove(port=free_port())
    try:
        port = foxglove_visualization.log_foxglove_data.server.port
        observation = {value["label"]: value["value"] for value in scalars["/observation/state"]}
        action = {value["label"]: value["value"] for value in scalars["/action/state"]}
        pixels = np.zeros((48, 64, 3), np.uint8) if is_compressed else picture

        def log():
            foxglove_visualization.log_foxglove_data(observation, action, compress_images=is_compressed)
            foxglove_visualization._log_foxglove_image(image, "front.cam", pixels, compress_images=is_compressed, log_time=at)

        log()
        theirs = Client(port)
        their_channels = theirs.channels(3, other="foxglove.RawImage" if is_compressed else "foxglove.CompressedImage")
        theirs.subscribe(their_channels)
        time.sleep(0.5)
        log()
        expected = theirs.messages(topics)
        if is_compressed:
            # Its JPEG is another encoder's: the message around ours.
            foxglove_visualization.log_foxglove_data.channels[image].log(
                CompressedImage(timestamp=Timestamp(sec=at // 10**9, nsec=at % 10**9), frame_id="front.cam", data=picture, format="jpeg"),
                log_time=at)
            expected[image] = theirs.messages([image])[image]
        theirs.close()
    finally:
        foxglove_visualization.shutdown_foxglove()
    for topic in sorted(topics):
        for key in ("encoding", "schemaName", "schemaEncoding", "schema"):
            require(our_channels[topic][key] == their_channels[topic][key], f"{topic}: {key} is {our_channels[topic][key][:200]}, LeRobot's {their_channels[topic][key][:200]}")
        require(sent[topic][1] == expected[topic][1], f"{topic}: {sent[topic][1][:200]} is not LeRobot's {expected[topic][1][:200]}")
    require(expected[image][0] == at, "the times are compared wrongly")
    return f"3 topics, {sum(len(payload) for _, payload in sent.values())} bytes alike"


def read_picture(payload, is_compressed):
    """(nanoseconds, the JPEG or the pixels) of a message with a picture."""
    fields, place = {}, 0
    def varint():
        nonlocal place
        value = shift = 0
        while True:
            byte = payload[place]
            place += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
    while place < len(payload):
        key = varint()
        if key & 7 == 5:
            fields[key >> 3] = struct.unpack("<I", payload[place:place + 4])[0]
            place += 4
        else:
            length = varint()
            fields[key >> 3] = payload[place:place + length]
            place += length
    outer, payload, place = fields, fields[1], 0
    stamp = [0, 0]
    while place < len(payload):
        field = varint() >> 3
        stamp[field - 1] = varint()
    at = stamp[0] * 10**9 + stamp[1]
    if is_compressed:
        require(outer[3] == b"jpeg" and outer[4] == b"front.cam", f"{outer.keys()}")
        return at, outer[2]
    return at, np.frombuffer(outer[6], np.uint8).reshape(outer[3], outer[2], 3)


def check_foxglove_access():
    port = free_port()
    with teleoperation("--display_mode=foxglove", f"--display_port={port}", "--reel.page=false"):
        def status(**options):
            client = Client(port, **options)
            client.close()
            return client.status

        for options, expected in (
            ({}, "101"), ({"subprotocol": "foxglove.websocket.v1"}, "101"), ({"subprotocol": "other, foxglove.websocket.v1"}, "101"),
            ({"subprotocol": None}, "400"), ({"subprotocol": "other"}, "400"), ({"origin": "https://app.foxglove.dev"}, "101"),
            ({"origin": "http://localhost:8080"}, "101"), ({"origin": "https://evil.example"}, "403"), ({"host": "evil.example"}, "421"),
        ):
            require(status(**options) == expected, f"{options}: {status(**options)}, not {expected}")
        # What Reel does not do is said, and the connection stays.
        client = Client(port)
        client.channels(3)
        client.send({"op": "setParameters", "parameters": []})
        is_text, payload = client.frame()
        message = json.loads(payload)
        require(is_text and message["op"] == "status" and message["level"] == 1, f"{message}")
        client.send({"op": "subscribe", "subscriptions": [{"id": 7, "channelId": 1}, {"id": 8, "channelId": 99}]})
        _, payload = client.frame()
        require(payload[0] == 1 and struct.unpack("<I", payload[1:5])[0] == 7, f"{payload[:20]}")
        client.close()
    return "9 ways in, 4 of them refused"


def check_rerun(directory):
    """Reel starts the program `rerun` that is on the PATH: one that keeps what it gets, for Rerun's own reader."""
    directory.mkdir()
    stream = directory / "stream.rrd"
    stub = directory / "rerun"
    stub.write_text(f"#!/bin/sh\n[ \"$1\" = - ] || exit 3\nexec cat > {stream}\n")
    stub.chmod(0o755)
    with teleoperation("--display_mode=rerun", seconds=4, environment={"PATH": f"{directory}:{os.environ['PATH']}"}) as process:
        require(process.wait(30) == 0, f"it ended with {process.returncode}")
    time.sleep(0.5)
    # LeRobot's own, and others that a user may have: REEL_RERUNS=/a/rerun:/b/rerun.
    programs = [str(Path(sys.executable).with_name("rerun")), *filter(None, os.environ.get("REEL_RERUNS", "").split(":"))]
    for program in programs:
        printed = subprocess.run([program, "rrd", "print", stream], capture_output=True, text=True, timeout=120)
        require(printed.returncode == 0, f"{program} cannot read it: {printed.stderr[-600:]}")
        for entity in ["observation.front.cam", *(f"{side}.{name}" for name in NAMES for side in ("observation", "action"))]:
            require(entity in printed.stdout, f"{program}: {entity} is missing in {printed.stdout[:600]}")
    values, jpegs = [], 0
    for entity, table in chunks_of(stream.read_bytes()):
        if entity == "/observation.shoulder_pan.pos":
            values += [value[0] for value in table["Scalars:scalars"].to_pylist()]
        if entity == "/observation.front.cam":
            require(bytes(table["EncodedImage:blob"].to_pylist()[0][0])[:3] == b"\xff\xd8\xff", "the picture is no JPEG")
            jpegs += 1
    require(len(values) >= 90, f"{len(values)} rows of 4 seconds")
    require(max(values) - min(values) > 1, "the values do not move")
    require(jpegs >= 30, f"{jpegs} pictures of 4 seconds")
    return f"{len(values)} rows, {jpegs} pictures, {stream.stat().st_size} bytes, read by {len(programs)} of Rerun's programs"


def chunks_of(stream):
    """(entity, table) of each chunk, as the format's description has them."""
    import pyarrow

    require(stream[:4] == b"RRF2", f"{stream[:12]}")
    place = 12
    while place < len(stream):
        kind, length = struct.unpack("<QQ", stream[place:place + 16])
        body = stream[place + 16:place + 16 + length]
        place += 16 + length
        if kind != 2:
            continue
        # The Arrow stream is the one field that begins with its mark.
        with pyarrow.ipc.open_stream(body[body.index(b"\xff\xff\xff\xff"):]) as reader:
            table = reader.read_all()
        yield table.schema.metadata[b"rerun:entity_path"].decode(), table


def check_no_rerun(directory):
    """Without the program it is said, and the session goes on."""
    directory.mkdir()
    with teleoperation("--display_mode=rerun", seconds=1, environment={"PATH": f"{directory}"}) as process:
        output, _ = process.communicate(timeout=30)
    require(process.returncode == 0, f"it ended with {process.returncode}")
    require("rerun is not installed (pip install rerun-sdk)" in output, output[-300:])
