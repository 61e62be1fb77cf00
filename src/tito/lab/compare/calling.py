"""Calling layers as plain as a first version: in training, at inference, and what comes back."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.tensor import Tensor
from tito.lab.apart.attempt import Refusal


def call(layer: Any, x: Tensor, **flags: bool) -> Any:
    """Run a layer as plain as a first version, which may lack ``__call__``."""
    run: Any = layer if callable(layer) else layer.forward
    return run(x, **flags)


def knows_training(layer: Any) -> bool:
    """Whether a layer's forward takes ``training``."""
    return "training" in inspect.signature(layer.forward).parameters


def numbers(part: str, value: Any) -> NDArray[Any]:
    """The array in a tensor that a layer gave; Refusal for anything else."""
    if not isinstance(value, Tensor):
        raise Refusal(
            f"Each layer should return a Tensor, but {part} returned {type(value).__name__}. "
            "Calculate with tensors to the end, without .data."
        )
    data = np.array(value.data)
    if data.dtype.kind != "f":
        raise Refusal(f"{part} gave something that is not an array of real numbers.")
    return data


def inference(layer: Any) -> Callable[[Tensor], Any]:
    """A function that runs it as for measuring, not for training: a container layer by layer."""
    if hasattr(layer, "layers"):
        functions = [inference(inner) for inner in layer.layers]

        def run(x: Tensor) -> Any:
            for function in functions:
                x = function(x)
            return x

        return run
    flags = {"training": False} if knows_training(layer) else {}

    def run_one(x: Tensor) -> Any:
        return call(layer, x, **flags)

    return run_one


def takes_flag(model: Any, x: Tensor, inferred: NDArray[Any]) -> bool:
    """Whether ``model(x, training=False)`` is inference too."""
    try:
        return np.array_equal(call(model, x, training=False).data, inferred)
    except Exception:  # whatever a learner's forward makes of a flag that it does not know
        return False
