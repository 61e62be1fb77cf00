"""Fitting: the numbers of a state dict held against a layer, before any is taken over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tinytorch.core.checks import came, shortened
from tinytorch.core.conversion import numbers_from

if TYPE_CHECKING:
    from tinytorch._typing import Array
    from tinytorch.core.tensor import Tensor


def fitting(layer: object, own: dict[str, Tensor], state: Any) -> list[tuple[Tensor, Array]]:
    """Each tensor of a layer with its new numbers; ValueError or TypeError if they do not fit."""
    if not isinstance(state, Mapping):
        raise TypeError(
            "load_state_dict expects what state_dict() gave, names with arrays, got "
            f"{came(state)}. Save model.state_dict() first, and load that."
        )
    given = cast("Mapping[Any, Any]", state)
    refuse_pytorch(given)
    names = [name if isinstance(name, str) else shortened(name) for name in given]
    problems = [f"{name} is unknown" for name in names if name not in own]
    new: dict[int, tuple[str, Array]] = {}
    for name in (name for name in own if name in given):
        tensor, array = own[name], numbers_of(name, given[name], own[name])
        first, before = new.setdefault(id(tensor), (name, array))
        if array.shape != tensor.shape:
            problems.append(wrong_shape(name, array.shape, tensor.shape))
        elif not np.array_equal(array, before, equal_nan=True):
            problems.append(f"{first} and {name} are one tensor here and differ there")
    problems += [f"{name} is missing" for name in own if id(own[name]) not in new]
    if problems:
        raise ValueError(
            f"load_state_dict expects the names and shapes of this {type(layer).__name__}'s "
            f"state_dict(), got: {'; '.join(sorted(problems))}. Build the same network first."
        )
    tensors = {id(tensor): tensor for tensor in own.values()}
    return [(tensors[key], array) for key, (_, array) in new.items()]


def refuse_pytorch(state: Mapping[Any, Any]) -> None:
    """TypeError for tensors of PyTorch's: a square weight that lies the other way would fit."""
    for name, value in state.items():
        if type(value).__module__.partition(".")[0] == "torch":
            raise TypeError(
                "load_state_dict expects arrays or tensors of TinyTorch's, got one of PyTorch's "
                f"for {shortened(name)}. Use tinytorch.interop.from_torch(state, into=model): it "
                "turns the weights of Linear round, which PyTorch keeps as (out, in)."
            )


def numbers_of(name: str, value: Any, tensor: Tensor) -> Array:
    """The new numbers of a tensor; TypeError for what has none."""
    try:
        return numbers_from(value, tensor.dtype)
    except (TypeError, ValueError) as error:
        error.add_note(f"in {name!r}, one of the names in the state")
        raise


def wrong_shape(name: str, theirs: tuple[int, ...], ours: tuple[int, ...]) -> str:
    """What is wrong with a shape, in words; one that is turned round may be PyTorch's."""
    turned = len(ours) == 2 and theirs == ours[::-1]
    hint = " (turned round: PyTorch's goes through tinytorch.interop.from_torch)" if turned else ""
    return f"{name} has shape {theirs} in place of {ours}{hint}"
