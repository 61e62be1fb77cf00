"""What became of each layer in a run: how often it was called, with what, and what it computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tinytorch.profiling.values import Shapes


@dataclass(eq=False)
class Use:
    """One layer, in all its calls of a run.

    `given` and `result` are the shapes of its last call. `multiply_adds`, `activation_bytes` and
    `kept_bytes` are its own, without those of layers that it called. `inside` is the layer that
    called it first, `state` how its last call ended. `sources` are the layers whose outputs
    reached it through operations, None among them for the input of the model.
    """

    layer: object
    began: int
    inside: Use | None
    calls: int = 0
    given: Shapes = None
    result: Shapes = None
    calls_layers: bool = False
    ended: int = 0
    multiply_adds: int = 0
    activation_bytes: int = 0
    kept_bytes: int = 0
    from_arrays: bool = False
    state: Literal["", "gave", "nothing", "raised"] = ""
    sources: dict[Use | None, None] = field(default_factory=dict["Use | None", None])


@dataclass(eq=False)
class Trace:
    """What one run of a model showed: every layer that was called, in the order of their calls.

    `error` is what ended the run, if anything did, and `broke` the layer in which that happened.
    `paths` has the path of each layer by its id, several for one that is shared. `kept_bytes` is
    what the graph keeps of the run; None where nothing was recorded, or the run broke off.
    `lost` tells that Python stopped reporting on the way.
    """

    model: object
    uses: list[Use]
    paths: dict[int, list[str]]
    parts: list[tuple[str, object]]
    inputs: Shapes
    input_bytes: int
    outputs: Shapes = None
    output_sources: dict[Use | None, None] = field(default_factory=dict["Use | None", None])
    error: Exception | None = None
    broke: Use | None = None
    kept_bytes: int | None = None
    lost: bool = False
