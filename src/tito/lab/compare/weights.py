"""The parameters by name: their shapes on both sides, and which had to be transposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tito.lab.compare.parts import Plain


@dataclass(frozen=True)
class Weight:
    """One parameter: its shape on both sides, and whether it had to be transposed."""

    name: str
    ours: list[int] | None
    torch: list[int]
    transposed: bool


def weights(parts: Sequence[Plain]) -> list[Weight]:
    """All parameters of the network, in order."""
    found: list[Weight] = []
    for part in parts:
        if "in" not in part["settings"]:
            continue
        turned = [part["settings"]["out"], part["settings"]["in"]]
        name = part["names"]["weight"]
        mine = turned if part["stored"] else turned[::-1]
        found.append(Weight(name, mine, turned, not part["stored"]))
        if part["settings"]["bias"]:
            bias = part["names"].get("bias")
            name = name.removesuffix("weight") + "bias"
            found.append(Weight(name, turned[:1] if bias else None, turned[:1], False))
    return found
