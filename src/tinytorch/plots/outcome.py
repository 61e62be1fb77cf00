"""What a training of a classifier came to: its curves, its answers, and what can be read there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.checks import came, check_shape
from tinytorch.core.conversion import array_for

#: In place of an answer, where the probabilities are no numbers.
NO_ANSWER = -1


@dataclass(frozen=True)
class Training:
    """A training, and the trained network's answers on examples that it was not trained on.

    `losses` has one entry a step; `held_out` and `training`, which may be empty, one accuracy an
    epoch; `probabilities` is (n, classes), `images` (n, rows, columns), `labels` (n,).
    """

    losses: list[float]
    held_out: list[float]
    training: list[float]
    probabilities: NDArray[np.float64]
    images: NDArray[np.float64]
    labels: NDArray[np.int64]

    @property
    def classes(self) -> int:
        """How many answers there are to choose from."""
        return self.probabilities.shape[1]

    @cached_property
    def answers(self) -> NDArray[np.int64]:
        """The most probable class of each example; NO_ANSWER where no number says so."""
        numbers = np.isfinite(self.probabilities).all(axis=1)
        return np.where(numbers, self.probabilities.argmax(axis=1), NO_ANSWER)

    @property
    def right(self) -> int:
        """How many answers are right."""
        return int(np.count_nonzero(self.answers == self.labels))

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """How often each class (row) was given each answer (column)."""
        answered = self.answers != NO_ANSWER
        pairs = self.labels[answered] * self.classes + self.answers[answered]
        counts = np.bincount(pairs, minlength=self.classes**2)
        return counts.reshape(self.classes, self.classes)

    @property
    def confused(self) -> list[tuple[int, int]]:
        """The pairs of classes taken for each other most often, in either direction."""
        both = np.triu(self.confusion + self.confusion.T, k=1)
        most = both.max(initial=0)
        return [(int(a), int(b)) for a, b in np.argwhere(both == most)] if most else []

    @cached_property
    def mistakes(self) -> list[int]:
        """The wrong answers, first where the right one was thought least probable."""
        wrong = np.flatnonzero(self.answers != self.labels)
        return wrong[np.argsort(self._of_right[wrong], kind="stable")].tolist()

    @property
    def unsure(self) -> list[int]:
        """The right answers, the least sure first."""
        right = np.flatnonzero(self.answers == self.labels)
        return right[np.argsort(self._of_right[right], kind="stable")].tolist()

    @property
    def ends(self) -> tuple[int, float, float] | None:
        """(k, mean held-out accuracy of the last k epochs, that of the k before); None if too few.

        k is a fifth of the epochs.
        """
        k = max(1, len(self.held_out) // 5)
        if len(self.held_out) < 2:
            return None
        last, before = self.held_out[-k:], self.held_out[-2 * k : -k]
        return k, float(np.mean(last)), float(np.mean(before))

    @property
    def gap(self) -> float | None:
        """The last accuracy on what it was trained on, less that on what was held out."""
        if not self.training or not self.held_out:
            return None
        return self.training[-1] - self.held_out[-1]

    @property
    def _of_right(self) -> NDArray[np.float64]:
        """The probability that each example's own class was given."""
        return np.nan_to_num(self.probabilities[np.arange(len(self.labels)), self.labels])


def measure_training(
    losses: Sequence[float],
    held_out: Sequence[float],
    probabilities: Any,
    images: Any,
    labels: Any,
    *,
    training: Sequence[float] = (),
    shape: tuple[int, int] | None = None,
) -> Training:
    """Put together what a training left behind, and check that it fits together.

    `losses` has one entry a step, `held_out` the accuracy after each epoch, `training` that on the
    examples trained on, if it was measured. `probabilities` (n, classes) are the network's for
    `images` (n, pixels) or (n, rows, columns), with `labels` (n,) from 0. Where an image is a row
    of pixels, `shape` is (rows, columns), by default a square. ValueError where the shapes do not
    fit together, TypeError for what is no number.

    >>> seen = measure_training([1.0, 0.5], [0.5], [[0.9, 0.1], [0.6, 0.4]], [[0.0], [1.0]], [0, 1])
    >>> seen.right, seen.confusion.tolist(), seen.mistakes
    (1, [[1, 0], [1, 0]], [1])
    """
    given = {"probabilities": probabilities, "images": images, "labels": labels}
    arrays = {name: array_for("measure_training", name, each) for name, each in given.items()}
    chances, labels = arrays["probabilities"], arrays["labels"]
    count, classes = chances.shape if chances.ndim == 2 else (0, 0)
    if labels.shape != (count,) or not chances.size or labels.dtype.kind not in "iu":
        raise ValueError(
            "measure_training expects probabilities of shape (n, classes) and n whole numbers as "
            f"labels, got shapes {chances.shape} and {labels.shape} ({labels.dtype}). Give one "
            "row of probabilities and one label an example."
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(
            f"measure_training expects labels from 0 to {classes - 1}, for there are {classes} "
            f"probabilities an example, got {labels.min()} to {labels.max()}. Count from 0."
        )
    return Training(
        [float(loss) for loss in losses],
        [float(share) for share in held_out],
        [float(share) for share in training],
        chances.astype(np.float64),
        _as_images(arrays["images"], count, shape),
        labels.astype(np.int64),
    )


def _as_images(images: NDArray[Any], count: int, shape: Any) -> NDArray[np.float64]:
    """The images as (n, rows, columns). ValueError where they are none."""
    if images.ndim == 2:
        side = math.isqrt(images.shape[1])
        shape = shape or (side, side)
        check_shape("measure_training", shape)
        if len(shape) == 2 and math.prod(shape) == images.shape[1]:
            images = images.reshape(len(images), *shape)
    if images.ndim != 3 or len(images) != count or not images.size:
        raise ValueError(
            f"measure_training expects {count} images of shape (rows, columns), got shape "
            f"{images.shape} and shape={came(shape)}. Give one image an example, and where it is "
            "a row of pixels that is no square, shape=(rows, columns)."
        )
    return images.astype(np.float64)
