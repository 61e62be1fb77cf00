"""What an optimizer can work with: parameters, settings in their range, gradients that fit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tinytorch.core.checks import came, real, shortened, with_article
from tinytorch.core.module import each_once
from tinytorch.core.storage import is_parameter
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from tinytorch._typing import Array, Shape


def checked_parameters(name: str, params: Any) -> list[Tensor]:
    """The parameters as a list, each once; an error if there are none, or other things too."""
    what = "one tensor" if isinstance(params, Tensor) else came(params)
    try:
        values: list[object] = [] if isinstance(params, Tensor) else list(params)
    except TypeError:
        raise not_parameters(name, what) from None
    strangers = [type(value).__name__ for value in values if not isinstance(value, Tensor)]
    if strangers:
        what = f"{with_article(type(params).__name__)} with {strangers[0]} in it"
    if strangers or isinstance(params, Tensor):
        raise not_parameters(name, what)
    tensors = each_once(value for value in values if isinstance(value, Tensor))
    if not tensors:
        raise ValueError(
            f"{name} expects at least one parameter, got an empty list. "
            "Check that parameters() returns the layers' weights and biases."
        )
    for tensor in tensors:
        if not is_parameter(tensor):  # a frozen one may be there, and is left as it is
            made = "the result of an operation" if tensor.node else "requires_grad=False"
            raise ValueError(
                f"{name} expects parameters, tensors made with requires_grad=True, got a tensor "
                f"of shape {tensor.shape} with {made}. Make what is to be learned with "
                "requires_grad=True; set that to False later to freeze it."
            )
    return tensors


def not_parameters(name: str, what: str) -> TypeError:
    """The error for what is no list of tensors."""
    return TypeError(f"{name} expects a list of tensors, got {what}. Pass model.parameters().")


def fitting_gradients(
    optimizer: str, params: Sequence[Tensor], shapes: Sequence[Shape]
) -> dict[int, Array]:
    """The gradients of what is not frozen, by place; ValueError for one that does not fit."""
    gradients: dict[int, Array] = {}
    for place, parameter in enumerate(params):
        if parameter.grad is not None and parameter.requires_grad:
            gradients[place] = slope = parameter.grad.data
            data = parameter.data
            if slope.dtype is not data.dtype or not slope.shape == data.shape == shapes[place]:
                check_gradient(optimizer, place, data, slope, shapes[place])
    return gradients


def check_gradient(optimizer: str, place: int, data: Array, slope: Array, shape: Shape) -> None:
    """ValueError for a parameter or a gradient that is not of the shape and dtype it should be."""
    if data.shape != shape:
        raise ValueError(
            f"{optimizer} expects parameter {place} in the shape that it had at first, {shape}, "
            f"got .data of shape {data.shape}. Make a new optimizer for new shapes."
        )
    if slope.shape != shape or slope.dtype != data.dtype:
        raise ValueError(
            f"{optimizer} expects for parameter {place} a gradient of shape {shape} and "
            f"{data.dtype}, got shape {slope.shape} and {slope.dtype}. Call zero_grad() before "
            "backward(), or set .grad to a tensor like the parameter."
        )


def as_float(value: object) -> float | None:
    """A number as a float, None for what is none; floats, the usual case, the short way."""
    return value if type(value) is float else real(value)


def at_least_zero(optimizer: str, **settings: object) -> None:
    """ValueError or TypeError, with the name, for what is no finite number of at least 0."""
    for name, value in settings.items():
        number = as_float(value)
        if number is None or not 0 <= number < math.inf:
            kind = TypeError if number is None else ValueError
            raise kind(
                f"{optimizer} expects {name} of at least 0, as a finite number, got "
                f"{shortened(value)}. A small positive number is usual, such as 0.01."
            )


def check_betas(optimizer: str, betas: Any) -> None:
    """ValueError or TypeError for what is not two numbers from 0 up to, but not including, 1."""
    numbers = [as_float(beta) for beta in betas] if type(betas) in (tuple, list) else []
    if len(numbers) != 2 or not all(beta is not None and 0 <= beta < 1 for beta in numbers):
        kind = TypeError if not numbers or None in numbers else ValueError
        raise kind(
            f"{optimizer} expects betas, two numbers from 0 up to, but not including, 1, got "
            f"{shortened(betas)}. Try betas=(0.9, 0.999)."
        )
