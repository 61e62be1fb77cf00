"""What NumPy asks of a tensor: to be read, and to stand in NumPy's own functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from string import ascii_letters
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tinytorch.core.given.base import TensorBase, asked
from tinytorch.core.given.checks import shortened
from tinytorch.core.given.graph import recording
from tinytorch.core.given.operations import Arithmetic, Reductions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from tinytorch._typing import Array

# The NumPy functions that mean a tensor's own operation: np.exp(t) is t.exp().
METHODS: dict[Callable[..., Any], str] = {
    np.add: "__add__",
    np.subtract: "__sub__",
    np.multiply: "__mul__",
    np.divide: "__truediv__",
    np.power: "__pow__",
    np.maximum: "maximum",
    np.minimum: "minimum",
    np.matmul: "matmul",
    np.dot: "matmul",
    np.negative: "__neg__",
    np.absolute: "abs",
    np.exp: "exp",
    np.log: "log",
    np.sqrt: "sqrt",
    np.sum: "sum",
    np.mean: "mean",
    np.max: "max",
    np.amax: "max",
    np.min: "min",
    np.amin: "min",
    np.var: "var",
    np.reshape: "reshape",
    np.transpose: "transpose",
    np.less: "__lt__",
    np.less_equal: "__le__",
    np.greater: "__gt__",
    np.greater_equal: "__ge__",
    np.equal: "__eq__",
    np.not_equal: "__ne__",
}


# These look at the shape alone: there is no gradient to lose.
CONSTANTS = (np.zeros_like, np.ones_like, np.full_like, np.empty_like)


class Interop(Reductions):
    """Tensors among NumPy's functions.

    Those with a derivative (`METHODS` and `np.einsum`) give tensors and are recorded. Others take
    the numbers, and raise TypeError if a gradient would be lost on the way.
    """

    __slots__ = ()

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Array:
        asked.latest = object()
        return np.array(self.data, dtype=dtype, copy=copy)

    def __dlpack__(self, *, copy: bool | None = None, **options: Any) -> Any:
        """The memory, for another library to share; BufferError where that would not be safe.

        PyTorch aborts the process on memory read backwards, and writes into what is read-only.
        """
        data = self.data.copy() if copy else self.data
        steps = zip(data.shape, data.strides, strict=True)
        backwards = any(size > 1 and step < 0 for size, step in steps)
        if data.size and (backwards or not data.flags.writeable):
            raise BufferError(
                "__dlpack__ expects memory that another library can read forwards and write, got "
                f"an array of shape {data.shape} that is "
                f"{'read backwards' if backwards else 'read-only'}. Share tensor.numpy().copy()."
            )
        return data.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.data.__dlpack_device__()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """NumPy's operators and element-wise functions; what they give is a tensor."""
        if method == "__call__" and ufunc in METHODS and not options:
            return self._own(METHODS[ufunc], inputs, options)
        if any(isinstance(value, TensorBase) for value in options.get("out", ())):
            raise TypeError("out= expects a NumPy array, got a tensor. Use out=tensor.data.")
        result = getattr(ufunc, method)(*plain(inputs), **plain(options))
        if "out" in options or result is None:
            return result
        refuse_to_cut(ufunc, result, inputs)
        if isinstance(result, tuple):
            return tuple(self.recorded(ufunc.__name__, part) for part in cast("Any", result))
        return self.recorded(ufunc.__name__, result)

    def __array_function__(
        self, function: Callable[..., Any], types: Any, inputs: Any, options: Any
    ) -> Any:
        """NumPy's other functions; those without a derivative give what they give for arrays."""
        if function is np.einsum and len(inputs) == 3 and isinstance(inputs[0], str):
            if not options.keys() - {"optimize"}:
                return einsum(inputs[0], *map(self._operand, inputs[1:]))
        elif function in METHODS and means_the_same(function, inputs, options):
            return self._own(METHODS[function], inputs, options)
        result = function(*plain(inputs), **plain(options))
        if "out" not in options and function not in CONSTANTS:
            refuse_to_cut(function, result, (inputs, options))
        return result

    def _own(self, name: str, inputs: Any, options: Any) -> Any:
        """This tensor's own operation; the first operand may be a number or an array."""
        first = inputs[0] if isinstance(inputs[0], Arithmetic) else self._operand(inputs[0])
        return getattr(first, name)(*inputs[1:], **options)


def means_the_same(function: Callable[..., Any], inputs: Any, options: Any) -> bool:
    """Whether a call of a NumPy function can be made as a call of the tensor's own method."""
    if not 1 <= len(inputs) <= 2 or options.keys() - {"axis", "keepdims"}:
        return False
    if function is np.transpose:  # of more than two axes NumPy turns all around
        return len(inputs) == 1 and np.ndim(inputs[0]) <= 2
    if function is np.dot:
        return len(inputs) == 2 and np.ndim(inputs[0]) > 0 and 1 <= np.ndim(inputs[1]) <= 2
    return True


def refuse_to_cut(function: Callable[..., Any], result: object, inputs: object) -> None:
    """TypeError if the numbers in a result would have a gradient, and it were lost."""
    if not recording.on or not any(np.asarray(part).dtype.kind == "f" for part in leaves(result)):
        return
    if any(isinstance(value, TensorBase) and value.requires_grad for value in leaves(inputs)):
        known = ", ".join(sorted({each.__name__ for each in METHODS} | {"einsum of two"}))
        raise TypeError(
            f"A tensor with requires_grad=True expects one of {known}, got np.{function.__name__}, "
            "whose derivative is not known. Use .detach() to go without a gradient."
        )


def plain(value: Any) -> Any:
    """The same with arrays in place of tensors, also inside lists, tuples and dicts."""
    if isinstance(value, TensorBase):
        return value.data
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in cast("dict[str, Any]", value).items()}
    if type(value) in (list, tuple):
        return type(value)(map(plain, value))
    return value


def leaves(value: Any) -> Iterator[object]:
    """What is inside lists, tuples and dicts, at any depth."""
    if isinstance(value, dict):
        value = list(cast("dict[str, Any]", value).values())
    if isinstance(value, list | tuple):
        for item in cast("list[object]", value):
            yield from leaves(item)
    else:
        yield value


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
