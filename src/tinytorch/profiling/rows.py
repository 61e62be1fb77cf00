"""A summary as data: a row for each layer, and the totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias, cast

import numpy as np

from tinytorch._typing import Array, Shape
from tinytorch.core.given.graph import Storage

# One tensor's shape; a list for several, a dict where they have names; None where there is none.
Shapes: TypeAlias = Shape | list[Any] | dict[str, Any] | None

_DEEP = 20


def tensors_in(value: object, depth: int = 0) -> Iterator[Storage]:
    """The tensors in a value, also those in tuples, lists and dicts."""
    if isinstance(value, Storage):
        yield value
    elif depth < _DEEP and isinstance(value, tuple | list | dict):
        held = cast("dict[object, object] | list[object]", value)
        for each in held.values() if isinstance(held, dict) else held:
            yield from tensors_in(each, depth + 1)


def shapes_in(value: object, depth: int = 0) -> Shapes:
    """The shapes of the tensors in a value, in lists and dicts as they are there."""
    if isinstance(value, Storage):
        return tuple(value.data.shape)
    if isinstance(value, np.ndarray):
        return tuple(cast("Array", value).shape)
    if depth < _DEEP and isinstance(value, dict):
        named = cast("dict[object, object]", value)
        shapes = {str(key): shapes_in(each, depth + 1) for key, each in named.items()}
        return {key: each for key, each in shapes.items() if each is not None} or None
    if depth < _DEEP and isinstance(value, tuple | list):
        return [shapes_in(each, depth + 1) for each in cast("list[object]", value)]
    return None


def given_shapes(values: list[object]) -> Shapes:
    """The shapes among the arguments of a call; one by itself, not in a list."""
    found = [shapes for value in values if (shapes := shapes_in(value)) is not None]
    return found[0] if len(found) == 1 else found or None


def shape_words(shapes: Shapes) -> str:
    """Shapes as they read in a table: (32, 784), or several with commas between."""
    if shapes is None:
        return "-"
    if isinstance(shapes, dict):
        return ", ".join(f"{name} {shape_words(each)}" for name, each in shapes.items()) or "-"
    if isinstance(shapes, list):
        return ", ".join(map(shape_words, shapes)) or "-"
    return str(shapes)


def plain_shapes(shapes: Shapes) -> Any:
    """Shapes as JSON has them: every tuple a list."""
    if isinstance(shapes, dict):
        return {name: plain_shapes(each) for name, each in shapes.items()}
    if isinstance(shapes, list):
        return [plain_shapes(each) for each in shapes]
    return None if shapes is None else list(shapes)


def buffer(array: Array) -> Array:
    """The array that owns the memory which an array is a view of."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


@dataclass(frozen=True)
class Row:
    """One layer of a summary, with all its calls; bytes and multiply-adds are of the whole batch.

    `path` is its place as a state dict names it ("0", "1.2"; "" for the model itself), `also` are
    its other places if it is shared. `name` is its class, `repr` how it prints. The shapes are
    those of its last call: a tuple for one tensor, a list or dict for several, None where there
    is none. `parameters` counts numbers of parameters that no row before counted, `frozen` those
    of them that are not learned now, `buffers` numbers that are kept and not trained.
    `activation_bytes` is what its outputs take, 0 where it hands on what it was given; `kept_bytes`
    what the graph keeps for it until `backward()`, None where that was not measured.
    `multiply_adds` are those of its products of matrices, `share` is their part of all of them,
    from 0 to 1. `sources` are the indices of the rows that its inputs were computed from, the
    latest 100, -1 for the model's input.

    Of a layer that calls others (`container`), a row has only what it holds and does itself.
    `unseen` tells that it multiplied where that is not counted, on arrays or number by number.
    `error` is what went wrong in it, None if nothing did; `notes` says what else is to know.

    >>> from tinytorch import Linear
    >>> from tinytorch.profiling import summary
    >>> row = summary(Linear(784, 256), (32, 784)).rows[0]
    >>> row.parameter_bytes, row.failed
    (803840, False)
    """

    index: int
    path: str
    name: str
    repr: str
    input_shape: Shapes
    output_shape: Shapes
    parameters: int
    parameter_bytes: int
    activation_bytes: int
    kept_bytes: int | None
    multiply_adds: int
    share: float
    frozen: int = 0
    buffers: int = 0
    buffer_bytes: int = 0
    calls: int = 1
    container: bool = False
    also: tuple[str, ...] = ()
    sources: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    unseen: bool = False
    error: str | None = None

    @property
    def failed(self) -> bool:
        """Whether the run of the model ended in this layer, with an error."""
        return self.error is not None


@dataclass(frozen=True, repr=False)
class Costs:
    """A summary as data: `rows`, one a layer, and their totals."""

    rows: tuple[Row, ...]
    name: str
    input_shape: Shapes
    output_shape: Shapes
    input_bytes: int
    containers: dict[str, str] = field(default_factory=dict[str, str])
    output_sources: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    error: str | None = None

    @property
    def parameters(self) -> int:
        """How many numbers the parameters have, frozen ones too, those of shared layers once."""
        return sum(row.parameters for row in self.rows)

    @property
    def trainable(self) -> int:
        """How many of these are to be learned: all but the frozen ones."""
        return self.parameters - sum(row.frozen for row in self.rows)

    @property
    def buffers(self) -> int:
        """How many numbers the layers keep and do not train."""
        return sum(row.buffers for row in self.rows)

    @property
    def buffer_bytes(self) -> int:
        """What the buffers take, in bytes."""
        return sum(row.buffer_bytes for row in self.rows)

    @property
    def parameter_bytes(self) -> int:
        """What the parameters take, in bytes."""
        return sum(row.parameter_bytes for row in self.rows)

    @property
    def activation_bytes(self) -> int:
        """What the input and the outputs of all layers take together, in bytes."""
        return self.input_bytes + sum(row.activation_bytes for row in self.rows)

    @property
    def formula_bytes(self) -> int:
        """Activations by formula, in bytes: the input, and the output of each layer with products.

        An activation function takes the place of what it was given, so it does not count.
        """
        products = (row for row in self.rows if row.multiply_adds or row.unseen)
        return self.input_bytes + sum(row.activation_bytes for row in products)

    @property
    def kept_bytes(self) -> int | None:
        """What the graph keeps until `backward()`, measured, in bytes; None if it was not."""
        kept = [row.kept_bytes for row in self.rows if row.kept_bytes is not None]
        return sum(kept) if kept else None

    @property
    def multiply_adds(self) -> int:
        """The multiply-adds of all products of matrices; FLOPs are twice as many."""
        return sum(row.multiply_adds for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain data that JSON can hold, shapes as lists."""
        rows = [
            {
                **asdict(row),
                "input_shape": plain_shapes(row.input_shape),
                "output_shape": plain_shapes(row.output_shape),
                **{name: list(getattr(row, name)) for name in ("also", "sources", "notes")},
                "failed": row.failed,
            }
            for row in self.rows
        ]
        totals = ("parameters", "trainable", "parameter_bytes", "buffers", "buffer_bytes")
        totals += ("activation_bytes", "formula_bytes")
        return {
            "model": self.name,
            "input_shape": plain_shapes(self.input_shape),
            "output_shape": plain_shapes(self.output_shape),
            "input_bytes": self.input_bytes,
            "rows": rows,
            "totals": {
                name: getattr(self, name) for name in (*totals, "kept_bytes", "multiply_adds")
            },
            "containers": dict(self.containers),
            "output_sources": list(self.output_sources),
            "notes": list(self.notes),
            "error": self.error,
        }
