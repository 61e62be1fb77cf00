"""An object of a new class, made from one of the learner's classes, whatever that demands."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import count
from types import new_class
from typing import Any

Method = Callable[..., Any]
_serial = count(1)


def derived(base: Any, methods: Mapping[str, Method], name: str = "StandIn") -> Any:
    """An object of a new class made from ``base``, with these methods and those it must have.

    It keeps nothing of its own: what its methods know is in their closures, out of the way of a
    base with slots, a registry, or properties. What the base's constructor wants, it gets.
    """
    for each, method in methods.items():
        method.__qualname__ = f"{name}.{each}"  # as an error of Python's names it
    must: Iterable[str] = getattr(base, "__abstractmethods__", ())
    rest = {each: nothing if callable(getattr(base, each, None)) else None for each in must}
    body = {"__module__": __name__, "__doc__": "A stand-in.", **rest, **methods}
    wanted = {} if base is object else _wanted(base.__init_subclass__)[1]

    def made(named: str) -> Any:
        return new_class(named, (base,), wanted, lambda kept: kept.update(body))

    try:
        kind = made(name)
    except Exception:  # a base that keeps a list of its classes may take a name once only
        kind = made(f"{name}{next(_serial)}")
    try:
        return object_of(kind)
    except Exception:
        if "__init__" in methods:
            raise
    return derived(base, {**methods, "__init__": nothing}, name)


def object_of(kind: Any) -> Any:
    """An object of a class, whose constructor gets what it cannot do without."""
    try:
        return kind()
    except Exception:
        positional, named = _wanted(kind)
        with suppress(Exception):
            return kind(*positional, **named)
        raise


def nothing(_self: Any, *_arguments: Any, **_named: Any) -> None:
    """What stands for a method that has to be there and is not used."""


def _wanted(callee: Any) -> tuple[list[str], dict[str, str]]:
    """A text for each argument that a call cannot do without."""
    with suppress(TypeError, ValueError):
        wanted = [
            each
            for each in inspect.signature(callee).parameters.values()
            if each.default is each.empty
            and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
        ]
        named = {each.name: each.name for each in wanted if each.kind is each.KEYWORD_ONLY}
        return [each.name for each in wanted if each.name not in named], named
    return [], {}
