"""The learner's file in the library's place: found before anything on the path, cached nowhere."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any


class StandIn(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Finds ``target`` in the given source; each alias is the same module object.

    Python's own loader runs the source, so that a traceback has the learner's lines and none of
    ours. It finds no time of change, and so keeps no bytecode.
    """

    def __init__(self, target: str, aliases: Sequence[str], source: bytes, path: str) -> None:
        self.target, self.aliases, self.source, self.path = target, tuple(aliases), source, path

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The learner's file for the target, also where an alias is asked for first."""
        if fullname in self.aliases and self.target in sys.modules:
            return importlib.machinery.ModuleSpec(fullname, SameModule(sys.modules[self.target]))
        if fullname != self.target and fullname not in self.aliases:
            return None
        spec = importlib.machinery.ModuleSpec(self.target, self, origin=self.path)
        spec.has_location = True
        return spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """An ordinary module, which its package knows by name, as Python makes it."""
        module = ModuleType(spec.name)
        package, _, name = spec.name.rpartition(".")
        setattr(importlib.import_module(package), name, module)
        top: Any = importlib.import_module(package.partition(".")[0])
        own = getattr(top, "HOMES", {}).get(spec.name, ())
        top.__all__ = WrittenNames(top.__all__, own, module)
        return module

    def get_filename(self, fullname: str) -> str:
        """Where the source was read."""
        return self.path

    def get_data(self, path: str) -> bytes:
        """The learner's source; there is no other file."""
        return self.source


class WrittenNames(list[str]):
    """The names that a star import takes: of the file's own those that it has written by then.

    So the file itself may begin with one: what it has still to write is not asked of it.
    """

    def __init__(self, names: Sequence[str], own: Sequence[str], module: ModuleType) -> None:
        super().__init__(names)
        self.own, self.module = own, module

    def __getitem__(self, place: Any) -> Any:
        written = vars(self.module)
        names: list[Any] = [name for name in self if name not in self.own or name in written]
        return names[place]


class SameModule(importlib.abc.Loader):
    """Gives a module that is there already under another name."""

    def __init__(self, module: ModuleType) -> None:
        self.module, self.spec = module, module.__spec__

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """The module itself."""
        return self.module

    def exec_module(self, module: ModuleType) -> None:
        """It ran already, under its own name."""
        module.__spec__ = self.spec


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
    return stand(StandIn(module_name, aliases, source, path))


def stand(stand_in: StandIn) -> ModuleType:
    """Put a stand-in before the library, and import what it stands for; as `install` does."""
    if stand_in.target in sys.modules:
        raise RuntimeError(f"{stand_in.target} is loaded already; a stand-in must come before it")
    sys.meta_path.insert(0, stand_in)
    sys.meta_path.append(HandOn())
    return importlib.import_module(stand_in.target)


def step_aside() -> None:
    """Take out what `tito run` put before the library, in a process that is tito's own."""
    sys.meta_path[:] = [each for each in sys.meta_path if not hasattr(each, "of_tito_run")]


def stands_in(module_name: str) -> bool:
    """Whether something stands in the place of the library's module in this process."""
    spec = importlib.util.find_spec(module_name)
    return spec is not None and isinstance(spec.loader, StandIn)
