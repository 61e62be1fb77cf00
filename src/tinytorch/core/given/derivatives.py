"""Derivatives that take more than a line, and those of operations that no lesson asks for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.given.base import TensorBase, numbers_from
from tinytorch.core.given.kernels import ONE_BY_ONE, column_sums, total

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array, Axis, Shape


def sum_to(g: Array, shape: Shape) -> Array:
    """Undo broadcasting: a number that was used several times gets the sum of the gradients."""
    if g.shape == shape:
        return g
    if len(shape) == 1 and shape[0] == g.shape[-1] and g.size <= ONE_BY_ONE * shape[0]:
        return column_sums(flat(g))
    extra = g.ndim - len(shape)
    stretched = (extra + axis for axis, length in enumerate(shape) if length == 1)
    return total(g, (*range(extra), *stretched), keepdims=True).reshape(shape)


def flat(x: Array) -> Array:
    """A stack of matrices as one matrix, its rows below each other."""
    return x if x.ndim == 2 else x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def expand(g: Array, shape: Shape, axis: Axis, keepdims: bool) -> Array:
    """Undo a reduction: hand the gradient of each result to all numbers that went into it."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, shape)


def shared(g: Array, x: Array, extreme: Array, axis: Axis, keepdims: bool) -> Array:
    """The gradient of max or min: equal shares for all numbers that tie."""
    ties = (x == expand(extreme, x.shape, axis, keepdims)).astype(g.dtype)
    with np.errstate(invalid="ignore"):  # beside a NaN nothing ties: 0 / 0 is NaN again
        return expand(g, x.shape, axis, keepdims) * ties / ties.sum(axis=axis, keepdims=True)


def preferred(g: Array, taken: Array, a: Array, b: Array) -> Array:
    """The gradient of `a` where the larger or smaller of two was taken: half where they tie."""
    return sum_to(g * np.where(a == b, 0.5, taken).astype(g.dtype), a.shape)


def power_base(g: Array, a: Array, b: Array) -> Array:
    """d(a^b)/da = b a^(b-1), and 0 where b is 0, also at a = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = b * a ** (b.item() - 1 if b.ndim == 0 else b - 1)
    return sum_to(g * np.where(b == 0, 0, slope).astype(g.dtype), a.shape)


def power_exponent(g: Array, a: Array, b: Array, power: Array) -> Array:
    """d(a^b)/db = a^b log a, and 0 where a is 0 and b is not negative."""
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where((a == 0) & (b >= 0), 0, power * np.log(a))
    return sum_to(g * slope.astype(g.dtype), b.shape)


def matmul_left(g: Array, a: Array, b: Array) -> Array:
    """d(ab)/da, which is g times b transposed."""
    if a.ndim == b.ndim == 2:
        return g.dot(b.T)
    if b.ndim == 2 and a.ndim > 1:
        return flat(g).dot(b.T).reshape(a.shape)
    g, rows, columns = as_matrices(g, a, b)
    return sum_to(g @ columns.swapaxes(-1, -2), rows.shape).reshape(a.shape)


def matmul_right(g: Array, a: Array, b: Array) -> Array:
    """d(ab)/db, which is a transposed times g."""
    if a.ndim == b.ndim == 2:
        return a.T.dot(g)
    if b.ndim == 2 and a.ndim > 1:
        return flat(a).T.dot(flat(g))
    g, rows, columns = as_matrices(g, a, b)
    return sum_to(rows.swapaxes(-1, -2) @ g, columns.shape).reshape(b.shape)


def as_matrices(g: Array, a: Array, b: Array) -> tuple[Array, Array, Array]:
    """The parts of a product where a tensor with one axis is a row (left) or a column (right)."""
    if b.ndim == 1:
        b, g = b[:, np.newaxis], np.expand_dims(g, -1)
    if a.ndim == 1:
        a, g = a[np.newaxis, :], np.expand_dims(g, -2)
    return g, a, b


def einsum_slope(g: Array, shape: Shape, term: str, other: Array, other_term: str, out: str) -> Any:
    """d(einsum)/d(operand): the product of g and the other operand, summed to its letters."""
    # A letter that only this operand has was summed alone: all its numbers get the same.
    alone = "".join(letter for letter in term if letter not in out + other_term)
    ones = np.ones([shape[term.index(letter)] for letter in alone], g.dtype)
    letters = f"{out},{other_term},{alone}->{term}"
    return sum_to(np.einsum(letters, g, other, ones, optimize=True), shape)


def scatter(g: Array, shape: Shape, index: tuple[Any, ...]) -> Array:
    """Undo indexing: zeros, with the gradients at the places that were taken, added up."""
    result = np.zeros(shape, g.dtype)
    if any(isinstance(item, np.ndarray | bool | np.bool_) for item in index):
        np.add.at(result, index, g)
    else:
        result[index] = g
    return result


def relu_slope(g: Array, y: Array) -> Array:
    """d(relu)/dx: g where the result is not 0, so that a NaN stays one."""
    slope = (y != 0).astype(g.dtype)
    slope *= g
    return slope


def softmax_slope(g: Array, p: Array, axis: int) -> Array:
    """d(softmax)/dx: p (g - sum of g p)."""
    product = g * p
    product -= p * total(product, axis, keepdims=True)
    return product


def gelu_slope(g: Array, x: Array, below: Array) -> Array:
    """d(x Phi(x))/dx = Phi(x) + x phi(x), with phi the density of the normal distribution."""
    with np.errstate(over="ignore", under="ignore"):
        slope = np.square(x)
        slope *= -0.5
        slope = np.exp(slope)
        slope *= 1 / math.sqrt(2 * math.pi)
        slope *= x
    slope += below
    slope *= g
    return slope


def cross_entropy_slope(g: Array, powers: Array, totals: Array, places: Array) -> Array:
    """d(cross-entropy)/d(logits): the probabilities, less 1 at the labels, over the count."""
    share = g / len(totals)
    slope = np.multiply(powers, share / totals, order="C")
    slope.reshape(-1)[places] -= share
    return slope


def clamped_log(p: Array) -> Array:
    """The logarithm, but never below -100: a confident mistake stays a finite number."""
    with np.errstate(divide="ignore"):
        return np.log(p).clip(-100, None)


# The lambdas of the table take arrays, numbers and shapes, each as its operation saved them.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false


MORE_DERIVATIVES: dict[str, tuple[Callable[..., Any], ...]] = {
    "clone": (lambda g: g,),
    "cast": (lambda g, dtype: g.astype(dtype),),
    "erf": (lambda g, x: g * (2 / math.sqrt(math.pi)) * np.exp(-x * x),),
    "maximum": (
        lambda g, a, b: preferred(g, ~(a < b), a, b),
        lambda g, a, b: preferred(g, ~(b < a), b, a),
    ),
    "minimum": (
        lambda g, a, b: preferred(g, ~(a > b), a, b),
        lambda g, a, b: preferred(g, ~(b > a), b, a),
    ),
    "cat": (
        lambda g, axis, length: np.split(g, [length], axis)[0],
        lambda g, axis, length: np.split(g, [length], axis)[1],
    ),
    "where": (
        lambda g, condition, a, b: sum_to(np.where(condition, g, 0).astype(g.dtype), a),
        lambda g, condition, a, b: sum_to(np.where(condition, 0, g).astype(g.dtype), b),
    ),
    "binary_cross_entropy_each": (
        lambda g, p, t: g * (p - t) / np.maximum(p * (1 - p), 1e-12),
        lambda g, p, t: g * (clamped_log(1 - p) - clamped_log(p)),
    ),
}


def added(leaf: TensorBase, part: Array) -> Array:
    """What the gradient of a leaf is with a part added to it."""
    if leaf.grad is not None:
        if leaf.grad.shape != part.shape:
            raise ValueError(
                f"backward expects to add to a gradient of shape {part.shape}, got .grad of shape "
                f"{leaf.grad.shape}. Call zero_grad() when the shape of .data has changed."
            )
        part = leaf.grad.data + part
    return np.asarray(part, leaf.data.dtype)


def first_gradient(tensor: TensorBase, gradient: TensorBase | npt.ArrayLike | None) -> Array:
    """The gradient to start with: 1 for a tensor of one number, what was given for others."""
    if gradient is None:
        if tensor.size != 1:
            raise ValueError(
                "backward expects a tensor of one number, such as a loss, got shape "
                f"{tensor.shape}. Call .sum() or .mean() first, or give a gradient of that shape."
            )
        return np.ones(tensor.shape, tensor.dtype)
    if isinstance(gradient, TensorBase) and gradient.data.dtype == tensor.data.dtype:
        start = gradient.data
    else:
        start = numbers_from(gradient, tensor.dtype)
    if start.shape != tensor.shape:
        raise ValueError(
            f"backward expects a gradient of the tensor's shape {tensor.shape}, got shape "
            f"{start.shape}. Give one number for each of the tensor's."
        )
    return start
