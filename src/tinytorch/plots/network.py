"""A diagram of a model: its layers in the order in which they ran, shapes on the arrows between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from os import PathLike
from typing import TYPE_CHECKING, Any

from tinytorch.files.writing import write_whole
from tinytorch.plots.diagram import Box, Frame, cut, draw
from tinytorch.plots.style import percent
from tinytorch.profiling.rows import shape_words

if TYPE_CHECKING:
    from tinytorch.profiling import Row, Summary

#: Of a layer's name, of what is in its brackets, and of a shape, so many characters are shown.
NAME, DETAILS = 28, 50
#: How a layer prints whose class does not say how: nothing that one could use.
_ADDRESS = re.compile(r"<.* object at 0x[0-9a-fA-F]+>")


@dataclass(frozen=True, eq=False)
class Diagram:
    """A picture as the text of an SVG file, in `svg`; a notebook shows it by itself.

    >>> from tinytorch import Linear, Sequential
    >>> from tinytorch.plots import layers
    >>> diagram = layers(Sequential(Linear(3, 2)), (1, 3))
    >>> diagram, diagram.svg.startswith("<svg ")
    (Diagram of 'Sequential, 1 layer, 8 parameters', True)
    """

    svg: str

    def save(self, path: str | PathLike[str]) -> None:
        """Write the file, whole or not at all.

        TypeError or ValueError for what is no path, FileError (a ValueError and an OSError) where
        it cannot be written.

        >>> try:
        ...     Diagram("<svg/>").save("no folder/layers.svg")
        ... except ValueError as error:
        ...     print(str(error).split(":")[0])
        no folder/layers.svg cannot be written
        """
        from tinytorch.files.saving import path_of, unreachable

        target = path_of("save", path)
        try:
            write_whole(target, self.svg)
        except OSError as error:
            raise unreachable(target, "written", error) from error

    def __repr__(self) -> str:
        found = re.search("<title>(.*?)</title>", str(self.svg))
        return f"Diagram of {unescape(found[1]) if found else ''!r}"

    def _repr_svg_(self) -> str:
        return self.svg


def layers(model: Any, input_shape: Any = None, *, dark: bool | None = None) -> Diagram:
    """A diagram of a model: a box for each layer, and the shapes on the arrows between them.

    `input_shape` is the whole shape, with the batch: (32, 784); or a list of shapes where the model
    takes several inputs. The model is run once, by `tinytorch.profiling.summary`, whose result can
    be given in place of it, then without a shape. Where it fails, the layer at fault is marked with
    what went in and the error. The picture is SVG, made without further programs: light or
    `dark`, or where that is left out, as the page is on which it is seen. Raises what `summary`
    raises.

    >>> from tinytorch import Linear, ReLU, Sequential
    >>> diagram = layers(Sequential(Linear(784, 256), ReLU()), (32, 784))
    >>> "(32, 784)" in diagram.svg, "200,960 parameters" in diagram.svg
    (True, True)
    """
    from tinytorch.profiling import Summary, summary

    return _diagram(model if isinstance(model, Summary) else summary(model, input_shape), dark)


def _diagram(costs: Summary, dark: bool | None) -> Diagram:
    boxes = [_box(row, costs) for row in costs.rows]
    ran = sum(1 for row in costs.rows if row.calls)
    layers = f"{ran} layer" + "s" * (ran != 1)
    name = cut(costs.name, NAME)
    counted = f"{layers}, {costs.parameters:,} parameters"
    if costs.error:
        counted = f"{counted} up to the failure"
    shapes = [f"{box.name}: {box.input_shape} to {box.output_shape or 'nothing'}" for box in boxes]
    described = "; ".join([*shapes[:100], *(["and more"] if len(shapes) > 100 else [])])
    ends = (_shape(costs.input_shape), _shape(costs.output_shape))
    return Diagram(draw((name, counted), described, boxes, ends, dark))


def _box(row: Row, costs: Summary) -> Box:
    parameters = f"{row.parameters:,} parameters" if row.parameters else ""
    share = row.parameters / costs.parameters if row.parameters else 0.0
    if parameters and share < 1:
        parameters += f", {percent(share)}"
    before = costs.rows[row.index - 1] if row.index else None
    inside = bool(before and before.container)  # what that gave has the sources that it had
    follows = inside or row.container or row.index - 1 in row.sources or not row.sources
    given = " and ".join(_place(each, costs) for each in row.sources if each != row.index)
    remarks = [f"its own computation, given {given or 'nothing'}"] if row.container else []
    remarks += row.notes
    if not follows or (not inside and not row.container and len(row.sources) > 1):
        remarks.append(f"takes {given}")
    return Box(
        path=cut(row.path, NAME),
        name=cut(row.name, NAME),
        details=cut(_details(row), DETAILS),
        parameters=parameters,
        share=share,
        input_shape=_shape(row.input_shape),
        output_shape=_shape(row.output_shape),
        error=row.error or "",
        frames=tuple(_frames(row, costs)),
        remarks=tuple(remarks),
        reached=row.calls > 0,
        follows=follows,
        alone=len(row.sources) < 2,
    )


def _frames(row: Row, costs: Summary) -> list[Frame]:
    """The layers that hold this one, from the outermost in, without the model itself."""
    parts = row.path.split(".")
    above = [".".join(parts[:count]) for count in range(1, len(parts))]
    own = [row.path] if row.container and row.path else []
    return [
        Frame(cut(path, NAME), cut(costs.containers[path], NAME))
        for path in (*above, *own)
        if path in costs.containers
    ]


def _place(source: int, costs: Summary) -> str:
    if source < 0:
        return "the input"
    row = costs.rows[source]
    return f"the output of {cut(row.path or row.name, NAME)}"


def _details(row: Row) -> str:
    """What a layer prints, without its name, which stands above."""
    found = re.fullmatch(rf"{re.escape(row.name)}\((.*)\)", row.repr, re.DOTALL)
    if found:
        return found[1]
    return "" if row.repr == row.name or _ADDRESS.fullmatch(row.repr) else row.repr


def _shape(shapes: Any) -> str:
    return "" if shapes is None else shape_words(shapes)
