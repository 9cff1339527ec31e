"""Reel on filesystems of many kinds, each mounted for it: it works there, or it says before the first take why not."""
import contextlib
import os
import platform
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from conformance.report import Failed, require

from .. import evidence, promises
from . import moments, steps
from ..program import PROJECT, Session, names_in, run

DOCUMENT = PROJECT / "docs" / "filesystems.md"
IMAGE_BYTES = 640 << 20
EPISODES = 2


class Unmountable(Exception):
    """This machine cannot mount it, with the reason."""


@dataclass
class Filesystem:
    """A kind of filesystem and how one comes to be."""

    name: str
    # What is peculiar about it, for the document.
    about: str
    # Mounts one below a directory and gives back the place to record in; `undo` is called with what must be undone.
    mount: object
    # A dataset of an earlier session lies there already when Reel comes.
    has_dataset: bool = False


def command(*arguments):
    """Runs a system's command; that it is not there, or fails, is a reason why a filesystem cannot be had."""
    try:
        done = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, timeout=120)
    except FileNotFoundError:
        raise Unmountable(f"there is no {arguments[0]}") from None
    if done.returncode != 0:
        said = " ".join((done.stderr or done.stdout).split())
        raise Unmountable(f"{arguments[0]}: {said[:160]}")
    return done.stdout


def mount(place, undo, *arguments):
    place.mkdir(parents=True, exist_ok=True)
    command("mount", *arguments, place)
    undo(lambda: subprocess.run(["umount", "--lazy", str(place)], check=False))
    return place


def image(directory, name, *maker):
    path = directory / f"{name}.image"
    with path.open("wb") as file:
        file.truncate(IMAGE_BYTES)
    command(*maker, path)
    return path


def loop_device(path, undo):
    device = command("losetup", "--find", "--show", path).strip()
    undo(lambda: subprocess.run(["losetup", "-d", device], check=False))
    return device


def on_image(name, *maker):
    def make(directory, undo):
        return mount(directory / name, undo, "-t", name, "-o", "loop", image(directory, name, *maker))

    return make


def on_tmpfs(directory, undo, name="tmpfs"):
    return mount(directory / name, undo, "-t", "tmpfs", "-o", f"size={IMAGE_BYTES}", "reel")


def in_container(directory, undo, dataset=False):
    """As a container sees its own files: a lower layer on one filesystem, what changes on another one."""
    lower = on_image("ext4", "mkfs.ext4", "-q")(directory, undo) / "lower"
    upper = on_tmpfs(directory, undo, "upper")
    for path in (lower, upper / "changes", upper / "work"):
        path.mkdir()
    if dataset:
        record(lower / "dataset")
    return mount(
        directory / "overlay", undo, "-t", "overlay", "-o",
        f"lowerdir={lower},upperdir={upper / 'changes'},workdir={upper / 'work'}", "reel")


def through_fuse(name, maker, driver):
    """With the kernel's own driver where there is one, else with one that is a program."""

    def make(directory, undo):
        path = image(directory, name, *maker)
        try:
            return mount(directory / name, undo, "-t", name, "-o", "loop", path)
        except Unmountable as without_kernel:
            place = directory / name
            try:
                device = loop_device(path, undo)
                command(*(part.format(device=device, place=place) for part in driver))
            except Unmountable as without_program:
                raise Unmountable(f"{without_kernel}; {without_program}") from None
            undo(lambda: subprocess.run(["umount", "--lazy", str(place)], check=False))
            return place

    return make


def over_nfs(directory, undo):
    served = on_image("ext4", "mkfs.ext4", "-q")(directory, undo)
    # As the root of what is exported: what it lies in may be a filesystem that cannot be.
    command("exportfs", "-o", "rw,no_root_squash,insecure,fsid=0", f"127.0.0.1:{served}")
    undo(lambda: subprocess.run(["exportfs", "-u", f"127.0.0.1:{served}"], check=False))
    return mount(directory / "nfs", undo, "-t", "nfs", "-o", "vers=4", "127.0.0.1:/")


def without_links(directory, undo):
    """A FUSE filesystem that has no hard links and cannot swap."""
    (directory / "below").mkdir()
    place = directory / "bindfs"
    place.mkdir()
    command("bindfs", "--hide-hard-links", directory / "below", place)
    undo(lambda: subprocess.run(["umount", "--lazy", str(place)], check=False))
    return place


FILESYSTEMS = [
    Filesystem("ext4", "a loop image", on_image("ext4", "mkfs.ext4", "-q")),
    Filesystem("xfs", "a loop image", on_image("xfs", "mkfs.xfs", "-q")),
    Filesystem("btrfs", "a loop image; checksums, copies on write", on_image("btrfs", "mkfs.btrfs", "-q")),
    Filesystem("tmpfs", "memory", on_tmpfs),
    Filesystem("overlay", "as in a container: lower layer on ext4, upper on tmpfs", in_container),
    Filesystem(
        "overlay-dataset", "the same, and the dataset was in the image: its directories lie in the lower layer",
        lambda directory, undo: in_container(directory, undo, dataset=True), has_dataset=True),
    Filesystem(
        "vfat", "a stick: no links, no case, no owners, 4 GiB a file",
        through_fuse("vfat", ("mkfs.vfat", "-F", "32"), ("fusefat", "-o", "rw+", "{device}", "{place}"))),
    Filesystem(
        "exfat", "a stick: no links, no case, no owners",
        through_fuse("exfat", ("mkfs.exfat",), ("mount.exfat-fuse", "{device}", "{place}"))),
    Filesystem("bindfs", "FUSE: another program behind every call", without_links),
    Filesystem("nfs", "a server on loopback", over_nfs),
]


def record(root, **options):
    session = Session.start(root, log=root.parent.parent / f"{root.parent.name}.log", episodes=EPISODES, **options)
    status = session.wait(90)
    require(status == 0, f"the session ended with {status}: {session.last_words()}")
    return session


def try_filesystem(section, directory, filesystem, quick, seed):
    """All trials on one filesystem. What came of it stands in `section.outcome`."""
    directory.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        try:
            place = filesystem.mount(directory, stack.callback)
        except Unmountable as reason:
            section.skip(str(reason))
            section.outcome = f"not tried here: {reason}"
            return
        section.outcome = _try(section, place, filesystem, quick, seed)
        # Whoever still works there would keep it.
        os.sync()


def _try(section, place, filesystem, quick, seed):
    root = place / "dataset"
    if not filesystem.has_dataset:
        refusal = []
        section.run("a session", _first_session, root, refusal)
        if refusal:
            return f"refused before the first take: “{refusal[0]}”"
        if section.failures:
            return f"FAILS: {section.failures[-1][1]}"
    section.run("life of a dataset", _live, root)
    if not quick:
        steps.kill_at_every_step(section, place / "steps", quick=True)
    moments.kill_at_random_moments(section, place / "moments", 2 if quick else 12, seed)
    return f"FAILS: {section.failures[0][0]}: {section.failures[0][1]}" if section.failures else "works"


def _first_session(root, refusal):
    session = Session.start(root, log=root.parent.parent / "first.log", episodes=EPISODES)
    status = session.wait(90)
    if status == 1 and not session.seen and not names_in(root / ".reel" / "takes") and not evidence.episode_count(root):
        refusal.append(session.last_words())
        return {}
    require(status == 0, f"the session ended with {status}: {session.last_words()}")
    return promises.check(root, evidence.Evidence(EPISODES, {}), {1, 2})


def _live(root):
    """Another session, joined files, an episode that goes: everything that renames, links or swaps."""
    record(root, schedule="streaming", more=["--resume=true"])
    problem = _read(root, 2 * EPISODES)
    run("consolidate", root, statuses=(0,))
    problem = problem or _read(root, 2 * EPISODES)
    run("edit", root, "--delete-episode", "0", statuses=(0,))
    problem = problem or _read(root, 2 * EPISODES - 1)
    record(root, schedule="batch of all", more=["--resume=true"])
    problem = problem or _read(root, 3 * EPISODES - 1)
    require(problem is None, f"LeRobot does not open the dataset: {problem}")
    left = [str(path.relative_to(root)) for path in root.rglob("*") if path.name.endswith(".partial")]
    require(not left and not (root / ".reel").exists(), f"left behind: {left or '.reel'}")


def _read(root, episodes):
    from .. import dataset

    run("check", root, statuses=(0,))
    found = len(dataset.read_episodes(root))
    require(found == episodes, f"there are {found} episodes, not {episodes}")
    return dataset.opens(root)


def write_document(sections, quick):
    """The table of docs/filesystems.md, between its marks."""
    lines = [
        f"{time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}, Linux {platform.release()}"
        f"{', a cut (--quick)' if quick else ''}:", "",
        "| filesystem | what it is | what came of it | trials |", "|---|---|---|---:|",
    ]
    about = {filesystem.name: filesystem.about for filesystem in FILESYSTEMS}
    for name, section in sections.items():
        outcome = section.outcome.replace("|", "/").replace("\n", " ")
        lines.append(f"| {name} | {about[name]} | {outcome} | {section.tried or ''} |")
    text = DOCUMENT.read_text()
    before, _, rest = text.partition("<!-- tried -->\n")
    _, _, after = rest.partition("<!-- /tried -->")
    DOCUMENT.write_text(before + "<!-- tried -->\n" + "\n".join(lines) + "\n<!-- /tried -->" + after)


def run_all(report, directory, quick, seed, only, writes):
    if os.geteuid() != 0:
        raise SystemExit("faults: mounting filesystems needs root")
    sections = {}
    for filesystem in FILESYSTEMS:
        if only and filesystem.name not in only:
            continue
        place = Path(directory) / filesystem.name
        section = report.section(
            f"on {filesystem.name}", try_filesystem, place, filesystem=filesystem, quick=quick, seed=seed)
        sections[filesystem.name] = section
        print(f"      {section.outcome}", flush=True)
        with contextlib.suppress(OSError):
            shutil.rmtree(place, ignore_errors=True)
    if writes:
        write_document(sections, quick)
