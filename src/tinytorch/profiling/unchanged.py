"""Running something and leaving no trace: what it holds is noted before, and put back after."""

from __future__ import annotations

import functools
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, cast

import numpy as np

from tinytorch import rng
from tinytorch.core.storage import Storage

_PLAIN = (type(None), bool, int, float, complex, str, bytes, type, ModuleType, BuiltinFunctionType)


class Unchanged:
    """A block in which a model may run; afterwards it holds what it held before.

    Attributes, lists, dicts and sets get their entries back, arrays and tensors their numbers,
    random sources their state: those of TinyTorch, NumPy and Python, and those that the model
    holds. It looks into whatever the things lead to; `look` adds more while the block runs.
    What cannot be turned back stays: files, attributes of classes, iterators that were advanced.
    """

    def __init__(self, *things: object) -> None:
        """Look at everything that the things lead to when the block is entered."""
        self.things = things
        self.seen: dict[int, object] = {}
        self.repairs: list[Callable[[], None]] = []

    def __enter__(self) -> Unchanged:
        self.repairs += shared_sources()
        for thing in self.things:
            self.look(thing)
        return self

    def __exit__(self, *error: object) -> None:
        self.put_back()
        self.repairs.clear()
        self.seen.clear()

    def put_back(self) -> None:
        """Have everything hold what it held when it was noted; this may be done more than once."""
        for repair in self.repairs:
            with suppress(Exception):  # what cannot be turned back must not keep the rest from it
                repair()

    def look(self, thing: object) -> None:
        """Note what a thing holds, and what that leads to; nothing for what was noted before."""
        waiting = [thing]
        while waiting:
            thing = waiting.pop()
            if isinstance(thing, _PLAIN) or id(thing) in self.seen:
                continue
            self.seen[id(thing)] = thing  # kept alive, so that no other thing gets its id
            if isinstance(thing, np.ndarray):
                self.repairs += numbers_again(cast("np.ndarray[Any, Any]", thing))
            elif source := source_again(thing):
                self.repairs.append(source)
            else:
                waiting += self._inside(thing)

    def _inside(self, thing: object) -> list[object]:
        if isinstance(thing, list | dict | set | deque):
            held = cast("list[object] | dict[object, object]", thing)
            copied = held.copy()
            self.repairs.append(functools.partial(entries_again, held, copied))
            entries = list(copied.values() if isinstance(copied, dict) else copied)
            return [*entries, *self._attributes(cast("object", held))]
        if isinstance(thing, tuple | frozenset):
            return list(cast("tuple[object]", thing))
        if isinstance(thing, FunctionType):
            return [value for _, value in enclosed(thing)]
        if isinstance(thing, MethodType):
            return [thing.__self__, thing.__func__]
        if isinstance(thing, functools.partial):
            parts = cast("functools.partial[object]", thing)
            return [parts.func, *parts.args, *parts.keywords.values()]
        return self._attributes(thing)

    def _attributes(self, thing: object) -> list[object]:
        inside: list[object] = []
        if str(type(thing).__module__).split(".")[0] in sys.stdlib_module_names:
            return inside  # locks, threads, files, loggers: Python's own to look after
        for slot in slots(type(thing)):
            value = slot_of(thing, slot)
            self.repairs.append(functools.partial(slot_again, thing, slot, value))
            inside.append(value)
        attributes = attributes_of(thing)
        if attributes:
            self.repairs.append(functools.partial(entries_again, attributes, attributes.copy()))
            inside += attributes.values()
        elif attributes is not None:
            self.repairs.append(attributes.clear)
        return inside


def attributes_of(thing: object) -> dict[str, object] | None:
    """The attributes of an instance, whatever its class makes of reading them; None without."""
    try:
        held = object.__getattribute__(thing, "__dict__")
    except AttributeError:
        return None
    return cast("dict[str, object]", held) if type(held) is dict else None


def slots(kind: type) -> Iterator[Any]:
    """The slots that the classes of an instance define, as descriptors."""
    for base in kind.__mro__:
        names: Any = vars(base).get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            slot = vars(base).get(name)
            if name not in ("__dict__", "__weakref__") and hasattr(slot, "__set__"):
                yield slot


_EMPTY = object()


def slot_of(thing: object, slot: Any) -> object:
    """What a slot holds, `_EMPTY` for nothing."""
    try:
        return slot.__get__(thing)
    except AttributeError:
        return _EMPTY


def slot_again(thing: object, slot: Any, value: object) -> None:
    """Put back what a slot held."""
    if slot_of(thing, slot) is value:
        return
    if value is _EMPTY:
        slot.__delete__(thing)
    else:
        slot.__set__(thing, value)


def enclosed(function: FunctionType) -> Iterator[tuple[str, object]]:
    """The variables of an outer function that a function uses, by name."""
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=False):
        try:
            yield name, cell.cell_contents
        except ValueError:  # not bound yet
            continue


def entries_again(held: Any, before: Any) -> None:
    """Put the entries of a list, deque, dict or set back, in their order."""
    if isinstance(held, list | deque):
        entries = cast("list[object]", held)
        if list(map(id, entries)) != list(map(id, before)):
            entries.clear()
            entries.extend(before)
    elif isinstance(held, set):
        if held != before:
            held.clear()
            held.update(before)  # pyright: ignore[reportUnknownMemberType]
    elif [(id(k), id(v)) for k, v in held.items()] != [(id(k), id(v)) for k, v in before.items()]:
        held.clear()
        held.update(before)


def numbers_again(array: np.ndarray[Any, Any]) -> list[Callable[[], None]]:
    """What puts the numbers of an array back, if anything could have written there."""
    if not array.flags.writeable:
        return []
    try:
        before = array.copy()
    except MemoryError:  # there is no room to remember so much
        return []

    def again() -> None:
        if not array.flags.writeable:
            array.flags.writeable = True
        if array.shape != before.shape:
            array.resize(before.shape, refcheck=False)
        same: Any = False if before.dtype.hasobject else (before == array) | (before != before)
        if not np.all(same):
            array[...] = before

    return [again]


def source_again(thing: object) -> Callable[[], None] | None:
    """What puts a random source back to where it is; None for what is none."""
    if isinstance(thing, Storage):
        return None
    made_by = str(type(thing).__module__)
    if made_by.startswith("numpy.random"):
        bits: Any = getattr(thing, "bit_generator", thing)
        if hasattr(bits, "state"):
            return functools.partial(setattr, bits, "state", bits.state)
        if isinstance(thing, np.random.RandomState):
            return functools.partial(thing.set_state, thing.get_state())
    if made_by == "random" and hasattr(thing, "getstate"):
        source = cast("Any", thing)
        return functools.partial(source.setstate, source.getstate())
    return None


def shared_sources() -> list[Callable[[], None]]:
    """What puts the random sources of TinyTorch, NumPy and Python back, those in use."""
    repairs: list[Callable[[], None]] = []
    own = rng.source.generator
    if own is not None and (again := source_again(own)):
        repairs.append(again)
    repairs.append(functools.partial(setattr, rng.source, "generator", own))
    # A module that is not imported yet has handed out no number that should repeat.
    if "numpy.random" in sys.modules:
        repairs.append(functools.partial(np.random.set_state, np.random.get_state()))
    if python := sys.modules.get("random"):
        repairs.append(functools.partial(python.setstate, python.getstate()))
    return repairs
