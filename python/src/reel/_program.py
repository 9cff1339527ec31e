"""Finds the program `reel`, and is it where the package brings it."""
from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from ._errors import ReelError

_PACKAGED = Path(__file__).parent / "bin" / "reel"


def path() -> str:
    """Where the program is: $REEL_PROGRAM, the one in the package, or the first on the PATH.

    Raises ReelError when there is none.
    """
    given = os.environ.get("REEL_PROGRAM")
    if given:
        if not os.access(given, os.X_OK):
            raise ReelError(f"could not start Reel ({given}): $REEL_PROGRAM is no program", "unavailable")
        return given
    if os.access(_PACKAGED, os.X_OK):
        return str(_PACKAGED)
    # The command of this package's is on the PATH too, and only calls this.
    itself = Path(sys.argv[0]).resolve() if sys.argv and sys.argv[0] else None
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        found = shutil.which("reel", path=folder or ".")
        if found and Path(found).resolve() != itself and not _is_script(found):
            return found
    raise ReelError(
        "could not start Reel: the program reel is not there. Install the wheel that carries it, put it on the PATH, or name it in "
        "$REEL_PROGRAM.", "unavailable")


def _is_script(file: str) -> bool:
    with open(file, "rb") as opened:
        return opened.read(2) == b"#!"


def main() -> None:
    """The command `reel`."""
    try:
        program = path()
    except ReelError as error:
        sys.exit(f"reel: {error}")
    os.execv(program, ["reel", *sys.argv[1:]])
