"""The guest's side of a job: runs the scenarios that it names, each in its own directory, and writes down what came of it."""
import importlib
import json
import sys
import traceback
from pathlib import Path

from .kernel import Guest

JOB = Path("/lab/job.json")
DONE = Path("/lab/done")


def main():
    job = json.loads(JOB.read_text())
    for name in job["scenarios"]:
        scenario = importlib.import_module(f"lab.scenarios.{name}")
        guest = Guest(Path("/lab/results") / name, job)
        print(f"== {name}", flush=True)
        try:
            scenario.run(guest)
        except Exception as error:  # what a scenario stumbles over is told, and the next one runs
            traceback.print_exc()
            guest.note("the scenario itself", 0, failed=f"{type(error).__name__}: {error}")
        finally:
            guest.clean()
    DONE.write_text("")


sys.exit(main())
