"""Which layers a function reaches, and their modes while they train or are evaluated."""

from __future__ import annotations

import contextlib
import functools
import inspect
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, cast

from tinytorch.core.given.container import names_training
from tinytorch.core.given.module import Mode, told
from tinytorch.core.given.parameters import each_once, walk
from tinytorch.core.tensor import Tensor
from tinytorch.training.batching import as_function

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


# Attributes that stand in for a layer's own, for one thread or several: the values by thread, the
# latest last, and what was there before.
standing: dict[tuple[int, str], tuple[list[tuple[int, Any]], Any]] = {}
lock = threading.RLock()


@contextlib.contextmanager
def inference(owner: str, model: Any) -> Generator[Callable[[Tensor], Tensor]]:
    """The model as a function of inputs that neither drops nor learns, inside a `with` block.

    A layer without a mode is called by the model, in a way that nobody else knows: so its forward
    itself is told ``training=False`` meanwhile.
    """
    as_function(owner, model)
    with in_mode(owner, model, training=False):
        yield as_function(owner, model)


@contextlib.contextmanager
def in_mode(owner: str, model: Any, *, training: bool) -> Generator[None]:
    """Every layer that the model works with is in one mode inside a `with` block, in this thread.

    Afterwards each is in its own again. A layer that keeps its mode in an attribute that is not
    Module's has one for all threads: ValueError where another thread needs it in the other mode.
    """
    parts, before = parts_of(model), told.modes
    with contextlib.ExitStack() as after:
        for part in parts:
            if not training and not follows_its_mode(part):
                after.enter_context(stand_in(owner, part, "forward", told_not_to_train))
            if not has_mode_of_module(part) and isinstance(getattr(part, "training", None), bool):
                after.enter_context(stand_in(owner, part, "training", lambda _: training))
        told.modes = before | {id(part): training for part in parts}
        after.callback(setattr, told, "modes", before)
        yield


@contextlib.contextmanager
def stand_in(owner: str, part: Any, name: str, make: Callable[[Any], object]) -> Generator[None]:
    """An attribute of a layer is another inside a `with` block, and afterwards what it was."""
    key, thread = (id(part), name), threading.get_ident()
    attributes: dict[str, Any] = part.__dict__
    with lock:
        values, original = standing.setdefault(key, ([], attributes.get(name, stand_in)))
        shared = name == "forward" and values  # that hears which thread calls it
        value = values[-1][1] if shared else make(part)
        if any(other != thread and kept is not value for other, kept in values):
            raise ValueError(
                f"{owner} expects layers that no other thread has in the other mode, got one of "
                f"the class {type(part).__name__}, which keeps its mode in an attribute that all "
                "threads share. Derive it from Layer, or wait for the other thread."
            )
        values.append((thread, value))
        attributes[name] = value  # also of a frozen dataclass, which refuses it otherwise
    try:
        yield
    finally:
        with lock:
            last = max(place for place, (own, _) in enumerate(values) if own == thread)
            del values[last]
            if values:
                attributes[name] = values[-1][1]
            else:
                del standing[key]
                if original is not stand_in:
                    attributes[name] = original
                else:  # it had that of its class
                    attributes.pop(name, None)


def has_mode_of_module(part: object) -> bool:
    """Whether a layer's `training` is that of Module, which each thread may have for itself."""
    return isinstance(inspect.getattr_static(type(part), "training", None), Mode)


def follows_its_mode(part: object) -> bool:
    """Whether a layer need not be told that this is no training: it has a mode, or never asks."""
    kind: Any = type(part)
    return not names_training(kind) or hasattr(kind.forward, "__wrapped__")  # pyright: ignore[reportUnknownArgumentType]


def told_not_to_train(part: Any) -> Callable[..., Tensor]:
    """A layer's forward that hears, in a thread that evaluates, nothing but that it does."""
    forward = part.forward

    def told_forward(x: Tensor, *given: object, **named: object) -> Tensor:
        if told.modes.get(id(part)) is False:
            return forward(x, training=False)
        return forward(x, *given, **named)

    return told_forward
