"""The pictures that both programs get: real footage with a sensor's noise, or moving shapes where there is none."""
import subprocess
from dataclasses import dataclass
from pathlib import Path

FPS = 30


@dataclass
class Clip:
    """The same pictures as both programs and ffmpeg take them; one loop of them."""

    width: int
    height: int
    frames: int
    # NUT files: raw RGB, JPEGs as a webcam makes them, and raw 4:2:0.
    rgb: Path
    mjpeg: Path
    yuv: Path

    def camera(self, source):
        """Reel's camera that plays it at real time."""
        path = self.rgb if source == "RGB" else self.mjpeg
        return (
            f"{{type: ffmpeg, url: {path}, loop: true, width: {self.width}, height: {self.height}, fps: {FPS}, "
            "warmup_s: 0}")


class Footage:
    """Makes clips from the films in a directory. Cameras take them in turn."""

    def __init__(self, films, directory):
        self.films = sorted(Path(films).glob("*.mp4")) if films else []
        if films and not self.films:
            raise SystemExit(f"bench: no *.mp4 in {films}")
        self.directory = directory
        self.clips = {}

    def about(self):
        if not self.films:
            return "moving shapes with noise (no FOOTAGE was given)"
        return f"real footage with noise added ({', '.join(film.name for film in self.films)})"

    def clip(self, camera, width=640, height=480, frames=150):
        """The clip of the camera of that number."""
        film = self.films[camera % len(self.films)] if self.films else None
        key = (film, width, height, frames)
        if key not in self.clips:
            self.clips[key] = self._make(f"{len(self.clips)}-{width}x{height}", *key)
        return self.clips[key]

    def _make(self, name, film, width, height, frames):
        if film:
            source = ["-stream_loop", "-1", "-i", str(film)]
            look = f"scale={width}:{height}:flags=bicubic,fps={FPS},"
        else:
            source = ["-f", "lavfi", "-i", f"testsrc2=size={width}x{height}:rate={FPS}"]
            look = "gblur=sigma=3,"
        clip = Clip(width, height, frames, *(self.directory / f"{name}-{kind}.nut" for kind in ("rgb", "jpg", "yuv")))
        look += "noise=alls=4:allf=t,format=yuv420p"
        _ffmpeg([*source, "-vf", look, "-frames:v", str(frames), "-c:v", "rawvideo", "-pix_fmt", "yuv420p", clip.yuv])
        _ffmpeg(["-i", clip.yuv, "-c:v", "rawvideo", "-pix_fmt", "rgb24", clip.rgb])
        _ffmpeg(["-i", clip.yuv, "-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj422p", clip.mjpeg])
        return clip


def _ffmpeg(arguments):
    subprocess.run(["ffmpeg", "-nostdin", "-y", "-loglevel", "error", *map(str, arguments)], check=True)
