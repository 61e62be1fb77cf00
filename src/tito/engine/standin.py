"""The learner's file in the library's place: found before anything on the path, cached nowhere."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType


class StandIn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``target`` in the given source; each alias is the same module object."""

    def __init__(self, target: str, aliases: Sequence[str], source: bytes, path: str) -> None:
        self.target, self.aliases, self.source, self.path = target, tuple(aliases), source, path

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The learner's file for the target; nothing else is ours."""
        if fullname != self.target:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=self.path)
        spec.has_location = True
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """An ordinary module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run the learner's source; SyntaxError or ValueError where it is not Python."""
        for alias in self.aliases:
            sys.modules[alias] = module
        exec(compile(self.source, self.path, "exec", dont_inherit=True), vars(module))


class HandOn(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``activations_dev`` and the like in the library, where the learner has no such file."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The library's module of that lesson; nothing for other names."""
        lesson, dev, rest = fullname.partition("_dev")
        if not dev or rest or importlib.util.find_spec(f"tinytorch.core.{lesson}") is None:
            return None
        return importlib.machinery.ModuleSpec(fullname, self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """An ordinary module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Hand on the public names."""
        origin = importlib.import_module(f"tinytorch.core.{module.__name__.removesuffix('_dev')}")
        public = {name: value for name, value in vars(origin).items() if name[0] != "_"}
        vars(module).update(public)


def install(module_name: str, aliases: Sequence[str], source: bytes, path: str) -> ModuleType:
    """Import the learner's ``source`` as the module of that name, under its aliases too.

    For a fresh process: RuntimeError if it was imported already. What the source raises
    is raised on.
    """
    if module_name in sys.modules:
        raise RuntimeError(f"{module_name} is loaded already; a stand-in must come before it")
    sys.meta_path.insert(0, StandIn(module_name, aliases, source, path))
    sys.meta_path.append(HandOn())
    return importlib.import_module(module_name)
