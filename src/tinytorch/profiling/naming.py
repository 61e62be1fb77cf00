"""Where the layers of a model are: each with its path, named as a state dict names it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, cast

import numpy as np

from tinytorch.core.storage import Storage
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
    """The layers and functions inside a model with their paths, in order; one may come twice.

    A layer's own come from `named_parts` where its class has that, else from its attributes,
    where those of `layers` go by their number alone. A function has those that it uses. What is
    inside a layer comes once, below its first path: layers may all know each other.
    """
    known = {id(model): model}
    deep = [("", _parts(_held(model), 0))]
    while deep:
        prefix, parts = deep[-1]
        for name, part in parts:
            if part is model:
                continue
            yield prefix + name, part
            if id(part) not in known:
                known[id(part)] = part
                deep.append((f"{prefix}{name}.", _parts(_held(part), 0)))
                break
        else:
            deep.pop()


def _held(thing: object) -> Iterable[tuple[str, object]]:
    """What a thing holds, by name."""
    if isinstance(thing, FunctionType):
        known = {**thing.__globals__}
        used = [(name, known[name]) for name in thing.__code__.co_names if name in known]
        return [*((n, each) for n, each in used if is_layer(each)), *enclosed(thing)]
    if isinstance(thing, MethodType):
        return _held(thing.__self__)
    if isinstance(thing, functools.partial):
        parts = cast("functools.partial[object]", thing)
        return [("func", parts.func), *(("args", each) for each in parts.args)]
    named_parts: Callable[[object], Iterable[Any]] | None
    if named_parts := getattr(type(thing), "named_parts", None):
        try:
            return [(str(name), part) for name, part in named_parts(thing)]
        except Exception:  # a class of the person's own, half written
            pass
    return _attributes(thing)


def _attributes(thing: object) -> Iterator[tuple[str, object]]:
    for name, value in (attributes_of(thing) or {}).items():
        if name == "layers" and isinstance(value, list | tuple):
            layers = cast("list[object]", value)
            yield from ((str(place), layer) for place, layer in enumerate(layers))
        else:
            yield name, value
    for slot in slots(type(thing)):
        yield slot.__name__, slot_of(thing, slot)


def _parts(held: Iterable[tuple[str, object]], depth: int) -> Iterator[tuple[str, object]]:
    """The layers and functions among some values, also those in lists, tuples and dicts."""
    for name, value in held:
        if is_layer(value) or is_function(value):
            yield name, value
        elif depth < 20 and isinstance(value, dict):
            entries = cast("dict[object, object]", value)
            yield from _parts(((f"{name}.{k}", each) for k, each in entries.items()), depth + 1)
        elif depth < 20 and isinstance(value, list | tuple):
            items = cast("list[object]", value)
            yield from _parts(((f"{name}.{i}", each) for i, each in enumerate(items)), depth + 1)


def own_tensors(layer: object) -> Iterator[Storage]:
    """The tensors to learn that a layer holds itself, not those of layers inside it."""
    waiting = [value for _, value in _attributes(layer)]
    deep = 0
    while waiting and deep < 10_000:
        deep += 1
        value = waiting.pop(0)
        if isinstance(value, Storage):
            if value.requires_grad and value.node is None:
                yield value
        elif isinstance(value, dict):
            waiting += cast("dict[object, object]", value).values()
        elif isinstance(value, list | tuple):
            waiting += cast("list[object]", value)


def parameters_of(layer: object) -> list[Storage] | None:
    """What a layer gives as its parameters, each once; None if it cannot say."""
    try:
        given = cast("Any", layer).parameters()
        found = [each for each in given if isinstance(each, Storage)]
    except Exception:  # a plain function has none, and a layer may be half written
        return None
    return list({id(each): each for each in found}.values())
