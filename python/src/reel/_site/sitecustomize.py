"""Run by every Python that `reel-with` starts: prepares the replacement of LeRobot's writer, which costs nothing until LeRobot is
imported."""
import os
import sys


def _run_next() -> None:
    """The sitecustomize that Python would have run without this one."""
    import importlib.machinery
    import importlib.util

    here = os.path.dirname(os.path.abspath(__file__))
    others = [folder for folder in sys.path if os.path.abspath(folder or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)


_run_next()
try:
    # The package of reel-with may be another environment's than the command's.
    sys.path.append(os.environ.get("REEL_PACKAGE", ""))
    from reel._install import install

    install()
except Exception as error:  # A Python without numpy, or too old: its LeRobot, if it has one, would not run either.
    if "lerobot" in " ".join(sys.argv[:1]):
        print(f"reel-with: {error}", file=sys.stderr)
finally:
    if sys.path[-1:] == [os.environ.get("REEL_PACKAGE", "")]:
        sys.path.pop()
