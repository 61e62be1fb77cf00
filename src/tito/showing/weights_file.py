"""The weights of a first layer from a file: of a network that was saved, or a checkpoint."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tito.pictures import NoPicture

if TYPE_CHECKING:
    from tinytorch.plots.columns import Tiles


def from_file(path: Path, layout: str | None, shape: tuple[int, ...] | None) -> tuple[Tiles, str]:
    """The weights of the first layer in a file, and their name. NoPicture where there are none."""
    from tinytorch.files import read_tensors
    from tinytorch.plots import measure_weights
    from tinytorch.saving import FORMAT, layout_of

    try:
        arrays, notes = read_tensors(path)
        name = _first(arrays)
        ours = FORMAT in notes or "state" in notes  # a checkpoint of fit has its state
        turned = layout_of(path, ours, layout, {name: arrays[name]}) == "torch"
        weights = arrays[name].T if turned else arrays[name]
        return measure_weights(weights, cast("tuple[int, int] | None", shape)), name
    except OSError as error:
        raise NoPicture(
            f"{path} cannot be read: {(error.strerror or str(error)).lower()}."
        ) from error
    except (ValueError, ModuleNotFoundError) as error:
        raise NoPicture(str(error)) from error


def _first(arrays: Mapping[str, Any]) -> str:
    """The name of the first layer's weights."""
    found = [
        name
        for name, array in arrays.items()
        if name.split(".")[-1] == "weight" and array.ndim == 2 and "optimizer" not in name
    ]
    if not found:
        raise NoPicture(
            f"The file has no weights of a layer, a matrix whose name ends in .weight. "
            f"It has: {', '.join(list(arrays)[:10]) or 'nothing'}."
        )

    def in_order(name: str) -> list[tuple[int, str]]:
        return [(int(part) if part.isdigit() else -1, part) for part in re.split(r"\.", name)]

    return min(found, key=in_order)
