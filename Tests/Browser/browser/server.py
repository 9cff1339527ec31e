"""Datasets to look at, and `reel view` of them."""
import subprocess
import sys
import time
import urllib.request

from conformance.report import Failed, require
from faults import program

CAMERAS = ("{front: {type: sim, view: front, width: 640, height: 480, fps: 30}, "
           "top: {type: sim, view: top, width: 320, height: 240, fps: 30}}")
# Episodes of the recorded dataset, the last of them shorter than the others.
EPISODES, SECONDS = 4, 3
FPS = 30


def record(root, codec, more=()):
    """Four episodes of three seconds and one of one, their files joined, so that episodes begin inside of them."""
    for episodes, seconds, flags in ((EPISODES, SECONDS, []), (1, 1.1, ["--resume=true"])):
        session = program.Session.start(
            root, episodes=episodes, seconds=seconds, cameras=CAMERAS, codec=codec, more=[*flags, *more])
        status = session.wait(180)
        require(status == 0, f"the session ended with {status}: {session.last_words()}")
    program.run("consolidate", root, statuses=(0,))


class View:
    """`reel view`, as long as the block."""

    def __init__(self, root, *flags):
        self.process = subprocess.Popen(
            [program.program(), "view", str(root), "--no-open", "--port", "0", *flags], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=program.environment(SSH_CONNECTION=None))
        line = self.process.stdout.readline().strip()
        if not line.startswith("page: "):
            self.process.kill()
            raise Failed(f"no page: {line} {self.process.communicate()[1]}")
        self.address = line[len("page: "):]
        self.base, _, token = self.address.partition("/?t=")
        self.token = token

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def get(self, path, **headers):
        """As a program asks: (status, headers, body)."""
        request = urllib.request.Request(self.base + path, headers={"Authorization": f"Bearer {self.token}", **headers})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()


def wait(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        require(time.monotonic() < end, f"{what} did not come within {seconds} s")
        time.sleep(0.05)


def with_lerobot(python, code, *arguments):
    """Runs Python where LeRobot is."""
    done = subprocess.run(
        [python, "-c", code, *map(str, arguments)], capture_output=True, text=True, timeout=300,
        env=program.environment(HF_HUB_OFFLINE="1", PYTHONPATH=":".join(path for path in sys.path if path.startswith(str(program.PROJECT)))))
    require(done.returncode == 0, f"{done.stderr.strip().splitlines()[-1:]}")
