"""The graph: what made each tensor, as nodes numbered in the order they were made."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextvars import ContextVar
from functools import wraps
from itertools import count
from types import FrameType, GeneratorType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar, Union, cast

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


Watch: TypeAlias = Callable[["TensorBase", Sequence["TensorBase"]], None]

# Whether operations are recorded, for each thread, and each task of asyncio, by itself. A function
# is shown each recorded result with its inputs.
recorder: ContextVar[bool | Watch] = ContextVar("recorder", default=True)

# What that follows from: the blocks of `no_grad` (of one inside a generator, its frame), and what
# `detect_anomaly` looks with: at results, and at the derivatives of nodes.
quiet: ContextVar[tuple[FrameType | None, ...]] = ContextVar("quiet", default=())
watching: ContextVar[Watch | None] = ContextVar("watching", default=None)
guarding: ContextVar[Callable[[Rules], Rules] | None] = ContextVar("guarding", default=None)


class Recording:
    """Whether operations are recorded, here and now."""

    @property
    def on(self) -> bool | Watch:
        """False; or True, or the function of `detect_anomaly` that is shown each result."""
        if recorder.get() is not outside:
            return recorder.get()
        # A generator that waits for its next turn has no caller; what runs then is outside of it.
        inside = any(frame and frame.f_back for frame in quiet.get())
        return not inside and (watching.get() or True)

    @property
    def guard(self) -> Callable[[Rules], Rules] | None:
        """Inside `detect_anomaly`, what makes derivatives watched ones."""
        return guarding.get()


recording = Recording()


def settle() -> None:
    """Begin to record, or end, as the blocks say that are entered now."""
    blocks = quiet.get()
    if not blocks:
        recorder.set(watching.get() or True)
    else:
        recorder.set(None not in blocks and outside)


def outside(result: TensorBase, inputs: Sequence[TensorBase]) -> None:
    """Keep what was recorded outside of the generators that have entered `no_grad`, alone."""
    on = recording.on
    if on is False:
        result.node, result.requires_grad = None, False
    elif on is not True:
        on(result, inputs)


def generator_of(frame: FrameType) -> FrameType | None:
    """The frame of a generator whose block ends where it yields; None for any other.

    What contextlib and pytest make of a generator stands for the block of whoever entered it.
    """
    if not frame.f_code.co_flags & (inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR):
        return None
    caller = frame.f_back
    borrowed = caller and caller.f_globals.get("__name__") in ("contextlib", "_pytest.fixtures")
    return None if borrowed else frame


class no_grad:  # noqa: N801 (it is used like a keyword)
    """Record nothing inside a `with` block, or inside a function it decorates.

    Results made there have `requires_grad=False` and keep no memory of their inputs. It holds for
    the thread that entered it, or the task of asyncio, with the tasks that begin inside. In a
    generator, decorated or not, it does not hold for whoever takes what that yields. TypeError for
    `@no_grad` without its parentheses.

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
        quiet.set((*quiet.get(), generator_of(sys._getframe(1))))  # pyright: ignore[reportPrivateUsage]
        settle()

    def __exit__(self, *error: object) -> None:
        blocks, frame = [*quiet.get()], sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
        ours = frame if frame in blocks else None
        if ours in blocks:  # a generator may be closed in another thread than began it
            blocks.remove(ours)
            quiet.set(tuple(blocks))
            settle()

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """The function, with nothing recorded while it runs; also a generator or `async def`.

        TypeError for what is no function, and for an asynchronous generator.
        """
        if not callable(function):
            raise TypeError(
                f"no_grad() expects a function to decorate, got {came(function)}. "
                "Write @no_grad() above the function."
            )
        if inspect.isasyncgenfunction(function):
            raise TypeError(
                "no_grad() expects a function, a generator or an async def to decorate, got an "
                "asynchronous generator. Write with no_grad(): inside it."
            )
        if inspect.iscoroutinefunction(function):

            async def awaited(*args: Any, **kwargs: Any) -> Any:
                with no_grad():
                    return await function(*args, **kwargs)

            return wraps(function)(cast("Any", awaited))

        @wraps(function)
        def unrecorded(*args: P.args, **kwargs: P.kwargs) -> Any:
            with no_grad():
                result: Any = function(*args, **kwargs)
            # A generator has only been made by now: it runs later, piece by piece.
            return going_on(result) if issubclass(type(result), GeneratorType) else result

        return unrecorded


def going_on(generator: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """A generator that records nothing while it runs."""
    with no_grad():
        return (yield from generator)
