"""Autograd: the table of derivatives, and the walk back through what made a tensor."""

# The lambdas of the table take arrays, numbers and shapes, each as its operation saved them.
# pyright: reportUnknownLambdaType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np

from tinytorch.core.given.base import TensorBase
from tinytorch.core.given.checks import GraphError
from tinytorch.core.given.derivatives import (
    MORE_DERIVATIVES,
    added,
    clamped_log,
    cross_entropy_slope,
    einsum_slope,
    expand,
    first_gradient,
    gelu_slope,
    matmul_left,
    matmul_right,
    power_base,
    power_exponent,
    relu_slope,
    scatter,
    shared,
    softmax_slope,
    sum_to,
)
from tinytorch.core.given.graph import Node, Source, Storage, recording, set_gradient
from tinytorch.core.given.kernels import times_mask

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array

Derivative: TypeAlias = Callable[..., Any]

# For each operation one function an input: from g, the gradient of the result, and from what the
# operation saved, it computes the gradient of that input. It may return g or a view of it, and
# otherwise a new array; it never changes g.
DERIVATIVES: dict[str, tuple[Derivative, ...]] = {
    "add": (lambda g, a, b: sum_to(g, a), lambda g, a, b: sum_to(g, b)),
    "subtract": (lambda g, a, b: sum_to(g, a), lambda g, a, b: sum_to(-g, b)),
    "multiply": (
        lambda g, a, b, a_shape, b_shape: sum_to(g * b, a_shape),
        lambda g, a, b, a_shape, b_shape: sum_to(g * a, b_shape),
    ),
    "divide": (
        lambda g, b, quotient, a_shape: sum_to(g / b, a_shape),
        lambda g, b, quotient, a_shape: sum_to(-g * quotient / b, b.shape),
    ),
    "power": (lambda g, a, b, power: power_base(g, a, b), power_exponent),
    "matmul": (matmul_left, matmul_right),
    "einsum": (
        lambda g, a, b, left, right, out: einsum_slope(g, a.shape, left, b, right, out),
        lambda g, a, b, left, right, out: einsum_slope(g, b.shape, right, a, left, out),
    ),
    "negative": (lambda g: -g,),
    "exp": (lambda g, power: g * power,),
    "log": (lambda g, x: g / x,),
    "sqrt": (lambda g, root: 0.5 * g / root,),
    "absolute": (lambda g, x: g * np.sign(x),),
    "sum": (expand,),
    "mean": (lambda g, factor, shape, *how: expand(g * factor, shape, *how),),
    "max": (shared,),
    "min": (shared,),
    "var": (lambda g, d, factor, *how: expand(g * factor, d.shape, *how) * d,),
    "reshape": (lambda g, shape: g.reshape(shape),),
    "transpose": (lambda g, axis0, axis1: g.swapaxes(axis0, axis1),),
    "index": (scatter,),
    "masked": (times_mask,),
    "relu": (relu_slope,),
    "sigmoid": (lambda g, y: g * y * (1 - y),),
    "tanh": (lambda g, y: g * (1 - y * y),),
    "softmax": (softmax_slope,),
    "gelu": (gelu_slope,),
    "cross_entropy": (cross_entropy_slope,),
    "binary_cross_entropy": (
        lambda g, p, t: g * (p - t) / np.maximum(p * (1 - p), 1e-12) / p.size,
        lambda g, p, t: g * (clamped_log(1 - p) - clamped_log(p)) / p.size,
    ),
}


def backward(tensor: TensorBase, gradient: TensorBase | npt.ArrayLike | None = None) -> None:
    """Walk from a tensor back to the leaves, and add to their gradients.

    Nodes are numbered as they are made, so that the highest number waiting has its whole
    gradient: everything that used it came later. A heap hands out the highest; there is no
    search and no recursion. The leaves change only at the end, if nothing failed.
    """
    start = first_gradient(tensor, gradient)
    if not tensor.requires_grad:
        raise GraphError(
            "backward expects a tensor made from one with requires_grad=True, got one without. "
            "Set requires_grad=True on the weights, and leave no_grad() for the forward pass."
        )
    origin = tensor.node or tensor
    waiting: dict[Node | Storage, Array] = {origin: start if tensor.node else start.copy()}
    heap = [(-origin.number, origin)] if isinstance(origin, Node) else []
    rules = rules_of if recording.guard is None else recording.guard(rules_of)
    while heap:
        node = heappop(heap)[1]
        g = waiting.pop(node)
        for source, derivative in rules(node):
            if source is None:
                continue
            part = derivative(g, *node.saved)
            if source in waiting:
                part = waiting[source] + part
            elif isinstance(source, Node):
                heappush(heap, (-source.number, source))
            elif part is g or part.base is not None:
                # Two leaves may get the same g, and a view shows what belongs to another.
                part = part.copy()
            waiting[source] = part
        node.free()
    # No node waits any more: what is left are the leaves.
    leaves = cast("dict[TensorBase, Array]", waiting)
    totals = [added(leaf, part) for leaf, part in leaves.items()]
    for leaf, total in zip(leaves, totals, strict=True):
        set_gradient(leaf, leaf.recorded("gradient", total))


def rules_of(node: Node) -> Iterable[tuple[Source, Derivative]]:
    """Where a node's gradient goes, input by input, each with the derivative that leads there."""
    if node.sources is None:
        raise GraphError(
            "backward expects a graph that is still there, got one that an earlier backward "
            "freed. Run the forward pass again before each backward."
        )
    derivatives = DERIVATIVES.get(node.operation) or MORE_DERIVATIVES.get(node.operation, ())
    if len(derivatives) != len(node.sources):
        raise NotImplementedError(
            f"backward expects a derivative for each input of {node.operation!r}, got "
            f"{len(derivatives)} for {len(node.sources)}. "
            "Add it to DERIVATIVES in tinytorch.core.autograd, or use .detach()."
        )
    return zip(node.sources, derivatives, strict=False)  # their lengths were compared
