"""functional: activations and losses as functions, by the names that `torch.nn.functional` has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinytorch.core.activations import GELU, ReLU, Sigmoid, Softmax, Tanh
from tinytorch.core.layers import Dropout
from tinytorch.core.losses import BinaryCrossEntropyLoss, CrossEntropyLoss, MSELoss
from tinytorch.elsewhere import FUNCTIONAL, unknown
from tinytorch.nn.more import BCEWithLogitsLoss, LogSoftmax

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch.core.tensor import Tensor

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "dropout",
    "gelu",
    "log_softmax",
    "mse_loss",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
]


def relu(x: Tensor) -> Tensor:
    """The activation `ReLU`.

    >>> from tinytorch import Tensor
    >>> relu(Tensor([-1.0, 2.0])).numpy()
    array([0., 2.], dtype=float32)
    """
    return ReLU()(x)


def sigmoid(x: Tensor) -> Tensor:
    """The activation `Sigmoid`.

    >>> from tinytorch import Tensor
    >>> sigmoid(Tensor([0.0])).item()
    0.5
    """
    return Sigmoid()(x)


def tanh(x: Tensor) -> Tensor:
    """The activation `Tanh`.

    >>> from tinytorch import Tensor
    >>> tanh(Tensor([0.0])).item()
    0.0
    """
    return Tanh()(x)


def gelu(x: Tensor) -> Tensor:
    """The activation `GELU`, in its exact form.

    >>> from tinytorch import Tensor
    >>> gelu(Tensor([0.0])).item()
    0.0
    """
    return GELU()(x)


def softmax(x: Tensor, dim: int | None = None) -> Tensor:
    """The activation `Softmax` along an axis, which has to be named: TypeError.

    >>> from tinytorch import Tensor
    >>> softmax(Tensor([1.0, 1.0]), dim=0).numpy()
    array([0.5, 0.5], dtype=float32)
    """
    return Softmax(checked_dim("softmax", dim))(x)


def log_softmax(x: Tensor, dim: int | None = None) -> Tensor:
    """The logarithm of softmax along an axis, which has to be named: TypeError.

    >>> from tinytorch import Tensor
    >>> log_softmax(Tensor([0.0, 200.0]), dim=0).numpy()
    array([-200.,    0.], dtype=float32)
    """
    return LogSoftmax(checked_dim("log_softmax", dim))(x)


def dropout(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """What the layer `Dropout(p)` does; give it `training=self.training`.

    >>> from tinytorch import Tensor
    >>> dropout(Tensor([1.0]), 0.5, training=False).item()
    1.0
    """
    return Dropout(p)(x, training=training)


def cross_entropy(x: Tensor, target: npt.ArrayLike | Tensor, *, reduction: str = "mean") -> Tensor:
    """The loss `CrossEntropyLoss`.

    >>> from tinytorch import Tensor
    >>> round(cross_entropy(Tensor([[0.0, 0.0]]), [1]).item(), 4)
    0.6931
    """
    return CrossEntropyLoss(reduction)(x, target)


def mse_loss(x: Tensor, target: npt.ArrayLike | Tensor, *, reduction: str = "mean") -> Tensor:
    """The loss `MSELoss`.

    >>> from tinytorch import Tensor
    >>> mse_loss(Tensor([1.0, 2.0]), [1.0, 4.0]).item()
    2.0
    """
    return MSELoss(reduction)(x, target)


def binary_cross_entropy(
    x: Tensor, target: npt.ArrayLike | Tensor, *, reduction: str = "mean"
) -> Tensor:
    """The loss `BinaryCrossEntropyLoss`.

    >>> from tinytorch import Tensor
    >>> round(binary_cross_entropy(Tensor([0.5]), [1.0]).item(), 4)
    0.6931
    """
    return BinaryCrossEntropyLoss(reduction)(x, target)


def binary_cross_entropy_with_logits(
    x: Tensor, target: npt.ArrayLike | Tensor, *, reduction: str = "mean"
) -> Tensor:
    """The loss `BCEWithLogitsLoss`.

    >>> from tinytorch import Tensor
    >>> round(binary_cross_entropy_with_logits(Tensor([0.0]), [1.0]).item(), 4)
    0.6931
    """
    return BCEWithLogitsLoss(reduction)(x, target)


def checked_dim(owner: str, dim: int | None) -> int:
    """The axis; TypeError for none, for which PyTorch chooses one by the shape."""
    if dim is None:
        raise TypeError(f"{owner} expects an axis, got none. Write dim=-1 for the last one.")
    return dim


def __getattr__(name: str) -> Any:
    raise unknown(__name__, name, FUNCTIONAL)
