"""A network as it is used after training: the same function, with nothing dropped."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np

from tinytorch.core.tensor import Tensor

Run = Callable[..., Any]


def inference(model: Any, inputs: Sequence[Tensor]) -> tuple[Run, bool]:
    """What to call, and whether it still drops: then nobody knows how to tell it not to.

    A network that has `eval()` is told so. One that drops all the same is walked, and each
    layer that knows `training` is told; how is found out beforehand, so that it costs no time.
    """
    if callable(getattr(model, "eval", None)):
        model.eval()
    run = cast("Run", model)
    if not drops(run, inputs):
        return run, False
    steps = list(_steps(model))

    def walk(x: Any) -> Any:
        for step, flags in steps:
            x = step(x, **flags)
        return x

    if len(inputs) == 1 and hasattr(model, "layers") and not drops(walk, inputs):
        return walk, False
    return run, True


def drops(run: Run, inputs: Sequence[Tensor]) -> bool:
    """Whether two runs on the same numbers differ."""
    first, second = run(*inputs), run(*inputs)
    if not (isinstance(first, Tensor) and isinstance(second, Tensor)):
        return False
    return not np.array_equal(first.data, second.data, equal_nan=True)


def _steps(layer: Any) -> list[tuple[Run, dict[str, bool]]]:
    """The layers in order, each with the flags that it knows."""
    inside = getattr(layer, "layers", None)
    if isinstance(inside, list | tuple):
        return [step for part in cast("Sequence[Any]", inside) for step in _steps(part)]
    known = inspect.signature(getattr(layer, "forward", layer)).parameters
    return [(layer, {"training": False} if "training" in known else {})]
