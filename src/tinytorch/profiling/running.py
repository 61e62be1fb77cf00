"""One run of a model, watched, which leaves the model as it was."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import MethodType
from typing import Any, cast

import numpy as np

from tinytorch._typing import Array
from tinytorch.core.storage import Storage
from tinytorch.profiling.memory import kept_parts
from tinytorch.profiling.naming import is_layer, layers_in
from tinytorch.profiling.unchanged import Unchanged
from tinytorch.profiling.uses import Trace
from tinytorch.profiling.values import buffer, given_shapes, shapes_in, tensors_in
from tinytorch.profiling.watching import Watch


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
