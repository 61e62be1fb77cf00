"""summary: what a model costs, layer by layer, seen in one run of it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from types import FunctionType, MethodType
from typing import Any, cast

import numpy as np

from tinytorch._typing import Array, Shape
from tinytorch.core.given.base import TensorBase
from tinytorch.core.given.checks import came, check_memory, check_shape, is_whole, too_large
from tinytorch.core.given.graph import Storage
from tinytorch.core.tensor import Tensor
from tinytorch.profiling.naming import (
    Unchanged,
    attributes_of,
    is_function,
    is_layer,
    layers_in,
    own_buffers,
    own_tensors,
    parameters_of,
)
from tinytorch.profiling.rows import Row, shape_words
from tinytorch.profiling.running import traced
from tinytorch.profiling.table import Summary
from tinytorch.profiling.watching import Trace, Use


def inputs_of(input_shape: object, dtype: np.dtype[Any]) -> list[Any]:
    """The arguments that are meant: one for a shape, a tensor or a dict, else one for each entry.

    TypeError or ValueError for what is none of these.
    """
    if isinstance(input_shape, tuple | list):
        entries = cast("list[object]", input_shape)
        if not _is_shape(entries) and not any(map(is_whole, entries)):
            return [_input(each, dtype) for each in entries]
    return [_input(input_shape, dtype)]


def _input(wanted: Any, dtype: np.dtype[Any], depth: int = 0) -> Any:
    """One argument: a tensor, or a dict or tuple of them."""
    if isinstance(wanted, TensorBase):
        return wanted
    if isinstance(wanted, np.ndarray) and cast("Array", wanted).dtype.kind in "biuf":
        return Tensor(cast("Array", wanted), dtype=cast("Array", wanted).dtype)
    if isinstance(wanted, dict) and wanted and depth < 20:
        named = cast("dict[Any, object]", wanted)
        return {name: _input(each, dtype, depth + 1) for name, each in named.items()}
    if isinstance(wanted, tuple | list) and depth < 20:
        entries = cast("list[object]", wanted)
        if _is_shape(entries):
            shape = tuple(cast("list[int]", wanted))
            check_shape("summary", shape)
            return Tensor.recorded("constant", _numbers(shape, dtype))
        if not any(map(is_whole, entries)):
            return tuple(_input(each, dtype, depth + 1) for each in entries)
    raise TypeError(
        "summary expects input_shape as a shape with the batch in it, a tensor, or several of them "
        f"in a list or a dict, got {came(cast('object', wanted))}. Write it like (32, 784)."
    )


def _is_shape(entries: list[object]) -> bool:
    return all(map(is_whole, entries)) and entries != []  # [] are no inputs, () is one number


def _numbers(shape: Shape, dtype: np.dtype[Any]) -> Array:
    """Numbers from -1 to 1, the same each time."""
    check_memory(shape, dtype.itemsize)
    try:
        return np.linspace(-1, 1, math.prod(shape), dtype=dtype).reshape(shape)
    except (MemoryError, ValueError):
        raise too_large(shape, dtype.itemsize) from None


_LONGEST = 2000


def name_of(layer: object) -> str:
    """A layer's class; a function's own name."""
    own = getattr(layer, "__name__", None) if is_function(layer) else None
    return own if isinstance(own, str) else type(layer).__name__


def repr_of(layer: object) -> str:
    """How a layer prints, on one line; without what it would print of layers inside it.

    A class that says nothing of its own is shown with the numbers that its objects keep, or else
    with the shapes of their tensors.
    """
    name = name_of(layer)
    if isinstance(layer, FunctionType | MethodType):
        return one_line(f"function {name}")
    if next(layers_in(layer), None) is not None:
        return one_line(name)
    if type(layer).__repr__ is not object.__repr__:
        try:
            return one_line(repr(layer))
        except Exception:  # a class of the person's own, half written
            return one_line(name)
    held = {key: value for key, value in (attributes_of(layer) or {}).items() if key[0] != "_"}
    known = {key: repr(value) for key, value in held.items() if type(value) in (int, float, bool)}
    known = known or {
        key: shape_words(tuple(value.data.shape))
        for key, value in held.items()
        if isinstance(value, Storage)
    }
    return one_line(f"{name}({', '.join(f'{key}={text}' for key, text in known.items())})")


def error_words(error: BaseException) -> str:
    """An error as Python prints it, on one line."""
    try:
        text = str(error)
    except Exception:  # a class of the person's own
        text = ""
    name = type(error).__name__
    return one_line(f"{name}: {text}" if text else name)


def one_line(text: str) -> str:
    """The text on one line, of a bounded length, without what moves a terminal's cursor."""
    line = " ".join(text[: 2 * _LONGEST].split())
    return "".join(c if c.isprintable() else "?" for c in line)[:_LONGEST]


_LOST = (
    "Python stopped reporting on the way, at a recursion that was too deep or for another "
    "profiler: what came after is not counted."
)


@dataclass
class _Held:
    """What one layer has a row for."""

    parameters: list[Storage] = field(default_factory=list[Storage])
    buffers: list[Storage] = field(default_factory=list[Storage])


def summary(model: Any, input_shape: Any, **options: Any) -> Summary:
    """Run a model once, and count what each layer in it costs: memory and multiply-adds.

    `model` is a layer, or any function of tensors. `input_shape` is the whole shape, with the
    batch: (32, 784). Instead of a shape it may be a Tensor or an array (a model that takes indices
    wants those), a dict of them, or a list with one of these for each input. `options` go to the
    model as they are, such as `training=False`. TypeError or ValueError for anything else, before
    the model runs. The result prints as a table, and shows itself in notebooks.

    Multiply-adds are counted in the products of matrices that tensors really computed (`@`,
    `matmul`, `np.einsum`), whatever the layer is called; FLOPs are twice as many. Work on each
    number by itself is not in it: biases, activations, masks. For Linear(784, 256) adding the
    bias is one part in 784. What a layer computes on arrays (`.data`) is not seen; its row says so.

    The model runs once, with its own forward, in the mode that it is in: Dropout drops, and keeps
    a mask, unless `eval()` was called. Afterwards its attributes, numbers, gradients and mode are
    as they were, and so are the random sources; for that it notes what the model holds, which
    takes as much memory again. An error in the model is not raised: the rows end
    with the layer in which it happened, which has the shapes and the error. Only what runs in this
    thread is seen.

    >>> from tinytorch import Linear, ReLU, Sequential
    >>> costs = summary(Sequential(Linear(784, 256), ReLU(), Linear(128, 10)), (32, 784))
    >>> costs.rows[0].multiply_adds
    6422528
    >>> costs.rows[-1].path, costs.rows[-1].input_shape, costs.rows[-1].failed
    ('2', (32, 256), True)
    """
    if not (callable(model) or callable(getattr(model, "forward", None))) or isinstance(
        model, type
    ):
        raise TypeError(
            f"summary expects a model, a layer or a function of tensors, got {came(model)}. "
            "Give the object itself, such as Sequential(Linear(784, 10))."
        )
    with Unchanged(model, input_shape, options) as unchanged:  # to ask for `layers` may run code
        inputs = inputs_of(input_shape, _dtype(model))
        unchanged.look(inputs)
        return _as_summary(traced(model, inputs, options, unchanged))


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
        _row(place, use, trace, owned.get(id(use.layer), _Held()), total, places)
        for place, use in enumerate(uses)
    ]
    if trace.error is None:
        rows += _never_called(len(rows), trace, owned)
    return Summary(
        rows=tuple(rows),
        name=name_of(trace.model),
        input_shape=trace.inputs,
        output_shape=trace.outputs,
        input_bytes=trace.input_bytes,
        containers={
            _path(use.layer, trace): type(use.layer).__name__
            for use in trace.uses
            if use.calls_layers and id(use.layer) in trace.paths
        },
        output_sources=_places(trace.output_sources, places),
        notes=(_LOST,) if trace.lost else (),
        error=None if trace.error is None else error_words(trace.error),
    )


def _in_order(uses: Iterable[Use]) -> list[Use]:
    """Layers as they began; what a layer does besides calling others, where it ended."""
    return sorted(uses, key=lambda use: use.ended if use.calls_layers else use.began)


def _has_row(use: Use, trace: Trace, owned: dict[int, _Held]) -> bool:
    """Whether there is more to say of a layer than what its own layers have said."""
    if not use.calls_layers or use is trace.broke or use.state == "nothing":
        return True
    return bool(use.multiply_adds or use.activation_bytes or owned.get(id(use.layer)))


def _row(
    place: int,
    use: Use,
    trace: Trace,
    held: _Held,
    total: int,
    places: dict[int, int],
) -> Row:
    paths = trace.paths.get(id(use.layer), [""])
    return Row(
        index=place,
        path=paths[0],
        name=name_of(use.layer),
        repr=name_of(use.layer) if use.calls_layers else repr_of(use.layer),
        input_shape=use.given,
        output_shape=use.result,
        parameters=sum(each.data.size for each in held.parameters),
        parameter_bytes=sum(each.data.nbytes for each in held.parameters),
        frozen=sum(each.data.size for each in held.parameters if not each.requires_grad),
        buffers=sum(each.data.size for each in held.buffers),
        buffer_bytes=sum(each.data.nbytes for each in held.buffers),
        activation_bytes=use.activation_bytes,
        kept_bytes=None if trace.kept_bytes is None else use.kept_bytes,
        multiply_adds=use.multiply_adds,
        share=use.multiply_adds / total if total else 0.0,
        calls=use.calls,
        container=use.calls_layers,
        also=tuple(paths[1:]),
        sources=_places(use.sources, places),
        notes=tuple(_notes(use, paths, trace.broke)),
        unseen=_unseen(use),
        error=error_words(trace.error) if trace.error and use is trace.broke else None,
    )


def _notes(use: Use, paths: list[str], broke: Use | None) -> Iterable[str]:
    if len(paths) > 1:
        others = ", ".join(paths[1:4]) + (" and more" if len(paths) > 4 else "")
        yield f"shared: also at {others}; its parameters count once"
    if _unseen(use):
        formula = _by_weight(use)
        count = f" By the shape of its weight they are {formula:,}." if formula else ""
        yield (
            "computes on arrays, outside of tensors: its products are not seen, and no gradient "
            "flows back."
            if use.from_arrays
            else "multiplies number by number, not as matrices: its products are not counted."
        ) + count
    if use.state == "nothing":
        yield "gives None back. Is there a return in its forward?"
    if use.state == "raised" and use is not broke:
        yield "raised an error, which was caught"


def _unseen(use: Use) -> bool:
    """Whether a layer with weights seems to have multiplied where products are not counted."""
    if use.multiply_adds or use.calls_layers or not any(True for _ in own_tensors(use.layer)):
        return False
    return use.from_arrays or _by_weight(use) > 0


def _by_weight(use: Use) -> int:
    """The multiply-adds of a layer with one matrix that fits what came and what went, else 0."""
    weights = [each.data.shape for each in own_tensors(use.layer) if each.data.ndim == 2]
    given, result = use.given, use.result
    if len(weights) != 1 or not isinstance(given, tuple) or not isinstance(result, tuple):
        return 0
    fits = given[:-1] == result[:-1] and {given[-1:], result[-1:]} == {(n,) for n in weights[0]}
    return use.calls * math.prod(given[:-1]) * math.prod(weights[0]) if fits else 0


def _places(sources: Iterable[Use | None], places: dict[int, int]) -> tuple[int, ...]:
    found = {-1 if use is None else places.get(id(use)) for use in sources}
    return tuple(sorted(place for place in found if place is not None))


def _never_called(start: int, trace: Trace, owned: dict[int, _Held]) -> list[Row]:
    """Rows for the layers with parameters that the run did not reach."""
    called = {id(use.layer) for use in trace.uses}
    rest = {id(part): part for _, part in trace.parts if id(part) not in called}
    rows: list[Row] = []
    for part in rest.values():
        if held := owned.get(id(part)):
            use = Use(part, 0, None)
            row = _row(start + len(rows), use, trace, held, 0, {})
            rows.append(replace(row, calls=0, notes=(*row.notes, "not called")))
    return rows


def _owners(trace: Trace) -> dict[int, _Held]:
    """What each layer has a row for, by the layer's id: parameters and buffers, each once.

    The model's `parameters()` says which there are; without one, all its layers do. A parameter
    belongs to the first layer that holds it itself, else to the one that gives fewest with it.
    """
    layers = [use.layer for use in _in_order(trace.uses)]
    layers += [part for _, part in trace.parts]
    layers = [part for part in {id(part): part for part in layers}.values() if is_layer(part)]
    wanted = parameters_of(trace.model)
    if wanted is None:
        everything = [
            each for layer in layers for each in (parameters_of(layer) or list(own_tensors(layer)))
        ]
        wanted = list({id(tensor): tensor for tensor in everything}.values())
    owner: dict[int, object] = {}
    buffers: dict[int, Storage] = {}
    for layer in layers:
        for tensor in own_tensors(layer):
            owner.setdefault(id(tensor), layer)
        for tensor in own_buffers(layer):
            owner.setdefault(id(tensor), layer)
            buffers[id(tensor)] = tensor
    if any(id(tensor) not in owner for tensor in wanted):  # some layer hides what it holds
        given = [(layer, parameters_of(layer) or []) for layer in layers]
        for layer, tensors in sorted(given, key=lambda pair: len(pair[1])):
            for tensor in tensors:
                owner.setdefault(id(tensor), layer)
    owned: dict[int, _Held] = defaultdict(_Held)
    for tensor in wanted:
        owned[id(owner.get(id(tensor), trace.model))].parameters.append(tensor)
        buffers.pop(id(tensor), None)  # what a layer gives as a parameter is one
    for tensor in buffers.values():
        owned[id(owner[id(tensor)])].buffers.append(tensor)
    return owned


def _path(layer: object, trace: Trace) -> str:
    return trace.paths.get(id(layer), [""])[0]
