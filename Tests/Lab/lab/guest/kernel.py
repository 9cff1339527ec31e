"""The kernel that the guest has to itself: modules, devices, and what is undone when a scenario is over."""
import contextlib
import json
import os
import shutil
import subprocess
import time
import traceback
from pathlib import Path

from conformance.report import Failed, require


class Guest:
    """What a scenario works with: a directory in memory, modules that are unloaded again, and notes of what was seen."""

    def __init__(self, results, job):
        self.results = results
        self.job = job
        self.directory = Path("/tmp") / results.name
        self._undo = contextlib.ExitStack()
        self._trials = []
        shutil.rmtree(results, ignore_errors=True)
        results.mkdir(parents=True)
        self.directory.mkdir(parents=True)

    # Trials

    def trial(self, what, check, *arguments, quick=False, **options):
        """One thing that is done, and what Reel did: what `check` returns, or why it is not right. A cut of the lab has
        the `quick` ones alone."""
        if self.job["quick"] and not quick:
            return
        begun = time.monotonic()
        try:
            said, failed = check(*arguments, **options) or "", None
        except Failed as error:
            said, failed = "", str(error)
        except Exception as error:  # a crash of a check is a failure of the trial
            traceback.print_exc()
            said, failed = "", f"{type(error).__name__}: {error}"
        self.note(what, time.monotonic() - begun, said, failed)

    def note(self, what, seconds, said="", failed=None):
        print(f"{'FAIL' if failed else 'ok':4}  {what}: {failed or said}  [{seconds:.1f} s]", flush=True)
        self._trials.append({"what": what, "said": said, "failed": failed, "seconds": round(seconds, 1)})
        (self.results / "trials.json").write_text(json.dumps(self._trials, indent=1))

    def keep(self, path, name=None):
        """Brings a dataset or a file back to the host."""
        target = self.results / (name or path.name)
        shutil.rmtree(target, ignore_errors=True)
        copy = shutil.copytree if path.is_dir() else shutil.copy2
        copy(path, target)

    def undo(self, action, *arguments):
        self._undo.callback(action, *arguments)

    def clean(self):
        self._undo.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    # Modules and devices

    def module(self, name, **parameters):
        """Loads a module for this scenario."""
        command("modprobe", name, *(f"{key}={value}" for key, value in parameters.items()))
        self.undo(subprocess.run, ["modprobe", "-r", name])
        settle()


def command(*arguments, seconds=60):
    done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, timeout=seconds)
    require(done.returncode == 0, f"{arguments[0]}: {' '.join((done.stderr or done.stdout).split())}")
    return done.stdout


def settle():
    """Waits until udev has named what is new."""
    subprocess.run(["udevadm", "settle", "--timeout=20"], check=False)


def wait_for(path, seconds=20, there=True):
    end = time.monotonic() + seconds
    while os.path.lexists(path) != there:
        require(time.monotonic() < end, f"{path} {'does not come' if there else 'does not go'}")
        time.sleep(0.02)
    return Path(path)
