"""A connection to `reel writer`: docs/writer-protocol.md as seen by the client."""
from __future__ import annotations

import array
import json
import mmap
import os
import select
import socket
import struct
import subprocess
import warnings
import weakref
from typing import Any

from . import _program
from ._errors import ReelError, from_answer

_COUNTER = struct.Struct("<Q")
_HEAD = struct.Struct("<IB")


_connections: "weakref.WeakSet[Connection]" = weakref.WeakSet()


class Connection:
    """Starts the program, and speaks to it. Belongs to one thread, and to the process that made it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._process = subprocess.Popen(
                [_program.path(), "writer", "--fd", str(theirs.fileno())], pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                # Ctrl-C is for the program that records; this one ends with it.
                start_new_session=True)
        self._socket: socket.socket | None = ours
        self._owner = os.getpid()
        self.memory: mmap.mmap | None = None
        self._slots = self._slot_bytes = self._slots_offset = 0
        self._rows = 0
        self._descriptor = -1
        _connections.add(self)

    # Requests

    def request(self, **members: Any) -> dict:
        """Asks, and waits for the answer. Raises what was refused."""
        body = json.dumps(members).encode()
        try:
            self._send(b"J", body)
            answer = self._receive()
        except BaseException:
            # Half a message, or an answer that nobody has read: what comes next would be misunderstood.
            self.close()
            raise
        if not answer.get("ok"):
            raise from_answer(answer.get("error", {}))
        for trouble in answer.get("troubles", ()):
            warnings.warn(f"Reel: {trouble}", RuntimeWarning, stacklevel=4)
        return answer

    def open(self, **members: Any) -> dict:
        """Opens a dataset; its pictures go into `memory` from then on."""
        answer = self.request(do="open", protocol=1, **members)
        self.memory, self._rows = None, 0
        if answer["cameras"]:
            self._slots, self._slot_bytes = answer["slots"], answer["slot_bytes"]
            self._slots_offset = answer["slots_offset"]
            length = self._slots_offset + self._slots * self._slot_bytes
            # All of it now: else each slot's first picture waits for its pages.
            self.memory = mmap.mmap(
                self._descriptor, length, mmap.MAP_SHARED | mmap.MAP_POPULATE, mmap.PROT_READ | mmap.PROT_WRITE)
            os.close(self._descriptor)
        return answer

    # Rows

    def wait_for_slot(self) -> int:
        """Where in `memory` the pictures of the next row go; waits until Reel has taken out what is there."""
        assert self.memory is not None
        while self._rows - _COUNTER.unpack_from(self.memory)[0] >= self._slots:
            # A broken connection is readable too.
            if select.select([self._socket], [], [], 0.001)[0]:
                self._fail()
        return self._slots_offset + self._rows % self._slots * self._slot_bytes

    def send_row(self, body: bytes) -> None:
        """Sends a row whose pictures are in their slot."""
        try:
            self._send(b"R", body)
        except BaseException:
            self.close()
            raise
        self._rows += 1

    # Bytes

    def _send(self, kind: bytes, body: bytes) -> None:
        if self._socket is None or self._owner != os.getpid():
            raise ReelError("could not reach Reel: the connection is closed", "cancelled")
        try:
            self._socket.sendall(_HEAD.pack(len(body) + 1, kind[0]) + body)
        except OSError:
            self._fail()

    def _fail(self) -> None:
        """The connection does not go on: raises what Reel said last, or that it is gone."""
        answer = self._receive()
        self.close()
        raise from_answer(answer.get("error", {}))

    def _receive(self) -> dict:
        head = self._read(_HEAD.size)
        return json.loads(self._read(_HEAD.unpack(head)[0] - 1))

    def _read(self, count: int) -> bytes:
        assert self._socket is not None
        parts = bytearray()
        while len(parts) < count:
            try:
                data, ancillary, _, _ = self._socket.recvmsg(count - len(parts), socket.CMSG_SPACE(4))
            except ConnectionResetError:
                data, ancillary = b"", []
            for level, kind, content in ancillary:
                if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                    self._descriptor = array.array("i", content)[0]
            if not data:
                self.close()
                status = self._process.returncode
                raise ReelError(
                    f"Reel is gone (exit status {status}). What was saved is safe, and what was in progress comes back when the "
                    "dataset is opened again.", "unavailable")
            parts += data
        return bytes(parts)

    def close(self) -> None:
        """Lets go. Reel keeps what was not finished, and ends."""
        if self._socket is None:
            return
        self._socket.close()
        self._socket = None
        if self._owner == os.getpid():
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                # It finishes what is on its way to the disk; nobody needs to wait for that.
                pass

    @property
    def is_open(self) -> bool:
        return self._socket is not None and self._owner == os.getpid()


def _forget_in_child() -> None:
    """A forked child must not hold its parent's connections open: Reel would not see that the parent is gone."""
    for connection in _connections:
        if connection._socket is not None:
            connection._socket.close()
            connection._socket = None


os.register_at_fork(after_in_child=_forget_in_child)
