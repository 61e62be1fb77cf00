"""One run of a model, watched, which leaves the model as it was."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from types import MethodType
from typing import Any, cast

import numpy as np

from tinytorch._typing import Array
from tinytorch.core.given.checks import came
from tinytorch.core.given.graph import Node, Storage
from tinytorch.profiling.naming import Unchanged, is_layer, layers_in
from tinytorch.profiling.rows import buffer, given_shapes, shapes_in, tensors_in
from tinytorch.profiling.watching import Trace, Watch


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


def traced(model: Any, inputs: list[Any], options: dict[str, Any], unchanged: Unchanged) -> Trace:
    """Run `model(*inputs, **options)` and note what each layer in it did.

    An error ends the run and stands in the trace; it is not raised. Afterwards what
    `unchanged` has seen, and the layers that the run has reached, are as they were.
    """
    run: Callable[..., Any] = model if callable(model) else model.forward
    if isinstance(model, MethodType) and is_layer(model.__self__):
        model = model.__self__
    parts = list(layers_in(model))
    paths: dict[int, list[str]] = {id(model): [""]}
    for path, part in parts:
        paths.setdefault(id(part), []).append(path)
    given = list(tensors_in([inputs, options]))
    trace = Trace(model, [], paths, parts, given_shapes(inputs), 0)
    trace.input_bytes = sum({id(buffer(t.data)): t.data.nbytes for t in given}.values())
    watch = Watch(model, [each for _, each in [("", model), *parts]], unchanged)
    watch.given(given)
    root = watch.running[0].use
    root.given = trace.inputs
    try:
        with watched(watch):
            result = run(*inputs, **options)
    except Exception as error:
        trace.error, trace.broke = error, watch.broke or watch.running[-1].use
        for running in reversed(watch.running[1:]):  # only where Python stopped reporting
            watch.clock += 1
            running.use.ended = watch.clock
    else:
        watch.came_out(root, result, [buffer(tensor.data) for tensor in given])
        trace.outputs, trace.lost = shapes_in(result), watch.lost
        for tensor in tensors_in(result):
            trace.output_sources.update(watch.sources.get(tensor) or {})
        _measure(trace, watch, result, given)
    root.ended = watch.clock + 1
    trace.uses = list(watch.uses.values())
    unchanged.put_back()
    return trace


def _measure(trace: Trace, watch: Watch, result: object, given: list[Storage]) -> None:
    """Note for each layer what the graph keeps for its operations, besides what the model holds."""
    tensors = [tensor for tensor in tensors_in(result) if tensor.node is not None]
    if not tensors:
        return
    things = watch.unchanged.seen.values()
    held = [cast("Array", thing) for thing in things if isinstance(thing, np.ndarray)]
    inputs = [tensor.data for tensor in given]
    trace.kept_bytes = 0
    for number, size in kept_parts(tensors, held, inputs):
        trace.kept_bytes += size
        if use := watch.nodes.get(number):
            use.kept_bytes += size


@contextmanager
def watched(watch: Watch) -> Generator[None]:
    """Python reports to the watch inside; what it reported to before gets its turn again after."""
    before: Any = sys.getprofile()
    sys.setprofile(watch.event)
    try:
        yield
    finally:
        watch.lost = sys.getprofile() != watch.event
        sys.setprofile(before if callable(before) else None)
        if before is not None and not callable(before):
            before.enable()  # the standard library's profiler, up to Python 3.11
