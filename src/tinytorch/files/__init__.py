"""Numbers in files: arrays in the safetensors format, models saved and loaded, whole writes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinytorch.files.tensors import DIGEST as DIGEST
    from tinytorch.files.tensors import DamagedFile as DamagedFile
    from tinytorch.files.tensors import read_tensors as read_tensors
    from tinytorch.files.tensors import write_tensors as write_tensors

NAMES = ("DIGEST", "DamagedFile", "read_tensors", "write_tensors")


def __getattr__(name: str) -> Any:
    # When first used, for whoever writes a file whole needs no NumPy.
    if name in NAMES:
        return getattr(import_module("tinytorch.files.tensors"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
