"""What a tensor is before it can calculate: numbers, their gradient, and what made them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from numbers import Real
from typing import TYPE_CHECKING, Any, Self, TypeAlias, cast

import numpy as np

from tinytorch.core.given.checks import came, shortened, too_large
from tinytorch.core.given.graph import (
    CHECKS,
    KEPT,
    Node,
    Source,
    Storage,
    recorder,
    recording,
    set_data,
    set_gradient,
    set_node,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array, Number, Shape

    Operand: TypeAlias = "TensorBase" | Array | Number | Sequence[Any]

REAL = "biuf"
PLAIN = (float, int)
FLOAT32 = np.dtype(np.float32)


class Asked:
    """Notes that NumPy asked a tensor for its numbers: each time `latest` is another object.

    So a list in which there are tensors is known without a look at what is in it.
    """

    latest: object = None


asked = Asked()


def numbers_from(data: Storage | npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
    """A fresh array of numbers; TypeError or ValueError says what came instead."""
    if type(data) in PLAIN and dtype is FLOAT32 and -1e38 < cast("float", data) < 1e38:
        return np.array(data, FLOAT32)  # the usual `x * 2`, at once
    return as_dtype(array_from(data), real_dtype(dtype))


def array_from(data: Storage | npt.ArrayLike) -> Array:
    """What was given as an array of numbers, not always a fresh one."""
    if isinstance(data, Storage):
        return data.data
    before = asked.latest
    try:
        array = np.asarray(data)
    except Exception as error:  # what another library's array says when NumPy asks for its numbers
        if asked.latest is not before:
            refuse_to_cut(data)
        raise unreadable(data, error) from None
    if asked.latest is not before:
        refuse_to_cut(data)
    if array.dtype.kind in REAL:
        return array
    if array.dtype.kind == "O" and all(isinstance(each, Real) for each in array.flat):
        # Whole numbers beyond 64 bits: NumPy keeps them as Python's.
        try:
            return array.astype(np.float64)
        except OverflowError:
            raise unfit(max(array.flat, key=abs), np.dtype(np.float64)) from None
    raise TypeError(
        f"Tensor expects numbers, got {came(data)}. "
        "Give a number, a list of numbers, or a NumPy array of numbers."
    )


def refuse_to_cut(data: Any) -> None:
    """TypeError for a tensor with a gradient inside lists: as mere numbers it would lose that."""
    if type(data) not in (list, tuple):
        return
    for each in data:
        refuse_to_cut(each)
        if isinstance(each, Storage) and each.requires_grad and recording.on:
            raise TypeError(
                "Tensor expects numbers, got a list of tensors with requires_grad=True, whose "
                "gradient would be lost. Use tinytorch.stack([a, b]), or cat, to keep it; "
                ".detach() or .item() to do without."
            )


def unreadable(data: object, error: Exception) -> ValueError | TypeError:
    """The error for what NumPy cannot read, by what it is and what was said."""
    if isinstance(error, ValueError) and type(data) in (list, tuple):
        return ValueError(
            "Tensor expects numbers in a regular grid, got nested lists of uneven lengths: "
            f"{shortened(data)}. Give every row the same length."
        )
    if isinstance(error, MemoryError):
        return ValueError(f"Tensor expects numbers that fit into memory, got {came(data)}.")
    return TypeError(
        f"Tensor expects numbers that NumPy can read, got {came(data)}, which says: "
        f"{str(error).rstrip('. ') or type(error).__name__}. "
        "Give its numbers alone; PyTorch's are tensor.detach().cpu().numpy()."
    )


def array_for(owner: object, name: str, data: Storage | npt.ArrayLike) -> Array:
    """What was given for an argument as an array of numbers; an error says for which it was."""
    try:
        return array_from(data)
    except (TypeError, ValueError) as error:
        error.add_note(f"given as {name} to {owner}")
        raise


def real_dtype(dtype: Any) -> np.dtype[Any]:
    """The dtype that was asked for; TypeError if it is not one of real numbers."""
    wanted = FLOAT32 if dtype is np.float32 or dtype is FLOAT32 else dtype_of(dtype)
    if wanted is None or wanted.kind not in REAL:
        shown = wanted or shortened(dtype)
        raise TypeError(f"Tensor expects a dtype of real numbers, got {shown}. Use np.float32.")
    return wanted


def refuse_others(owner: str, others: Mapping[str, object]) -> None:
    """TypeError for arguments beside a dtype, which in PyTorch say where the numbers are to be."""
    if others:
        raise TypeError(
            f"{owner} expects a dtype and nothing else, got {', '.join(others)}. Everything runs "
            "on the processor, in one memory: leave that out."
        )


def dtype_of(dtype: Any) -> np.dtype[Any] | None:
    """The dtype that a value means; None if it means none (for NumPy None means float64)."""
    try:
        return None if dtype is None else np.dtype(dtype)
    except (TypeError, ValueError):
        return None


def as_dtype(array: Array, dtype: np.dtype[Any]) -> Array:
    """A copy in another dtype; ValueError if a number is outside of what that can hold."""
    if dtype.kind in "iu" and array.dtype != dtype:
        limits = np.iinfo(dtype)
        outside = ~((array >= limits.min) & (array <= limits.max))  # NaN, too
        if outside.any():
            raise unfit(array[outside].flat[0], dtype)
    try:
        if array.dtype.kind == "f" and array.dtype.itemsize <= dtype.itemsize:
            return np.array(array, dtype=dtype)
        with np.errstate(over="raise", invalid="raise"):
            return np.array(array, dtype=dtype)
    except FloatingPointError:
        finite = array[np.isfinite(array)]
        raise unfit(finite[np.absolute(finite).argmax()], dtype) from None
    except MemoryError:
        raise too_large(array.shape, dtype.itemsize) from None


def unfit(number: Any, dtype: np.dtype[Any]) -> ValueError:
    """The error for a number that a dtype cannot hold."""
    limits = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return ValueError(
        f"Tensor expects numbers that {dtype} can hold, from {limits.min} to {limits.max}, got "
        f"{number if isinstance(number, np.generic) else shortened(number)}. "
        "Scale the numbers down, or choose a dtype with more room."
    )


class TensorBase(Storage):
    """An array that may want a gradient; `Tensor` adds the operations.

    `data`, `grad` and `requires_grad` can be set; TypeError or ValueError if they do not fit.
    """

    __slots__ = ()

    grad: Self | None

    def __init__(
        self,
        data: TensorBase | npt.ArrayLike,
        requires_grad: bool = False,
        *,
        dtype: npt.DTypeLike = np.float32,
    ) -> None:
        """Copy numbers into a new tensor, as float32 unless `dtype` says otherwise."""
        set_data(self, numbers_from(data, dtype))
        set_gradient(self, None)
        set_node(self, None)
        self.requires_grad = requires_grad

    def __setattr__(self, name: str, value: Any) -> None:
        check = CHECKS.get(name)
        object.__setattr__(self, name, check(self, value) if check else value)

    @classmethod
    def recorded(
        cls,
        operation: str,
        data: Array | Number,
        inputs: Sequence[TensorBase] = (),
        saved: tuple[Any, ...] = (),
    ) -> Self:
        """Wrap a result without copying it, and record the operation if an input wants a gradient.

        `saved` is what the derivative needs (see `DERIVATIVES` in `tinytorch.core.autograd`).

        >>> from tinytorch import Tensor
        >>> x = Tensor([1.0, 2.0], requires_grad=True)
        >>> Tensor.recorded("negative", -x.data, (x,))
        Tensor([-1., -2.], shape=(2,), requires_grad=True)
        """
        result: Any = Storage()
        result.data = data if type(data) is np.ndarray else np.asarray(data)
        result.grad = None
        result.node = None
        result.requires_grad = False
        if on := recorder.get():
            for tensor in inputs:
                if tensor.requires_grad:
                    result.requires_grad = True
                    # Where the gradient of each input goes: its node, the leaf itself, or nowhere.
                    sources: list[Source] = [
                        (t.node or t) if t.requires_grad else None for t in inputs
                    ]
                    result.node = Node(operation, sources, saved)
                    if on is not True:  # detect_anomaly looks at it
                        on(result, inputs)
                    break
        # Only now it becomes a tensor, whose attributes are looked at when they are set.
        try:
            result.__class__ = cls
        except TypeError:  # a subclass with attributes of its own is laid out in another way
            result = copied(result, cls)
        return result

    @property
    def shape(self) -> Shape:
        """The length of each axis."""
        return self.data.shape

    @property
    def size(self) -> int:
        """How many numbers there are, in all axes together."""
        return self.data.size

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return self.data.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the numbers, such as `float32`."""
        return self.data.dtype

    def numpy(self) -> Array:
        """The numbers as a NumPy array; it is `.data` itself, not a copy.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0, 2.0]).numpy()
        array([1., 2.], dtype=float32)
        """
        return self.data

    def item(self) -> float:
        """The only number, as a Python number. ValueError if there are several or none.

        >>> from tinytorch import Tensor
        >>> Tensor([[2.5]]).item()
        2.5
        """
        if self.data.size != 1:
            raise ValueError(
                f"item() expects a tensor with exactly one number, got shape {self.shape}. "
                "Index it first, or use .numpy() for all numbers."
            )
        return self.data.item()

    def detach(self) -> Self:
        """The same numbers, cut from the graph: no gradient flows back through the result.

        >>> from tinytorch import Tensor
        >>> (Tensor([1.0], requires_grad=True) * 2).detach()
        Tensor([2.], shape=(1,), requires_grad=False)
        """
        return self.recorded("detach", self.data)

    def backward(
        self, gradient: TensorBase | npt.ArrayLike | None = None, **others: object
    ) -> None:
        """Add d(self)/d(leaf) to the `.grad` of every leaf that led to this tensor.

        This is backpropagation (Rumelhart et al., 1986).

        A tensor of one number starts with gradient 1; any other needs `gradient`, of its own
        shape. The graph is freed on the way, so it works once, whatever the operations
        (PyTorch allows more where nothing was saved). A gradient that adds up is a
        new Tensor: one that you hold stays (PyTorch adds into it).
        Raises ValueError for a missing or misshaped gradient and, as a RuntimeError, too, if there
        is no graph (any more). Then all gradients stay as they were. TypeError for another
        argument, such as PyTorch's `retain_graph`.

        >>> from tinytorch import Tensor
        >>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
        >>> (x * x).sum().backward()
        >>> x.grad.numpy()
        array([2., 4., 6.], dtype=float32)
        """
        if others:
            raise TypeError(
                f"backward expects a gradient and nothing else, got {', '.join(others)}. A graph "
                "works once: add up what goes back through it, as (a + b).backward(), or run the "
                "forward pass again."
            )
        autograd().backward(self, gradient)

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        if self.node is not None:
            raise TypeError(
                "copy, pickle and plots expect a tensor that no operation made, such as a weight, "
                f"got the result of {self.node.operation!r}. Use .detach() first, and "
                ".detach().numpy() for a plot: the graph stays behind."
            )
        return None, {name: getattr(self, name) for name in KEPT if hasattr(self, name)}

    def __repr__(self) -> str:
        name = type(self).__name__
        values = np.array2string(self.data, separator=", ", prefix=f"{name}(")
        dtype = "" if self.dtype == np.float32 else f", dtype={self.dtype}"
        return f"{name}({values}, shape={self.shape}{dtype}, requires_grad={self.requires_grad})"

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else repr(self)

    def __len__(self) -> int:
        if self.ndim == 0:
            raise TypeError(
                "len() expects a tensor with at least one axis, got a single number. Use .size."
            )
        return len(self.data)

    def __bool__(self) -> bool:
        if self.data.size != 1:
            raise ValueError(
                f"A truth value expects a tensor with one number, got shape {self.shape}. "
                "Use .data.any() or .data.all()."
            )
        return bool(self.data)

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        number = self.item()
        if not math.isfinite(number):
            raise ValueError(f"int() expects a finite number, got {number}. Use .item() for it.")
        return int(number)


@cache
def autograd() -> Any:
    """The walk back; imported at its first use, so that lessons before autograd run without it."""
    return import_module("tinytorch.core.autograd")


def copied(storage: Storage, cls: type[TensorBase]) -> TensorBase:
    """A tensor of a class that keeps what the storage does."""
    tensor = cls.__new__(cls)
    for name in KEPT:
        if hasattr(storage, name):
            setattr(tensor, name, getattr(storage, name))
    return tensor
