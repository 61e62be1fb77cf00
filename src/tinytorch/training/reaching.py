"""Reaching: the layers and parameters that a function works with, found by what its code names."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, cast

from tinytorch.core.search import each_once, walk
from tinytorch.core.tensor import Tensor

# Code of these holds no layer of a person's.
LIBRARIES = ("tinytorch.", "numpy.")


def parts_of(model: Any) -> list[Any]:
    """The model and the layers that it works with, each once, at any depth."""
    roots = [root for root in reached(model) if not isinstance(root, Tensor)]
    found = [p for root in roots for p in (root, *(part for _, part in walk(root)))]
    return list({id(part): part for part in found if not isinstance(part, Tensor)}.values())


def parameters_of(thing: Any) -> list[Tensor]:
    """The parameters that a model works with, or that an optimizer holds, each once."""
    found = [p for root in reached(thing) for p in (root, *(part for _, part in walk(root)))]
    return each_once(part for part in found if isinstance(part, Tensor))


def reached(thing: Any) -> list[Any]:
    """What a model works with: itself, or of a function the layers and parameters that it names.

    They are looked for in its closure, its defaults, the globals that its code names, the
    arguments of a `functools.partial`, and the object of a method.
    """
    search = Search()
    search.look(thing, None)
    return list(search.found.values())


class Search:
    """What was found, and where it was looked already."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.found: dict[int, Any] = {}
        self.seen: dict[tuple[int, object], Any] = {}

    def look(self, thing: Any, names: frozenset[str] | None) -> None:
        """Look at a value that code with these names uses; None for what a person gave."""
        if (id(thing), names) in self.seen:
            return
        self.seen[id(thing), names] = thing  # held, so that no other is given its id
        if isinstance(thing, Tensor):
            if thing.requires_grad and thing.node is None:
                self.found[id(thing)] = thing
        elif isinstance(thing, FunctionType):
            self._function(thing)
        elif isinstance(thing, MethodType):
            self.look(thing.__self__, None)
        elif isinstance(thing, functools.partial):
            part = cast("functools.partial[Any]", thing)
            self._all((part.func, part.args, part.keywords), names)
        elif isinstance(thing, dict):
            self._all(cast("dict[Any, Any]", thing).values(), names)
        elif isinstance(thing, list | tuple | set):
            self._all(cast("Iterable[Any]", thing), names)
        elif hasattr(thing, "__dict__"):
            self._object(thing, names)

    def _all(self, things: Iterable[Any], names: frozenset[str] | None) -> None:
        for each in things:
            self.look(each, names)

    def _function(self, function: FunctionType) -> None:
        known = function.__globals__
        if f"{known.get('__name__')}.".startswith(LIBRARIES):
            return
        names = frozenset(names_in(function.__code__))
        for cell in function.__closure__ or ():
            try:
                self.look(cell.cell_contents, names)
            except ValueError:  # a variable that has no value yet
                continue
        self._all((function.__defaults__, function.__kwdefaults__), names)
        self._all([known[name] for name in sorted(names & known.keys())], names)

    def _object(self, thing: Any, names: frozenset[str] | None) -> None:
        place = isinstance(thing, ModuleType | type)  # of which only what is named counts
        layer = callable(thing) or callable(getattr(thing, "parameters", None))
        if not place and (names is None or layer):
            self.found[id(thing)] = thing
            self.look(vars(thing).get("__wrapped__"), names)
            self._methods(thing.__class__, frozenset(("forward", "__call__")))
        elif names:
            held = vars(thing)
            used = names if place else self._methods(thing.__class__, names)
            self._all([held[name] for name in sorted(used & held.keys())], used)

    def _methods(self, kind: type, names: frozenset[str]) -> frozenset[str]:
        """Look at the methods of these names, and those that they name in turn; all the names."""
        done: frozenset[str] = frozenset()
        while left := names - done:
            done |= left
            for name in left:
                method = inspect.getattr_static(kind, name, None)
                method = getattr(method, "__func__", method)  # of a static or a class method
                if isinstance(method, FunctionType):
                    self.look(method, None)
                    names |= frozenset(names_in(method.__code__))
        return names


def names_in(code: CodeType) -> Iterator[str]:
    """All names that code looks up, also those of functions inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_in(constant)
