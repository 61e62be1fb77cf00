"""Einsum: sums of products named by letters, `np.einsum` on tensors, so that it is recorded."""

from __future__ import annotations

from string import ascii_letters
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.checks import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tinytorch._typing import Array
    from tinytorch.core.tensor_base import TensorBase


def einsum(subscripts: str, a: TensorBase, b: TensorBase) -> Any:
    """The sum of products that `subscripts` name; letters and `...` mean what they do in NumPy.

    ValueError where they do not fit the shapes, or where an operand has a letter twice.

    >>> from tinytorch import Tensor
    >>> np.einsum("...i,io->...o", Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]])).numpy()
    array([[11.]], dtype=float32)
    """
    try:
        data = np.einsum(subscripts, a.data, b.data, optimize=True)
    except (ValueError, LookupError) as error:
        raise ValueError(
            f"einsum expects letters that fit the shapes {a.shape} and {b.shape}, got "
            f"{shortened(subscripts)}: {str(error).rstrip('. ')}. "
            "Give each axis a letter, as in 'ij,jk->ik'."
        ) from None
    *terms, result = spelled_out(subscripts, (a.data, b.data))
    for term in terms:
        if len(set(term)) < len(term):
            raise ValueError(
                f"einsum on tensors expects each letter once an operand, got {subscripts!r}. "
                "Diagonals have no derivative here: use .detach() to go without."
            )
    return a.recorded("einsum", data, (a, b), (a.data, b.data, *terms, result))


def spelled_out(subscripts: str, arrays: Sequence[Array]) -> list[str]:
    """The letters of each operand and of the result, with letters in place of `...`."""
    inputs, arrow, result = subscripts.replace(" ", "").partition("->")
    if not arrow:
        letters = inputs.replace(",", "").replace(".", "")
        once = sorted(letter for letter in set(letters) if letters.count(letter) == 1)
        result = ("..." if "..." in inputs else "") + "".join(once)
    unused = "".join(letter for letter in ascii_letters if letter not in subscripts)
    terms = inputs.split(",")
    # The axes behind `...` broadcast: those of all operands are counted from the right.
    rests = [
        array.ndim - len(term.replace("...", "")) for term, array in zip(terms, arrays, strict=True)
    ]
    return [
        term.replace("...", unused[len(unused) - rest :])
        for term, rest in zip((*terms, result), (*rests, max(rests)), strict=True)
    ]
