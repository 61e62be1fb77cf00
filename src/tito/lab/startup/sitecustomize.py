"""Runs first in each Python that `tito run` starts, and in those that the program starts itself.

The variable TITO_STAND_INS names a folder with what was tested: `modules.json` and the sources.
They run when one of them is imported, so that a Python that needs none loses no time. Then the
environment's own `sitecustomize` runs, if there is one.
"""

import importlib.machinery
import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any


class Waiting:
    """Finds the learner's modules, once one of them is asked for."""

    of_tito_run = True

    def __init__(self, modules: list[dict[str, Any]]) -> None:
        self.modules = modules
        self.names = {name for each in modules for name in (each["target"], *each["aliases"])}
        self.found: list[Any] = []

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Ask the stand-ins, which are made when the first is needed."""
        if fullname not in self.names:
            return None
        from tito.engine.standin import StandIn

        parts = ("target", "aliases", "source", "path")
        self.found = self.found or [StandIn(*map(each.get, parts)) for each in self.modules]  # pyright: ignore[reportArgumentType]
        for each in self.found:
            if spec := each.find_spec(fullname, path, target):
                return spec
        return None


class LastResort:
    """Finds ``activations_dev`` and the like in the library, where no file of that name is."""

    of_tito_run = True

    @staticmethod
    def find_spec(
        fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """As the engine does when it tests."""
        if not fullname.endswith("_dev"):
            return None
        from tito.engine.standin import HandOn

        return HandOn().find_spec(fullname, path, target)


def stand_in(folder: str) -> None:
    """Let the modules in ``folder`` be found before the library's."""
    with open(os.path.join(folder, "modules.json"), encoding="utf-8") as file:
        modules: list[dict[str, Any]] = json.load(file)
    for each in modules:
        with open(os.path.join(folder, each["file"]), "rb") as file:
            each["source"] = file.read()
    finders: list[Any] = [Waiting(modules), *sys.meta_path, LastResort()]
    sys.meta_path[:] = finders
    sys.path += [os.path.dirname(each["path"]) for each in modules]


def run_the_next() -> None:
    """Run the `sitecustomize` that this one hides."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec(__name__, sys.path)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules[__name__] = module
        spec.loader.exec_module(module)


if folder := os.environ.get("TITO_STAND_INS"):
    stand_in(folder)
run_the_next()
