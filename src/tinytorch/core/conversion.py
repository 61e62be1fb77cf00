"""Conversion: what a person gives, as an array of real numbers, or an error that says why not."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tinytorch.core.checks import came, shortened, too_large
from tinytorch.core.graph import recording
from tinytorch.core.storage import Storage

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array

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
