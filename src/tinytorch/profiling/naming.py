"""Where the layers of a model are: each with its path, named as a state dict names it."""

from __future__ import annotations

import functools
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, cast

import numpy as np

from tinytorch import rng
from tinytorch.core.given.graph import Storage, is_parameter
from tinytorch.core.given.parameters import buffers_of, named_entries

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


_FUNCTIONS = (FunctionType, MethodType, BuiltinFunctionType, np.ufunc, functools.partial)


def is_layer(thing: object) -> bool:
    """Whether a thing is a layer to look into: its class computes something."""
    kind = type(thing)
    if kind is type or issubclass(kind, Storage | type):
        return False
    return callable(getattr(kind, "forward", None)) or callable(getattr(kind, "parameters", None))


def is_function(thing: object) -> bool:
    """Whether a thing is a plain function, of Python's or NumPy's, that may stand for a layer."""
    return isinstance(thing, _FUNCTIONS)


def layers_in(model: object) -> Iterator[tuple[str, object]]:
    """The layers and functions inside a model with their paths, the shortest first.

    A layer's own come from `named_parts` where its class has that, else from its attributes,
    where those of `layers` go by their number alone. A function has those that it uses. What is
    inside a layer comes once, below its shortest path: layers may all know each other.
    """
    known = {id(model): model}
    waiting = deque([("", model)])
    while waiting:
        prefix, thing = waiting.popleft()
        for name, part in _parts(_held(thing), 0):
            if part is model:
                continue
            yield prefix + name, part
            if id(part) not in known:
                known[id(part)] = part
                waiting.append((f"{prefix}{name}.", part))


def _held(thing: object) -> Iterable[tuple[str, object]]:
    """What a thing holds, by name."""
    if isinstance(thing, FunctionType):
        return _used(thing, [])
    if isinstance(thing, MethodType):
        return _held(thing.__self__)
    if isinstance(thing, functools.partial):
        parts = cast("functools.partial[object]", thing)
        return [("func", parts.func), ("args", parts.args)]
    named_parts: Callable[[object], Iterable[Any]] | None
    if named_parts := getattr(type(thing), "named_parts", None):
        try:
            return [(str(name), part) for name, part in named_parts(thing)]
        except Exception:  # a class of the person's own, half written
            pass
    return _attributes(thing)


def _used(function: FunctionType, above: list[FunctionType]) -> list[tuple[str, object]]:
    """What a function finds outside of itself, and what the functions among that find."""
    outside = function.__globals__
    names = [name for name in function.__code__.co_names if name in outside]
    found = [*((name, cast("object", outside[name])) for name in names), *enclosed(function)]
    used: list[tuple[str, object]] = []
    for name, value in found:
        if isinstance(value, FunctionType):
            if value not in above and len(above) < 20:
                used += _used(value, [*above, function])
        else:
            used.append((name, value))
    return used


def _attributes(thing: object) -> Iterator[tuple[str, object]]:
    """What an instance keeps, by name; what its `layers` has, however that is kept, by number."""
    try:
        layers: object = cast("Any", thing).layers
    except Exception:  # a property of the person's own
        layers = None
    numbered = cast("list[object]", layers) if isinstance(layers, list | tuple) else []
    yield from ((str(place), layer) for place, layer in enumerate(numbered))
    kept = [(slot.__name__, slot_of(thing, slot)) for slot in slots(type(thing))]
    for name, value in [*(attributes_of(thing) or {}).items(), *kept]:
        if name != "layers" and not _same(value, numbered):
            yield name, value


def _same(value: object, numbered: Sequence[object]) -> bool:
    """Whether a value holds the very things that have numbers already."""
    if not isinstance(value, list | tuple):
        return False
    return bool(numbered) and list(map(id, cast("list[object]", value))) == list(map(id, numbered))


def _parts(held: Iterable[tuple[str, object]], depth: int) -> Iterator[tuple[str, object]]:
    """The layers among some values, also those in lists, tuples and dicts; functions only there.

    A function that is an attribute is a layer's own helper, and counts as the layer.
    """
    for name, value in held:
        listed = depth > 0 or name.isdigit()
        if is_layer(value) or (listed and is_function(value)):
            yield name, value
        elif depth < 20 and isinstance(value, dict):
            yield from _parts(named_entries(name, cast("dict[object, object]", value)), depth + 1)
        elif depth < 20 and isinstance(value, list | tuple):
            yield from _parts(named_entries(name, cast("list[object]", value)), depth + 1)


def own_tensors(layer: object) -> Iterator[Storage]:
    """The parameters that a layer holds itself, not those of layers inside it."""
    return filter(is_parameter, _tensors_among(value for _, value in _attributes(layer)))


def own_buffers(layer: object) -> Iterator[Storage]:
    """The tensors that a layer itself keeps and does not train."""
    names = buffers_of(layer)
    kept = _tensors_among(value for name, value in _attributes(layer) if name in names)
    return (tensor for tensor in kept if not is_parameter(tensor))


def _tensors_among(values: Iterable[object]) -> Iterator[Storage]:
    """The tensors among some values, also those in lists, tuples and dicts."""
    waiting, seen = deque(values), set[int]()
    while waiting:
        value = waiting.popleft()
        if isinstance(value, Storage):
            yield value
        elif isinstance(value, dict | list | tuple) and id(cast("object", value)) not in seen:
            seen.add(id(cast("object", value)))  # one may be inside itself
            entries = cast("dict[object, object] | list[object]", value)
            waiting.extend(entries.values() if isinstance(entries, dict) else entries)


def parameters_of(layer: object) -> list[Storage] | None:
    """What a layer gives as its parameters, each once; None if it cannot say."""
    try:
        given = cast("Any", layer).parameters()
        found = [each for each in given if isinstance(each, Storage)]
    except Exception:  # a plain function has none, and a layer may be half written
        return None
    return list({id(each): each for each in found}.values())
