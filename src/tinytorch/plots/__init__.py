"""Pictures of what layers do, for matplotlib axes: `tito show` writes the same to files.

What is measured and what is drawn are two functions: `measure_...` returns plain numbers, and
`draw_...` draws them. Each part is imported when its first name is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinytorch.plots.activations import draw_activations, measure_activations
    from tinytorch.plots.initialisation import measure_initialisation
    from tinytorch.plots.initialisation_drawn import draw_initialisation

__all__ = [
    "draw_activations",
    "draw_initialisation",
    "measure_activations",
    "measure_initialisation",
]

HOMES = {
    "tinytorch.plots.initialisation": ("measure_initialisation",),
    "tinytorch.plots.initialisation_drawn": ("draw_initialisation",),
    "tinytorch.plots.activations": ("draw_activations", "measure_activations"),
}


def __getattr__(name: str) -> Any:
    for home, names in HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
