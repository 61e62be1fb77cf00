"""Activations, the loss and dropout of the limit: NumPy's fastest calls, into arrays that wait.

Which call is fastest was measured: for ReLU `maximum` with zeros that wait, and `clip` where those
no longer fit into the cache; a mask cast to float before it multiplies; products with ones for sums
over rows and columns; a transposed copy for the maxima of short rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np

from benchmarks import inputs
from benchmarks.inputs import Floats
from tinytorch.core.given.kernels import erf

Shape = tuple[int, ...]
#: Rows of at most so many numbers have their maxima taken down the columns of a transposed copy.
SHORT_ROW = 64
#: Up to so many numbers, `maximum` with zeros in memory is faster than `clip`.
FEW = 1 << 18


class Function(Protocol):
    """What the sides' work asks of an activation or a loss."""

    def forward(self, x: Floats, /) -> Floats | float:
        """The result, in an array that the next call overwrites."""
        ...

    def backward(self, g: Floats, /) -> Floats:
        """The gradient of the input, from that of the last result."""
        ...


class ReLU:
    """max(x, 0)."""

    def __init__(self, shape: Shape) -> None:
        self.output, self.mask = np.empty((2, *shape), np.float32)
        self.positive = np.empty(shape, np.bool_)
        self.zeros = np.zeros(shape, np.float32) if math.prod(shape) <= FEW else None

    def forward(self, x: Floats) -> Floats:
        """One pass."""
        if self.zeros is None:
            return x.clip(0, np.inf, out=self.output)
        return np.maximum(x, self.zeros, out=self.output)

    def backward(self, g: Floats) -> Floats:
        """g where the output is positive."""
        np.greater(self.output, 0, out=self.positive)
        np.copyto(self.mask, self.positive)
        return np.multiply(g, self.mask, out=self.mask)


class Tanh:
    """The hyperbolic tangent."""

    def __init__(self, shape: Shape) -> None:
        self.output, self.slope = np.empty((2, *shape), np.float32)

    def forward(self, x: Floats) -> Floats:
        """One pass."""
        return np.tanh(x, out=self.output)

    def backward(self, g: Floats) -> Floats:
        """g (1 - y y)."""
        np.multiply(self.output, self.output, out=self.slope)
        np.subtract(1, self.slope, out=self.slope)
        return np.multiply(g, self.slope, out=self.slope)


class Sigmoid:
    """1 / (1 + exp(-x))."""

    def __init__(self, shape: Shape) -> None:
        self.output, self.slope = np.empty((2, *shape), np.float32)

    def forward(self, x: Floats) -> Floats:
        """Four passes."""
        output = self.output
        np.negative(x, out=output)
        np.exp(output, out=output)
        np.add(output, 1, out=output)
        return np.divide(1, output, out=output)

    def backward(self, g: Floats) -> Floats:
        """g y (1 - y)."""
        np.subtract(1, self.output, out=self.slope)
        np.multiply(self.slope, self.output, out=self.slope)
        return np.multiply(g, self.slope, out=self.slope)


class Softmax:
    """exp(x) over its sum along each row."""

    def __init__(self, shape: Shape) -> None:
        self.output, self.slope = np.empty((2, *shape), np.float32)
        self.rows = Rows(shape)
        self.sums = np.empty(shape[0], np.float32)

    def forward(self, x: Floats) -> Floats:
        """The largest of each row goes off first, so that nothing overflows."""
        np.subtract(x, self.rows.maxima(x), out=self.output)
        np.exp(self.output, out=self.output)
        np.divide(1, self.rows.sums(self.output, out=self.sums), out=self.sums)
        return np.multiply(self.output, self.sums[:, None], out=self.output)

    def backward(self, g: Floats) -> Floats:
        """y (g - sum of g y)."""
        np.einsum("ij,ij->i", g, self.output, out=self.sums)
        np.subtract(g, self.sums[:, None], out=self.slope)
        return np.multiply(self.slope, self.output, out=self.slope)


class GELU:
    """x times the probability that a standard normal number is below x."""

    def __init__(self, shape: Shape) -> None:
        self.x, self.below, self.output, self.density = np.empty((4, *shape), np.float32)

    def forward(self, x: Floats) -> Floats:
        """NumPy has no error function: TinyTorch's is used, which allocates."""
        self.x = x
        np.multiply(x, math.sqrt(0.5), out=self.output)
        np.add(erf(self.output), 1, out=self.below)
        np.multiply(self.below, 0.5, out=self.below)
        return np.multiply(x, self.below, out=self.output)

    def backward(self, g: Floats) -> Floats:
        """g (Phi(x) + x phi(x))."""
        density = self.density
        np.multiply(self.x, self.x, out=density)
        np.multiply(density, -0.5, out=density)
        np.exp(density, out=density)
        np.multiply(density, 1 / math.sqrt(2 * math.pi), out=density)
        np.multiply(density, self.x, out=density)
        np.add(density, self.below, out=density)
        return np.multiply(g, density, out=density)


class CrossEntropy:
    """The mean of -log(softmax(logits) at the right class)."""

    def __init__(self, shape: Shape) -> None:
        rows, classes = shape
        labels = inputs.labels(rows, classes)
        self.places = np.arange(rows) * classes + labels
        self.right = np.zeros(shape, np.float32)
        self.right[np.arange(rows), labels] = 1
        self.scores, self.powers = np.empty((2, *shape), np.float32)
        self.totals, self.chosen, self.ones = np.ones((3, rows), np.float32)
        self.rows = Rows(shape)

    def forward(self, logits: Floats) -> float:
        """The loss, from log-sum-exp."""
        np.subtract(logits, self.rows.maxima(logits), out=self.scores)
        np.exp(self.scores, out=self.powers)
        self.rows.sums(self.powers, out=self.totals)
        self.scores.take(self.places, out=self.chosen, mode="clip")
        surprise = float(np.log(self.totals) @ self.ones) - float(self.chosen @ self.ones)
        return surprise / len(self.totals)

    def backward(self, g: Floats | None = None) -> Floats:
        """(softmax - 1 at the labels) over the count; g of a loss is 1."""
        np.divide(1 / len(self.totals), self.totals, out=self.totals)
        np.multiply(self.powers, self.totals[:, None], out=self.powers)
        np.multiply(self.right, 1 / len(self.totals), out=self.scores)
        return np.subtract(self.powers, self.scores, out=self.powers)


class Rows:
    """Maxima and sums of the rows of an array."""

    def __init__(self, shape: Shape) -> None:
        self.largest = np.empty(shape[0], np.float32)
        self.column = self.largest[:, None]
        self.turned = np.empty(shape[::-1], np.float32) if shape[1] <= SHORT_ROW else None
        self.ones = np.ones(shape[1], np.float32)

    def maxima(self, x: Floats) -> Floats:
        """The largest number of each row, as a column."""
        if self.turned is None:
            np.maximum.reduce(x, axis=1, out=self.largest)
        else:
            np.copyto(self.turned, x.T)
            np.maximum.reduce(self.turned, axis=0, out=self.largest)
        return self.column

    def sums(self, x: Floats, out: Floats) -> Floats:
        """The sum of each row."""
        return x.dot(self.ones, out)


class Dropout:
    """Each number kept with probability 0.5, and doubled: a bit of a random word decides.

    As in TinyTorch, each decision compares 16 random bits, so that any p would do.
    """

    def __init__(self, shape: Shape) -> None:
        self.bits = np.random.SFC64(0)
        self.words = math.ceil(math.prod(shape) / 4)
        self.kept, self.output = np.empty(shape, np.bool_), np.empty(shape, np.float32)

    def forward(self, x: Floats) -> Floats:
        """Draw, compare, double, multiply."""
        words = self.bits.random_raw(self.words).view(np.uint16)[: x.size].reshape(x.shape)
        np.less(words, np.uint16(1 << 15), out=self.kept)
        np.multiply(self.kept, np.float32(2), out=self.output)
        return np.multiply(x, self.output, out=self.output)


FORWARD: dict[str, Callable[[Shape], Function]] = {
    "ReLU": ReLU,
    "Tanh": Tanh,
    "Sigmoid": Sigmoid,
    "Softmax": Softmax,
    "GELU": GELU,
    "cross-entropy": CrossEntropy,
}
