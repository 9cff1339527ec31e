"""The command `reel-with`: runs a command whose LeRobot records through Reel."""
from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

_USAGE = """usage: reel-with COMMAND [ARGUMENT...]

Runs a command, with Reel's writer in the place of LeRobot's:
    reel-with lerobot-record --robot.type=koch_follower ...
    reel-with python my_script.py
"""


def main() -> None:
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_USAGE, end="")
        sys.exit(0 if arguments else 2)
    program = shutil.which(arguments[0])
    if program is None:
        sys.exit(f"reel-with: there is no command {arguments[0]}")
    package = Path(__file__).resolve().parent
    environment = dict(os.environ, REEL_PACKAGE=str(package.parent))
    # Python runs the first sitecustomize that it finds; this one runs the next one as well.
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(package / "_site"), os.environ.get("PYTHONPATH")]))
    os.execve(program, arguments, environment)
