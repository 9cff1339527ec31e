"""Filesystems that few kernels of containers have: a network's and those of sticks, by the kernel's own drivers."""
import re

from conformance.__main__ import prepare as be_quiet
from conformance.report import Failed
from faults.report import Report
from faults.sections import filesystems

from lab.guest.kernel import command

ABOUT = "filesystems by the kernel's own drivers: NFS on loopback, and those of sticks (the trials of `make filesystems`)"
QUICK = False
SECONDS = 2 * 3600
NAMES = ("nfs", "vfat", "exfat")


def run(guest):
    be_quiet(guest.directory)
    guest.module("loop")
    serve(guest)
    for name in NAMES:
        guest.trial(name, on, guest, name)


def serve(guest):
    """The kernel's NFS server, version 4 alone: that needs no portmapper."""
    guest.module("nfsd")
    command("mkdir", "-p", "/var/lib/nfs/v4recovery", "/var/lib/nfs/rpc_pipefs")
    command("touch", "/etc/exports", *(f"/var/lib/nfs/{name}" for name in ("etab", "rmtab", "state")))
    command("mount", "-t", "nfsd", "nfsd", "/proc/fs/nfsd")
    guest.undo(command, "umount", "/proc/fs/nfsd")
    command("rpc.mountd", "--no-nfs-version", "3", "--no-udp")
    # Who was connected before a restart has the grace time to come back; nobody was.
    command("rpc.nfsd", "--no-nfs-version", "3", "--grace-time", "10", "--lease-time", "10", "4")
    guest.undo(command, "rpc.nfsd", "0")


def on(guest, name):
    (filesystem,) = (each for each in filesystems.FILESYSTEMS if each.name == name)
    section = Report().section(
        f"on {name}", filesystems.try_filesystem, guest.directory / name, filesystem=filesystem, quick=True, seed=1)
    if section.skipped:
        raise Failed(section.skipped)
    if section.failures:
        raise Failed(f"{len(section.failures)} of {section.tried}: {section.failures[0][0]}: {section.failures[0][1]}")
    return f"{re.sub(r'/tmp/[^ ]*/', '', section.outcome)}; {section.tried} trials"
