"""Puts Reel's writer in the place of LeRobot's own, now or as soon as a program imports LeRobot."""
from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any, Sequence

_MODULE = "lerobot.datasets.dataset_writer"


def install() -> None:
    """Lets LeRobot's `LeRobotDataset` record through Reel: every program, robot, processor and policy of LeRobot, with its own
    flags. Reading stays LeRobot's. Call it before or after LeRobot is imported; calling it twice does no harm.

    Raises ImportError when a LeRobot is imported whose writer is another one than that of 0.6.
    """
    if _MODULE in sys.modules:
        _replace(sys.modules[_MODULE])
    elif not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


def _replace(module: ModuleType) -> None:
    from . import _lerobot

    theirs = module.DatasetWriter
    ours = _lerobot.DatasetWriter
    if theirs is ours:
        return
    module.DatasetWriter = ours
    # Whoever has imported the class by name already has the other one.
    for name, loaded in list(sys.modules.items()):
        if name.startswith("lerobot.") and getattr(loaded, "DatasetWriter", None) is theirs:
            loaded.DatasetWriter = ours  # type: ignore[attr-defined]


class _Finder(importlib.abc.MetaPathFinder):
    """Finds one module, as the others do, and has it changed when it is loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != _MODULE:
            return None
        for finder in sys.meta_path:
            if finder is self:
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _Loader(spec.loader)
                return spec
        return None


class _Loader(importlib.abc.Loader):
    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        _replace(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
