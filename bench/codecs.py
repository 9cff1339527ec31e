"""The encoders that are compared: one set of settings for Reel, LeRobot and ffmpeg itself."""
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Codec:
    """An encoder with the settings that all three get."""

    title: str
    name: str
    # LeRobot's names of settings; what is not here is LeRobot's default (g=2, crf=30, preset 12 for AV1).
    settings: dict = field(default_factory=dict, hash=False)
    ffmpeg: tuple = ()

    def reel(self):
        flags = [f"--dataset.rgb_encoder.{name}={value}" for name, value in self.settings.items()]
        return [f"--dataset.rgb_encoder.vcodec={self.name}", *flags]


AV1 = Codec(
    "AV1", "libsvtav1",
    ffmpeg=("-c:v", "libsvtav1", "-g", "2", "-crf", "30", "-preset", "12", "-svtav1-params", "fast-decode=0"))
H264 = Codec(
    "h264 ultrafast", "h264", {"crf": 23, "preset": "ultrafast"},
    ffmpeg=("-c:v", "libx264", "-g", "2", "-crf", "23", "-preset", "ultrafast"))
