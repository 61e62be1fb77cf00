"""A summary as data: a row for each layer, and the totals."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass, field
from typing import Any

from tinytorch.core.checks import check_count
from tinytorch.profiling.html import as_html
from tinytorch.profiling.text import as_text
from tinytorch.profiling.values import Shapes, plain_shapes


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
class Summary:
    """What a model costs, layer by layer: `rows`, and their totals; it prints as a table.

    `containers` has the class of each layer that called others, by its path; `output_sources`
    are the indices of the rows that the model's output was computed from. `notes` says what the
    numbers lack. `error` is what ended the run, None if nothing did: then rows and totals are
    those up to there.

    >>> from tinytorch import Linear, ReLU, Sequential
    >>> from tinytorch.profiling import summary
    >>> model = Sequential(Linear(784, 256), ReLU(), Linear(256, 128), ReLU(), Linear(128, 10))
    >>> costs = summary(model, (32, 784))
    >>> costs.parameters, costs.parameter_bytes, costs.multiply_adds
    (235146, 940584, 7512064)
    >>> costs.trainable, costs.buffers, costs.buffer_bytes
    (235146, 0, 0)
    >>> costs.input_bytes, costs.activation_bytes, costs.formula_bytes, costs.kept_bytes
    (100352, 199936, 150784, 149504)
    >>> costs.to_dict()["totals"]["multiply_adds"]
    7512064
    """

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

    def text(self, width: int | None = None) -> str:
        """The summary as a table in lines of at most `width` columns; None: as the terminal has.

        Where there is no room for all columns, the bytes of each layer are left out, and where
        there is little, it is a list. TypeError or ValueError for a width that is no whole number
        of at least 20.

        >>> from tinytorch import Linear
        >>> from tinytorch.profiling import summary
        >>> print(summary(Linear(3, 2), (5, 3)).text(40))
        Linear with input (5, 3)
        <BLANKLINE>
        - Linear(3, 2)
          (5, 3) -> (5, 2)
          parameters                           8
          parameter bytes                     32
          activation bytes                    40
          kept bytes                          60
          multiply-adds                       30
          share                           100.0%
        <BLANKLINE>
        parameters
          8 numbers, 32 bytes
        activations
          100 bytes by formula: the input (60)
          and the outputs of layers that
          multiply matrices
          60 bytes measured: what the graph
          keeps until backward()
        multiply-adds
          30 in products of matrices, or 60
          FLOPs
        """
        if width is None:
            width = max(20, shutil.get_terminal_size().columns)
        check_count("text", 20, width=width)
        return as_text(self, int(width))

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        """The summary as a notebook shows it."""
        return as_html(self)
