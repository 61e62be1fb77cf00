"""Moments: Adam's running means, of small parameters side by side, so that few calls serve all."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np

from tinytorch.core.given.kernels import in_halves

if TYPE_CHECKING:
    from tinytorch._typing import Array, Shape

# Parameters of fewer numbers are updated together with their neighbours: there a call of NumPy's
# costs more than its work.
SMALL = 2**14


class Moments:
    """The running means of gradients and of their squares, for parameters counted by place.

    They are kept as sums, without the factors 1 - beta, which move into two numbers: that saves
    three passes over the arrays.
    """

    def __init__(self, sizes: Sequence[int]) -> None:
        """`sizes` says how many numbers each parameter has."""
        self.ends = [0, *accumulate(sizes)]
        self.sums: Array = np.zeros((2, self.ends[-1]), np.float16)
        # How many steps each parameter has made, and with which betas the last.
        self.past: list[tuple[int, tuple[float, float]]] = [(0, (0.0, 0.0))] * len(sizes)
        self.runs: list[list[int]] = []
        for place, size in enumerate(sizes):
            if size >= SMALL or place == 0 or sizes[place - 1] >= SMALL:
                self.runs.append([])
            self.runs[-1].append(place)

    def together(self, ready: Container[int]) -> Iterator[list[int]]:
        """The places that are ready, those in one list whose numbers are updated as one array."""
        for run in self.runs:
            if len({self.past[place] for place in run}) == 1 and all(p in ready for p in run):
                yield run
            else:
                yield from ([place] for place in run if place in ready)

    def change(
        self, places: list[int], gradients: list[Array], lr: float, betas: tuple[float, float],
        eps: float,
    ) -> list[Array]:  # fmt: skip
        """What to add to each of the parameters that are updated together (see `Adam`)."""
        gradient = gradients[0].ravel() if len(gradients) == 1 else np.concatenate(gradients, None)
        if self.sums.itemsize < gradient.itemsize:  # the first step, or the first in float64
            self.sums = self.sums.astype(gradient.dtype)
        part = slice(self.ends[places[0]], self.ends[places[-1] + 1])
        steps, last = self.past[places[0]]
        for place in places:
            self.past[place] = (steps + 1, betas)
        # Where betas change from step to step, the factors 1 - beta do, and the sums with them.
        keep1 = betas[0] * (1 - last[0]) / (1 - betas[0])
        keep2 = betas[1] * (1 - last[1]) / (1 - betas[1])
        scale1 = (1 - betas[0]) / (1 - betas[0] ** (steps + 1))
        scale2 = math.sqrt((1 - betas[1]) / (1 - betas[1] ** (steps + 1)))

        def work(change: Array, first: Array, second: Array, gradient: Array) -> None:
            first *= keep1
            first += gradient
            second *= keep2
            np.multiply(gradient, gradient, out=change)
            second += change
            np.sqrt(second, out=change)
            change += eps / scale2
            np.divide(first, change, out=change)
            change *= -lr * scale1 / scale2

        change = np.empty(gradient.shape, gradient.dtype)
        in_halves(work, change, self.sums[0, part], self.sums[1, part], gradient)
        return parted(change, gradients)

    def memory(self, shapes: Sequence[Shape]) -> dict[str, dict[int, Any]]:
        """The sums of each parameter that has made a step, its steps, and the last betas."""
        begun = [place for place, (steps, _) in enumerate(self.past) if steps]
        rows = [
            {place: self._part(row, place).reshape(shapes[place]) for place in begun}
            for row in (0, 1)
        ]
        steps, betas = ({place: self.past[place][i] for place in begun} for i in (0, 1))
        return {"first": rows[0], "second": rows[1], "steps": steps, "betas": betas}

    def remember(self, memory: dict[str, dict[int, Any]]) -> None:
        """Go on from what `memory` gave, as arrays."""
        kept = [*memory["first"].values(), *memory["second"].values()]
        self.sums = np.zeros((2, self.ends[-1]), np.result_type(np.float16, *kept))
        self.past = [(0, (0.0, 0.0))] * len(self.past)
        for place, steps in memory["steps"].items():
            first, second = memory["betas"][place].tolist()
            self.past[place] = (int(steps), (first, second))
            self._part(0, place)[:] = memory["first"][place].ravel()
            self._part(1, place)[:] = memory["second"][place].ravel()

    def _part(self, row: int, place: int) -> Array:
        return self.sums[row, self.ends[place] : self.ends[place + 1]]


def parted(flat: Array, like: list[Array]) -> list[Array]:
    """Pieces of a flat array, one after the other, in the shapes of others."""
    pieces: list[Array] = []
    end = 0
    for array in like:
        start, end = end, end + array.size
        pieces.append(flat[start:end].reshape(array.shape))
    return pieces
