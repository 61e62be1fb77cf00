"""Where the layers of a model are: each with its path, named as a state dict names it."""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, cast

import numpy as np

from tinytorch.core.search import buffers_of, named_entries
from tinytorch.core.storage import Storage, is_parameter
from tinytorch.profiling.unchanged import attributes_of, enclosed, slot_of, slots

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
