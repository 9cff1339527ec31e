"""How long the programs take to say anything."""
import subprocess

from . import lerobot, reel
from .processes import Failed, demand, run


def run_starting(results, directory, quick):
    nothing = _program_that_does_nothing(directory)
    for _ in range(5 if quick else 15):
        done = demand(run([reel.program(), "record", "--help"], directory / "help.log"))
        results.add("`--help`", "record", "reel", "ms", 1e3 * done.seconds)
        done = demand(run([nothing], directory / "help.log"))
        results.add("`--help`", "record", "limit", "ms", 1e3 * done.seconds)
    for _ in range(1 if quick else 2):
        done = demand(run(lerobot.help_command(), directory / "help.log", environment=lerobot.QUIET))
        results.add("`--help`", "record", "lerobot", "ms", 1e3 * done.seconds)


def _program_that_does_nothing(directory):
    """It has the same shared libraries as Reel, all found where Reel finds them, and returns at once."""
    found = subprocess.run(["ldd", reel.program()], capture_output=True, text=True, check=True).stdout
    libraries = [line.split("=>")[1].split()[0] for line in found.splitlines() if "=> /" in line]
    needed = subprocess.run(["readelf", "-d", reel.program()], capture_output=True, text=True, check=True).stdout
    libraries = [path for path in libraries if f"[{path.rsplit('/', 1)[1]}]" in needed]
    source, program = directory / "nothing.c", directory / "nothing"
    source.write_text("int main(void) { return 0; }\n")
    folders = sorted({path.rsplit("/", 1)[0] for path in libraries})
    built = subprocess.run(
        ["clang", source, "-o", program, "-Wl,--no-as-needed", *libraries, "-Wl,--allow-shlib-undefined",
         *(f"-Wl,-rpath,{folder}" for folder in folders)], capture_output=True, text=True, check=False)
    if built.returncode != 0:
        raise Failed(f"clang: {built.stderr.strip()}")
    return program
