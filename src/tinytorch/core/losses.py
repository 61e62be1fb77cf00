"""Losses: one number that says how wrong a prediction is, for training to make smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.given.base import array_for
from tinytorch.core.given.derivatives import clamped_log
from tinytorch.core.given.kernels import exp_rows, in_halves
from tinytorch.core.given.module import floating
from tinytorch.core.given.reducing import Reducing
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array


class Loss(Reducing):
    """A function of a prediction and a target that gives a tensor of one number.

    The number is a mean: over all examples, or over all numbers where each is compared.
    """

    def forward(self, prediction: Tensor, target: Tensor | npt.ArrayLike) -> Tensor:
        """Compare the two; the result has shape (). The base cannot: NotImplementedError."""
        raise NotImplementedError(
            f"{type(self).__name__} expects a forward(self, prediction, target) of its own."
        )


class MSELoss(Loss):
    """The mean of the squared differences.

    Shapes are never broadcast, and an empty batch is an error: PyTorch goes on with a warning, or
    with NaN, and learns nothing.

    >>> MSELoss()(Tensor([1.0, 2.0]), [1.0, 4.0]).item()
    2.0
    """

    def forward(self, prediction: Tensor, target: Tensor | npt.ArrayLike) -> Tensor:
        """Both have the same shape, any; the result has shape ().

        ValueError if the shapes differ or are empty, TypeError if the prediction is no tensor.
        """
        target = same_shape(self, prediction, target)
        difference = prediction - target
        return (difference * difference).mean()


class CrossEntropyLoss(Loss):
    """The mean of -log(softmax(logits) at the right class), in nats.

    Class indices may have any dtype, for a Tensor stores them as float32, and all of them count:
    PyTorch wants int64, and leaves out examples of class -100.

    >>> round(CrossEntropyLoss()(Tensor([[2.0, 0.0], [0.0, 0.0]]), [0, 1]).item(), 4)
    0.41
    """

    def forward(self, prediction: Tensor, target: Tensor | npt.ArrayLike) -> Tensor:
        """`prediction` holds logits of shape (n, classes), `target` class indices of shape (n,).

        Logits are raw scores: apply no Softmax before. ValueError if the shapes do not fit,
        the batch is empty, or an index is not a whole number from 0 to classes - 1; TypeError
        if the prediction is no tensor.
        """
        check_tensor(self, prediction)
        labels = class_indices(prediction, target)
        count, classes = prediction.shape
        logits = floating(self, prediction)
        # Where the labels' logits lie when all are counted through, row after row.
        places = labels + np.arange(0, count * classes, classes)
        highest = np.empty((count, 1), logits.dtype)
        totals = np.empty_like(highest)
        powers = in_halves(exp_rows, np.empty_like(logits), logits, highest, totals)
        surprise = np.log(totals[:, 0])
        surprise -= logits.take(places) - highest[:, 0]
        loss = surprise.sum() / count
        return Tensor.recorded("cross_entropy", loss, (prediction,), (powers, totals, places))


class BinaryCrossEntropyLoss(Loss):
    """The mean of -(t log p + (1 - t) log(1 - p)), in nats; as in PyTorch, no log is below -100.

    >>> round(BinaryCrossEntropyLoss()(Tensor([0.5, 1.0]), [1.0, 1.0]).item(), 4)
    0.3466
    """

    def forward(self, prediction: Tensor, target: Tensor | npt.ArrayLike) -> Tensor:
        """`prediction` holds probabilities p (after a Sigmoid), `target` t of the same shape.

        ValueError if the shapes differ or are empty, or if a p or t is outside 0 to 1; TypeError
        if the prediction is no tensor.
        """
        target = same_shape(self, prediction, target)
        p, t = floating(self, prediction), floating(self, target)
        for name, values, repair in (
            ("probabilities", p, "Apply a Sigmoid to raw scores first"),
            ("targets", t, "Give 1 for yes and 0 for no"),
        ):
            if not ((values >= 0) & (values <= 1)).all():
                raise ValueError(
                    f"BinaryCrossEntropyLoss expects {name} from 0 to 1, got numbers from "
                    f"{values.min()} to {values.max()}. {repair}."
                )
        loss = -(t * clamped_log(p) + (1 - t) * clamped_log(1 - p)).mean()
        return Tensor.recorded("binary_cross_entropy", loss, (prediction, target), (p, t))


def check_tensor(loss: Loss, prediction: object) -> None:
    """TypeError if the prediction is not a tensor: gradients could not flow back from it."""
    if not isinstance(prediction, Tensor):
        raise TypeError(
            f"{type(loss).__name__} expects the prediction as a Tensor, got "
            f"{type(prediction).__name__}. Return a Tensor from forward."
        )


def same_shape(loss: Loss, prediction: Tensor, target: Tensor | npt.ArrayLike) -> Tensor:
    """The target as a tensor of the prediction's shape; ValueError instead of broadcasting."""
    check_tensor(loss, prediction)
    if not isinstance(target, Tensor):
        dtype = prediction.dtype if prediction.dtype.kind == "f" else np.float32
        target = Tensor(array_for(type(loss).__name__, "target", target), dtype=dtype)
    if target.shape != prediction.shape or prediction.size == 0:
        raise ValueError(
            f"{type(loss).__name__} expects a prediction and a target of the same shape with at "
            f"least one number, got {prediction.shape} and {target.shape}. Reshape one of the two."
        )
    return target


def class_indices(logits: Tensor, target: Tensor | npt.ArrayLike) -> Array:
    """The target as whole numbers, one for each row of the logits, each a valid class."""
    labels = array_for("CrossEntropyLoss", "target", target)
    if logits.ndim != 2 or logits.size == 0 or labels.shape != logits.shape[:1]:
        raise ValueError(
            "CrossEntropyLoss expects logits of shape (n, classes) and class indices of shape "
            f"(n,), with n at least 1, got {logits.shape} and {labels.shape}. "
            "Give one index an example, not a row of zeros and ones."
        )
    classes = logits.shape[1]
    if labels.dtype.kind in "iu":
        indices = labels.astype(np.intp)
        # Seen as numbers without a sign, indices below 0 are huge. Of few, argmax is the fastest.
        seen = indices.view(np.uintp)
        if seen.item(seen.argmax()) < classes:
            return indices
    wrong: Any = ~((labels >= 0) & (labels < classes) & (labels == np.rint(labels)))
    if wrong.any():
        raise ValueError(
            f"CrossEntropyLoss expects whole class indices from 0 to {classes - 1}, got "
            f"{labels[wrong][0]}. Count classes from 0, and give the last layer one output a "
            "class."
        )
    return labels.astype(np.intp)
