"""A network camera: JPEGs over HTTP on loopback, each with its number in it, that can die, fall silent, and come back."""
import io
import socket
import threading
import time

import numpy as np
from PIL import Image

from conformance import frame_code

from .evidence import NO_TAKE
from .program import FPS

HEADER = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=picture\r\n\r\n"


class NetworkCamera:
    def __init__(self, width=160, height=120):
        self._size = (height, width, 3)
        self._begun = time.monotonic()
        self._lock = threading.Lock()
        self._connections = []
        self._listener = None
        self._generation = 0
        self._port = 0
        self.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._port}/"

    def start(self):
        """Begins to answer, always at the same address."""
        self.stop()
        self._listener = socket.create_server(("127.0.0.1", self._port), reuse_port=False)
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener, self._generation), daemon=True).start()

    def fall_silent(self):
        """Sends nothing more; the connections stay."""
        with self._lock:
            self._generation += 1

    def stop(self):
        """Closes everything, as a camera without power does."""
        with self._lock:
            self._generation += 1
            connections, self._connections = self._connections, []
        if self._listener is not None:
            # A thread that waits in accept would keep the port.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        for connection in connections:
            connection.close()

    close = stop

    def _accept(self, listener, generation):
        try:
            while True:
                connection, _ = listener.accept()
                with self._lock:
                    self._connections.append(connection)
                threading.Thread(target=self._send, args=(connection, generation), daemon=True).start()
        except OSError:
            pass

    def _send(self, connection, generation):
        try:
            connection.recv(4096)
            connection.sendall(HEADER)
            number = round((time.monotonic() - self._begun) * FPS)
            while generation == self._generation:
                number += 1
                time.sleep(max(0.0, self._begun + number / FPS - time.monotonic()))
                picture = self._picture(number)
                head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n".encode()
                connection.sendall(head + picture + b"\r\n")
        except OSError:
            pass

    def _picture(self, number):
        picture = np.full(self._size, 90, np.uint8)
        frame_code.encode(picture, NO_TAKE, number)
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "JPEG", quality=90)
        return file.getvalue()
