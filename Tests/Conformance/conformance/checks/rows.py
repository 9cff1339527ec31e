"""Numbers: rows, indices, times, tasks, statistics."""
import io
import tempfile
from pathlib import Path

import numpy as np
import PIL.Image
import pyarrow.parquet

from ..report import require

SCALARS = ("timestamp", "frame_index", "episode_index", "index", "task_index")


def _columns(dataset):
    table = dataset.hf_dataset.with_format("numpy")
    images = {name for name, feature in dataset.meta.features.items() if feature["dtype"] == "image"}
    return {name: np.asarray(table[name]) for name in table.column_names if name not in images}


def _episodes(subject, columns):
    """The rows of each episode as slices, as meta/episodes states them."""
    described = subject.episode_rows()
    require(len(described) == subject.episodes, f"{len(described)} episodes rather than {subject.episodes}")
    slices = []
    for number, episode in enumerate(described):
        rows = slice(episode["dataset_from_index"], episode["dataset_to_index"])
        require(episode["episode_index"] == number, f"row {number} of meta/episodes is {episode['episode_index']}")
        require(rows.stop - rows.start == episode["length"], f"episode {number}: length and range differ")
        require(rows.start == (slices[-1].stop if slices else 0), f"episode {number}: does not follow on the one before")
        slices.append(rows)
    require(slices[-1].stop == len(columns["index"]), "meta/episodes does not reach the last row")
    return slices


def check_rows(subject):
    """Indices, times, task and totals are what LeRobot derives from the order of the rows."""
    dataset = subject.open()
    info = subject.info()
    columns = _columns(dataset)
    slices = _episodes(subject, columns)
    total = len(columns["index"])
    require(np.array_equal(columns["index"], np.arange(total)), "index does not count the rows")
    for number, rows in enumerate(slices):
        length = rows.stop - rows.start
        frames = np.arange(length)
        require(np.array_equal(columns["frame_index"][rows], frames), f"episode {number}: frame_index")
        require((columns["episode_index"][rows] == number).all(), f"episode {number}: episode_index")
        expected = (frames / info["fps"]).astype(np.float32)
        require(np.array_equal(columns["timestamp"][rows], expected), f"episode {number}: timestamp")
        tasks = {dataset.meta.tasks.iloc[index].name for index in np.unique(columns["task_index"][rows])}
        require(tasks == {subject.task_of(number)}, f"episode {number}: task {tasks}")
    require(info["total_frames"] == total, f"info.json says {info['total_frames']} frames, there are {total}")
    require(info["total_episodes"] == len(slices), f"info.json says {info['total_episodes']} episodes")
    require(info["total_tasks"] == len(dataset.meta.tasks), "info.json: total_tasks")
    require(info["splits"] == {"train": f"0:{len(slices)}"}, f"info.json: splits {info['splits']}")
    return f"{total} rows in {len(slices)} episodes"


def check_values(subject, takes_by_episode):
    """Every state and action is bit for bit what the recorder put into the spool."""
    columns = _columns(subject.open())
    slices = _episodes(subject, columns)
    compared = 0
    for episode, take in takes_by_episode.items():
        for feature, column in (("observation.state", "observation"), ("action", "action")):
            written = take.values(column)
            read = columns[feature][slices[episode]]
            require(read.shape == written.shape, f"episode {episode}: {feature} {read.shape}, spool {written.shape}")
            same = (read == written).all(axis=1)
            first = int(np.argmin(same))
            require(same.all(), f"episode {episode}: {feature} of row {first} is not that of take {take.number}")
        compared += len(written)
    return f"{compared} rows equal those of {len(takes_by_episode)} takes"


def check_statistics(subject):
    """stats.json is what LeRobot's own functions make of the rows; those of pictures have the right shapes and counts."""
    from lerobot.datasets.compute_stats import aggregate_stats, compute_episode_stats, sample_indices

    columns = _columns(subject.open())
    slices = _episodes(subject, columns)
    features = {
        name: feature for name, feature in subject.info()["features"].items() if feature["dtype"] not in ("video", "image")}
    ours = subject.statistics()
    theirs = aggregate_stats(
        [compute_episode_stats({name: columns[name][rows] for name in features}, features) for rows in slices])
    largest = 0.0
    for name in features:
        require(set(ours[name]) == set(theirs[name]), f"{name}: {sorted(ours[name])}")
        for statistic, value in theirs[name].items():
            difference = np.max(np.abs(np.asarray(ours[name][statistic]) - value) / (1 + np.abs(value)))
            require(difference <= 1e-5, f"{name}: {statistic} is off by {difference:.2g} of what LeRobot gets")
            largest = max(largest, float(difference))
    for name in subject.cameras():
        for statistic, value in ours[name].items():
            shape = (1,) if statistic == "count" else (3, 1, 1)
            require(np.shape(value) == shape, f"{name}: {statistic} has the shape {np.shape(value)}")
        expected = sum(len(sample_indices(rows.stop - rows.start)) for rows in slices)
        require(ours[name]["count"] == [expected], f"{name}: count {ours[name]['count']}, sampled are {expected}")
    return f"largest difference {largest:.1e}"


def _images(subject, feature):
    """The PNGs of a feature as the data files hold them: bytes and path of each row."""
    files = sorted((subject.root / "data").glob("*/*.parquet"))
    return [image for file in files for image in pyarrow.parquet.read_table(file, columns=[feature])[feature].to_pylist()]


def check_images(subject, takes_by_episode):
    """Every row's PNG is named and typed as LeRobot names and types them, is pixel for pixel what the spool has where
    that is without loss, and the statistics are those that LeRobot computes from the same PNGs."""
    from lerobot.datasets.compute_stats import compute_episode_stats, sample_images

    info, described = subject.info(), subject.episode_rows()
    require(info["video_path"] is None, f"video_path is {info['video_path']}")
    kind = pyarrow.parquet.ParquetFile(next((subject.root / "data").glob("*/*.parquet"))).schema_arrow
    compared = largest = 0
    for feature, camera in subject.cameras().items():
        require(str(kind.field(feature).type) == "struct<bytes: binary, path: string>", str(kind.field(feature).type))
        images = _images(subject, feature)
        for number, episode in enumerate(described):
            rows = images[episode["dataset_from_index"] : episode["dataset_to_index"]]
            names = [f"frame-{row:06d}.png" for row in range(len(rows))]
            require([row["path"] for row in rows] == names, f"episode {number}: names are {rows[0]['path']} and so on")
            with tempfile.TemporaryDirectory() as directory:
                paths = [Path(directory) / name for name in names]
                for path, row in zip(paths, rows):
                    path.write_bytes(row["bytes"])
                files = [str(path) for path in paths]
                theirs = compute_episode_stats({feature: files}, {feature: info["features"][feature]})[feature]
                # LeRobot adds hundreds of thousands of pixels up in float32, which is off by up to 0.006.
                pixels = sample_images(files).astype(np.float64) / 255
            for statistic, exact in (("mean", pixels.mean(axis=(0, 2, 3))), ("std", pixels.std(axis=(0, 2, 3)))):
                exact = exact.reshape(theirs[statistic].shape)
                error = float(np.max(np.abs(theirs[statistic] - exact)))
                require(error < 0.02, f"episode {number}, {camera}: LeRobot's {statistic} is off by {error:.2g}")
                theirs[statistic] = exact
            for statistic, value in theirs.items():
                ours = np.asarray(episode[f"stats/{feature}/{statistic}"]).reshape(np.shape(value))
                difference = float(np.max(np.abs(ours - value)))
                require(difference <= 1e-5, f"episode {number}, {camera}: {statistic} is off by {difference:.2g}")
                largest = max(largest, difference)
            if number in takes_by_episode:
                compared += _compare_with_spool(rows, takes_by_episode[number], camera, f"episode {number}, {camera}")
    return f"{compared} PNGs hold the spool's pictures, statistics off by {largest:.1e} at most"


def _compare_with_spool(rows, take, camera, place):
    """How many PNGs hold what the frame file has: the same bytes where that is RGB, else, since PyAV makes RGB of it in
    a way of its own, nearly the same."""
    stored = [(frame.to_ndarray(format="rgb24"), frame.format.name == "rgb24") for frame in take.pictures(camera)]
    references, _ = take.references(camera)
    for number, (row, reference) in enumerate(zip(rows, references)):
        picture = np.asarray(PIL.Image.open(io.BytesIO(row["bytes"]))).astype(np.int16)
        expected, is_exact = stored[reference]
        require(picture.shape == expected.shape, f"{place}, row {number}: the PNG has another size")
        difference = float(np.mean(np.abs(picture - expected)))
        require(
            difference == 0 if is_exact else difference < 2,
            f"{place}, row {number}: the PNG is not the spool's picture, it differs by {difference:.2f} of 255")
    return len(rows)
