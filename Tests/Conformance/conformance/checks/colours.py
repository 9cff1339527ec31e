"""Colours: as good as the ffmpeg command line with the same encoder and settings, and nothing shifted."""
import subprocess
import tempfile
from pathlib import Path

import av
import numpy as np

from .. import frame_code
from ..report import require
from ..subject import pictures_of

# How FFmpeg's command line names what info.json states.
ENCODERS = {"av1": "libsvtav1", "h264": "libx264", "hevc": "libx265"}
MAXIMUM_LOSS_DB = 0.3
MAXIMUM_SHIFT = 1.0  # of 255


def _planes(frame):
    return frame.to_ndarray(format="yuv420p").astype(np.float32)


def _psnr(errors):
    return 10 * np.log10(255**2 / max(float(np.mean(errors)), 1e-9))


def _command_line(source, target, info, fps):
    """The video that ffmpeg makes of the same frames with the settings that info.json states."""
    codec = info["video.codec"]
    options = ["-c:v", ENCODERS[codec], "-g", str(info["video.g"]), "-pix_fmt", info["video.pix_fmt"]]
    for key in ("crf", "preset"):
        if info.get(f"video.{key}") is not None:
            options += [f"-{key}", str(info[f"video.{key}"])]
    if codec == "av1":
        options += ["-svtav1-params", f"fast-decode={info.get('video.fast_decode') or 0}"]
    command = ["ffmpeg", "-nostdin", "-y", "-v", "error", "-r", str(fps), "-i", str(source), *options, str(target)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def _episode_frames(subject, number, feature):
    """The frames of one episode, decoded straight from its file."""
    episode = subject.episode_rows()[number]
    info = subject.info()
    path = subject.root / info["video_path"].format(
        video_key=feature, chunk_index=episode[f"videos/{feature}/chunk_index"],
        file_index=episode[f"videos/{feature}/file_index"])
    first = round(episode[f"videos/{feature}/from_timestamp"] * info["fps"])
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    return frames[first : first + episode["length"]]


def check_against_ffmpeg(subject, episode, take, feature):
    """The dataset's pictures are as near to the spool's as those that ffmpeg makes with the same settings."""
    camera = subject.cameras()[feature]
    info = subject.info()
    source = [_planes(frame) for frame in take.pictures(camera)]
    index, _ = take.references(camera)
    ours = _episode_frames(subject, episode, feature)
    require(len(ours) == len(index), f"{len(ours)} pictures, {len(index)} rows")
    with tempfile.TemporaryDirectory() as directory:
        target = Path(directory) / "reference.mp4"
        _command_line(take.frame_file(camera), target, info["features"][feature]["info"], info["fps"])
        with av.open(str(target)) as container:
            theirs = list(container.decode(video=0))
    require(len(theirs) == len(source), f"ffmpeg made {len(theirs)} pictures of {len(source)}")
    our_errors, their_errors, shifts = [], [], []
    for row, packet in enumerate(index):
        original, mine = source[packet], _planes(ours[row])
        our_errors.append(np.mean((mine - original) ** 2))
        their_errors.append(np.mean((_planes(theirs[packet]) - original) ** 2))
        shifts.append(abs(float(np.mean(mine - original))))
    loss = _psnr(their_errors) - _psnr(our_errors)
    figure = f"{_psnr(our_errors):.2f} dB, ffmpeg {_psnr(their_errors):.2f} dB"
    require(loss <= MAXIMUM_LOSS_DB, f"{figure}: {loss:.2f} dB worse")
    require(max(shifts) <= MAXIMUM_SHIFT, f"{figure}: the mean of a picture is off by {max(shifts):.2f}")
    return figure


def check_mean_colours(subject, episode, take, feature, backend="torchcodec"):
    """The mean red, green and blue that LeRobot decodes are those of the spool's pictures; black and white are whole."""
    camera = subject.cameras()[feature]
    source = [frame.to_ndarray(format="rgb24").reshape(-1, 3).mean(axis=0) for frame in take.pictures(camera)]
    index, _ = take.references(camera)
    dataset = subject.open(backend, return_uint8=True)
    start = subject.episode_rows()[episode]["dataset_from_index"]
    largest, black, white = 0.0, [], []
    for row in range(0, len(index), 5):
        picture = pictures_of(dataset[start + row], [feature])[feature]
        difference = np.abs(picture.reshape(-1, 3).mean(axis=0) - source[index[row]])
        largest = max(largest, float(difference.max()))
        cells = frame_code.cell_means(picture)
        black.append(cells[cells < 128].mean())
        white.append(cells[cells >= 128].mean())
    require(largest <= MAXIMUM_SHIFT, f"a mean colour is off by {largest:.2f} of 255")
    figure = f"off by at most {largest:.2f} of 255; black {np.mean(black):.1f}, white {np.mean(white):.1f}"
    require(np.mean(black) <= 4 and np.mean(white) >= 251, f"{figure}: the range is wrong")
    return figure
