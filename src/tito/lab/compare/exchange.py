"""Arrays from one process to another: a file of NumPy's, without pickle."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tito.lab.apart.attempt import Refusal

Arrays = dict[str, NDArray[Any]]


class Unreadable(Exception):
    """The file is not what the other process was to write."""


def write(path: str | Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write them under their names. Refusal, in words, where there is no room."""
    try:
        with open(path, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
    except OSError as error:
        size = sum(array.nbytes for array in arrays.values()) / 2**20
        raise Refusal(
            f"The arrays to compare, {size:.1f} MiB, cannot be written into "
            f"{os.path.dirname(path)}: {error.strerror}. Make room there, or name another folder "
            "in the variable TMPDIR."
        ) from None


def read(path: str | Path) -> Arrays:
    """What `write` wrote."""
    try:
        with np.load(path, allow_pickle=False) as held:
            return {name: held[name] for name in held.files}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise Unreadable(f"{Path(path).name} cannot be read: {error}") from error
