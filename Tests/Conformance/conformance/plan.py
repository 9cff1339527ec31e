"""Which checks run on what, in order."""
import json
from importlib.metadata import version

from . import reel, self_test
from .checks import arms, colours, display, documented, pictures, rows, sdk_servos, terminal, usage
from .flags import RECORD, read_flags
from .report import Failed, require
from .subject import Subject


def is_expected_lerobot(report):
    """Whether the LeRobot here is the one that Reel is written after; an older Python has an older one, which reads the
    same format but has other flags and tools."""
    expected = json.loads(RECORD.read_text())["lerobot"]
    here = version("lerobot")
    if here != expected:
        report.skip("flags, editing, resuming", f"they need LeRobot {expected}, and this is {here}")
    return here == expected


def check_flags():
    """Reel's list of flags is that of the LeRobot that is installed."""
    require(json.loads(RECORD.read_text()) == read_flags(), f"{RECORD.name} differs; python -m conformance.flags writes it")
    return f"{len(read_flags()['flags'])} flags"


def check_dataset(report, name, subject, backends=("torchcodec",)):
    """All that must hold for every dataset."""
    takes = {}

    def find_takes():
        takes.update(pictures.takes_of_episodes(subject))
        return f"{len(takes)} of {subject.episodes} episodes have their take"

    report.run(f"{name}: opens, rows and indices", rows.check_rows, subject)
    if subject.takes:
        report.run(f"{name}: episodes and takes", find_takes)
        report.run(f"{name}: states and actions as spooled", rows.check_values, subject, takes)
    for backend in backends:
        report.run(f"{name}: pictures belong to their rows, {backend}", pictures.check_pictures, subject, backend, takes)
    return takes


def check_colours(report, name, subject, takes):
    episode = next(iter(takes), None)
    for feature, camera in subject.cameras().items() if takes else ():
        place = f"{name}: {camera},"
        report.run(f"{place} PSNR", colours.check_against_ffmpeg, subject, episode, takes[episode], feature)
        report.run(f"{place} mean colours", colours.check_mean_colours, subject, episode, takes[episode], feature)


def check_use(report, name, subject):
    report.run(f"{name}: statistics", rows.check_statistics, subject)
    report.run(f"{name}: a DataLoader runs an epoch", usage.check_training, subject)


def check_editing(report, name, subject, directory):
    report.run(f"{name}: lerobot-edit-dataset deletes an episode", usage.check_deleting, subject, directory)
    report.run(f"{name}: lerobot-edit-dataset splits", usage.check_splitting, subject, directory)


def check_arms(report, directory, footage=None):
    """Sessions with two simulated SO-101 on pseudo-terminals."""
    report.heading("SO-101 arms")
    if footage:
        report.run("arms: real pictures, AV1", arms.check_footage, directory / "arms-footage", footage)
        report.run(
            "arms: real pictures, a noisy wire", arms.check_footage, directory / "arms-footage-noisy", footage,
            "lose=500,flip=1250,seed=3")
    report.run("arms: 12 episodes, the follower follows", arms.check_session, directory / "arms")
    report.run("arms: a noisy wire", arms.check_noisy_wire, directory / "arms-noisy")
    report.run("arms: a servo is gone for good", arms.check_lost_servo, directory / "arms-lost")
    report.run("arms: servos made of LeRobot's packet code", sdk_servos.check_sdk, directory / "arms-sdk")
    report.run("arms: recording asks about a calibration", terminal.check_calibrating, directory / "arms-asked")


def check_terminal(report, directory):
    """Somebody at the keyboard, and second thoughts afterwards."""
    report.heading("at the keyboard")
    if report.run("keys: success, a note, undo", terminal.check_keys, directory):
        report.run("reel edit deletes an episode", terminal.check_deleting, directory)


def check_display(report, directory):
    """`--display_data`, beside LeRobot's own servers."""
    report.heading("display")
    report.run("Foxglove: pixels, byte for byte LeRobot's", display.check_foxglove, False)
    report.run("Foxglove: JPEGs, byte for byte LeRobot's", display.check_foxglove, True)
    report.run("Foxglove: who may read it", display.check_foxglove_access)
    report.run("Rerun reads the stream", display.check_rerun, directory / "rerun")
    report.run("without Rerun the session goes on", display.check_no_rerun, directory / "no-rerun")
    report.heading("lines of LeRobot's documents")
    for number, name in enumerate(documented.LINES):
        report.run(name, documented.check, name, directory / f"documented-{number}")


def check_reel(report, directory):
    """Records with every schedule and checks what LeRobot makes of it."""
    is_expected = is_expected_lerobot(report)
    if is_expected:
        report.run("flags of lerobot-record", check_flags)
    check_arms(report, directory)
    check_terminal(report, directory)
    check_display(report, directory)
    subjects = {}
    for name, arguments in reel.SCHEDULES.items():
        report.heading(name)
        subject = _record(report, directory, name, arguments)
        if subject is None:
            continue
        subjects[name] = subject
        check_dataset(report, name, subject, ("torchcodec", "pyav") if name == "streaming" else ("torchcodec",))
        report.run(f"{name}: reel check", lambda: f"{reel.run('check', subject.root):.1f} s")
    if "streaming" not in subjects or "batch of all" not in subjects:
        report.run("what needs a recording", _nothing_recorded)
        return
    _check_images(report, directory)
    report.heading("colours and use")
    subject = subjects["streaming"]
    try:
        takes = pictures.takes_of_episodes(subject)
    except Failed:
        takes = {}
    check_colours(report, "streaming", subject, takes)
    check_use(report, "streaming", subject)
    if is_expected:
        check_editing(report, "streaming", subject, directory)
    report.heading("consolidated")
    _check_consolidating(report, subjects["batch of all"])
    if not is_expected:
        return
    report.heading("resumed")
    _check_resuming(report, directory, subjects["batch of all"])


def _check_images(report, directory):
    """PNGs in the data files rather than videos."""
    report.heading("images")
    subject = _record(report, directory, "images", ["--dataset.video=false", "--dataset.streaming_encoding=true"])
    if subject is None:
        return
    takes = check_dataset(report, "images", subject)
    report.run("images: PNGs and their statistics", rows.check_images, subject, takes)
    check_use(report, "images", subject)
    report.run("images: reel check", lambda: f"{reel.run('check', subject.root):.1f} s")
    report.run("images: consolidates", lambda: f"{reel.run('consolidate', subject.root):.1f} s")
    check_dataset(report, "images, consolidated", subject)


def _nothing_recorded():
    raise Failed("there is no recording to go on with")


def _record(report, directory, name, arguments):
    """Records; where episodes are published during the session, opens the dataset while it goes on."""
    found = []
    recording = reel.record(directory, name, arguments)

    def open_during_recording():
        reel.wait_until_published(recording, 1)
        published = recording.published()
        copy = Subject(recording.root, recording.repo_id, reel.TASK, published)
        dataset = copy.open()
        require(recording.is_running(), "the session was over before the dataset was open")
        require(dataset.num_episodes >= published, f"{dataset.num_episodes} episodes, {published} are published")
        dataset[len(dataset) - 1]
        return f"{dataset.num_episodes} episodes, {len(dataset)} rows"

    def finish():
        subject = recording.finish()
        require(subject.episodes == recording.episodes, f"{subject.episodes} of {recording.episodes} episodes")
        require(len(subject.takes) == subject.episodes, f"{len(subject.takes)} takes kept in {recording.spool}")
        found.append(subject)
        return f"{subject.episodes} episodes"

    if name in ("streaming", "batch of 1"):
        report.run(f"{name}: opens during recording", open_during_recording)
    report.run(f"{name}: records", finish)
    return found[0] if found else None


def _check_consolidating(report, subject):
    before = []

    def consolidate():
        before.extend(pictures.fingerprints(subject))
        seconds = reel.run("consolidate", subject.root)
        files = len(list((subject.root / "videos").rglob("*.mp4")))
        require(files == len(subject.cameras()), f"{files} videos for {len(subject.cameras())} cameras")
        return f"{seconds:.1f} s, {files} videos"

    def compare():
        require(pictures.fingerprints(subject) == before, "a picture is not bit for bit what it was")
        return f"{len(before)} rows"

    report.run("consolidated: joins the files", consolidate)
    report.run("consolidated: no picture has changed", compare)
    check_dataset(report, "consolidated", subject, ("torchcodec", "pyav"))
    report.run("consolidated: statistics", rows.check_statistics, subject)
    report.run("consolidated: reel check", lambda: f"{reel.run('check', subject.root):.1f} s")


def _check_resuming(report, directory, subject):
    """LeRobot adds to Reel's dataset, then Reel adds to that, then Reel adds to one of LeRobot's own; each of them first
    with a task that is there already, then with a new one."""
    state = {"subject": subject}

    def lerobot_adds():
        state["subject"] = usage.append_with_lerobot(state["subject"], 45, take=60_000)
        state["subject"] = usage.append_with_lerobot(state["subject"], 30, take=60_003, task="Push the cube.")
        return f"{state['subject'].episodes} episodes"

    def reel_adds(task=reel.TASK):
        before = state["subject"]
        recording = reel.record(
            directory, f"resumed-{before.root.name}-{before.episodes}", ["--resume=true"], episodes=1, seconds=2, root=before.root,
            repo_id=before.repo_id, task=task)
        after = recording.finish()
        require(after.episodes == before.episodes + 1, f"{after.episodes} episodes after {before.episodes}")
        after.first = before.episodes
        after.tasks = {**before.tasks, before.episodes: task}
        state["subject"] = after
        return f"{after.episodes} episodes"

    def lerobot_begins():
        state["subject"] = usage.record_with_lerobot(directory, subject)
        return f"{state['subject'].episodes} episodes"

    if report.run("resumed: LeRobot adds an episode", lerobot_adds):
        check_dataset(report, "resumed by LeRobot", state["subject"])
    if report.run("resumed: Reel adds to that", reel_adds):
        check_dataset(report, "resumed by Reel", state["subject"], ("torchcodec", "pyav"))
        report.run("resumed by Reel: reel check", lambda: f"{reel.run('check', state['subject'].root):.1f} s")
    if report.run("resumed: Reel adds another task", reel_adds, "Turn the cube."):
        check_dataset(report, "resumed by Reel, another task", state["subject"])
    if report.run("begun by LeRobot: LeRobot records", lerobot_begins) and report.run(
        "begun by LeRobot: Reel adds an episode", reel_adds
    ):
        check_dataset(report, "begun by LeRobot", state["subject"])
        report.run("begun by LeRobot: reel check", lambda: f"{reel.run('check', state['subject'].root):.1f} s")


def test_the_checks(report, directory):
    """Every check that needs no recorder, on data of LeRobot's own, whole and spoiled."""
    report.run("flags of lerobot-record", check_flags)
    report.heading("a dataset of LeRobot's own")
    subject = self_test.make_dataset(directory, "whole")
    takes = check_dataset(report, "whole", subject, ("torchcodec", "pyav"))
    check_colours(report, "whole", subject, takes)
    check_use(report, "whole", subject)
    check_editing(report, "whole", subject, directory)
    report.heading("spoiled")
    dropped = self_test.make_dataset(directory, "dropped", self_test.draw_after_a_drop)
    report.detects("a dropped picture", pictures.check_pictures, dropped, "torchcodec")
    self_test.write_capture_times(dropped.root, 3, late=[(0, 20)])
    report.detects("a repeat that is none", pictures.check_pictures, dropped, "torchcodec")
    report.detects("takes that are no episodes", pictures.takes_of_episodes, _with_another_take(directory, subject))
    washed = self_test.make_dataset(directory, "washed", self_test.draw_washed_out, episodes=1)
    report.detects("a wrong range", colours.check_mean_colours, washed, 0, washed.takes[1], "observation.images.front")
    coarse = self_test.make_dataset(directory, "coarse", episodes=1, crf=35)
    _claim(coarse, "video.crf", 23)
    report.detects("a worse encoder", colours.check_against_ffmpeg, coarse, 0, coarse.takes[1], "observation.images.front")
    spool = directory / "changed-spool"
    self_test.write_take(spool, 1, change_action=True)
    report.detects("a changed action", rows.check_values, subject, {0: self_test.kept_takes(spool)[1]})
    _spoil(subject, "stats.json", lambda stats: stats["action"]["mean"].__setitem__(0, 1.0))
    report.detects("wrong statistics", rows.check_statistics, subject)
    _spoil(subject, "info.json", lambda info: info.__setitem__("total_frames", 1))
    report.detects("a wrong total", rows.check_rows, subject)
    report.heading("resumed by LeRobot")
    _spoil(subject, "info.json", lambda info: info.__setitem__("total_frames", 3 * self_test.ROWS))
    check_dataset(report, "resumed", usage.append_with_lerobot(subject, 30, take=60_000))


def _with_another_take(directory, subject):
    spool = directory / "another-spool"
    self_test.write_take(spool, 9)
    return Subject(subject.root, subject.repo_id, subject.task, subject.episodes, self_test.kept_takes(spool))


def _claim(subject, key, value):
    def change(info):
        for feature in subject.cameras():
            info["features"][feature]["info"][key] = value

    _spoil(subject, "info.json", change)


def _spoil(subject, name, change):
    path = subject.root / "meta" / name
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content, indent=4))
