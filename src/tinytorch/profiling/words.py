"""How a layer is called in a table: by what it prints, or by what can be read from it."""

from __future__ import annotations

from types import FunctionType, MethodType

from tinytorch.core.storage import Storage
from tinytorch.profiling.naming import is_function, layers_in
from tinytorch.profiling.unchanged import attributes_of
from tinytorch.profiling.values import shape_words

_LONGEST = 2000


def name_of(layer: object) -> str:
    """A layer's class; a function's own name."""
    own = getattr(layer, "__name__", None) if is_function(layer) else None
    return own if isinstance(own, str) else type(layer).__name__


def repr_of(layer: object) -> str:
    """How a layer prints, on one line; without what it would print of layers inside it.

    A class that says nothing of its own is shown with the numbers that its objects keep, or else
    with the shapes of their tensors.
    """
    name = name_of(layer)
    if isinstance(layer, FunctionType | MethodType):
        return one_line(f"function {name}")
    if next(layers_in(layer), None) is not None:
        return one_line(name)
    if type(layer).__repr__ is not object.__repr__:
        try:
            return one_line(repr(layer))
        except Exception:  # a class of the person's own, half written
            return one_line(name)
    held = {key: value for key, value in (attributes_of(layer) or {}).items() if key[0] != "_"}
    known = {key: repr(value) for key, value in held.items() if type(value) in (int, float, bool)}
    known = known or {
        key: shape_words(tuple(value.data.shape))
        for key, value in held.items()
        if isinstance(value, Storage)
    }
    return one_line(f"{name}({', '.join(f'{key}={text}' for key, text in known.items())})")


def error_words(error: BaseException) -> str:
    """An error as Python prints it, on one line."""
    try:
        text = str(error)
    except Exception:  # a class of the person's own
        text = ""
    name = type(error).__name__
    return one_line(f"{name}: {text}" if text else name)


def one_line(text: str) -> str:
    """The text on one line, of a bounded length, without what moves a terminal's cursor."""
    line = " ".join(text[: 2 * _LONGEST].split())
    return "".join(c if c.isprintable() else "?" for c in line)[:_LONGEST]
