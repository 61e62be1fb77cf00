"""What training cannot reach, as figures for a sentence; None where it reaches all."""

from __future__ import annotations

from typing import Any

import numpy as np

Figures = dict[str, str]

_PLACES = ("an attribute", "a list", "a dict")


def held_layers(seen: list[bool]) -> Figures | None:
    """Of the layers that a layer keeps in different ways: which it does not find."""
    if all(seen):
        return None
    missed = [place for place, found in zip(_PLACES, seen, strict=True) if not found]
    places = ", ".join(missed[:-1]) + " or " + missed[-1] if missed[1:] else missed[0]
    return {"places": places, "found": str(sum(seen)), "all": str(len(seen))}


def unseen(seen: dict[str, Any] | None) -> Figures | None:
    """The names of Tensors that are missing in a further layer."""
    if seen is None:
        return None
    names = [f"`{name}`" for name in seen["names"]]
    rest = " and more" if seen["more"] else ""
    return {"kind": str(seen["kind"]), "names": ", ".join(names) + rest}


def lost_axis(seen: list[list[Any]]) -> Figures | None:
    """The first shape that is not the one expected."""
    for layer, x, wanted, got in seen:
        if tuple(got) != tuple(wanted):
            return {
                "layer": layer,
                "x": str(tuple(x)),
                "wanted": str(tuple(wanted)),
                "got": str(tuple(got)),
                "together": str(np.broadcast_shapes(tuple(got), tuple(wanted))),
            }
    return None


def cut_at_inference(seen: list[list[Any]]) -> Figures | None:
    """Where the gradient does not arrive although nothing is dropped."""
    cut = [when for when, arrives in seen if not arrives]
    return {"when": " and with ".join(cut)} if cut else None


def unprintable(seen: dict[str, str] | None) -> Figures | None:
    """The class whose objects raise when they are printed, and what they raise."""
    return seen
