"""Checks: the words for what came instead of what was expected, and the errors that carry them."""

from __future__ import annotations

import math
import re
from numbers import Real
from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from tinytorch._typing import Shape

# No machine that runs this has more memory; below it, the system says itself what it can give.
MOST_BYTES = 2**40
# Said letter by letter, from a vowel on: an ndarray, an MLP. Written with a vowel, said without.
_SPELT = re.compile(r"nd|np|[FHLMNRSX](?![a-z])")
_LIKE_YOU = re.compile(r"(?i)u(int|nit|ni[^mn]|se|func)|eu|one")


class PlaceError(ValueError, IndexError):
    """An index or an axis names a place that is not there."""


class GraphError(ValueError, RuntimeError):
    """No graph leads back from a tensor, or none does any longer."""


def shortened(value: object) -> str:
    """How a value prints, on one line, cut to 60 characters."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # Python prints no whole number of more than 4,300 digits
        text = f"<{type(value).__name__}>"
    return text if len(text) <= 60 else text[:57] + "..."


def with_article(name: str) -> str:
    """The name with the article that it takes: a Tensor, an int, an ndarray, a uint8."""
    vowel = name[:1].lower() in ("a", "e", "i", "o", "u") and not _LIKE_YOU.match(name)
    return f"an {name}" if vowel or _SPELT.match(name) else f"a {name}"


def came(value: object) -> str:
    """What came instead of what was expected: its type and how it prints."""
    return f"{type(value).__name__}: {shortened(value)}"


def real(value: object) -> float | None:
    """A number as a float, infinite if it is too large for one; None for what is no number."""
    if not isinstance(value, Real):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf


def is_whole(value: object) -> bool:
    """Whether a value is a whole number; True and False are none."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def check_flag(owner: str, **flags: object) -> None:
    """TypeError, with the name, for a flag that is neither True nor False."""
    for name, value in flags.items():
        if not isinstance(value, bool | np.bool_):
            raise flag_error(owner, name, value)


def flag_error(owner: str, name: str, value: object) -> TypeError:
    """The error for a flag that is neither True nor False."""
    return TypeError(
        f"{owner} expects {name} to be True or False, got {came(value)}. "
        f"Write {name}=True or {name}=False."
    )


def check_dim(owner: object, dim: object) -> None:
    """TypeError for an axis that is no whole number; whether a shape has it is known later."""
    if not is_whole(dim):
        raise TypeError(
            f"{type(owner).__name__} expects dim as a whole number, got {came(dim)}. "
            "Use -1 for the last axis."
        )


def check_count(owner: str, least: int, **counts: Any) -> None:
    """TypeError or ValueError, with the name, for what is no whole number of at least `least`."""
    for name, value in counts.items():
        if not is_whole(value) or value < least:
            kind = ValueError if is_whole(value) else TypeError
            raise kind(
                f"{owner} expects {name} as a whole number of at least {least}, got "
                f"{came(value)}. Write it like {name}={max(least, 1)}."
            )


def check_range(owner: str, least: float, most: float, **numbers: object) -> None:
    """TypeError or ValueError, with the name, for what is no number from `least` to `most`."""
    for name, value in numbers.items():
        number = real(value)
        if number is None or not least <= number <= most:
            kind = TypeError if number is None else ValueError
            repair = "Write it without quotes or brackets" if number is None else "Choose one there"
            raise kind(
                f"{owner} expects {name} as a number from {least:g} to {most:g}, got "
                f"{came(value)}. {repair}."
            )


def check_shape(owner: str, shape: Any) -> None:
    """TypeError or ValueError for what is no shape, or one that no machine could hold."""
    lengths: tuple[Any, ...] = tuple(shape) if type(shape) in (tuple, list) else (None,)
    if not all(map(is_whole, lengths)) or any(length < 0 for length in lengths):
        kind = ValueError if all(map(is_whole, lengths)) else TypeError
        raise kind(
            f"{owner} expects a tuple of whole numbers of at least 0, got {came(shape)}. "
            "Write it like (2, 3)."
        )


def check_memory(shape: Shape, itemsize: int = 4) -> None:
    """ValueError for an array that no machine could hold."""
    if math.prod(shape) * itemsize > MOST_BYTES:
        raise too_large(shape, itemsize)


def too_large(shape: Shape, itemsize: int = 4) -> ValueError:
    """The error for an array that there is no memory for."""
    total = math.prod(shape) * itemsize
    size = f"{total:,}" if total < 10**30 else "more than 10**30"
    return ValueError(
        f"An array expects a size that fits into memory, got shape {shortened(shape)}, which takes "
        f"{size} bytes. Choose smaller sizes."
    )


def has_axes(axis: Any, ndim: int) -> bool:
    """Whether an array with `ndim` axes has this one, or all of these, each named once.

    A single number counts as one axis here, as in NumPy and PyTorch.
    """
    ndim = max(1, ndim)
    axes = () if axis is None else as_tuple(axis)
    if not all(is_whole(each) and -ndim <= each < ndim for each in axes):
        return False
    return len({int(each) % ndim for each in axes}) == len(axes)


def axis_error(
    operation: str, axis: object, shape: Shape, several: bool = False
) -> ValueError | TypeError:
    """The error for an axis that is no whole number, or that a shape does not have."""
    kind = PlaceError if all(map(is_whole, as_tuple(axis))) else TypeError
    ndim = max(1, len(shape))
    which = f"{-ndim} to {ndim - 1}" + (" (or a tuple of different ones)" if several else "")
    return kind(
        f"{operation} expects an axis from {which} for shape {shape}, got "
        f"{shortened(axis)}. Axes are counted from 0, or from the end with -1."
    )


def as_tuple(value: object) -> tuple[Any, ...]:
    """A tuple as it is, anything else as the only one in a tuple."""
    return cast("tuple[Any, ...]", value) if isinstance(value, tuple) else (value,)
