"""What this machine can do at best, measured on the spot: matrix products, and moving bytes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tinytorch.core.given.kernels import LARGE, in_halves
from tito.lab.profile.readings import Task

#: The sides of square matrices; a machine's best is mostly at one of these.
SQUARES = (256, 512, 1024)
#: Moving more than this is as fast as moving this: no cache holds either.
MOST_MOVED = 96 << 20

#: More products than these are not timed one by one.
MOST_OWN = 24

#: rows, inner, columns
Product = tuple[int, int, int]


def product_task(product: Product) -> Task:
    """A matrix product of that size in float32, as NumPy hands it to its BLAS."""
    rows, inner, columns = product
    random = np.random.default_rng(0)
    left = random.standard_normal((rows, inner), dtype=np.float32)
    right = random.standard_normal((inner, columns), dtype=np.float32)
    return Task(f"product {rows} {inner} {columns}", lambda: left.dot(right))


def product_tasks(own: Iterable[Product], most_flops: float) -> dict[Product, Task]:
    """The network's own products, and squares but for large ones that would take too long."""
    smallest, *squares = ((side, side, side) for side in SQUARES)
    fitting = [each for each in squares if flops_of(each) <= most_flops]
    return {product: product_task(product) for product in dict.fromkeys([smallest, *fitting, *own])}


def products_of_step(
    sizes: Sequence[Product], forward: int, backward: int
) -> dict[str, list[Product]]:
    """The products in a chain of layers, forward and backward, if they make up what was counted.

    ``forward`` and ``backward`` are the multiply-adds counted. Backward needs the gradient of each
    layer's weights, and of each layer's input but the first's. A part that does not come out is
    left empty.
    """
    found = {"forward": list(sizes), "backward": list[Product]()}
    for place, (rows, inner, columns) in enumerate(sizes):
        found["backward"].append((inner, rows, columns))
        if place:
            found["backward"].append((rows, columns, inner))
    counted = {"forward": forward, "backward": backward}
    return {
        name: own if len(own) <= MOST_OWN and sum(map(flops_of, own)) == 2 * counted[name] else []
        for name, own in found.items()
    }


def flops_of(product: Product) -> int:
    """A multiplication and an addition for each pair."""
    rows, inner, columns = product
    return 2 * rows * inner * columns


def moving_tasks(count: int, name: str) -> list[Task]:
    """Ways to move ``count`` bytes once: a sum of two arrays into a third, and reading a matrix.

    The fastest of them is what memory (or a cache that holds as much) can do here.
    """
    count = min(count, MOST_MOVED)
    numbers = max(count // 12, 1)
    a, b, out = (np.ones(numbers, np.float32) for _ in range(3))
    side = max(int((count / 4) ** 0.5), 1)
    matrix, vector = np.ones((side, side), np.float32), np.ones(side, np.float32)

    def add(total: Any, one: Any, other: Any) -> object:
        return np.add(one, other, out=total)

    tasks = [
        Task(f"{name} add", lambda: add(out, a, b)),
        Task(f"{name} read", lambda: matrix.dot(vector)),
    ]
    if numbers >= LARGE:
        tasks.append(Task(f"{name} halves", lambda: in_halves(add, out, a, b)))
    return tasks


def moving_scale(count: int) -> float:
    """By what the time of `moving_tasks` is to be multiplied, where fewer bytes were moved."""
    return max(count / MOST_MOVED, 1.0)
