"""summary: what a model costs, layer by layer, seen in one run of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from tinytorch.core.checks import came
from tinytorch.core.container import described
from tinytorch.core.storage import Storage
from tinytorch.profiling.inputs import inputs_of
from tinytorch.profiling.naming import is_function, is_layer, layers_in, own_tensors, parameters_of
from tinytorch.profiling.rows import Row, Summary
from tinytorch.profiling.running import traced
from tinytorch.profiling.uses import Trace, Use


def summary(model: Any, input_shape: Any, **options: Any) -> Summary:
    """Run a model once, and count what each layer in it costs: memory and multiply-adds.

    `input_shape` is the whole shape, with the batch: (32, 784). Instead of a shape it may be a
    Tensor or an array (a model that takes indices wants those), a dict of them, or a list with one
    of these for each input. `options` go to the model as they are, such as `training=False`.
    TypeError or ValueError for anything else, before the model runs.
    """
    if not (callable(model) or callable(getattr(model, "forward", None))) or isinstance(
        model, type
    ):
        raise TypeError(
            f"summary expects a model, a layer or a function of tensors, got {came(model)}. "
            "Give the object itself, such as Sequential(Linear(784, 10))."
        )
    inputs = inputs_of(input_shape, _dtype(model))
    return _as_summary(traced(model, inputs, options))


def _dtype(model: object) -> np.dtype[Any]:
    """The dtype of the model's first parameter: inputs that are made have the same."""
    for part in (model, *(part for _, part in layers_in(model))):
        for tensor in own_tensors(part):
            return tensor.data.dtype
    return np.dtype(np.float32)


def _as_summary(trace: Trace) -> Summary:
    owned = _owners(trace)
    uses = [use for use in _in_order(trace.uses) if _has_row(use, trace, owned)]
    total = sum(use.multiply_adds for use in uses)
    places = {id(use): place for place, use in enumerate(uses)}
    rows = [
        _row(place, use, trace, owned.get(id(use.layer), []), total, places)
        for place, use in enumerate(uses)
    ]
    if trace.error is None:
        rows += _never_called(len(rows), trace, owned)
    error = None if trace.error is None else _error(trace.error)
    return Summary(
        rows=tuple(rows),
        name=type(trace.model).__name__,
        input_shape=trace.inputs,
        output_shape=trace.outputs,
        input_bytes=trace.input_bytes,
        containers={
            _path(use.layer, trace): type(use.layer).__name__
            for use in trace.uses
            if use.calls_layers
        },
        output_sources=_places(trace.output_sources, places),
        error=error,
    )


def _in_order(uses: Iterable[Use]) -> list[Use]:
    """Layers as they began; what a layer does besides calling others, where it ended."""
    return sorted(uses, key=lambda use: use.ended if use.calls_layers else use.began)


def _has_row(use: Use, trace: Trace, owned: dict[int, list[Storage]]) -> bool:
    """Whether there is more to say of a layer than what its own layers have said."""
    own = use.multiply_adds or use.activation_bytes or owned.get(id(use.layer))
    return not use.calls_layers or bool(own) or use is trace.broke


def _row(
    place: int,
    use: Use,
    trace: Trace,
    tensors: list[Storage],
    total: int,
    places: dict[int, int],
) -> Row:
    paths = trace.paths.get(id(use.layer), [""])
    return Row(
        index=place,
        path=paths[0],
        name=_name(use.layer),
        repr=_repr(use),
        input_shape=use.given,
        output_shape=use.result,
        parameters=sum(tensor.data.size for tensor in tensors),
        parameter_bytes=sum(tensor.data.nbytes for tensor in tensors),
        activation_bytes=use.activation_bytes,
        kept_bytes=None if trace.kept_bytes is None else use.kept_bytes,
        multiply_adds=use.multiply_adds,
        share=use.multiply_adds / total if total else 0.0,
        calls=use.calls,
        container=use.calls_layers,
        also=tuple(paths[1:]),
        sources=_places(use.sources, places),
        notes=tuple(_notes(use, paths)),
        error=_error(trace.error) if trace.error and use is trace.broke else None,
    )


def _notes(use: Use, paths: list[str]) -> Iterable[str]:
    if use.calls > 1:
        yield f"called {use.calls:,} times"
    if len(paths) > 1:
        yield f"shared: also at {', '.join(paths[1:])}; its parameters count once"
    if use.from_arrays:
        yield "computes on arrays: products there are not seen, and no gradient flows back"


def _places(sources: Iterable[Use | None], places: dict[int, int]) -> tuple[int, ...]:
    found = {-1 if use is None else places.get(id(use)) for use in sources}
    return tuple(sorted(place for place in found if place is not None))


def _never_called(start: int, trace: Trace, owned: dict[int, list[Storage]]) -> list[Row]:
    """Rows for the layers with parameters that the run did not reach."""
    called = {id(use.layer) for use in trace.uses}
    rest = {id(part): part for _, part in trace.parts if id(part) not in called}
    rows: list[Row] = []
    for part in rest.values():
        if tensors := owned.get(id(part)):
            use = Use(part, 0, None)
            row = _row(start + len(rows), use, trace, tensors, 0, {})
            rows.append(replace(row, calls=0, notes=(*row.notes, "not called")))
    return rows


def _owners(trace: Trace) -> dict[int, list[Storage]]:
    """The parameters that each layer has a row for, by the layer's id, each parameter once.

    The model's `parameters()` says which there are; without one, all its layers do. A parameter
    belongs to the first layer that holds it itself, else to the one that gives fewest with it.
    """
    layers = [use.layer for use in _in_order(trace.uses)]
    layers += [part for _, part in trace.parts]
    layers = [part for part in {id(part): part for part in layers}.values() if is_layer(part)]
    given = {id(layer): parameters_of(layer) for layer in layers}
    wanted = parameters_of(trace.model)
    if wanted is None:
        everything = [
            tensor for layer in layers for tensor in (given[id(layer)] or list(own_tensors(layer)))
        ]
        wanted = list({id(tensor): tensor for tensor in everything}.values())
    owner: dict[int, object] = {}
    for layer in layers:
        for tensor in own_tensors(layer):
            owner.setdefault(id(tensor), layer)
    for layer in sorted(layers, key=lambda layer: len(given[id(layer)] or ())):
        for tensor in given[id(layer)] or ():
            owner.setdefault(id(tensor), layer)
    owned: dict[int, list[Storage]] = {}
    for tensor in wanted:
        owned.setdefault(id(owner.get(id(tensor), trace.model)), []).append(tensor)
    return owned


def _path(layer: object, trace: Trace) -> str:
    return trace.paths.get(id(layer), [""])[0]


def _name(layer: object) -> str:
    """A layer's class; a function's own name."""
    own = getattr(layer, "__name__", None) if is_function(layer) else None
    return own if isinstance(own, str) else type(layer).__name__


def _repr(use: Use) -> str:
    """How a layer prints; a function, or a layer that prints those inside it, by its name."""
    if isinstance(use.layer, FunctionType | MethodType):
        return f"function {_name(use.layer)}"
    return _name(use.layer) if use.calls_layers else _one_line(described(use.layer))


def _error(error: Exception) -> str:
    return _one_line(f"{type(error).__name__}: {error}")


def _one_line(text: str) -> str:
    """The text on one line, without characters that move a terminal's cursor."""
    line = " ".join(text.split())
    return "".join(c if c.isprintable() else "?" for c in line)[:2000]
