"""Pictures: each belongs to its row, in either decoder."""
import hashlib

import numpy as np

from .. import frame_code
from ..report import require
from ..subject import pictures_of

# Rows whose picture is not the one that a punctual camera would have had; they are flagged. How many there are is a
# matter of the machine's load (`make bench` measures it), but most rows must have a picture of their own.
MAXIMUM_STALE = 0.5


# A picture that was taken before its take's first row was due: it is drawn for that row, unless the camera's thread had no
# processor between the news of the take and the row; then it is one of whatever was before.
EARLY = -1


def _drawn_for(times, camera, fps):
    """The row that each row's picture was drawn for, by the capture times that Reel kept.

    Simulated picture k is drawn from half a row before row k is due until half a row after it. The row's own time minus
    the picture's age says when that was; an eighth of a row is left for what the ticks themselves were late.
    """
    period = 1e9 / fps
    rows = np.arange(len(times["frame_index"]))
    start = np.min(times["monotonic_ns"] - rows * period)
    captured = times["monotonic_ns"] - times[f"{camera}/age_ns"]
    return np.where(captured < start, EARLY, np.floor((captured - start) / period + 0.625).astype(int))


def _expected_rows(subject, takes_by_episode):
    """By episode and camera: the row that each row's picture must have been drawn for, after a check that meta/reel and
    the spool agree on which rows repeat a picture. Episodes that Reel did not record show row k in row k."""
    times = subject.capture_times()
    fps = subject.info()["fps"]
    expected = {}
    for number, episode in enumerate(subject.episode_rows()):
        for feature, camera in subject.cameras().items():
            place = f"episode {number}, {camera}"
            drawn = np.arange(episode["length"])
            repeated = np.zeros(len(drawn), dtype=bool)
            if number in times:
                repeated = times[number][f"{camera}/repeated"]
                require(len(repeated) == len(drawn), f"{place}: meta/reel has {len(repeated)} rows")
                drawn = _drawn_for(times[number], camera, fps)
                again = np.flatnonzero(repeated)
                require(0 not in again, f"{place}: row 0 repeats a picture")
                require((drawn[again] == drawn[again - 1]).all(), f"{place}: a repeated picture has another capture time")
            if number in takes_by_episode:
                _, is_new = takes_by_episode[number].references(camera)
                require(np.array_equal(~is_new, repeated), f"{place}: meta/reel and spool differ on repeated pictures")
            expected[number, feature] = drawn
    return expected


def _code(dataset, index, feature, place):
    """The take and the row that a picture was drawn for."""
    code = frame_code.decode(pictures_of(dataset[index], [feature])[feature])
    require(code is not None, f"{place}: the frame code cannot be read")
    return code


def _takes_shown(subject, dataset):
    """By episode: the take of its last row's picture, which was drawn long after the take began."""
    feature = next(iter(subject.cameras()))
    return {
        number: _code(dataset, episode["dataset_to_index"] - 1, feature, f"the end of episode {number}")[0]
        for number, episode in enumerate(subject.episode_rows())
    }


def check_pictures(subject, backend, takes_by_episode=None):
    """Every picture that LeRobot decodes carries the take and the row that it must."""
    features = subject.cameras()
    expected = _expected_rows(subject, takes_by_episode or {})
    dataset = subject.open(backend, return_uint8=True)
    takes = _takes_shown(subject, dataset)
    for number, take in (takes_by_episode or {}).items():
        require(takes[number] == take.number, f"episode {number} shows take {takes[number]}, not {take.number}")
    stale = 0
    for index in range(len(dataset)):
        item = dataset[index]
        episode, row = int(item["episode_index"]), int(item["frame_index"])
        for feature, picture in pictures_of(item, features).items():
            place = f"episode {episode}, row {row}, {features[feature]}"
            code = frame_code.decode(picture)
            require(code is not None, f"{place}: the frame code cannot be read")
            (take, drawn) = (takes[episode], int(expected[episode, feature][row]))
            if drawn == EARLY:
                is_right = code == (take, 0) or code[0] != take
            else:
                is_right = code == (take, drawn)
            require(is_right, f"{place}: shows row {code[1]} of take {code[0]}, not {max(0, drawn)} of {take}")
            stale += code != (take, row)
    # Every session counts its takes from 1, so only neighbours within one session must differ.
    numbers = [takes[number] for number in sorted(takes)]
    neighbours = [pair for at, pair in enumerate(zip(numbers, numbers[1:]), start=1) if at != subject.first]
    require(all(a != b for a, b in neighbours), f"takes of the episodes: {numbers}")
    figure = f"{len(dataset)} rows x {len(features)} cameras, {stale} older pictures"
    require(stale <= MAXIMUM_STALE * len(dataset) * len(features), figure)
    return figure


def takes_of_episodes(subject):
    """The spooled take of each episode, found by what its pictures say."""
    shown = _takes_shown(subject, subject.open(return_uint8=True))
    found = {
        number: subject.takes[take] for number, take in shown.items() if number >= subject.first and take in subject.takes}
    require(len(found) == len(subject.takes), f"{len(subject.takes)} takes were spooled, {len(found)} are episodes")
    return found


def fingerprints(subject):
    """A hash of each row's decoded pictures: equal before and after what must not re-encode."""
    features = subject.cameras()
    dataset = subject.open(return_uint8=True)
    hashes = []
    for index in range(len(dataset)):
        pictures = pictures_of(dataset[index], features)
        hashes.append(hashlib.sha256(b"".join(pictures[name].tobytes() for name in sorted(pictures))).hexdigest())
    return hashes
