"""Clumsy and hostile clients: one clear error each, and nothing that was recorded is lost."""
import json
import os
import random
import shutil
import socket
import struct
import subprocess
import threading
import time
import warnings

import numpy as np

from conformance.frame_code import decode
from conformance.report import require

from .frames import FPS, picture

SMALL = {
    "observation.images.front": {"dtype": "video", "shape": (120, 160, 3), "names": ["height", "width", "channels"]},
    "state": {"dtype": "float32", "shape": (2,), "names": None},
    "note": {"dtype": "string", "shape": (1,), "names": None},
}
ENCODER = {"vcodec": "h264", "preset": "ultrafast"}


def check(report, directory):
    report.run("wrong frames: a ValueError that names the feature", wrong_frames, directory / "frames")
    report.run("wrong datasets are refused, and nothing is left", wrong_datasets, directory / "datasets")
    report.run("what is not there says so", not_there, directory / "absent")
    report.run("frames after finalize, episodes without frames", out_of_order, directory / "order")
    report.run("two clients of one dataset, two of one socket", two_clients, directory / "two")
    report.run("a program that is gone: kept to its last row", gone, directory / "gone")
    report.run("a message that stops in the middle", cut_short, directory / "cut")
    report.run("garbage, lengths that lie, rows that do not hold", garbage, directory / "garbage")
    report.run("sixty messages of noise", noise, directory / "noise")
    report.run("an exception in a with, a script that ends early", left_early, directory / "early")
    report.run("Ctrl-C in the middle of a row or a request", interrupted, directory / "interrupted")
    report.run("a forked child holds nothing open", forked, directory / "forked")
    report.run("a full disk: an error, and what was saved is safe", full_disk, directory / "disk")


def frame(row, take=1):
    return {"observation.images.front": picture(take, row), "state": np.array([row, take], np.float32), "note": f"{row}", "task": "t"}


def create(root, features=SMALL, **settings):
    import reel

    return reel.LeRobotDataset.create("me/small", FPS, features, root=root, rgb_encoder=ENCODER, **settings)


def refused(kind, feature, call, *arguments, **settings):
    """Requires an exception of this kind, whose text names the feature."""
    try:
        call(*arguments, **settings)
    except kind as error:
        require(str(feature) in str(error) and "\n" not in str(error), f"{type(error).__name__}: {error}")
        return str(error)
    except Exception as error:  # another kind is what the check is there to find
        require(False, f"{type(error).__name__} instead of {kind.__name__}: {error}")
    require(False, f"nothing was said about {feature}")


def holds(root, episodes, take=1):
    """Each episode has so many rows, and each row its picture. Encodes what waits."""
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    run("encode", root)
    if (root / ".reel").exists():
        require(not list((root / ".reel" / "takes").iterdir()), f"takes are left in {root}")
    dataset = LeRobotDataset("me/small", root=root)
    lengths = list(dataset.meta.episodes["length"])
    require(lengths == list(episodes), f"episodes of {lengths} rows, not {list(episodes)}")
    index = 0
    for length in lengths:
        for row in range(length):
            item = dataset[index]
            shown = decode((item["observation.images.front"].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8))
            require(shown == (take, row) and item["state"].tolist() == [row, take], f"row {index} shows {shown}, has {item['state']}")
            index += 1


def run(*arguments):
    done = subprocess.run([os.environ["REEL_PROGRAM"], *map(str, arguments)], capture_output=True, text=True, timeout=120)
    require(done.returncode in (0, 3), done.stderr)
    return done.stderr


def wrong_frames(root):
    dataset = create(root)
    good = frame(0)
    cases = [
        ("state", {"state": [1.0, 2.0]}), ("state", {"state": np.zeros(2)}), ("state", {"state": np.zeros(3, np.float32)}),
        ("state", {"state": np.float32(1)}), ("note", {"note": 7}), ("note", {"note": None}), ("task", {"task": 3}),
        ("observation.images.front", {"observation.images.front": np.zeros((60, 80, 3), np.uint8)}),
        ("observation.images.front", {"observation.images.front": np.zeros((120, 160, 4), np.uint8)}),
        ("observation.images.front", {"observation.images.front": np.zeros((120, 160, 3), np.int32)}),
        ("observation.images.front", {"observation.images.front": np.full((120, 160, 3), 1.5)}),
        ("observation.images.front", {"observation.images.front": np.full((120, 160, 3), np.nan)}),
        ("observation.images.front", {"observation.images.front": "front.png"}),
        ("extra", {"extra": 1}), ("timestamp", {"timestamp": 0.0}),
    ]
    # In the middle of an episode as well as at its beginning.
    for rows in range(2):
        for name, change in cases:
            refused(ValueError, name, dataset.add_frame, {**good, **change})
        for name in ("state", "task", "observation.images.front"):
            refused(ValueError, name, dataset.add_frame, {key: value for key, value in good.items() if key != name})
        dataset.add_frame(frame(rows))
    dataset.save_episode()
    dataset.finalize()
    holds(root, [2])
    return f"{2 * len(cases) + 6} frames"


def wrong_datasets(root):
    import reel

    def features(**change):
        return {"x": {"dtype": "float32", "shape": (1,), "names": None, **change}}

    wrong = [
        ("a/b", {"a/b": features()["x"]}), ("task", {"task": features()["x"]}), ("", {"": features()["x"]}),
        ("complex64", features(dtype="complex64")), ("shape", features(shape=(0,))), ("shape", features(shape=(1, 1, 1, 1, 1, 1))),
        ("[1]", features(dtype="string", shape=(2,))),
        ("MiB", features(shape=(4096, 4096))), ("channels", features(dtype="video", shape=(480, 640, 1))),
        ("epth", features(dtype="video", shape=(480, 640, 1), info={"is_depth_map": True})),
        ("even", features(dtype="video", shape=(481, 641, 3))),
    ]
    for words, one in wrong:
        refused(ValueError, words, reel.LeRobotDataset.create, "me/x", FPS, one, root=root)
        require(not root.exists(), f"{words}: something was made")
    for words, settings in [
        ("vcodec", {"rgb_encoder": {"vcodec": "h265"}}), ("crf", {"rgb_encoder": {"crf": 99}}), ("lossless", {"rgb_encoder": {"lossless": True}}),
        ("memory", {"memory_mb": 0}), ("batch", {"batch_encoding_size": -1}),
    ]:
        refused(ValueError, words, reel.LeRobotDataset.create, "me/x", FPS, SMALL, root=root, **settings)
        require(not root.exists(), f"{words}: something was made")
    refused(ValueError, "fps", reel.LeRobotDataset.create, "me/x", 0, SMALL, root=root)
    refused(ValueError, "row", reel.LeRobotDataset.create, "me/x", FPS, {"a": {**SMALL["observation.images.front"], "shape": (8000, 8000, 3)}}, root=root)
    root.mkdir()
    (root / "mine.txt").write_text("mine")
    refused(FileExistsError, "exists", reel.LeRobotDataset.create, "me/x", FPS, SMALL, root=root)
    refused(reel.ReelError, "not there", reel.LeRobotDataset.resume, "me/x", root=root / "nowhere")
    require([path.name for path in root.iterdir()] == ["mine.txt"], "something was made")
    return f"{len(wrong) + 9} of them"


def not_there(root):
    import reel

    refused(NotImplementedError, "LeRobot", reel.LeRobotDataset, "me/x")
    dataset = create(root)
    refused(NotImplementedError, "push_to_hub", dataset.push_to_hub)
    refused(AttributeError, "hf_dataset", lambda: dataset.hf_dataset)
    refused(AttributeError, "episodes", lambda: dataset.meta.episodes)
    refused(NotImplementedError, "read", lambda: dataset[0])
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        dataset.start_image_writer(4)
        dataset.start_image_writer(4)
        dataset.stop_image_writer()
    require(len(told) == 1, f"{len(told)} warnings")
    dataset.finalize()


def out_of_order(root):
    import reel

    dataset = create(root, batch_encoding_size=10)
    refused(ValueError, "no frame", dataset.save_episode)
    dataset.clear_episode_buffer()
    for row in range(3):
        dataset.add_frame(frame(row + 5))
    require(dataset.has_pending_frames() and dataset.episode_buffer["size"] == 3, "frames are not counted")
    dataset.clear_episode_buffer()
    require(not dataset.has_pending_frames(), "frames are left")
    for row in range(4):
        dataset.add_frame(frame(row))
    dataset.save_episode(parallel_encoding=False)
    require(dataset.num_episodes == 1 and dataset.num_frames == 4, f"{dataset!r}")
    dataset.batch_encode_videos(0, 1)
    require(json.loads((root / "meta/info.json").read_text())["total_episodes"] == 1, "it is not encoded")
    whole = {"size": 2, "task": ["t", "t"], **{name: [frame(row)[name] for row in range(2)] for name in SMALL}}
    dataset.save_episode(whole)
    dataset.add_frame(frame(0))
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        dataset.finalize()
    require(any("not saved" in str(one.message) for one in told), "frames were discarded in silence")
    refused(reel.ReelError, "finalized", dataset.add_frame, frame(0))
    refused(reel.ReelError, "finalized", dataset.save_episode)
    holds(root, [4, 2])


def two_clients(root):
    import reel

    dataset = create(root)
    dataset.add_frame(frame(0))
    words = refused(reel.ReelError, "reel writer", reel.LeRobotDataset.resume, "me/small", root=root)
    dataset.add_frame(frame(1))
    dataset.save_episode()
    dataset.finalize()
    holds(root, [2])
    path = root.parent / "s"
    server = subprocess.Popen([os.environ["REEL_PROGRAM"], "writer", "--socket", path], stderr=subprocess.DEVNULL)
    first, second = Raw.connect(path), None
    try:
        require(first.ask({"do": "status"})["error"]["kind"] == "usage", "the first is not served")
        second = Raw.connect(path)
        require(second.hear()["error"]["kind"] == "busy", "the second is served too")
        first.socket.close()
        end = time.monotonic() + 5
        while time.monotonic() < end:
            third = Raw.connect(path)
            try:
                if third.ask({"do": "status"})["error"]["kind"] == "usage":
                    break
            except (EOFError, OSError):
                time.sleep(0.05)
        else:
            require(False, "nobody is served after the first")
        busy = subprocess.run([os.environ["REEL_PROGRAM"], "writer", "--socket", path], capture_output=True, text=True)
        require(busy.returncode == 1 and "listens" in busy.stderr, busy.stderr)
    finally:
        server.terminate()
        server.wait(10)
    return words


class Raw:
    """The protocol by hand."""

    def __init__(self, connection, process=None):
        self.socket, self.process = connection, process
        self.socket.settimeout(30)

    @classmethod
    def start(cls):
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [os.environ["REEL_PROGRAM"], "writer", "--fd", str(theirs.fileno())], pass_fds=[theirs.fileno()], stderr=subprocess.PIPE)
        return cls(ours, process)

    @classmethod
    def connect(cls, path):
        end = time.monotonic() + 10
        while True:
            try:
                made = socket.socket(socket.AF_UNIX)
                made.connect(str(path))
                return cls(made)
            except OSError:
                require(time.monotonic() < end, f"nobody listens at {path}")
                time.sleep(0.02)

    def send(self, kind, body):
        self.socket.sendall(struct.pack("<IB", len(body) + 1, ord(kind)) + body)

    def hear(self):
        head = self._read(5)
        return json.loads(self._read(struct.unpack("<IB", head)[0] - 1))

    def _read(self, count):
        data = bytearray()
        while len(data) < count:
            more = self.socket.recvmsg(count - len(data), socket.CMSG_SPACE(4))[0]
            if not more:
                raise EOFError
            data += more
        return data

    def ask(self, request):
        self.send("J", json.dumps(request).encode())
        return self.hear()

    def open(self, root, features, **members):
        return self.ask({
            "do": "open", "protocol": 1, "root": str(root), "repo_id": "me/small", "encoder": ENCODER,
            "create": {"fps": FPS, "features": json.loads(json.dumps(features))}, **members})

    def over(self):
        """What it said last, and its exit status."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
            answer = self.hear()
        except (EOFError, OSError):
            answer = None
        self.socket.close()
        errors = self.process.communicate(timeout=20)[1].decode()
        return answer, self.process.returncode, errors


VALUES = {"x": {"dtype": "float32", "shape": [2], "names": None}, "flag": {"dtype": "bool", "shape": [1], "names": None}}


def row(number, task=b"t"):
    return struct.pack("<I", len(task)) + task + struct.pack("<ff?", number, 1, True)


def rows_of(root):
    import pyarrow.parquet as parquet

    run("encode", root)
    found = sorted((root / "data").glob("*/*.parquet"))
    return [value for file in found for value, _ in parquet.read_table(file)["x"].to_pylist()]


def gone(root):
    client = Raw.start()
    require(client.open(root, VALUES)["ok"], "not opened")
    for number in range(5):
        client.send("R", row(number))
    answer, status, errors = client.over()
    require(answer is None and status == 0 and "5 rows" in errors and "reel encode" in errors, f"{status}: {errors}")
    require(rows_of(root) == [0, 1, 2, 3, 4], f"rows {rows_of(root)}")


def cut_short(root):
    for index, part in enumerate([b"\x01", struct.pack("<I", 40), struct.pack("<IB", 40, 0x52) + b"abc"]):
        client, place = Raw.start(), root / str(index)
        require(client.open(place, VALUES)["ok"], "not opened")
        for number in range(3):
            client.send("R", row(number))
        client.socket.sendall(part)
        client.socket.shutdown(socket.SHUT_WR)
        answer, status, errors = client.over()
        require(status == 0 and rows_of(place) == [0, 1, 2], f"{status}: {errors} {rows_of(place)}")


def garbage(root):
    root.mkdir()
    cases = {
        "no length": struct.pack("<I", 0), "a length that lies": struct.pack("<IB", 0xFFFFFFFF, 0x52),
        "a request that is too long": struct.pack("<IB", 2 << 20, 0x4A), "another kind": struct.pack("<IB", 5, 0x58) + b"1234",
        "no JSON": struct.pack("<IB", 5, 0x4A) + b"{{{{", "no object": struct.pack("<IB", 3, 0x4A) + b"12",
        "HTTP": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "a row that is too short": struct.pack("<IB", 6, 0x52) + b"\0\0\0\0\0",
        "a row that is too long": struct.pack("<IB", len(row(0)) + 2, 0x52) + row(0) + b"\0",
        "a task that lies": struct.pack("<IB", len(row(0)) + 1, 0x52) + b"\xff\xff\xff\x7f" + row(0)[4:],
        "a task that is no text": struct.pack("<IB", len(row(0)) + 1, 0x52) + row(0, b"\xff"),
        "a flag that is none": struct.pack("<IB", len(row(0)) + 1, 0x52) + row(0)[:-1] + b"\x07",
    }
    for name, data in cases.items():
        client, place = Raw.start(), root / name.replace(" ", "-")
        require(client.open(place, VALUES)["ok"], "not opened")
        for number in range(3):
            client.send("R", row(number))
        client.socket.sendall(data)
        answer, status, errors = client.over()
        require(answer and not answer["ok"] and answer["error"]["kind"] == "protocol", f"{name}: {answer}")
        require(status == 0 and errors.count("\n") <= 4, f"{name}: {status} {errors}")
        require(rows_of(place) == [0, 1, 2], f"{name}: rows {rows_of(place)}")
    # Before a dataset is open, and with pictures.
    client = Raw.start()
    client.send("R", row(0))
    require("opened" in client.over()[0]["error"]["message"], "a row before open")
    for name, sizes in {"no picture at first": 0, "a picture that is too small": 5, "a picture that is too large": 1 << 30}.items():
        client, place = Raw.start(), root / name.replace(" ", "-")
        camera = {"front": {"dtype": "image", "shape": [120, 160, 3], "names": None}}
        require(client.open(place, camera)["ok"], "not opened")
        client.send("R", struct.pack("<II", sizes, 1) + b"t")
        answer = client.over()[0]
        require(answer["error"]["feature"] == "front", f"{name}: {answer}")
    client, place = Raw.start(), root / "jpeg"
    require(client.open(place, {"front": {"dtype": "image", "shape": [120, 160, 3], "names": None}}, pictures={"front": "jpeg"})["ok"], "")
    client.send("R", struct.pack("<II", 100, 1) + b"t")
    require("JPEG" in client.over()[0]["error"]["message"], "zeros for a JPEG")
    for request in ({"do": "open"}, {"do": "open", "protocol": 2}, {"do": "dance"}, {}, {"do": "save"}, {"do": "open", "protocol": 1, "root": "relative"},
                    {"do": "open", "protocol": 1, "root": "/tmp/x", "colour": 1}):
        client = Raw.start()
        require(client.ask(request)["error"]["kind"] == "usage", f"{request}")
        require(client.ask({"do": "status"})["error"]["kind"] == "usage", "a refused request ends the connection")
        client.over()
    return f"{len(cases) + 12} of them"


def noise(root):
    """Messages of all kinds with random damage. Reel answers or closes; it never crashes, and three rows stay three rows."""
    random_ = random.Random(7)
    root.mkdir()
    for number in range(60):
        client, place = Raw.start(), root / str(number)
        require(client.open(place, VALUES)["ok"], "not opened")
        for index in range(3):
            client.send("R", row(index))
        require(client.ask({"do": "save"})["ok"], "not saved")
        data = bytearray(random_.choice([
            struct.pack("<IB", len(row(9)) + 1, 0x52) + row(9),
            b"".join(struct.pack("<IB", len(text) + 1, 0x4A) + text for text in [b'{"do": "status"}', b'{"do": "encode", "a": [1, {"b": null}]}']),
            bytes(random_.randrange(256) for _ in range(random_.randrange(1, 80))),
        ]))
        for _ in range(random_.randrange(1, 4)):
            data[random_.randrange(len(data))] = random_.randrange(256)
        try:
            client.socket.sendall(data)
            client.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        _, status, errors = client.over()
        require(status == 0, f"{bytes(data)!r}: {status} {errors}")
        if number % 20 == 0:
            require(rows_of(place)[:3] == [0, 1, 2], f"{bytes(data)!r}: {rows_of(place)}")
        shutil.rmtree(place)


def script(root, body):
    import sys

    head = f"""
import sys, os
sys.path[:0] = {sys.path!r}
import reel
from pathlib import Path
from writer.clients import create, frame
root = Path({str(root)!r})
"""
    return subprocess.run([sys.executable, "-c", head + body], capture_output=True, text=True, timeout=120)


def left_early(root):
    root.mkdir()
    done = script(root / "with", """
dataset = create(root, batch_encoding_size=5)
with reel.VideoEncodingManager(dataset):
    for row in range(4): dataset.add_frame(frame(row))
    dataset.save_episode()
    dataset.add_frame(frame(0))
    raise KeyError("broken")
""")
    require("KeyError: 'broken'" in done.stderr and done.returncode == 1, done.stderr)
    holds(root / "with", [4])
    done = script(root / "end", """
dataset = create(root, batch_encoding_size=5)
for row in range(4): dataset.add_frame(frame(row))
dataset.save_episode()
""")
    require(done.returncode == 0 and not (root / "end" / ".reel").exists(), done.stderr)
    holds(root / "end", [4])
    done = script(root / "middle", """
dataset = create(root, batch_encoding_size=5)
for row in range(4): dataset.add_frame(frame(row))
dataset.save_episode()
for row in range(3): dataset.add_frame(frame(row))
raise KeyError("broken")
""")
    require("3 rows" in done.stderr, done.stderr)
    holds(root / "middle", [4, 3])


class HalfSent:
    """A socket over which Ctrl-C comes when half of a message is sent."""

    def __init__(self, whole):
        self.whole = whole

    def sendall(self, data):
        self.whole.sendall(data[: len(data) // 2])
        raise KeyboardInterrupt

    def __getattr__(self, name):
        return getattr(self.whole, name)


def interrupted(root):
    """What is sent after half a message would be taken for its other half: nothing more may be sent."""
    import reel

    root.mkdir()
    for name in ("add_frame", "save_episode"):
        dataset = create(root / name)
        for row in range(3):
            dataset.add_frame(frame(row))
        connection = dataset._episodes._connection
        connection._socket = HalfSent(connection._socket)
        try:
            dataset.add_frame(frame(3)) if name == "add_frame" else dataset.save_episode()
            require(False, "nothing came")
        except KeyboardInterrupt:
            pass
        refused(reel.ReelError, "closed", dataset.add_frame, frame(4))
        holds(root / name, [3])


def forked(root):
    """A DataLoader's workers are forks; one that lives on must not keep Reel from seeing that its client is gone."""
    done = script(root, """
import time
dataset = create(root)
for row in range(3): dataset.add_frame(frame(row))
child = os.fork()
if child == 0:
    try:
        dataset.add_frame(frame(3))
        print("the child records", flush=True)
    except reel.ReelError:
        pass
    sys.stdout.close(); sys.stderr.close(); os.close(1); os.close(2)
    time.sleep(20)
    os._exit(0)
print(child, flush=True)
os.kill(os.getpid(), 9)
""")
    child = int(done.stdout.split()[0])
    try:
        require("records" not in done.stdout, done.stdout)
        begun = time.monotonic()
        holds(root, [3])
        require(time.monotonic() - begun < 10, "the child held it open")
    finally:
        os.kill(child, 9)


def full_disk(root):
    """A small filesystem of its own; root may mount one."""
    import reel

    root.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", root], capture_output=True).returncode:
        return "skipped: nothing can be mounted here"
    try:
        dataset = create(root / "data", batch_encoding_size=1000, backlog_mb=1000)
        for row in range(20):
            dataset.add_frame(frame(row))
        dataset.save_episode()
        words = None
        random_ = np.random.default_rng(1)
        try:
            for row in range(3000):
                noise_ = {**frame(row), "observation.images.front": random_.integers(0, 256, (120, 160, 3), dtype=np.uint8)}
                dataset.add_frame(noise_)
        except reel.ReelError as error:
            words = str(error)
            require(error.kind == "diskFull", words)
        require(words, "nothing was said")
        (root / "data").exists()
        # Room again: what was saved is there.
        subprocess.run(["mount", "-o", "remount,size=200m", root], check=True)
        from lerobot.datasets.lerobot_dataset import LeRobotDataset

        run("encode", root / "data")
        read = LeRobotDataset("me/small", root=root / "data")
        shown = [decode((read[row]["observation.images.front"].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)) for row in range(20)]
        require(shown == [(1, row) for row in range(20)], f"{shown}")
        return words
    finally:
        subprocess.run(["umount", "-l", root])
