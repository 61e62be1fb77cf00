"""Names: functions that PyTorch's users call as methods; each is one that is there anyway."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn, Self

from tinytorch.core.answers import TENSOR, Answering
from tinytorch.core.dims import Dims, joining

if TYPE_CHECKING:
    from tinytorch._typing import Operand


class Names(Dims, Answering, answers=TENSOR):
    """Activations and choices as methods.

    What PyTorch has and TinyTorch has not is answered with what to write, see `answers.py`.
    """

    __slots__ = ()

    def __floordiv__(self, other: Operand) -> NoReturn:
        raise TypeError(
            "Tensors have +, -, *, / and **, got //. Write np.floor((x / y).detach()): no gradient "
            "goes through it."
        )

    def __mod__(self, other: Operand) -> NoReturn:
        raise TypeError(
            "Tensors have +, -, *, / and **, got %. Write x - y * np.floor((x / y).detach()), "
            "which has PyTorch's gradients."
        )

    __rfloordiv__, __rmod__ = __floordiv__, __mod__

    @property
    def is_leaf(self) -> bool:
        """Whether no operation made it.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0], requires_grad=True).is_leaf
        True
        """
        return self.node is None

    def relu(self) -> Self:
        """The activation `ReLU`.

        >>> from tinytorch import Tensor
        >>> Tensor([-1.0, 2.0]).relu().numpy()
        array([0., 2.], dtype=float32)
        """
        return activations().ReLU()(self)

    def sigmoid(self) -> Self:
        """The activation `Sigmoid`.

        >>> from tinytorch import Tensor
        >>> Tensor([0.0]).sigmoid().numpy()
        array([0.5], dtype=float32)
        """
        return activations().Sigmoid()(self)

    def tanh(self) -> Self:
        """The activation `Tanh`.

        >>> from tinytorch import Tensor
        >>> Tensor([0.0]).tanh().numpy()
        array([0.], dtype=float32)
        """
        return activations().Tanh()(self)

    def softmax(self, dim: int = -1, *, axis: int | None = None) -> Self:
        """The activation `Softmax` along an axis, the last one unless it is said; with its errors.

        >>> from tinytorch import Tensor
        >>> Tensor([1.0, 1.0]).softmax(dim=0).numpy()
        array([0.5, 0.5], dtype=float32)
        """
        return activations().Softmax(dim if axis is None else axis)(self)

    def log_softmax(self, dim: int = -1, *, axis: int | None = None) -> Self:
        """The logarithm of softmax along an axis, exact where softmax itself rounds to 0.

        ValueError and TypeError for an axis that is not there.

        >>> from tinytorch import Tensor
        >>> Tensor([0.0, 200.0]).log_softmax().numpy()
        array([-200.,    0.], dtype=float32)
        """
        dim = dim if axis is None else axis
        self._axis("log_softmax", dim)
        lower = self - self.detach().max(axis=dim, keepdims=True)
        return lower - lower.exp().sum(dim, True).log()

    def clamp(self, min: Operand | None = None, max: Operand | None = None) -> Self:  # noqa: A002
        """Numbers below `min` become `min`, those above `max` become `max`; their gradient is 0.

        ValueError where neither is given, or shapes do not broadcast.

        >>> from tinytorch import Tensor
        >>> Tensor([-2.0, 0.5, 2.0]).clamp(0, 1).numpy()
        array([0. , 0.5, 1. ], dtype=float32)
        """
        if min is None and max is None:
            raise ValueError("clamp expects min or max, got neither. Write clamp(min=0), say.")
        result: Any = self
        if min is not None:
            result = joining().where(result < min, min, result)
        if max is not None:
            result = joining().where(result > max, max, result)
        return result

    def masked_fill(self, mask: Operand, value: Operand) -> Self:
        """The value where the mask is true, the tensor's own numbers elsewhere; as in `where`.

        >>> from tinytorch import Tensor
        >>> x = Tensor([1.0, -2.0])
        >>> x.masked_fill(x < 0, 0.0).numpy()
        array([1., 0.], dtype=float32)
        """
        return joining().where(mask, value, self)

    def where(self, condition: Operand, other: Operand) -> Self:
        """The tensor's own numbers where the condition is true, the other's elsewhere.

        >>> from tinytorch import Tensor
        >>> x = Tensor([1.0, -2.0])
        >>> x.where(x > 0, 0.0).numpy()
        array([1., 0.], dtype=float32)
        """
        return joining().where(condition, self, other)


@cache
def activations() -> Any:
    """The activations; imported at first use, so that lessons before them run without."""
    return import_module("tinytorch.core.activations")
