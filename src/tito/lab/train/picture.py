"""The picture of a training with a learner's layers: what came of it, on one page, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinytorch import plots
from tinytorch.data import Digits
from tito.lab.pictures import write_picture

if TYPE_CHECKING:
    from tinytorch.plots import Outcome
    from tito.lab.train.attempt import Attempt

#: What the images are, by the name that a recipe has for them.
TITLES = {"digits": "Handwritten digits", "mnist": "MNIST"}


def outcome_of(done: Attempt, data: Digits) -> Outcome:
    """What the training came to, with its answers on the images held out."""
    return plots.measure_training(
        done.losses,
        done.probabilities,
        data.held_out_labels,
        data.held_out_images,
        held_out=done.held_out,
        trained_on=done.trained_on,
    )


def draw(done: Attempt, data: Digits, images: str, *, dark: bool = False) -> Any:
    """The page: curves, confusion matrix, first layer, mistakes. `images` is the recipe's name."""
    title = TITLES[images]
    return plots.training(outcome_of(done, data), layer=done.weights, title=title, dark=dark)


def save_picture(
    path: Path, done: Attempt, data: Digits, images: str, *, dark: bool = False
) -> None:
    """Draw the training and write it, as the path ends, whole or not at all.

    ModuleNotFoundError without matplotlib, OSError where the file cannot be written.
    """
    write_picture(path, lambda: draw(done, data, images, dark=dark))
