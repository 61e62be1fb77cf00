"""A neural-network framework small enough to read: NumPy only."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinytorch.comparison import GradcheckError
    from tinytorch.core.activations import GELU, ReLU, Sigmoid, Softmax, Tanh
    from tinytorch.core.anomaly import detect_anomaly
    from tinytorch.core.graph import no_grad
    from tinytorch.core.layers import Dense, Dropout, Layer, Linear, Sequential
    from tinytorch.core.losses import BinaryCrossEntropyLoss, CrossEntropyLoss, MSELoss
    from tinytorch.core.optimizers import SGD, Adam, AdamW
    from tinytorch.core.tensor import Tensor
    from tinytorch.finite_differences import gradcheck
    from tinytorch.rng import manual_seed
    from tinytorch.saving import load, save

__all__ = [
    "GELU",
    "SGD",
    "Adam",
    "AdamW",
    "BinaryCrossEntropyLoss",
    "CrossEntropyLoss",
    "Dense",
    "Dropout",
    "GradcheckError",
    "Layer",
    "Linear",
    "MSELoss",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "Tensor",
    "detect_anomaly",
    "gradcheck",
    "load",
    "manual_seed",
    "no_grad",
    "save",
]

# Where each public name lives. A part is imported when its first name is used, so that using one
# part does not run the others.
HOMES = {
    "tinytorch.core.tensor": ("Tensor",),
    "tinytorch.core.graph": ("no_grad",),
    "tinytorch.core.anomaly": ("detect_anomaly",),
    "tinytorch.core.activations": ("GELU", "ReLU", "Sigmoid", "Softmax", "Tanh"),
    "tinytorch.core.layers": ("Dense", "Dropout", "Layer", "Linear", "Sequential"),
    "tinytorch.core.losses": ("BinaryCrossEntropyLoss", "CrossEntropyLoss", "MSELoss"),
    "tinytorch.core.optimizers": ("SGD", "Adam", "AdamW"),
    "tinytorch.comparison": ("GradcheckError",),
    "tinytorch.finite_differences": ("gradcheck",),
    "tinytorch.rng": ("manual_seed",),
    "tinytorch.saving": ("load", "save"),
}

# Parts that are used by their own name, `tinytorch.profiling.summary`: imported when first used.
PARTS = ("data", "interop", "plots", "profiling", "rng", "training")


def __getattr__(name: str) -> Any:
    if name in PARTS:
        return import_module(f"tinytorch.{name}")
    for home, names in HOMES.items():
        if name in names:
            value = getattr(import_module(home), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *PARTS})
