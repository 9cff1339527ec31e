"""What it costs that somebody looks on: nobody, a page without anybody, and a page with two who watch, with an AV1 backlog."""
import base64
import contextlib
import json
import os
import re
import socket
import struct
import threading
import time
from pathlib import Path

from . import reel
from .codecs import AV1
from .processes import Failed

TAKES, SECONDS, CAMERAS = 4, 6, 3
WATCHERS = 2


class Watcher(threading.Thread):
    """As the page does: takes each picture, says that it has it, and notes how old it was. It draws nothing."""

    def __init__(self, address):
        super().__init__(daemon=True)
        host, _, token = address.removeprefix("http://").partition("/?t=")
        self.ages = []
        self.socket = socket.create_connection(host.split(":"), timeout=20)
        lines = [
            "GET /live HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}", f"Authorization: Bearer {token}"]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        if b" 101 " not in self.file.readline():
            raise Failed("the page lets nobody watch")
        while self.file.readline().strip():
            pass
        self.say({"t": "watch", "pictures": [30] * CAMERAS})

    def say(self, message):
        data = json.dumps(message).encode()
        length = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0x80 | 126]) + struct.pack(">H", len(data))
        self.socket.sendall(b"\x81" + length + b"\0\0\0\0" + data)

    def run(self):
        # Until the session closes it.
        with contextlib.suppress(OSError, struct.error, ValueError):
            while True:
                first, length = self.file.read(2)
                if length == 126:
                    length = struct.unpack(">H", self.file.read(2))[0]
                elif length == 127:
                    length = struct.unpack(">Q", self.file.read(8))[0]
                data = self.file.read(length)
                if first & 15 == 2 and data[0] == 1:
                    camera, count, captured = data[1], *struct.unpack("<I4xQ", data[8:24])
                    self.ages.append((time.monotonic_ns() - captured) / 1e6)
                    self.say({"t": "got", "camera": camera, "count": count})


class _Looking:
    """Watches as soon as there is a page, and notes what its process has used."""

    def __init__(self, log, count):
        self.log, self.count = log, count
        self.watchers, self.page, self.used = [], None, 0.0

    def __call__(self, process):
        address = re.search(r"page: (\S+)", self.log.read_text(errors="replace"))
        if address and not self.page:
            for children in Path(f"/proc/{process.pid}/task").glob("*/children"):
                for child in children.read_text().split():
                    if b"page-worker" in Path(f"/proc/{child}/cmdline").read_bytes():
                        self.page = child
            self.watchers = [Watcher(address[1]) for _ in range(self.count)]
            for watcher in self.watchers:
                watcher.start()
        if self.page:
            with contextlib.suppress(OSError, IndexError):
                fields = Path(f"/proc/{self.page}/stat").read_text().rsplit(")", 1)[1].split()
                self.used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_watching(results, footage, directory, rounds, quick):
    clips = [footage.clip(number, frames=60) for number in range(2)]
    cameras = [clips[number % 2] for number in range(CAMERAS)]
    for source in ["MJPEG"] if quick else ["MJPEG", "RGB"]:
        for _ in range(rounds):
            for case, count, flags in (("no page", 0, ["--reel.page=false"]), ("nobody watches", 0, []), ("two watch", WATCHERS, [])):
                _measure(results, directory, cameras, source, case, count, flags)


def _measure(results, directory, cameras, source, case, count, flags):
    looking = _Looking(Path(directory) / "reel.log", count)
    session = reel.record(
        directory, cameras, TAKES, SECONDS, reel.batches(1), AV1, source, leaves=True, flags=flags, during=looking)
    name = f"{source}, {case}"
    report = session.report
    results.add("looked on: late ticks", name, "reel", "", sum(take["lateRows"] for take in report["takes"]), summary="worst")
    results.add("looked on: tick lateness, p99", name, "reel", "ms", report["lateness"]["p99"] * 1000)
    results.add("looked on: recorder", name, "reel", "s", report["recordingProcessorSeconds"] / session.camera_seconds)
    if count:
        results.add("looked on: page process", name, "reel", "s", looking.used / session.camera_seconds)
        ages = sorted(age for watcher in looking.watchers for age in watcher.ages)
        if not ages:
            raise Failed("nobody saw a picture")
        results.add("looked on: age of a picture, p95", name, "reel", "ms", ages[int(0.95 * len(ages))])
    session.remove()
