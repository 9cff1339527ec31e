"""A USB webcam that is a program: USB Video Class 1.1 over USB/IP, so that the kernel's vhci_hcd and uvcvideo meet it as
they meet one on a cable. A line on standard input is what it does to its next picture: `error`, `truncated`,
`stall SECONDS`, `unplug [SECONDS]` (without a number for good); it says which picture that was.

`usb_f_uvc` on `dummy_hcd` would be nearer at hand, but streams by isochronous transfers only, which dummy_hcd fails.
Facts: USB Video Class 1.1 (descriptors, probe and commit, payload headers), Documentation/usb/usbip_protocol.rst.
"""
import argparse
import collections
import socket
import struct
import sys
import threading
import time
from pathlib import Path

ATTACH = Path("/sys/devices/platform/vhci_hcd.0/attach")
HIGH_SPEED = 3
SUBMIT, UNLINK = 1, 2
STREAM = 0x81
PACKET = 3072
PACKET_SECONDS = 125e-6
END, ERROR, HEADER_ENDS = 0x02, 0x40, 0x80
YUYV = bytes.fromhex("5955593200001000800000aa00389b71")


class Unplugged(Exception):
    pass


def descriptors(modes):
    """The configuration: a camera on an output terminal, and a format for JPEG and one for YUYV with their sizes."""
    terminals = (
        bytes([18, 0x24, 0x02, 1]) + struct.pack("<HBB", 0x0201, 0, 0) + bytes(6) + bytes([3, 0, 0, 0])
        + bytes([9, 0x24, 0x03, 3]) + struct.pack("<HBBB", 0x0101, 0, 1, 0))
    control = bytes([13, 0x24, 0x01]) + struct.pack("<HHIBB", 0x0110, 13 + len(terminals), 48_000_000, 1, 1) + terminals
    formats = b""
    for index, (name, frames) in enumerate(modes.items(), 1):
        if name == "MJPG":
            formats += bytes([11, 0x24, 0x06, index, len(frames), 1, 1, 0, 0, 0, 0])
        else:
            formats += bytes([27, 0x24, 0x04, index, len(frames)]) + YUYV + bytes([16, 1, 0, 0, 0, 0])
        for number, (width, height, rates) in enumerate(frames, 1):
            size = width * height * 2
            intervals = [round(10_000_000 / rate) for rate in rates]
            formats += bytes([26 + 4 * len(rates), 0x24, 0x07 if name == "MJPG" else 0x05, number, 0]) + struct.pack(
                "<HHIIIIB", width, height, size * 8, size * 8 * 60, size, intervals[0], len(rates))
            formats += struct.pack(f"<{len(rates)}I", *intervals)
        formats += bytes([6, 0x24, 0x0D, 1, 1, 4])
    length = 13 + len(modes)
    streaming = bytes([length, 0x24, 0x01, len(modes)]) + struct.pack(
        "<HBBBBBBB", length + len(formats), STREAM, 0, 3, 0, 0, 0, 1) + bytes(len(modes)) + formats
    body = (
        bytes([8, 0x0B, 0, 2, 0x0E, 3, 0, 2, 9, 4, 0, 0, 0, 0x0E, 1, 0, 2]) + control
        + bytes([9, 4, 1, 0, 0, 0x0E, 2, 0, 0]) + streaming
        + bytes([9, 4, 1, 1, 1, 0x0E, 2, 0, 0, 7, 5, STREAM, 0x05, 0x00, 0x14, 1]))
    return bytes([9, 2]) + struct.pack("<HBBBBB", 9 + len(body), 2, 1, 0, 0x80, 250) + body


class Webcam:
    """Shows the pictures of a directory, from the first one on when a program begins to read."""

    def __init__(self, modes, serial, pictures, rate=None):
        self.modes, self.serial, self.pictures, self.rate = modes, serial, pictures, rate
        # What it is to do to its next pictures.
        self.orders = collections.deque()
        self.probe = self._chosen(1, 1, 0)
        # Also of the connection: replies come from two threads.
        self._lock = threading.Condition(threading.RLock())
        self._waiting = collections.deque()
        self._streams = False
        self._socket = None
        self.port = None

    def plug_in(self, port):
        ours, kernels = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket, self.port = ours, port
        with self._lock:
            self._waiting.clear()
            self._streams = False
        ATTACH.write_text(f"{port} {kernels.fileno()} {0x10000 + port + 2} {HIGH_SPEED}\n")
        kernels.close()

    def unplug(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def serve(self):
        """Answers until the cable is pulled."""
        threading.Thread(target=self._show, args=(self._socket,), daemon=True).start()
        connection = self._socket.makefile("rb")
        try:
            while head := connection.read(48):
                if len(head) < 48:
                    return
                command, number, _, direction, endpoint = struct.unpack(">5I", head[:20])
                if command == UNLINK:
                    self._unlink(number, struct.unpack(">I", head[20:24])[0])
                    continue
                length, _, packets = struct.unpack(">III", head[24:36])
                data = connection.read(length) if direction == 0 else b""
                if endpoint == 0:
                    self._control(number, head[40:48], data)
                else:
                    connection.read(16 * packets)
                    with self._lock:
                        self._waiting.append((number, length, packets))
                        self._lock.notify()
        except (OSError, ValueError, Unplugged):
            pass

    def _reply(self, number, data=b"", status=0, count=None, packets=0, tail=b""):
        head = struct.pack(">5I", 3, number, 0, 0, 0) + struct.pack(
            ">iIIiI8x", status, len(data) if count is None else count, 0, packets, 0)
        with self._lock:
            try:
                self._socket.sendall(head + data + tail)
            except OSError:
                raise Unplugged from None

    def _unlink(self, number, other):
        with self._lock:
            found = [urb for urb in self._waiting if urb[0] == other]
            for urb in found:
                self._waiting.remove(urb)
            # The kernel asks for it when the stream ends.
            self._socket.sendall(struct.pack(">5Ii24x", 4, number, 0, 0, 0, -104 if found else 0))

    # Control requests

    def _control(self, number, setup, data):
        kind, request, value, index, length = struct.unpack("<BBHHH", setup)
        answer = self._answer(kind, request, value, index, data)
        if answer is None:
            self._reply(number, status=-32)  # a stall
        elif kind & 0x80:
            self._reply(number, answer[:length])
        else:
            self._reply(number, count=len(data))

    def _answer(self, kind, request, value, index, data):
        if (kind, request) == (0x80, 6):
            return self._descriptor(value >> 8, value & 0xFF)
        if (kind, request) == (0x80, 0):
            return bytes([0, 0])
        if (kind, request) == (0x01, 11):
            with self._lock:
                self._streams = value != 0
                self._lock.notify()
            return b""
        if kind & 0x60 == 0:
            return b""
        if index & 0xFF != 1 or value >> 8 not in (1, 2):
            return None
        if request == 0x01:
            self.probe = self._chosen(data[2], data[3], struct.unpack("<I", data[4:8])[0])
            return b""
        return {0x85: struct.pack("<H", 34), 0x86: bytes([3])}.get(request, self.probe)

    def _descriptor(self, kind, index):
        if kind == 1:
            return bytes([18, 1, 0, 2, 0xEF, 2, 1, 64]) + struct.pack("<HHH", 0x1D6B, 0x0104, 0x0100) + bytes([1, 2, 3, 1])
        if kind == 2:
            return descriptors(self.modes)
        if kind == 3:
            if index == 0:
                return bytes([4, 3, 9, 4])
            text = {1: "Reel", 2: "Lab Webcam", 3: self.serial}.get(index, "").encode("utf-16-le")
            return bytes([2 + len(text), 3]) + text
        return None

    def _chosen(self, form, frame, interval):
        """The nearest that there is, as a probe control."""
        names = list(self.modes)
        form = min(max(form, 1), len(names))
        frames = self.modes[names[form - 1]]
        frame = min(max(frame, 1), len(frames))
        width, height, rates = frames[frame - 1]
        intervals = [round(10_000_000 / rate) for rate in rates]
        interval = min(intervals, key=lambda other: abs(other - interval)) if interval else intervals[0]
        return struct.pack("<HBBI5HII", 1, form, frame, interval, 0, 0, 0, 0, 0, width * height * 2, PACKET) + struct.pack(
            "<IBBBB", 48_000_000, 0, 1, 1, 1)

    # The stream

    def _mode(self):
        form, frame, interval = struct.unpack("<BBI", self.probe[2:8])
        name = list(self.modes)[form - 1]
        width, height, _ = self.modes[name][frame - 1]
        return name, width, height, self.rate or 10_000_000 / interval

    def _show(self, connection):
        try:
            while connection is self._socket and connection.fileno() >= 0:
                with self._lock:
                    if not (self._streams and self._waiting):
                        self._lock.wait(0.2)
                        continue
                self._stream()
        except (Unplugged, OSError):
            pass

    def _stream(self):
        """Sends packets at the pace of the bus: those of a picture one after another when it is due, else empty ones."""
        name, width, height, rate = self._mode()
        files = sorted((self.pictures / f"{name}-{width}x{height}").iterdir())
        begun, sent, number, toggle = time.monotonic(), 0, 0, 0
        packets = collections.deque()
        due = begun
        while True:
            now = begun + sent * PACKET_SECONDS
            behind = time.monotonic() - now
            if behind > 0.05:
                # This computer is slower than a bus: what cannot be made up for is not tried.
                begun += behind
                continue
            if behind < 0:
                time.sleep(-behind)
            if now >= due and not packets:
                due = max(due + 1 / rate, now - 1 / rate)
                order, *argument = self.orders.popleft().split() if self.orders else [None]
                if order:
                    print(order, number, flush=True)
                if order == "unplug":
                    return self._replug(*map(float, argument))
                if order == "stall":
                    due = now + float(argument[0])
                else:
                    packets.extend(payload(files[number % len(files)].read_bytes(), toggle, order))
                    toggle ^= 1
                    number += 1
            with self._lock:
                if not self._waiting and self._streams:
                    self._lock.wait(0.1)
                if not self._streams:
                    return None
                if not self._waiting:
                    continue
                urb, length, count = self._waiting.popleft()
                size = length // count
                parts = [packets.popleft() if packets else b"" for _ in range(count)]
                places = b"".join(
                    struct.pack(">IIIi", place * size, size, len(part), 0) for place, part in enumerate(parts))
                self._reply(urb, b"".join(parts), packets=count, tail=places)
                sent += count

    def _replug(self, seconds=None):
        self.unplug()
        if seconds is not None:
            time.sleep(seconds)
            self.plug_in(self.port + 1)
            print("back", flush=True)
            self.serve()


def payload(data, toggle, order):
    """The packets of a picture."""
    if order == "truncated":
        data = data[: len(data) // 2]
    room = PACKET - 2
    pieces = [data[start : start + room] for start in range(0, len(data), room)]
    for place, piece in enumerate(pieces):
        flags = HEADER_ENDS | toggle | (END if place == len(pieces) - 1 else 0)
        # The camera says that something went wrong on its side.
        flags |= ERROR if order == "error" and place == len(pieces) // 2 else 0
        yield bytes([2, flags]) + piece


def mode(text):
    """"MJPG:640x480@30,15"."""
    name, _, rest = text.partition(":")
    size, _, rates = rest.partition("@")
    width, height = map(int, size.split("x"))
    return name, (width, height, [float(rate) for rate in rates.split(",")])


def main():
    arguments = argparse.ArgumentParser(prog="webcam", description=__doc__)
    arguments.add_argument("--mode", action="append", type=mode, required=True)
    arguments.add_argument("--serial", default="0001")
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--pictures", type=Path, required=True)
    arguments.add_argument("--rate", type=float, help="instead of what was asked for")
    options = arguments.parse_args()
    modes = {}
    for name, frame in options.mode:
        modes.setdefault(name, []).append(frame)
    webcam = Webcam(modes, options.serial, options.pictures, options.rate)
    webcam.plug_in(options.port)
    print(f"plugged in on port {options.port}", flush=True)
    threading.Thread(target=webcam.serve, daemon=True).start()
    for line in sys.stdin:
        webcam.orders.append(line)


if __name__ == "__main__":
    main()
