"""The graph: what a tensor keeps, what made it, and whether that is recorded."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextvars import ContextVar
from functools import wraps
from itertools import count
from types import FrameType, GeneratorType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeAlias, TypeVar, Union, cast

import numpy as np

from tinytorch.core.given.checks import came, check_flag, is_whole

if TYPE_CHECKING:
    from tinytorch._typing import Array, Shape


class Storage:
    """The attributes of a tensor. Nothing is checked here: what operations make is right.

    `_to_learn` is there, and True, from the moment when a leaf wants a gradient: such a tensor is
    a parameter, and stays one when it is frozen. Results of operations never have it.
    """

    __slots__ = ("__weakref__", "_to_learn", "data", "grad", "node", "requires_grad")

    _to_learn: bool
    data: Array
    grad: Any
    node: Node | None
    requires_grad: bool


# What a tensor keeps, as copy and pickle take it; data first, for the others are held against it.
KEPT = ("data", "grad", "node", "requires_grad", "_to_learn")
# Setting without a look, for what is right by the way it was made: `set_data(tensor, array)`.
set_data, set_gradient, set_node, set_to_learn = (
    vars(Storage)[name].__set__ for name in ("data", "grad", "node", "_to_learn")
)


def is_parameter(tensor: Storage) -> bool:
    """Whether a tensor is one to learn: a leaf made with `requires_grad=True`, frozen or not."""
    return getattr(tensor, "_to_learn", False)


def is_array(value: object) -> bool:
    """Whether a value is an array of NumPy's, or one of its numbers."""
    return isinstance(value, np.ndarray | np.generic)


def checked_data(tensor: Storage, value: Any) -> Array:
    """The value as an array; TypeError if it holds no real numbers."""
    dtype = value.dtype if is_array(value) else None
    if dtype is None or dtype.kind not in "biuf":
        what = came(value) if dtype is None else f"an array of {dtype}"
        raise TypeError(
            f"Tensor.data expects a NumPy array of real numbers, got {what}. "
            "Assign np.array(..., dtype=np.float32), or another tensor's .data."
        )
    if dtype.kind != "f" and getattr(tensor, "requires_grad", False):
        raise no_gradient(dtype)
    return np.asarray(value)


def checked_gradient(tensor: Storage, value: Any) -> Any:
    """The value itself; TypeError or ValueError if it can be no gradient of the tensor."""
    if value is None:
        return None
    if not isinstance(value, Storage) or value.data.dtype.kind != "f":
        what = f"a Tensor of {value.data.dtype}" if isinstance(value, Storage) else came(value)
        raise TypeError(
            f"Tensor.grad expects None or a Tensor of floating-point numbers, got {what}. "
            "Wrap numbers in Tensor(...)."
        )
    if value.data.shape != tensor.data.shape:
        raise ValueError(
            f"Tensor.grad expects a Tensor of the tensor's own shape {tensor.data.shape}, got "
            f"shape {value.data.shape}. Give one number for each of the tensor's."
        )
    return value


def checked_flag(tensor: Storage, value: Any) -> bool:
    """The value as a bool; TypeError if it is none, or if the tensor holds whole numbers."""
    if value is False:
        return False
    if is_whole(value):
        raise TypeError(
            f"Tensor expects requires_grad to be True or False, got {came(value)}. "
            "Write requires_grad=True; a tensor by its shape alone is zeros(2, 3)."
        )
    check_flag("Tensor", requires_grad=value)
    if value and tensor.data.dtype.kind != "f":
        raise no_gradient(tensor.data.dtype)
    if value and getattr(tensor, "node", None) is None:
        set_to_learn(tensor, True)
    return bool(value)


def no_gradient(dtype: np.dtype[Any]) -> TypeError:
    """The error for a tensor of whole numbers that wants a gradient."""
    return TypeError(
        "Only floating-point tensors can have gradients: expected a dtype such as float32, "
        f"got {dtype}. Leave out dtype= or requires_grad=True."
    )


# What is looked at when a person sets an attribute of a tensor.
CHECKS: dict[str, Callable[[Storage, Any], Any]] = {
    "data": checked_data,
    "grad": checked_gradient,
    "requires_grad": checked_flag,
}

# Where a gradient goes next: to the node that made an input, to an input that nothing made
# (a leaf, such as a weight), or nowhere (a constant).
Source: TypeAlias = Union["Node", Storage, None]

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


Watch: TypeAlias = Callable[[Storage, Sequence[Storage]], None]

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


def outside(result: Storage, inputs: Sequence[Storage]) -> None:
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
