"""`make faults`: breaks Reel and reports what was lost. `--quick` is a cut of it for every commit."""
import argparse
import contextlib
import shutil
import sys
import tempfile
from pathlib import Path

from conformance.__main__ import prepare

from .program import PROJECT
from .report import Report

REPORT = PROJECT / ".build" / "faults-report.json"


def sections(quick, seed, only):
    """Name, what does it, and with what: in the order in which they run."""
    from .sections import borders, damage, devices, full_disk, moments, power, soak, steps

    chosen = {
        "steps": ("kill -9 at every named step", steps.kill_at_every_step, {"quick": quick}),
        "borders": ("both processes killed around the end of a take", borders.kill_both_at_every_border, {"quick": quick}),
        "moments": (
            "kill -9 at random moments", moments.kill_at_random_moments, {"count": 20 if quick else 300, "seed": seed}),
        "power": ("power cuts", power.cut_the_power, {"states": 100 if quick else 2100, "seed": seed}),
        "disk": ("full disk", full_disk.fill_the_disk, {"count": 4 if quick else 40, "seed": seed}),
        "devices": ("devices that go away", devices.lose_devices, {"quick": quick}),
        "damage": ("damaged spool files", damage.damage_files, {}),
        "soak": ("soak", soak.soak, {"takes": 40, "seconds": 2, "seed": seed}),
        "long-soak": ("long soak", soak.soak, {"takes": 200, "seconds": 5, "seed": seed}),
    }
    unknown = sorted(set(only or ()) - set(chosen))
    if unknown:
        sys.exit(f"faults: no section is called {', '.join(unknown)}; there are {', '.join(chosen)}")
    if not only:
        # Cuts and flips are a part of `swift test` too.
        only = [name for name in chosen if name != "long-soak" and not (quick and name in ("damage", "soak"))]
    return {name: chosen[name] for name in only}


def main():
    arguments = argparse.ArgumentParser(prog="faults", description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="at most four minutes")
    arguments.add_argument("--only", nargs="+", help="only these sections")
    arguments.add_argument(
        "--filesystems", nargs="*", metavar="NAME",
        help="on filesystems of all kinds (or these) that are mounted for it, instead of the sections; needs root")
    arguments.add_argument("--write", action="store_true", help="with --filesystems: write the table of docs/filesystems.md")
    arguments.add_argument("--seed", type=int, default=1, help="of all that is random")
    arguments.add_argument("--keep", type=Path, help="work in this directory and leave there what failed")
    options = arguments.parse_args()
    with contextlib.ExitStack() as stack:
        if options.keep:
            shutil.rmtree(options.keep, ignore_errors=True)
            options.keep.mkdir(parents=True)
            directory = options.keep.resolve()
        else:
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reel-faults-"))).resolve()
        prepare(directory)
        import av

        av.logging.set_libav_level(av.logging.PANIC)
        report = Report()
        print(f"seed {options.seed}, in {directory}", flush=True)
        if options.filesystems is not None:
            from .sections import filesystems

            filesystems.run_all(report, directory, options.quick, options.seed, options.filesystems, options.write)
            report.write(REPORT.with_name("filesystems-report.json"))
            return report.finish()
        for name, (title, work, given) in sections(options.quick, options.seed, options.only).items():
            report.section(title, work, directory / name, **given)
        report.write(REPORT)
        return report.finish()


if __name__ == "__main__":
    sys.exit(main())
