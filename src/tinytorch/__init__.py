"""A neural-network framework small enough to read: NumPy only."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinytorch.core.activations import GELU, ReLU, Sigmoid, Softmax, Tanh
    from tinytorch.core.given.anomaly import detect_anomaly
    from tinytorch.core.given.graph import no_grad
    from tinytorch.core.given.making import (
        arange,
        cat,
        full,
        full_like,
        ones,
        ones_like,
        rand,
        rand_like,
        randn,
        randn_like,
        stack,
        tensor,
        where,
        zeros,
        zeros_like,
    )
    from tinytorch.core.given.parameters import Parameter
    from tinytorch.core.layers import Dense, Dropout, Layer, Linear, Sequential
    from tinytorch.core.losses import BinaryCrossEntropyLoss, CrossEntropyLoss, MSELoss
    from tinytorch.core.optimizers import SGD, Adam, AdamW
    from tinytorch.core.tensor import Tensor
    from tinytorch.files.saving import load, save
    from tinytorch.finite_differences import GradcheckError, gradcheck
    from tinytorch.rng import manual_seed

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
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "Tensor",
    "arange",
    "cat",
    "detect_anomaly",
    "full",
    "full_like",
    "gradcheck",
    "load",
    "manual_seed",
    "no_grad",
    "ones",
    "ones_like",
    "rand",
    "rand_like",
    "randn",
    "randn_like",
    "save",
    "stack",
    "tensor",
    "where",
    "zeros",
    "zeros_like",
]

# Where each public name lives. A part is imported when its first name is used, so that using one
# part does not run the others.
HOMES = {
    "tinytorch.core.tensor": ("Tensor",),
    "tinytorch.core.given.graph": ("no_grad",),
    "tinytorch.core.given.anomaly": ("detect_anomaly",),
    "tinytorch.core.activations": ("GELU", "ReLU", "Sigmoid", "Softmax", "Tanh"),
    "tinytorch.core.layers": ("Dense", "Dropout", "Layer", "Linear", "Sequential"),
    "tinytorch.core.losses": ("BinaryCrossEntropyLoss", "CrossEntropyLoss", "MSELoss"),
    "tinytorch.core.optimizers": ("SGD", "Adam", "AdamW"),
    "tinytorch.finite_differences": ("GradcheckError", "gradcheck"),
    "tinytorch.core.given.parameters": ("Parameter",),
    "tinytorch.core.given.making": (
        "arange",
        "cat",
        "full",
        "full_like",
        "ones",
        "ones_like",
        "rand",
        "rand_like",
        "randn",
        "randn_like",
        "stack",
        "tensor",
        "where",
        "zeros",
        "zeros_like",
    ),
    "tinytorch.rng": ("manual_seed",),
    "tinytorch.files.saving": ("load", "save"),
}

# Parts that are used by their own name, `tinytorch.profiling.summary`: imported when first used.
PARTS = (
    "data",
    "interop",
    "nn",
    "optim",
    "plots",
    "profiling",
    "rng",
    "torch",
    "training",
    "utils",
)
# Types as PyTorch's users name them: NumPy's. Not in __all__, for some are Python's own words.
DTYPES = {
    **{name: name for name in ("float16", "float32", "float64", "bool", "uint8")},
    **{name: name for name in ("int8", "int16", "int32", "int64")},
    **{"half": "float16", "float": "float32", "double": "float64", "int": "int32", "long": "int64"},
}

# Methods of tensors that PyTorch has as functions, too: tinytorch.exp(x) is x.exp(). Its max, min
# and var mean something else.
METHODS = (
    *("abs", "exp", "log", "sqrt", "matmul", "sum", "mean", "amax", "amin", "argmax", "argmin"),
    *("std", "any", "all", "numel", "clone", "detach", "reshape", "flatten", "squeeze"),
    *("unsqueeze", "permute", "transpose", "relu", "sigmoid", "tanh", "softmax", "log_softmax"),
    *("clamp", "masked_fill"),
)


def __getattr__(name: str) -> Any:
    if name in PARTS:
        return import_module(f"tinytorch.{name}")
    for home, names in HOMES.items():
        if name in names:
            value = getattr(import_module(home), name)
            globals()[name] = value
            return value
    if name == "__version__":
        return import_module("tinytorch.files.saving").version()
    if name in DTYPES:
        return import_module("numpy").dtype(DTYPES[name]).type
    elsewhere = import_module("tinytorch.elsewhere")
    if name in METHODS:
        return elsewhere.as_function(name)
    answers = import_module("tinytorch.core.given.answers").TENSOR | elsewhere.FUNCTIONS
    raise elsewhere.unknown(__name__, name, answers)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *PARTS})
