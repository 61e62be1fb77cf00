"""detect_anomaly: an error at the operation that makes a NaN, in place of a NaN at the end."""

from __future__ import annotations

import inspect
import linecache
import os
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tinytorch.core.given.graph import Node, Rules, Source, Storage, guarding, settle, watching

if TYPE_CHECKING:
    from types import FrameType

    from tinytorch._typing import Array

# Frames of files in here are the framework's; the next one out is the user's.
FRAMEWORK = str(Path(__file__).parents[2]) + os.sep

# What usually is behind it, by operation.
CAUSES = {
    "divide": "A divisor is 0 or very small: add a small number such as 1e-6 to it.",
    "exp": "exp overflows, in float32 above 88: subtract the largest number first.",
    "log": "log needs numbers above 0: add a small number such as 1e-6 first.",
    "power": "A base of 0 or below has no slope at most powers: keep it above 0.",
    "sqrt": "sqrt needs numbers above 0, where its slope is finite: add a small number first.",
}


class AnomalyError(ValueError, RuntimeError):
    """A NaN, or an infinite gradient, while `detect_anomaly` looks."""


@contextmanager
def detect_anomaly() -> Generator[None, None, None]:
    """Raise an error at the first NaN, inside a `with` block or a function that it decorates.

    It looks at every operation that is recorded (one whose result wants a gradient) and, in
    `backward()`, at every gradient, where it takes infinity for an anomaly, too. Put both the
    forward pass and `backward()` inside: the error then names the operation, the shapes of its
    inputs, and the line of your code that called it. It holds for the thread that entered it.

    Raises a RuntimeError that is a ValueError, too: in the forward pass for a NaN in a result,
    whether the operation made it or was given it; in `backward()` for a gradient that is NaN or
    infinite. The gradients of leaves are then as they were before. It costs about a look at each
    array: switch it on to find a fault.

    >>> from tinytorch import Tensor, detect_anomaly
    >>> x = Tensor([0.0, 4.0], requires_grad=True)
    >>> with detect_anomaly():
    ...     x.sqrt().sum().backward()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    tinytorch.core.given.anomaly.AnomalyError: backward expects finite gradients, got 1 infinite \
of 2 numbers for input 0 of 'sqrt' (input shapes (2,)), called in <doctest ...>, line 2: ...
    """
    before = watching.get(), guarding.get()
    watching.set(watch)
    guarding.set(watched)
    settle()
    try:
        yield
    finally:
        watching.set(before[0])
        guarding.set(before[1])
        settle()


def watch(result: Storage, inputs: Sequence[Storage]) -> None:
    """Note where a result was made; AnomalyError if there is a NaN in it."""
    node = cast("Node", result.node)
    node.origin = (*caller(), [tensor.data.shape for tensor in inputs])
    if not np.isnan(result.data).any():
        return
    given = [place for place, tensor in enumerate(inputs) if np.isnan(tensor.data).any()]
    if given:
        fault = f"got NaN in input {given[0]} of {described(node)}"
        repair = "It was there before: look at your data, and at the numbers of the weights."
    else:
        fault = f"got {bad_numbers(result.data)} in the result of {described(node)}"
        repair = cause(node)
    raise AnomalyError(f"detect_anomaly expects results without NaN, {fault}. {repair}")


def watched(rules: Rules) -> Rules:
    """The same rules, each derivative with a look at the gradient that it gives."""

    def watched_rules(node: Node) -> Iterable[tuple[Source, Callable[..., Any]]]:
        return [
            (source, finite(derivative, node, place))
            for place, (source, derivative) in enumerate(rules(node))
        ]

    return watched_rules


def finite(derivative: Callable[..., Any], node: Node, place: int) -> Callable[..., Any]:
    """A derivative that raises AnomalyError where the gradient it gives is NaN or infinite."""

    def checked(g: Array, *saved: Any) -> Any:
        with np.errstate(all="ignore"):  # the error says more than NumPy's warning
            part = derivative(g, *saved)
        if np.isfinite(part).all():
            return part
        if not np.isfinite(g).all():
            repair = (
                "The gradient that came in was not finite: look at what backward() was given, and "
                "at large gradients that were added up."
            )
        else:
            repair = cause(node)
        raise AnomalyError(
            f"backward expects finite gradients, got {bad_numbers(part)} for input {place} of "
            f"{described(node)}. {repair}"
        )

    return checked


def described(node: Node) -> str:
    """An operation by its name, the shapes of its inputs, and the line that called it."""
    if not hasattr(node, "origin"):
        return f"{node.operation!r} (its line is known if the forward pass is inside, too)"
    file, line, shapes = node.origin
    text = linecache.getline(file, line).strip()
    where = f"{file}, line {line}" + (f": {text}" if text else "")
    return f"{node.operation!r} (input shapes {', '.join(map(str, shapes))}), called in {where}"


def bad_numbers(array: Array) -> str:
    """How many numbers are NaN and how many infinite, in words."""
    counts = {"NaN": int(np.isnan(array).sum()), "infinite": int(np.isinf(array).sum())}
    found = " and ".join(f"{count} {name}" for name, count in counts.items() if count)
    return f"{found} of {np.size(array)} numbers"


def cause(node: Node) -> str:
    """What to look at, for an operation that was given ordinary numbers."""
    return CAUSES.get(
        node.operation, "Its numbers are too large: try smaller inputs or a smaller learning rate."
    )


def caller() -> tuple[str, int]:
    """The file and the number of the innermost line that is not the framework's."""
    frame = cast("FrameType", inspect.currentframe())
    while frame.f_back and frame.f_code.co_filename.startswith(FRAMEWORK):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
