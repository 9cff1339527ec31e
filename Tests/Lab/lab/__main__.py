"""`make lab`: boots the kernel of the distribution in a virtual machine, with this machine's root below it, and runs Reel
there on the kernel's real drivers. Leaves logs and datasets in .build/lab."""
import argparse
import importlib
import json
import pkgutil
import shutil
import sys
import time
import traceback
from pathlib import Path

from conformance.report import Failed
from faults.program import PROJECT, program

from . import scenarios as folder
from .machine import Hardware, Machine, accelerator
from .packages import Packages, Unavailable
from .report import Report

DIRECTORY = PROJECT / ".build" / "lab"


def main():
    arguments = argparse.ArgumentParser(prog="lab", description=__doc__)
    names = [module.name for module in pkgutil.iter_modules(folder.__path__)]
    arguments.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"only these: {', '.join(names)}")
    arguments.add_argument("--quick", action="store_true", help="a cut of it, of at most five minutes")
    arguments.add_argument("--backports", action="store_true", help="under the newest kernel that the distribution's backports have")
    arguments.add_argument("--cores", type=int, help="instead of what each scenario wants")
    arguments.add_argument("--megabytes", type=int, help="of memory, instead of what each scenario wants")
    arguments.add_argument("--states", type=int, help="power: prefixes of each filesystem's writes; more than there are: all")
    arguments.add_argument("--write", action="store_true", help="write the table of docs/lab.md")
    options = arguments.parse_args()
    if unknown := sorted(set(options.scenarios) - set(names)):
        sys.exit(f"lab: no scenario is called {', '.join(unknown)}; there are {', '.join(names)}")
    if options.write and (options.scenarios or options.quick):
        sys.exit("lab: --write is for all scenarios: a part of them would take the place of the whole table")
    if not Path(program()).exists():
        sys.exit(f"lab: there is no {program()}: make build")
    chosen = {name: importlib.import_module(f"lab.scenarios.{name}") for name in options.scenarios or names}
    if options.quick:
        chosen = {name: scenario for name, scenario in chosen.items() if scenario.QUICK}
    packages = Packages(options.backports)
    try:
        packages.fetch()
    except Unavailable as reason:
        print(f"lab: skipped: {reason}")
        return 0
    shutil.rmtree(DIRECTORY, ignore_errors=True)
    lab = Lab(packages, options)
    print(f"lab: Linux {packages.release} under QEMU ({lab.accelerator}), in {DIRECTORY}", flush=True)
    for name, scenario in chosen.items():
        lab.run(name, scenario)
    if options.write:
        lab.report.write(packages, lab.accelerator)
    return lab.report.finish()


class Lab:
    """Machines, one after another, and what was seen in them."""

    def __init__(self, packages, options):
        self.packages, self.options, self.report = packages, options, Report()
        tests = PROJECT / "Tests"
        self.job = {
            "python": sys.executable, "path": ":".join(str(tests / name) for name in ("Lab", "Faults", "Conformance")),
            "quick": options.quick, "states": options.states, "program": program()}
        self.accelerator = accelerator(packages, DIRECTORY / "trial", self.job)

    def machine(self, directory, **hardware):
        given = {"cores": self.options.cores, "megabytes": self.options.megabytes}
        hardware |= {name: value for name, value in given.items() if value}
        return Machine(self.packages, directory, Hardware(**hardware), self.accelerator)

    def run(self, name, scenario):
        """One scenario: what it does on the host before, in the machine, and on the host afterwards."""
        directory = DIRECTORY / name
        self.report.scenario(name, scenario.ABOUT)
        begun = time.monotonic()
        try:
            if hasattr(scenario, "on_host"):
                scenario.on_host(self, directory)
            else:
                self.boot(name, scenario, directory)
        except Failed as error:
            self.report.trial("the scenario itself", 0, failed=str(error))
        except Exception as error:  # a crash of a scenario is a failure of it, never the end of all
            traceback.print_exc()
            self.report.trial("the scenario itself", 0, failed=f"{type(error).__name__}: {error}")
        print(f"      [{time.monotonic() - begun:.0f} s]", flush=True)

    def boot(self, name, scenario, directory):
        share = directory / "job"
        share.mkdir(parents=True)
        if hasattr(scenario, "prepare"):
            scenario.prepare(share)
        machine = self.machine(directory, **(scenario.hardware(directory) if hasattr(scenario, "hardware") else {}))
        machine.start({**self.job, "scenarios": [name]})
        ended = machine.wait(scenario.SECONDS)
        results = share / "results" / name
        seen = json.loads((results / "trials.json").read_text()) if (results / "trials.json").exists() else []
        for trial in seen:
            self.report.trial(trial["what"], trial["seconds"], trial["said"], trial["failed"])
        if not ended:
            self.report.trial("the machine", scenario.SECONDS, failed=f"not done in {scenario.SECONDS} s; {machine.last_words}")
        elif not (share / "done").exists():
            self.report.trial("the machine", 0, failed=f"it stopped: {machine.last_words}")
        elif hasattr(scenario, "judge"):
            self.judge(scenario, results)

    def judge(self, scenario, results):
        for what, check, *arguments in scenario.judge(results):
            begun = time.monotonic()
            try:
                said, failed = check(*arguments), None
            except Failed as error:
                said, failed = "", str(error)
            self.report.trial(what, time.monotonic() - begun, said, failed)


if __name__ == "__main__":
    sys.exit(main())
