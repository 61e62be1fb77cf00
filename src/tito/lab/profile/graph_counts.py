"""What a backward will do, counted on the graph that a forward left: products, and bytes moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinytorch.core.given.graph import Node
from tinytorch.profiling.watching import multiply_adds


@dataclass(frozen=True)
class Walk:
    """Multiply-adds of the products, and the bytes that must be read or written at least once."""

    multiply_adds: int
    moved_bytes: int


def count_backward(output: Any) -> Walk:
    """Count on the graph behind a tensor.

    A product a @ b has two derivatives, each again a product of the same three sizes: the one for
    a reads b and writes as much as a, the one for b the other way round. One whose gradient
    nobody waits for (the first layer's input) is not carried out. Other operations read what they
    saved.
    """
    counted = moved = 0
    for node in nodes_behind(output):
        arrays: list[Any] = [each for each in node.saved if isinstance(each, np.ndarray)]
        if node.operation not in ("matmul", "einsum") or len(arrays) != 2:
            moved += sum(array.nbytes for array in arrays)
            continue
        wanted = sum(source is not None for source in node.sources or [])
        counted += wanted * product_size(node)
        moved += wanted * sum(array.nbytes for array in arrays)
    return Walk(counted, moved)


def product_size(node: Node) -> int:
    """The multiply-adds of a recorded matmul or einsum of two arrays."""
    left, right = node.saved[:2]
    result = ()
    if node.operation == "matmul":
        stacks = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
        result = (*stacks, *left.shape[-2:-1], *right.shape[-1:][: right.ndim - 1])
    return multiply_adds(node.operation, [left.shape, right.shape], result, node.saved)


def nodes_behind(output: Any) -> Iterator[Node]:
    """Every node that a backward from this tensor would come through, once each."""
    waiting = [output.node] if isinstance(output.node, Node) else []
    seen = set(waiting)
    while waiting:
        node = waiting.pop()
        yield node
        for source in node.sources or []:
            if isinstance(source, Node) and source not in seen:
                seen.add(source)
                waiting.append(source)
