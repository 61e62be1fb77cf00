"""What every loss can do besides its mean: a sum, or one by one; checks of what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.given.answers import table
from tinytorch.core.given.base import array_for
from tinytorch.core.given.checks import shortened
from tinytorch.core.given.derivatives import clamped_log
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array

# What PyTorch's losses take besides, and what to do here.
SETTINGS = table(
    {
        "weight pos_weight": "Multiply the losses of reduction='none' by your weights.",
        "ignore_index": "Leave those examples out of the batch.",
        "label_smoothing": "Leave it out: targets are class indices.",
        "size_average reduce": "Write reduction='mean', 'sum' or 'none'.",
    }
)


class Reducing:
    """A loss that is called like a function; `reduction` says what becomes of many numbers."""

    reduction = "mean"

    def __init__(self, reduction: str = "mean", **others: object) -> None:
        """Take "mean", "sum" or "none"; ValueError for another word, TypeError for other settings.

        >>> from tinytorch import MSELoss
        >>> MSELoss(reduction="none")(Tensor([1.0, 2.0]), [1.0, 4.0]).numpy()
        array([0., 4.], dtype=float32)
        """
        for name in others:
            raise TypeError(
                f"{type(self).__name__} expects reduction and no other setting, got {name}. "
                f"{SETTINGS.get(name, 'Leave it out.')}"
            )
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(
                f"{type(self).__name__} expects reduction 'mean', 'sum' or 'none', got "
                f"{shortened(reduction)}. Leave it out for the mean."
            )
        if reduction != "mean":
            self.reduction = reduction

    def __call__(self, prediction: Tensor, target: Tensor | npt.ArrayLike) -> Tensor:
        """Run `forward`, so that a loss is called like a function."""
        if self.reduction == "mean":
            return self.forward(prediction, target)
        losses = self.each(prediction, target)
        return losses if self.reduction == "none" else losses.sum()

    if TYPE_CHECKING:  # a loss writes it

        def forward(self, prediction: Tensor, target: Tensor | npt.ArrayLike) -> Tensor: ...  # noqa: D102

    def each(self, prediction: Tensor, target: Tensor | npt.ArrayLike) -> Tensor:
        """The losses that `forward` takes the mean of; TypeError of a loss that has none.

        >>> from tinytorch import CrossEntropyLoss
        >>> CrossEntropyLoss().each(Tensor([[0.0, 0.0], [9.0, 9.0]]), [0, 1]).numpy().round(4)
        array([0.6931, 0.6931], dtype=float32)
        """
        for kind in type(self).__mro__:
            if kind.__name__ in EACH:
                self.forward(prediction, target)  # it says what does not fit
                return EACH[kind.__name__](self, prediction, target)
        raise TypeError(
            f"{type(self).__name__} expects a method each(self, prediction, target) of its own "
            f"for reduction={self.reduction!r}, but has none. Leave reduction out."
        )

    def __repr__(self) -> str:
        other = "" if self.reduction == "mean" else f"reduction={self.reduction!r}"
        return f"{type(self).__name__}({other})"


def squares(loss: object, prediction: Tensor, target: Any) -> Tensor:
    """The squared differences."""
    difference = prediction - same_shape(loss, prediction, target)
    return difference * difference


def surprises(loss: object, prediction: Tensor, target: Any) -> Tensor:
    """-log(softmax(logits)) at the right class of each example."""
    labels = class_indices(loss, prediction, target)
    return -prediction.log_softmax(-1)[np.arange(len(labels)), labels]


def binary_surprises(loss: object, prediction: Tensor, target: Any) -> Tensor:
    """-(t log p + (1 - t) log(1 - p)) of each number."""
    target = same_shape(loss, prediction, target)
    p, t = prediction.data, target.data
    data = -(t * clamped_log(p) + (1 - t) * clamped_log(1 - p))
    return Tensor.recorded("binary_cross_entropy_each", data, (prediction, target), (p, t))


EACH = {
    "MSELoss": squares,
    "CrossEntropyLoss": surprises,
    "BinaryCrossEntropyLoss": binary_surprises,
}


def check_tensor(loss: object, prediction: object) -> None:
    """TypeError if the prediction is not a tensor: gradients could not flow back from it."""
    if not isinstance(prediction, Tensor):
        raise TypeError(
            f"{type(loss).__name__} expects the prediction as a Tensor, got "
            f"{type(prediction).__name__}. Return a Tensor from forward."
        )


def same_shape(loss: object, prediction: Tensor, target: Tensor | npt.ArrayLike) -> Tensor:
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


def class_indices(loss: object, logits: Tensor, target: Tensor | npt.ArrayLike) -> Array:
    """The target as whole numbers, one for each row of the logits, each a valid class."""
    check_tensor(loss, logits)
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


def check_shares(name: str, values: Array, repair: str) -> None:
    """ValueError for numbers that are not all from 0 to 1."""
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError(
            f"BinaryCrossEntropyLoss expects {name} from 0 to 1, got numbers from "
            f"{values.min()} to {values.max()}. {repair}."
        )
