"""More: layers and a loss that PyTorch's users expect, as plain as those of the lessons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinytorch.core.given.making import stack, zeros_like
from tinytorch.core.given.module import check_input
from tinytorch.core.layers import Layer
from tinytorch.core.losses import Loss, same_shape
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["BCEWithLogitsLoss", "Flatten", "Identity", "LogSoftmax"]


class Identity(Layer):
    """Gives back what it is given; whatever it is made with makes no difference.

    >>> Identity()(Tensor([1.0])).item()
    1.0
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take anything, so that it can stand in any layer's place."""

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` itself, of any shape."""
        return x


class Flatten(Layer):
    """Makes one axis of several; by default of all but the first, which counts the examples.

    >>> Flatten()(Tensor([[[1.0, 2.0], [3.0, 4.0]]])).shape
    (1, 4)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        """Keep the first and the last of the axes."""
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: Tensor) -> Tensor:
        """The same numbers in a shape of fewer axes; ValueError or TypeError as in `flatten`."""
        check_input(self, x)
        return x.flatten(self.start_dim, self.end_dim)

    def __repr__(self) -> str:
        return f"Flatten(start_dim={self.start_dim}, end_dim={self.end_dim})"


class LogSoftmax(Layer):
    """The logarithm of softmax along an axis.

    >>> LogSoftmax()(Tensor([0.0, 200.0])).numpy()
    array([-200.,    0.], dtype=float32)
    """

    def __init__(self, dim: int = -1) -> None:
        """Keep the axis."""
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        """The result has the shape of `x`; ValueError or TypeError as `Tensor.log_softmax`."""
        check_input(self, x)
        return x.log_softmax(self.dim)

    def __repr__(self) -> str:
        return f"LogSoftmax(dim={self.dim})"


class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of raw scores: a Sigmoid and `BinaryCrossEntropyLoss`, exact far out.

    >>> round(BCEWithLogitsLoss()(Tensor([0.0, 100.0]), [1.0, 1.0]).item(), 4)
    0.3466
    """

    def forward(self, prediction: Tensor, target: Tensor | npt.ArrayLike) -> Tensor:
        """`prediction` holds scores, `target` numbers from 0 to 1, of the same shape.

        ValueError if the shapes differ or are empty, TypeError if the prediction is no tensor.
        """
        return self.each(prediction, target).mean()

    def each(self, prediction: Tensor, target: Tensor | npt.ArrayLike) -> Tensor:
        """The loss of each score: softmax over the scores 0, for no, and x, for yes.

        >>> BCEWithLogitsLoss().each(Tensor([0.0, 2.0]), [1.0, 0.0]).numpy().round(4)
        array([0.6931, 2.1269], dtype=float32)
        """
        target = same_shape(self, prediction, target)
        pairs = stack([zeros_like(prediction), prediction], -1).log_softmax(-1)
        return -(pairs[..., 0] * (1 - target) + pairs[..., 1] * target)
