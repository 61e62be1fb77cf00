"""nn: layers and losses under the names that they have in `torch.nn`; they are the same classes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tinytorch.elsewhere import LAYERS, unknown

if TYPE_CHECKING:
    from tinytorch.core.activations import GELU, ReLU, Sigmoid, Softmax, Tanh
    from tinytorch.core.given.parameters import Parameter
    from tinytorch.core.layers import Dropout, Linear, Sequential
    from tinytorch.core.layers import Layer as Module
    from tinytorch.core.losses import BinaryCrossEntropyLoss as BCELoss
    from tinytorch.core.losses import CrossEntropyLoss, MSELoss
    from tinytorch.nn import functional, utils
    from tinytorch.nn.more import BCEWithLogitsLoss, Flatten, Identity, LogSoftmax

__all__ = [
    "GELU",
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "Identity",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "Module",
    "Parameter",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "functional",
    "utils",
]

# Where each is, and its name there; imported at first use, as those of `tinytorch` are.
ACTIVATIONS = dict.fromkeys(("GELU", "ReLU", "Sigmoid", "Softmax", "Tanh"), "core.activations")
HOMES = {
    **{name: (home, name) for name, home in ACTIVATIONS.items()},
    **{name: ("core.layers", name) for name in ("Dropout", "Linear", "Sequential")},
    **{name: ("core.losses", name) for name in ("CrossEntropyLoss", "MSELoss")},
    **{
        name: ("nn.more", name)
        for name in ("BCEWithLogitsLoss", "Flatten", "Identity", "LogSoftmax")
    },
    "BCELoss": ("core.losses", "BinaryCrossEntropyLoss"),
    "Module": ("core.layers", "Layer"),
    "Parameter": ("core.given.parameters", "Parameter"),
}


def __getattr__(name: str) -> Any:
    if name in ("functional", "utils"):
        return import_module(f"tinytorch.nn.{name}")
    if name not in HOMES:
        raise unknown(__name__, name, LAYERS)
    home, theirs = HOMES[name]
    return getattr(import_module(f"tinytorch.{home}"), theirs)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
