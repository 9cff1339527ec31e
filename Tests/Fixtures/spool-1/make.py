"""Makes `dataset`, a session in the spool's format 1: `python3 make.py REEL`, where REEL is a program that writes it
(any up to the commit that brought this file) and `ffmpeg` is on the path.

Two cameras at 30 Hz: `front` gives JPEGs of 64×48, `top` 4:2:0 of 64×64 (with frame codes). The takes:

    1 kept        12 rows, raw pictures of top, called a success, with a note
    2 recorded    12 rows, raw
    3 discarded   12 rows, raw
    4 failed      12 rows, raw, set aside with a reason after two attempts
    5 recording   6 rows, raw; the recorder was killed in it
    6 kept        34 rows, pictures of top compressed (FFVHUFF)
    7 recording   33 rows, compressed; killed

A recorder makes takes that are kept and one that is cut; the others are those, renamed as the states have it.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def record(reel, root, clip, pictures, takes, rows, cut):
    """Records takes, and is killed when the one after them has `cut` rows."""
    cameras = {
        "front": {"type": "ffmpeg", "url": str(clip), "format": "mjpeg", "loop": True, "options": {"framerate": "30"},
                  "fps": 30, "warmup_s": 0},
        "top": {"type": "sim", "view": "top", "width": 64, "height": 64},
    }
    killed = f"spool.row-written:kill@{takes * rows + cut}:record"
    run = subprocess.run(
        [reel, "record", "--robot.type=sim", "--teleop.type=sim", f"--robot.cameras={json.dumps(cameras)}",
         "--dataset.repo_id=me/stack", f"--dataset.root={root}", "--dataset.single_task=Stack the cubes",
         f"--dataset.num_episodes={takes + 1}", f"--dataset.episode_time_s={rows / 30}", "--dataset.reset_time_s=0",
         "--dataset.rgb_encoder.vcodec=h264", "--dataset.rgb_encoder.preset=ultrafast",
         "--dataset.video_encoding_batch_size=1000", f"--reel.spool_pictures={pictures}"],
        env=os.environ | {"REEL_FAULT": killed}, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if run.returncode != -9:
        sys.exit(f"the recorder was not killed: {run.stderr}")


def move(source, spool, number, state, **said):
    take = spool / "takes" / f"{number:06}.{state}"
    shutil.copytree(source, take)
    if said:
        info = json.loads((take / "take.json").read_text())
        (take / "take.json").write_text(json.dumps(info | said, indent=2))


def main():
    reel = Path(sys.argv[1]).resolve()
    dataset = HERE / "dataset"
    shutil.rmtree(dataset, ignore_errors=True)
    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        clip = directory / "front.mjpeg"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=64x48:r=30", "-frames:v", "15", "-q:v", "8",
             "-f", "mjpeg", str(clip)], check=True)
        roots = {pictures: directory / pictures for pictures in ("raw", "compressed")}
        record(reel, roots["raw"], clip, "raw", takes=4, rows=12, cut=6)
        record(reel, roots["compressed"], clip, "compressed", takes=1, rows=34, cut=33)
        shutil.copytree(roots["raw"] / "meta", dataset / "meta")
        (dataset / ".reel").mkdir()
        shutil.copy(roots["raw"] / ".reel" / "session.json", dataset / ".reel")
        raw, compressed = (roots[name] / ".reel" / "takes" for name in ("raw", "compressed"))
        spool = dataset / ".reel"
        move(raw / "000001.kept", spool, 1, "kept", outcome="success", note="the cube slipped once")
        move(raw / "000002.kept", spool, 2, "recorded")
        move(raw / "000003.kept", spool, 3, "discarded")
        move(raw / "000004.kept", spool, 4, "failed", failure="the encoder was killed by signal 9", attempts=2)
        move(raw / "000005.recording", spool, 5, "recording")
        move(compressed / "000001.kept", spool, 6, "kept")
        move(compressed / "000002.recording", spool, 7, "recording")


main()
