"""Pictures of what layers do, for matplotlib axes: `tito show` writes the same to files.

What is measured and what is drawn are two functions: `measure_...` returns plain numbers, and
`draw_...` draws them. Each part is imported when its first name is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinytorch.plots.activations import draw_activations, measure_activations
    from tinytorch.plots.columns import measure_weights, weights
    from tinytorch.plots.curves import accuracy, losses
    from tinytorch.plots.initialisation import measure_initialisation
    from tinytorch.plots.initialisation_drawn import draw_initialisation
    from tinytorch.plots.matrix import confusion
    from tinytorch.plots.network import Diagram, layers
    from tinytorch.plots.outcome import Outcome, measure_training
    from tinytorch.plots.page import training
    from tinytorch.plots.worst import mistakes

__all__ = [
    "Diagram",
    "Outcome",
    "accuracy",
    "confusion",
    "draw_activations",
    "draw_initialisation",
    "layers",
    "losses",
    "measure_activations",
    "measure_initialisation",
    "measure_training",
    "measure_weights",
    "mistakes",
    "training",
    "weights",
]

HOMES = {
    "tinytorch.plots.activations": ("draw_activations", "measure_activations"),
    "tinytorch.plots.columns": ("measure_weights", "weights"),
    "tinytorch.plots.curves": ("accuracy", "losses"),
    "tinytorch.plots.initialisation": ("measure_initialisation",),
    "tinytorch.plots.initialisation_drawn": ("draw_initialisation",),
    "tinytorch.plots.matrix": ("confusion",),
    "tinytorch.plots.network": ("Diagram", "layers"),
    "tinytorch.plots.outcome": ("Outcome", "measure_training"),
    "tinytorch.plots.page": ("training",),
    "tinytorch.plots.worst": ("mistakes",),
}


def __getattr__(name: str) -> Any:
    for home, names in HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
