"""What a graph keeps between forward and backward, measured: the arrays that its nodes saved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import numpy as np

from tinytorch._typing import Array
from tinytorch.core.checks import came
from tinytorch.core.graph import Node
from tinytorch.core.storage import Storage
from tinytorch.profiling.values import buffer, tensors_in


def kept_by_graph(output: Any) -> int:
    """The bytes of activations that are kept until `backward()` of an output.

    `output` is what a model or a loss gave: a Tensor, or several in a tuple, list or dict.
    TypeError for what has no tensors in it. Each array counts once, whole, though only a view of
    it was saved; those of parameters do not count, for they are there in any case. An output
    that nothing was recorded for, inside `no_grad` say, keeps 0.

    It is less than all outputs added up, for a derivative needs few of them: a product its two
    sides, ReLU, Sigmoid and Tanh their result, Dropout its mask (a byte a number), an addition
    nothing at all. So with a ReLU after each Linear, the sums that Linear gave are gone, and the
    results of ReLU are both what ReLU and what the next product needs. The last output belongs
    to whoever called the model: it counts where a loss saved it.

    >>> import numpy as np
    >>> from tinytorch import Linear, ReLU, Sequential, Tensor
    >>> model = Sequential(Linear(784, 256), ReLU(), Linear(256, 10))
    >>> kept_by_graph(model(Tensor(np.ones((32, 784))))) == 4 * (32 * 784 + 32 * 256)
    True
    """
    tensors = list(tensors_in(output))
    if not tensors:
        raise TypeError(
            f"kept_by_graph expects a tensor that a model or a loss gave, got {came(output)}. "
            "Write kept_by_graph(model(x))."
        )
    return sum(size for _, size in kept_parts(tensors))


def kept_parts(
    tensors: Iterable[Storage], besides: Iterable[Array] = (), inputs: Iterable[Array] = ()
) -> Iterator[tuple[int, int]]:
    """The bytes that each node keeps, by its number; what several keep goes to the earliest.

    Parameters, and the arrays that are named `besides`, do not count; those of `inputs` do, also
    of one that wants a gradient.
    """
    nodes, leaves = reached(tensors)
    seen = {id(buffer(array)) for array in (*besides, *(leaf.data for leaf in leaves))}
    seen -= {id(buffer(array)) for array in inputs}
    for node in nodes:
        size = 0
        for array in map(buffer, arrays_in(node.saved)):
            if id(array) not in seen:
                seen.add(id(array))
                size += array.nbytes
        yield node.number, size


def reached(tensors: Iterable[Storage]) -> tuple[list[Node], list[Storage]]:
    """The nodes that lead to tensors, in the order in which they were made, and the leaves."""
    found: dict[int, Node | Storage] = {}
    waiting: list[Any] = [tensor.node for tensor in tensors]
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in found:
            found[id(each)] = each
            waiting += (each.sources or ()) if isinstance(each, Node) else ()
    nodes = [each for each in found.values() if isinstance(each, Node)]
    leaves = [each for each in found.values() if isinstance(each, Storage)]
    return sorted(nodes, key=lambda node: node.number), leaves


def arrays_in(saved: object) -> Iterator[Array]:
    """The arrays among what a node saved, also those of an index."""
    if isinstance(saved, np.ndarray):
        yield cast("Array", saved)
    elif isinstance(saved, tuple | list):
        for each in cast("tuple[object, ...]", saved):
            yield from arrays_in(each)
