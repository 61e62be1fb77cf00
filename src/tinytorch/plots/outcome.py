"""What a training of a classifier came to: its curves, its answers, and what can be read there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.given.base import array_for
from tinytorch.core.given.checks import came, check_shape

#: In place of an answer, where the probabilities are no numbers.
NO_ANSWER = -1


@dataclass(frozen=True, eq=False)
class Outcome:
    """A training, and the trained network's answers on examples that it was not trained on.

    `losses` has one entry a step; `held_out` and `trained_on`, which may be empty, one accuracy an
    epoch; `probabilities` is (n, classes), `labels` (n,), `images` (n, rows, columns). What was
    not given is empty.

    >>> chances = [[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]]
    >>> seen = measure_training([1.0], chances, [0, 1, 1], held_out=[0.5, 0.75], trained_on=[1.0])
    >>> seen.classes, seen.answers.tolist(), seen.right, seen.mistakes, seen.unsure
    (2, [0, 0, 1], 2, [1], [2, 0])
    >>> seen.confusion.tolist(), seen.confused
    ([[1, 0], [1, 1]], [(0, 1)])
    >>> seen.ends, seen.gap
    ((1, 0.75, 0.5), 0.25)
    """

    losses: list[float]
    held_out: list[float]
    trained_on: list[float]
    probabilities: NDArray[np.float64]
    labels: NDArray[np.int64]
    images: NDArray[np.float64]

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
        if not self.trained_on or not self.held_out:
            return None
        return self.trained_on[-1] - self.held_out[-1]

    @property
    def _of_right(self) -> NDArray[np.float64]:
        """The probability that each example's own class was given."""
        return np.nan_to_num(self.probabilities[np.arange(len(self.labels)), self.labels])


def check_outcome(owner: str, outcome: object) -> None:
    """TypeError for anything but what `measure_training` gives."""
    if not isinstance(outcome, Outcome):
        raise TypeError(
            f"{owner} expects what measure_training gives, got {came(outcome)}. "
            "Call measure_training(history, probabilities, labels, images) first."
        )


def measure_training(
    history: Any,
    probabilities: Any = None,
    labels: Any = None,
    images: Any = None,
    *,
    held_out: Sequence[float] = (),
    trained_on: Sequence[float] = (),
    shape: tuple[int, int] | None = None,
) -> Outcome:
    """Put together what a training left behind, and check that it fits together.

    `history` is what `fit` gave, with the metric "accuracy" if there is to be one, or a list of
    the losses of all steps; then `held_out` and `trained_on` are the accuracies after each epoch.
    `probabilities` (n, classes), as Softmax gives them, are the trained network's for examples
    held out, with `labels` (n,) from 0, and for pictures of them `images` (n, pixels) or (n, rows,
    columns). Where an image is a row of pixels, `shape` is (rows, columns), by default a square.
    ValueError where the shapes do not fit together or probabilities are none, TypeError for what
    is no number.

    >>> seen = measure_training([1.0, 0.5], [[0.9, 0.1], [0.6, 0.4]], [0, 1])
    >>> seen.right, seen.confusion.tolist(), seen.mistakes
    (1, [[1, 0], [1, 0]], [1])
    """
    losses = getattr(history, "losses", history)
    held_out = held_out or _accuracies(history, "validation_metrics")
    trained_on = trained_on or _accuracies(history, "metrics")
    chances, known = _answers(probabilities, labels)
    return Outcome(
        _numbers("history", losses),
        _numbers("held_out", held_out),
        _numbers("trained_on", trained_on),
        chances,
        known,
        np.empty((0, 1, 1)) if images is None else _as_images(images, len(known), shape),
    )


def _numbers(name: str, values: Any) -> list[float]:
    array = array_for("measure_training", name, values)
    if array.ndim != 1:
        raise ValueError(
            f"measure_training expects {name} as a list of numbers, got {came(values)}. "
            "Give one for each step, or epoch."
        )
    return array.astype(np.float64).tolist()


def _accuracies(history: Any, kind: str) -> list[float]:
    """The accuracy after each epoch, as `fit` noted it; none where it was not asked to."""
    epochs: Any = getattr(history, "epochs", ())
    found: list[Any] = [getattr(epoch, kind, None) or () for epoch in epochs]
    return [each["accuracy"] for each in found] if all("accuracy" in each for each in found) else []


def _answers(probabilities: Any, labels: Any) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Both as arrays that fit together. ValueError where they do not."""
    if probabilities is None and labels is None:
        return np.empty((0, 1)), np.empty(0, dtype=np.int64)
    given: dict[str, Any] = {"probabilities": probabilities, "labels": labels}
    chances, known = (array_for("measure_training", *each) for each in given.items())
    count, classes = chances.shape if chances.ndim == 2 else (0, 0)
    if known.shape != (count,) or not chances.size or known.dtype.kind not in "iu":
        raise ValueError(
            "measure_training expects probabilities of shape (n, classes) and n whole numbers as "
            f"labels, got shapes {chances.shape} and {known.shape} ({known.dtype}). Give one "
            "row of probabilities and one label an example."
        )
    if known.min() < 0 or known.max() >= classes:
        raise ValueError(
            f"measure_training expects labels from 0 to {classes - 1}, for there are {classes} "
            f"probabilities an example, got {known.min()} to {known.max()}. Count from 0."
        )
    numbers = chances[np.isfinite(chances)]
    if numbers.size and not -1e-6 <= numbers.min() <= numbers.max() <= 1 + 1e-6:
        raise ValueError(
            "measure_training expects probabilities from 0 to 1, got numbers from "
            f"{numbers.min():.3g} to {numbers.max():.3g}. Turn logits into them with Softmax()."
        )
    return chances.astype(np.float64), known.astype(np.int64)


def _as_images(given: Any, count: int, shape: Any) -> NDArray[np.float64]:
    """The images as (n, rows, columns). ValueError where they are none."""
    images = array_for("measure_training", "images", given)
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
            "a row of pixels that is not a square, shape=(rows, columns)."
        )
    return images.astype(np.float64)
