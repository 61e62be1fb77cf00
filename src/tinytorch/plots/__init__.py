"""Pictures of what layers do, for matplotlib axes: `tito show` writes the same to files.

What is measured and what is drawn are two functions: `measure_init()` returns numbers, and
`init()` draws them, or those that it is given. Each part is imported when its first name is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinytorch.plots.columns import measure_weights, weights
    from tinytorch.plots.initialisation import init, measure_init
    from tinytorch.plots.masks import dropout, measure_dropout
    from tinytorch.plots.network import Diagram, layers
    from tinytorch.plots.outcome import Outcome, measure_training
    from tinytorch.plots.page import accuracy, confusion, losses, mistakes, training
    from tinytorch.plots.slopes import activations, measure_activations

__all__ = [
    "Diagram",
    "Outcome",
    "accuracy",
    "activations",
    "confusion",
    "dropout",
    "init",
    "layers",
    "losses",
    "measure_activations",
    "measure_dropout",
    "measure_init",
    "measure_training",
    "measure_weights",
    "mistakes",
    "training",
    "weights",
]

HOMES = {
    "tinytorch.plots.columns": ("measure_weights", "weights"),
    "tinytorch.plots.initialisation": ("init", "measure_init"),
    "tinytorch.plots.masks": ("dropout", "measure_dropout"),
    "tinytorch.plots.network": ("Diagram", "layers"),
    "tinytorch.plots.outcome": ("Outcome", "measure_training"),
    "tinytorch.plots.page": ("accuracy", "confusion", "losses", "mistakes", "training"),
    "tinytorch.plots.slopes": ("activations", "measure_activations"),
}


def __getattr__(name: str) -> Any:
    for home, names in HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
