"""Batching: examples a few at a time, in random order; and what training can work with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.given.base import array_for, real_dtype
from tinytorch.core.given.checks import came, check_count, check_flag
from tinytorch.core.tensor import Tensor
from tinytorch.rng import generator

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array


def batches(
    x: Any, y: Any, size: int = 32, *, shuffle: bool = True, dtype: npt.DTypeLike | None = None
) -> Iterator[tuple[Tensor, Array]]:
    """Give every example once, ``size`` at a time, in random order.

    ``x`` is (n, ...), ``y`` is (n, ...); a batch is a Tensor (size, ...) and its targets (size,
    ...), the last one smaller where size does not divide n. `manual_seed` makes the order repeat.
    Inputs in double precision stay so, others become float32, unless ``dtype`` says otherwise:
    np.float32 is faster, and precise enough for layers as they are made. Raises ValueError where
    x and y differ in length, or size is below 1, TypeError for what is no number or no dtype.

    >>> import numpy as np
    >>> x, y = np.zeros((5, 2), dtype=np.float32), np.arange(5)
    >>> [(inputs.shape, labels.tolist()) for inputs, labels in batches(x, y, 2, shuffle=False)]
    [((2, 2), [0, 1]), ((2, 2), [2, 3]), ((1, 2), [4])]
    """
    x, y = examples("batches", x, y)
    check_count("batches", 1, size=size)
    check_flag("batches", shuffle=shuffle)
    wide = np.result_type(x, np.float32) if x.dtype.kind == "f" else np.float32
    kind = real_dtype(wide if dtype is None else dtype)
    order = generator().permutation(len(x)) if shuffle else np.arange(len(x))
    places = (order[start : start + size] for start in range(0, len(x), size))
    return ((Tensor(x[chosen], dtype=kind), y[chosen]) for chosen in places)


def precision(parameters: Iterable[Tensor]) -> np.dtype[Any]:
    """The dtype of a model's inputs: float32, or that of its parameters where it is wider.

    A buffer that counts is there, too, and says nothing of inputs: whole numbers are left out.
    """
    dtypes = {parameter.dtype for parameter in parameters}
    return np.result_type(np.float32, *(each for each in dtypes if each.kind == "f"))


def examples(owner: str, x: Any, y: Any) -> tuple[Array, Array]:
    """Inputs and targets as arrays; ValueError if they have not one entry for each example."""
    x, y = array_for(owner, "x", x), array_for(owner, "y", y)
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(
            f"{owner} expects x and y with one entry for each example, got shapes {x.shape} and "
            f"{y.shape}. Check that they come from the same split."
        )
    return x, y


def check_callable(owner: str, **functions: object) -> None:
    """TypeError, with the name, for what cannot be called."""
    for name, function in functions.items():
        if not callable(function):
            raise TypeError(
                f"{owner} expects {name} to be a function, or an object that can be called, got "
                f"{came(function)}. Give the function itself, without calling it."
            )


def check_kind(owner: str, kind: type | tuple[type, ...], example: str, **values: object) -> None:
    """TypeError, with the name, for what is neither None nor of a kind."""
    for name, value in values.items():
        if value is not None and not isinstance(value, kind):
            raise TypeError(
                f"{owner} expects {name} such as {example}, got {came(value)}. "
                f"Leave it out, or write {name}={example}."
            )


def check_tensor(owner: str, source: str, value: object) -> Tensor:
    """What a function of the user gave; TypeError if it is no tensor."""
    if not isinstance(value, Tensor):
        raise TypeError(
            f"{owner} expects the {source} to return a Tensor, got {came(value)}. "
            "Calculate with tensors to the end, without .data or .item()."
        )
    return value


def as_function(owner: str, model: Any) -> Callable[[Tensor], Tensor]:
    """The model itself, or the forward of a layer that cannot be called; TypeError for others."""
    function: Any = model
    if not callable(model) and callable(getattr(model, "forward", None)):
        function = model.forward
    check_callable(owner, model=function)
    return function
