"""The graph: what made each tensor, as nodes numbered in the order they were made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from itertools import count
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar, Union

from tinytorch.core.checks import came

if TYPE_CHECKING:
    from tinytorch._typing import Shape
    from tinytorch.core.tensor_base import TensorBase

# Where a gradient goes next: to the node that made an input, to an input that nothing made
# (a leaf, such as a weight), or nowhere (a constant).
Source: TypeAlias = Union["Node", "TensorBase", None]

# Where a node's gradients go, input by input, each with the derivative that leads there.
Rules: TypeAlias = Callable[["Node"], Iterable[tuple[Source, Callable[..., Any]]]]

P = ParamSpec("P")
R = TypeVar("R")

numbers = count()


class Node:
    """One operation that was carried out.

    A node points to the nodes before it, never to the tensor it made: so there are no circles,
    and the graph is freed as soon as its last tensor is.
    """

    __slots__ = ("number", "operation", "origin", "saved", "sources")

    # The file and line that called it, and its inputs' shapes; only `detect_anomaly` notes these.
    origin: tuple[str, int, list[Shape]]

    def __init__(self, operation: str, sources: list[Source], saved: tuple[Any, ...]) -> None:
        """Note the operation's name, where its gradients go, and what its derivative needs."""
        self.number = next(numbers)
        self.operation = operation
        self.sources: list[Source] | None = sources
        self.saved: tuple[Any, ...] = saved

    def free(self) -> None:
        """Let go of everything; a later backward sees that `sources` is None."""
        self.sources = None
        self.saved = ()


class Recording(threading.local):
    """Whether operations are recorded, for each thread of its own.

    Inside `detect_anomaly`, `on` is a function that is shown each recorded result with its inputs,
    and `guard` makes, from what gives a node's derivatives, one that gives them watched.
    """

    on: bool | Callable[[TensorBase, Sequence[TensorBase]], None] = True
    guard: Callable[[Rules], Rules] | None = None

    def __init__(self) -> None:
        """Begin with nothing to return to; runs once in each thread."""
        self.before: list[Any] = []


recording = Recording()


class no_grad:  # noqa: N801 (it is used like a keyword)
    """Record nothing inside a `with` block, or inside a function it decorates.

    Results made there have `requires_grad=False` and keep no memory of their inputs.
    It holds for the thread that entered it. TypeError for `@no_grad` without its parentheses.

    >>> from tinytorch import Tensor, no_grad
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> with no_grad():
    ...     y = w * 2
    >>> y.requires_grad
    False
    """

    def __init__(self, *given: object) -> None:
        """Nothing is given to it: that is left to a function without the parentheses."""
        if given:
            raise TypeError(
                f"no_grad expects nothing between its parentheses, got {came(given[0])}. "
                "Write @no_grad() above a function, or with no_grad(): before a block."
            )

    def __enter__(self) -> None:
        # Not kept in the object: it may be entered twice, and by several threads.
        recording.before.append(recording.on)
        recording.on = False

    def __exit__(self, *error: object) -> None:
        recording.on = recording.before.pop()

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """The function, with nothing recorded while it runs; TypeError for what is none."""
        if not callable(function):
            raise TypeError(
                f"no_grad() expects a function to decorate, got {came(function)}. "
                "Write @no_grad() above the function."
            )

        @wraps(function)
        def unrecorded(*args: P.args, **kwargs: P.kwargs) -> R:
            with no_grad():
                return function(*args, **kwargs)

        return unrecorded
