"""Pictures of what layers do, for matplotlib axes: `tito show` writes the same to files.

What is measured and what is drawn are two functions: `measure_...` returns plain numbers, and
`draw_...` draws them. Each part is imported when its first name is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinytorch.plots.activations import draw_activations, measure_activations
    from tinytorch.plots.confusion import draw_confusion
    from tinytorch.plots.initialisation import measure_initialisation
    from tinytorch.plots.initialisation_drawn import draw_initialisation
    from tinytorch.plots.layers import Diagram, draw_layers
    from tinytorch.plots.mistakes import draw_mistakes
    from tinytorch.plots.outcome import Training, measure_training
    from tinytorch.plots.training import draw_accuracy, draw_losses, draw_training
    from tinytorch.plots.weights import draw_weights, measure_weights

__all__ = [
    "Diagram",
    "Training",
    "draw_accuracy",
    "draw_activations",
    "draw_confusion",
    "draw_initialisation",
    "draw_layers",
    "draw_losses",
    "draw_mistakes",
    "draw_training",
    "draw_weights",
    "measure_activations",
    "measure_initialisation",
    "measure_training",
    "measure_weights",
]

HOMES = {
    "tinytorch.plots.activations": ("draw_activations", "measure_activations"),
    "tinytorch.plots.confusion": ("draw_confusion",),
    "tinytorch.plots.initialisation": ("measure_initialisation",),
    "tinytorch.plots.initialisation_drawn": ("draw_initialisation",),
    "tinytorch.plots.layers": ("Diagram", "draw_layers"),
    "tinytorch.plots.mistakes": ("draw_mistakes",),
    "tinytorch.plots.outcome": ("Training", "measure_training"),
    "tinytorch.plots.training": ("draw_accuracy", "draw_losses", "draw_training"),
    "tinytorch.plots.weights": ("draw_weights", "measure_weights"),
}


def __getattr__(name: str) -> Any:
    for home, names in HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
