"""The client, Reel or the encoder killed at random moments: no saved episode is lost, and no row has another's picture."""
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import av
import pyarrow.parquet as parquet

from conformance.frame_code import decode
from conformance.report import require

from .clients import run

VICTIMS = ("client", "writer", "encoder")
EPISODES, ROWS = 6, 25


def check(report, directory, count, seed):
    report.run(f"{count} kills of client, writer and encoder", kill, directory, count, seed)


def program(root, batch):
    """What is killed: says each row that it has handed over and each episode that is saved."""
    return f"""
import sys
sys.path[:0] = {sys.path!r}
from pathlib import Path
from writer.clients import create, frame
dataset = create(Path({str(root)!r}), batch_encoding_size={batch}, streaming_encoding={batch == 0})
print("begun", flush=True)
for episode in range({EPISODES}):
    for row in range({ROWS} + episode):
        dataset.add_frame(frame(row, episode))
    dataset.save_episode()
    print("saved", episode, flush=True)
dataset.finalize()
print("finalized", flush=True)
"""


def kill(directory, count, seed):
    random_ = random.Random(seed)
    # How long one goes on undisturbed, so that the moments lie in it.
    begun = time.monotonic()
    recorded(directory / "whole", 1, None, None)
    length = time.monotonic() - begun
    kept = saved = 0
    for number in range(count):
        root = directory / f"killed-{number}"
        victim, batch = VICTIMS[number % 3], random_.choice([0, 1, 1, 4, 100])
        told, status = recorded(root, batch, victim, random_.uniform(0.02, 1) * length)
        try:
            found = verify(root, told, f"{victim} killed, batch {batch}, seed {seed}, number {number}")
        except Exception:
            shutil.copytree(root, Path("/tmp") / f"reel-writer-killed-{number}", dirs_exist_ok=True)
            raise
        saved += told
        kept += found
        if victim == "encoder":
            require(status == 0 and told == EPISODES, f"number {number}: the encoder's death ended the program: {status}")
        shutil.rmtree(root, ignore_errors=True)
    return f"{saved} episodes saved, {kept} there"


def recorded(root, batch, victim, moment):
    """How many episodes it said were saved, and how it ended."""
    client = subprocess.Popen([sys.executable, "-c", program(root, batch)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    lines = [client.stdout.readline()]
    if victim:
        time.sleep(moment)
        target = {"client": lambda: client.pid, "writer": lambda: child(client.pid, "writer"), "encoder": lambda: encoder(client.pid)}[victim]()
        if target:
            try:
                os.kill(target, signal.SIGKILL)
            except ProcessLookupError:
                pass
    output, errors = client.communicate(timeout=120)
    lines += output.splitlines()
    if not victim:
        require("finalized" in lines, errors)
    return sum(line.startswith("saved") for line in lines), client.returncode


def child(parent, word):
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and int(Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()[1]) == parent:
                if word in Path(f"/proc/{name}/cmdline").read_bytes().decode().split("\0"):
                    return int(name)
        except (OSError, IndexError):
            continue
    return None


def encoder(client):
    writer = child(client, "writer")
    return child(writer, "encode-worker") if writer else None


def verify(root, told, what):
    """Every saved episode is there with all its rows; one more may be, cut short. Returns how many there are."""
    # A Reel that has lost its client is on its way out.
    end = time.monotonic() + 10
    while True:
        done = subprocess.run([os.environ["REEL_PROGRAM"], "encode", root], capture_output=True, text=True, timeout=120)
        if done.returncode in (0, 3) or time.monotonic() > end:
            break
        time.sleep(0.1)
    if not (root / "meta" / "info.json").exists():
        require(told == 0, f"{what}: {told} saved, and there is no dataset")
        return 0
    require(done.returncode in (0, 3), f"{what}: {done.stderr}")
    files = sorted((root / "data").glob("*/*.parquet"))
    rows = [row for file in files for row in parquet.read_table(file).to_pylist()]
    lengths = {}
    for row in rows:
        lengths[row["episode_index"]] = lengths.get(row["episode_index"], 0) + 1
        require(row["state"] == [row["frame_index"], row["episode_index"]], f"{what}: {row}")
    episodes = sorted(lengths)
    require(episodes == list(range(len(episodes))) and len(episodes) >= told, f"{what}: {told} saved, {episodes} there")
    for episode in episodes:
        whole = ROWS + episode
        require(lengths[episode] == whole if episode < told else 0 < lengths[episode] <= whole,
                f"{what}: episode {episode} has {lengths[episode]} of {whole} rows")
    if not rows:
        return 0
    shown = []
    for file in sorted((root / "videos" / "observation.images.front").glob("*/*.mp4")):
        with av.open(str(file)) as video:
            shown += [decode(picture.to_ndarray(format="rgb24")) for picture in video.decode(video=0)]
    wanted = [(row["episode_index"], row["frame_index"]) for row in rows]
    wrong = next((index for index, pair in enumerate(zip(shown, wanted)) if pair[0] != pair[1]), None)
    require(len(shown) == len(wanted) and wrong is None, f"{what}: {len(shown)} pictures for {len(wanted)} rows, row {wrong}")
    checked = subprocess.run([os.environ["REEL_PROGRAM"], "check", root], capture_output=True, text=True)
    require(checked.returncode == 0, f"{what}: {checked.stdout}{checked.stderr}")
    return len(episodes)
