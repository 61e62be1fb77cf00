"""Losses: one number that says how wrong a prediction is, for training to make smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinytorch.core.given import kernels
from tinytorch.core.given.derivatives import clamped_log
from tinytorch.core.given.module import floating
from tinytorch.core.given.reducing import Reducing, check_shares, class_indices, same_shape
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt


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
        labels = class_indices(self, prediction, target)
        loss, saved = kernels.cross_entropy(floating(self, prediction), labels)
        return Tensor.recorded("cross_entropy", loss, (prediction,), saved)


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
        check_shares("probabilities", p, "Apply a Sigmoid to raw scores first")
        check_shares("targets", t, "Give 1 for yes and 0 for no")
        loss = -(t * clamped_log(p) + (1 - t) * clamped_log(1 - p)).mean()
        return Tensor.recorded("binary_cross_entropy", loss, (prediction, target), (p, t))
