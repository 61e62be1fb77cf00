"""Observations as the judge holds them: decoded from the worker's data, and put into words."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from tito.engine.frames import Trace, decode_asides, decode_trace

_FEW = 12
_LONG = 300
_LARGEST = 10**308


@dataclass(frozen=True, eq=False)
class Array:
    """A Tensor or ndarray: ``kind`` says which; ``requires_grad`` is None for an ndarray."""

    kind: str
    values: NDArray[Any]
    requires_grad: bool | None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the values."""
        return self.values.shape


@dataclass(frozen=True)
class Raised:
    """An exception: its built-in type, its text, the learner's line, and whether they raised it.

    ``trace`` is how it came through their file, ``asides`` what else belongs to it, in sentences.
    ``inside`` are the names of their functions on its way; none where the probe itself met it.
    """

    type: str
    text: str
    line: int | None
    own: bool
    trace: Trace = field(default=(), compare=False)
    asides: str = field(default="", compare=False)
    inside: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Waits:
    """No observation: the probe waits for an exercise, which refused it an object by ``error``."""

    exercise: str
    error: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Thing:
    """Something that is no data: known by words such as ``a Linear``."""

    words: str


@dataclass(frozen=True)
class Near:
    """A statistic, with what theory says of it and how far chance may carry it.

    ``tolerance`` lies between 8 standard deviations of the noise and half the distance to the
    nearest wrong law.
    """

    value: float
    theory: float
    tolerance: float


class BadObservation(ValueError):
    """Data that no honest worker sends."""


def decode(data: Any) -> Any:
    """What a worker observed. BadObservation for data of any other form."""
    try:
        return _decode(data)
    except Exception as error:
        raise BadObservation(str(error)) from error


def decoded(data: Any) -> Any:
    """What a worker saw; an error in its place where that is no observation."""
    try:
        return decode(data)
    except BadObservation:
        return Raised("RuntimeError", "what came back is no observation", None, False)


def _decode(data: dict[str, Any]) -> Any:
    match data["is"]:
        case "none":
            return None
        case "bool":
            return bool(data["value"])
        case "int":
            return max(-_LARGEST, min(int(data["value"]), _LARGEST))  # as a float can hold
        case "float":
            return float(data["value"])
        case "text":
            return str(data["value"])
        case "array":
            return _decode_array(data)
        case "raised":
            line = data["line"]
            return Raised(
                str(data["type"]),
                str(data["text"]),
                line if line is None else int(line),
                bool(data["own"]),
                trace := decode_trace(data.get("trace")),
                decode_asides(trace, data.get("more")),
                tuple(str(name) for name in list(data.get("inside") or ())[:_FEW]),
            )
        case "waits":
            return Waits(str(data["for"]), _decode(data["error"]))
        case "list":
            return [_decode(item) for item in data["items"]]
        case "tuple":
            return tuple(_decode(item) for item in data["items"])
        case "dict":
            return {str(key): _decode(item) for key, item in data["fields"]}
        case "object":
            return Thing(str(data["words"]))
        case other:
            raise ValueError(f"unknown tag {other!r}")


def _decode_array(data: dict[str, Any]) -> Array:
    dtype = np.dtype(data["dtype"])
    if dtype.kind not in "biuf":
        raise ValueError(f"an array of {dtype}")
    flat = np.frombuffer(base64.b64decode(data["data"], validate=True), dtype=dtype)
    shape = tuple(int(n) for n in data["shape"])
    return Array(str(data["kind"]), flat.reshape(shape), data.get("requires_grad"))


def errors_in(seen: Any) -> Iterator[Raised]:
    """The errors in what was seen, however deep."""
    if isinstance(seen, Raised):
        yield seen
    elif isinstance(seen, dict | list | tuple):
        parts = cast("Any", seen.values() if isinstance(seen, dict) else seen)
        for part in parts:
            yield from errors_in(part)


def words(seen: Any) -> str:
    """What was seen, as a person would write it; small arrays whole, large ones by shape."""
    match seen:
        case Array():
            return _array_words(seen)
        case Raised():
            said = f"{seen.type}: {clean(seen.text)}" if seen.text else seen.type
            return f"{said}\n{seen.asides}" if seen.asides else said
        case Waits():
            return f"waits for {clean(seen.exercise)}"
        case Thing():
            return clean(seen.words)
        case Near():
            return number(seen.value)
        case bool() | None:
            return str(seen)
        case int() | float():
            return number(seen)
        case str():
            return clean(seen)
        case dict():
            fields = cast("dict[str, Any]", seen)
            return ", ".join(f"{key}: {words(item)}" for key, item in fields.items())
        case _:
            items = [words(item) for item in seen]
            body = ", ".join(items) if len(items) <= _FEW else f"{len(items)} items"
            return f"[{body}]" if isinstance(seen, list) else f"({body})"


def clean(text: str) -> str:
    """A learner's text on one line, without control characters, cut where it is long."""
    line = "".join(c if c.isprintable() else " " for c in text[:_LONG])
    return " ".join(line.split()) + ("…" if len(text) > _LONG else "")


def _array_words(seen: Array) -> str:
    if seen.values.ndim == 0:
        return f"{seen.kind} {number(seen.values.item())}"
    if not 0 < seen.values.size <= _FEW:
        return f"{'array' if seen.kind == 'ndarray' else seen.kind} of shape {seen.shape}"
    return rows(seen.values) if seen.kind == "ndarray" else f"{seen.kind} {rows(seen.values)}"


def rows(values: NDArray[Any]) -> str:
    """An array as nested brackets with short numbers."""
    if values.ndim == 0:
        return number(values.item())
    return "[" + ", ".join(rows(row) for row in values) + "]"


def number(value: float) -> str:
    """A number in at most four significant digits; whole numbers without a point."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**12 else "an integer of more than 12 digits"
    return f"{value + 0.0:.4g}"
