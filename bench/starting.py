"""How long the programs take to say anything."""
from . import lerobot, reel
from .processes import demand, run


def run_starting(results, directory, quick):
    for _ in range(5 if quick else 15):
        done = demand(run([reel.program(), "record", "--help"], directory / "help.log"))
        results.add("`--help`", "record", "reel", "ms", 1e3 * done.seconds)
    for _ in range(1 if quick else 2):
        done = demand(run(lerobot.help_command(), directory / "help.log", environment=lerobot.QUIET))
        results.add("`--help`", "record", "lerobot", "ms", 1e3 * done.seconds)
