"""The learner's files in the library's place: found before anything on the path, cached nowhere."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any, ClassVar, cast


class StandIn(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Finds ``target`` in the given source; each alias is the same module object.

    Python's own loader runs the source, so that a traceback has the learner's lines and none of
    ours. It finds no time of change, and so keeps no bytecode.
    """

    #: All that were made in this process: there may be one for each lesson.
    made: ClassVar[list[StandIn]] = []

    def __init__(self, target: str, aliases: Sequence[str], source: bytes, path: str) -> None:
        self.target, self.aliases, self.source, self.path = target, tuple(aliases), source, path
        self.names: Sequence[str] = ()
        self.in_a_circle = False
        self.made.append(self)

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
        for each in self.made:
            each.names = getattr(top, "HOMES", {}).get(each.target, ())
        if not isinstance(top.__all__, WrittenNames):
            top.__all__ = WrittenNames(top.__all__)
        return module

    @property
    def runs(self) -> bool:
        """Whether the file is being imported just now."""
        module = sys.modules.get(self.target)
        return getattr(getattr(module, "__spec__", None), "_initializing", False)

    def unwritten(self, asked_by_another: bool) -> set[str]:
        """The library's names that the file is to write and has not, so far.

        Where another file of the learner's asks, it is imported for that, unless it needs the other
        itself: then it has none yet.
        """
        if asked_by_another and not self.in_a_circle and self.target not in sys.modules:
            try:
                importlib.import_module(self.target)
            except Exception:  # it is raised again where the file is imported for its own sake
                self.in_a_circle = True
        module = sys.modules.get(self.target)
        written = self.names if module is None and not asked_by_another else vars(module or self)
        return {name for name in self.names if name not in written}

    def get_filename(self, fullname: str) -> str:
        """Where the source was read."""
        return self.path

    def get_data(self, path: str) -> bytes:
        """The learner's source; there is no other file."""
        return self.source


class WrittenNames(list[str]):
    """The names that a star import takes: of a learner's file those that it has written by then.

    So a file may begin with one: what it has still to write is not asked of it.
    """

    def __getitem__(self, place: Any) -> Any:
        there: list[Any] = self._there
        return there[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._there)

    @property
    def _there(self) -> list[str]:
        running = any(each.runs for each in StandIn.made)
        missing = {name for each in StandIn.made for name in each.unwritten(running)}
        names: Iterator[str] = super().__iter__()
        return [name for name in names if name not in missing]


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
    """Finds ``tensor_dev`` and the like in the library, where the learner has no such file."""

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


@contextmanager
def held(name: str) -> Generator[None]:
    """Let nobody import the library's module of that name meanwhile."""
    sys.modules[name] = cast("ModuleType", None)  # as Python says that there is no such module
    try:
        yield
    finally:
        del sys.modules[name]


def install(stand_ins: Sequence[StandIn]) -> list[ModuleType]:
    """Put the stand-ins before the library, then import what each stands for, in their order.

    For a fresh process: RuntimeError if one was imported already. What a source raises
    is raised on.
    """
    for each in stand_ins:
        if each.target in sys.modules:
            raise RuntimeError(f"{each.target} is loaded already; a stand-in must come before it")
    sys.meta_path[:0] = stand_ins
    sys.meta_path.append(HandOn())
    return [importlib.import_module(each.target) for each in stand_ins]


def step_aside() -> None:
    """Take out what `tito run` put before the library, in a process that is tito's own."""
    sys.meta_path[:] = [each for each in sys.meta_path if not hasattr(each, "of_tito_run")]


def stands_in(module_name: str) -> bool:
    """Whether something stands in the place of the library's module in this process."""
    spec = importlib.util.find_spec(module_name)
    return spec is not None and isinstance(spec.loader, StandIn)
