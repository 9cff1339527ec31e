"""Kernel, QEMU and what the guest needs, as Debian packages: fetched once, and unpacked beside the system, not into it."""
import os
import shutil
import subprocess
from pathlib import Path

CACHE = Path(os.environ.get("REEL_LAB_CACHE", Path.home() / ".cache" / "reel" / "lab"))
# The host's side.
EMULATOR = ["qemu-system-x86", "seabios"]
# The guest's side: its root is the host's, and this above it.
GUEST = [
    "busybox-static", "udev", "kmod", "dmsetup", "v4l-utils", "nfs-kernel-server", "nfs-common", "e2fsprogs", "xfsprogs", "btrfs-progs",
    "dosfstools", "exfatprogs"]
BACKPORTS = "deb [check-valid-until=no] http://deb.debian.org/debian {release}-backports main"


class Unavailable(Exception):
    """This machine cannot have it, with the reason."""


class Packages:
    """What was unpacked, in a directory for each kernel."""

    def __init__(self, backports=False):
        self.backports = backports
        self.place = CACHE / ("backports" if backports else "stable")
        self.root = self.place / "root"

    def fetch(self):
        """Fetches and unpacks what is not there."""
        mark = self.place / "complete"
        wanted = " ".join(EMULATOR + GUEST)
        if mark.exists() and mark.read_text() == wanted:
            return
        for program in ("apt-get", "dpkg-deb"):
            if not shutil.which(program):
                raise Unavailable(f"there is no {program} here: the lab comes as Debian packages")
        shutil.rmtree(self.place, ignore_errors=True)
        archives = self.place / "archives"
        (archives / "partial").mkdir(parents=True)
        apt = [
            "-o", "Debug::NoLocking=1", "-o", f"Dir::Cache::archives={archives}", "-o", "APT::Sandbox::User=root",
            *self._sources()]
        release = ["-t", f"{codename()}-backports"] if self.backports else []
        _run("apt-get", *apt, "install", "--yes", "--download-only", "--no-install-recommends", "--reinstall",
             *EMULATOR, *GUEST)
        _run("apt-get", *apt, "download", self._kernel(apt, release), cwd=archives)
        for archive in sorted(archives.glob("*.deb")):
            _run("dpkg-deb", "--extract", archive, self.root)
        self._merge()
        shutil.rmtree(archives)
        # By its own name: the links to it are absolute, and lead out of here.
        _run("depmod", "--basedir", self.root / "usr", self.release, executable=self.root / "usr" / "bin" / "kmod")
        mark.write_text(wanted)

    def _sources(self):
        if not self.backports:
            return []
        lists = self.place / "lists"
        (lists / "partial").mkdir(parents=True)
        sources = self.place / "sources.list"
        sources.write_text(
            f"deb http://deb.debian.org/debian {codename()} main\n{BACKPORTS.format(release=codename())}\n")
        options = [
            "-o", f"Dir::State::lists={lists}", "-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=-",
            "-o", "APT::Sandbox::User=root", "-o", "Debug::NoLocking=1"]
        _run("apt-get", *options, "update")
        return options

    def _kernel(self, apt, release):
        """The package that the newest kernel of the distribution is in: linux-image-amd64 names it."""
        if os_release().get("ID") != "debian":
            raise Unavailable("the lab knows where Debian keeps kernel and modules, and no other distribution yet")
        name = "linux-image-amd64"
        said = _run("apt-get", *apt, *release, "install", "--simulate", "--no-install-recommends", name)
        # One that is installed already is not named there, but depended upon.
        said += _run("apt-cache", *apt, "depends", "--important", name)
        for line in said.splitlines():
            words = line.split()
            if len(words) > 1 and words[0] in ("Inst", "Depends:") and words[1].startswith("linux-image-") and words[1] != name:
                return words[1]
        raise Unavailable(f"apt-get does not say which kernel {name} is")

    def _merge(self):
        """Debian's /lib, /bin and /sbin are links into /usr; a directory would hide such a link in the guest's root."""
        for name in ("bin", "sbin", "lib", "lib64"):
            if (self.root / name).is_dir() and not (self.root / name).is_symlink():
                shutil.copytree(self.root / name, self.root / "usr" / name, symlinks=True, dirs_exist_ok=True)
                shutil.rmtree(self.root / name)

    @property
    def release(self):
        """The kernel's: "6.1.0-56-amd64"."""
        return next(path.name for path in (self.root / "usr" / "lib" / "modules").iterdir())

    @property
    def kernel(self):
        return self.root / "boot" / f"vmlinuz-{self.release}"

    def program(self, name):
        """A program of the packages with the libraries that came with it: the words before its arguments."""
        place = next(
            self.root / folder / name for folder in ("usr/bin", "usr/sbin") if (self.root / folder / name).exists())
        return ["env", f"LD_LIBRARY_PATH={self.root}/usr/lib/x86_64-linux-gnu", str(place)]


def os_release():
    lines = Path("/etc/os-release").read_text().splitlines()
    return {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}


def codename():
    return os_release().get("VERSION_CODENAME", "stable")


def _run(*arguments, cwd=None, executable=None):
    try:
        done = subprocess.run(
            list(map(str, arguments)), capture_output=True, text=True, timeout=600, cwd=cwd, executable=executable)
    except FileNotFoundError:
        raise Unavailable(f"there is no {arguments[0]} here") from None
    if done.returncode != 0:
        said = " ".join((done.stderr or done.stdout).split())
        raise Unavailable(f"{arguments[0]}: {said[-300:]}")
    return done.stdout
