"""The virtual machine: QEMU with the host's root, a job to do and nothing else."""
import atexit
import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path


HERE = Path(__file__).parent
# What reaches the host's root; all others are loaded from there.
FIRST_MODULES = ["virtio_pci", "9pnet_virtio", "9p", "overlay"]
TRIAL_SECONDS = 40


@dataclass
class Hardware:
    """What the machine is made of."""

    cores: int = 2
    megabytes: int = 3072
    # Images of disks, /dev/vda and so on: written back as a disk with a cache does.
    disks: list = field(default_factory=list)


class Machine:
    """Boots, does one job, and is off again."""

    def __init__(self, packages, directory, hardware=None, accelerator="tcg"):
        self.packages = packages
        self.directory = directory
        self.hardware = hardware or Hardware()
        self.accelerator = accelerator
        self.process = None
        directory.mkdir(parents=True, exist_ok=True)

    @property
    def console(self):
        return self.directory / "console.log"

    def start(self, job):
        """Boots with a job: what `lab.guest` reads."""
        share = self.directory / "job"
        share.mkdir(exist_ok=True)
        (share / "job.json").write_text(json.dumps(job))
        (share / "start").write_text(START.format(**job))
        initial = self.directory / "initial.cpio"
        make_initial(self.packages, initial)
        self.process = subprocess.Popen(
            self._command(share, initial), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=(self.directory / "emulator.log").open("wb"), start_new_session=True)
        # Whatever ends this program, no machine stays behind.
        atexit.register(self.kill)

    def wait(self, seconds):
        """Waits until it is off; false when it had to be killed."""
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            self.kill()
            return False

    def kill(self):
        """What the guest has not written yet is lost. What it has written the host keeps, flushed or not."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    @property
    def last_words(self):
        """The end of what the kernel and the job said."""
        said = []
        for path in (self.console, self.directory / "job" / "log", self.directory / "emulator.log"):
            if path.exists():
                said += path.read_text(errors="replace").strip().splitlines()[-2:]
        return " / ".join(said)

    def _command(self, share, initial):
        hardware, root = self.hardware, self.packages.root
        accelerator = "kvm" if self.accelerator == "kvm" else "tcg,thread=multi"
        words = [
            *self.packages.program("qemu-system-x86_64"), "-L", f"{root}/usr/share/qemu", "-L", f"{root}/usr/share/seabios",
            "-accel", accelerator, "-cpu", "host" if self.accelerator == "kvm" else "max", "-smp", str(hardware.cores),
            "-m", str(hardware.megabytes), "-nodefaults", "-nographic", "-no-reboot",
            "-kernel", str(self.packages.kernel), "-initrd", str(initial),
            "-append", f"console=ttyS0 quiet panic=-1 usbcore.autosuspend=-1",
            "-serial", f"file:{self.console}", "-device", "virtio-rng-pci",
            "-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap",
            "-virtfs", f"local,path={root},mount_tag=layer,security_model=none,readonly=on",
            "-virtfs", f"local,path={share},mount_tag=job,security_model=none",
        ]
        for number, disk in enumerate(hardware.disks):
            words += ["-drive", f"file={disk},if=none,id=disk{number},format=raw,cache=writeback",
                      "-device", f"virtio-blk-pci,drive=disk{number}"]
        return words


START = """#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH={path} REEL_PROGRAM={program}
busybox ip link set lo up
hostname lab
/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add
udevadm settle
{python} -m lab.guest > /lab/log 2>&1
sync
busybox poweroff -f
"""


def make_initial(packages, path):
    """The first filesystem: a shell, the modules that reach the host's root, and `init`."""
    if path.exists():
        return
    place = path.with_suffix("")
    shutil.rmtree(place, ignore_errors=True)
    modules = place / "lib" / "modules" / packages.release
    source = packages.root / "usr" / "lib" / "modules" / packages.release
    (place / "bin").mkdir(parents=True)
    modules.mkdir(parents=True)
    shutil.copy2(next(packages.root.glob("usr/bin/busybox")), place / "bin" / "busybox")
    shutil.copy2(HERE / "init", place / "init")
    (place / "init").chmod(0o755)
    needs = {}
    for line in (source / "modules.dep").read_text().splitlines():
        file, _, others = line.partition(":")
        needs[Path(file).name.split(".")[0].replace("-", "_")] = [file, *others.split()]
    for file in sorted({file for name in FIRST_MODULES for file in needs.get(name, [])}):
        (modules / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / file, modules / file)
    for name in ("modules.dep", "modules.alias", "modules.symbols", "modules.builtin", "modules.order"):
        shutil.copy2(source / name, modules / name)
    names = "\n".join(str(file.relative_to(place)) for file in [place, *sorted(place.rglob("*"))])
    with path.open("wb") as archive:
        subprocess.run(
            [str(place / "bin" / "busybox"), "cpio", "-o", "-H", "newc"], input=names.encode(), stdout=archive, cwd=place,
            stderr=subprocess.DEVNULL, check=True)


def accelerator(packages, directory, job):
    """"kvm" where a machine boots with it, else "tcg": there are hosts where it is there and hangs."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    trial = Machine(packages, directory, accelerator="kvm")
    trial.start({**job, "scenarios": []})
    if trial.wait(TRIAL_SECONDS) and (directory / "job" / "done").exists():
        return "kvm"
    return "tcg"
