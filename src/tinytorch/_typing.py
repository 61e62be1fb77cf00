"""The names for types that several files share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, Union

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from tinytorch.core.tensor_base import TensorBase

Array: TypeAlias = npt.NDArray[Any]
Shape: TypeAlias = tuple[int, ...]
Axis: TypeAlias = int | tuple[int, ...] | None
Number: TypeAlias = int | float | np.number[Any] | np.bool_
Operand: TypeAlias = Union["TensorBase", Array, Number, Sequence[Any]]
