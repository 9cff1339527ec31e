"""How late a thread wakes that does nothing but sleep, while ffmpeg encodes AV1 at idle priority on every core."""
import os
import subprocess

from .codecs import AV1
from .processes import Failed, ordinary
from .reel import PROJECT


def sleep_beside_encoders(results, footage, directory, *cases):
    """Ten seconds of it, as the limit of these cases. The machine's mood changes by the minute: measure it near them."""
    program = directory / "sleeper"
    built = subprocess.run(
        ["clang", "-O1", PROJECT / "bench" / "sleeper.c", "-o", program], capture_output=True, text=True, check=False)
    if built.returncode != 0:
        raise Failed(f"clang: {built.stderr.strip()}")
    clip = footage.clip(0)
    encoding = ordinary([
        "chrt", "--idle", "0", "ffmpeg", "-nostdin", "-loglevel", "error", "-stream_loop", "-1", "-i", clip.yuv,
        *AV1.ffmpeg, "-f", "null", "-"])
    encoders = [
        subprocess.Popen(encoding, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "SVT_LOG": "1"})
        for _ in range(os.cpu_count())]
    try:
        done = subprocess.run(ordinary([program, 300]), capture_output=True, text=True, check=True)
        for case in cases:
            results.add("tick lateness, p99", case, "limit", "ms", float(done.stdout))
    finally:
        for encoder in encoders:
            encoder.kill()
            encoder.wait()
