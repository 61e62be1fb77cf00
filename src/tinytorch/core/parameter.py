"""Parameter: a tensor that is to be learned, under the name that PyTorch has for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tinytorch.core.storage import is_parameter
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt


class AnyParameter(type(Tensor)):
    """Makes `isinstance(tensor, Parameter)` true of every tensor that is to be learned."""

    def __instancecheck__(cls, instance: object) -> bool:
        return super().__instancecheck__(instance) or (
            cls is Parameter and isinstance(instance, Tensor) and is_parameter(instance)
        )


class Parameter(Tensor, metaclass=AnyParameter):
    """A tensor to learn: what `Tensor(data, requires_grad=True)` gives, too, is one.

    The numbers are copied, a floating-point Tensor in its own dtype, others as float32, unless
    `dtype` says otherwise. With `requires_grad=False` it is frozen: it is saved with its layer, and
    no optimizer moves it. What is calculated from it are plain Tensors. Raises as Tensor does.

    >>> from tinytorch import Layer
    >>> class Scale(Layer):
    ...     def __init__(self):
    ...         self.factor = Parameter([2.0])
    >>> Scale().parameters()
    [Parameter([2.], shape=(1,), requires_grad=True)]
    >>> Parameter([2.0]) * 3
    Tensor([6.], shape=(1,), requires_grad=True)
    """

    __slots__ = ()

    def __init__(
        self,
        data: Tensor | npt.ArrayLike,
        requires_grad: bool = True,
        *,
        dtype: npt.DTypeLike | None = None,
    ) -> None:
        """Copy numbers into a new parameter."""
        own = data.dtype if isinstance(data, Tensor) and data.dtype.kind == "f" else np.float32
        super().__init__(data, True, dtype=own if dtype is None else dtype)
        self.requires_grad = requires_grad

    # A result is a tensor like any other, so it is wrapped as one.
    recorded = Tensor.recorded  # pyright: ignore[reportAssignmentType]
