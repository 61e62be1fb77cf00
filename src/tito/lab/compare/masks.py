"""Which numbers each Dropout dropped, for PyTorch to drop the same."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from tito.lab.apart.attempt import Refusal


def kept(x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.uint8]:
    """A bit for each number, packed: 0 where there was something and nothing came out.

    What was 0 before is counted as kept, for it tells nothing and changes nothing.
    """
    return np.packbits((y != 0) | (x == 0))


class Masks:
    """Looks on while layers run: their classes' forward notes what was dropped, until the end."""

    def __init__(self, dropouts: Sequence[Any]) -> None:
        """``dropouts`` are the layers to look at, each another object."""
        self.noted: dict[int, list[NDArray[np.uint8]]] = {id(each): [] for each in dropouts}
        self.kinds: set[Any] = {type(each) for each in dropouts}
        self.undo = ExitStack()

    def __enter__(self) -> Self:
        for kind in self.kinds:
            original = kind.forward
            kind.forward = self._noting(original)
            self.undo.callback(setattr, kind, "forward", original)
        return self

    def __exit__(self, *error: object) -> None:
        self.undo.close()

    def _noting(self, forward: Any) -> Any:
        @functools.wraps(forward)
        def noting(layer: Any, x: Any, *rest: Any, **named: Any) -> Any:
            before = x.data
            y = forward(layer, x, *rest, **named)
            if id(layer) in self.noted:
                self.noted[id(layer)].append(kept(before, y.data))
            return y

        return noting

    def by_step(self, steps: int) -> list[NDArray[np.uint8]]:
        """For each layer the masks of all steps. Refusal unless each ran once a step."""
        for number, noted in enumerate(self.noted.values()):
            if len(noted) != steps:
                raise Refusal(
                    f"Each Dropout should run once in a pass through the network, and number "
                    f"{number + 1} of them ran {len(noted)} times in {steps} passes. "
                    "To find the fault: tito test"
                )
        return [np.stack(noted) for noted in self.noted.values()]
