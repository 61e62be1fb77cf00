"""utils: where PyTorch's users look for `data`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tinytorch.elsewhere import DATA, unknown

if TYPE_CHECKING:
    from tinytorch.utils import data

__all__ = ["data"]


def __getattr__(name: str) -> Any:
    if name == "data":
        return import_module("tinytorch.utils.data")
    raise unknown(__name__, name, DATA)
