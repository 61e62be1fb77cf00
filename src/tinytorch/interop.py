"""`tinytorch.torch` under the name that it had."""

from tinytorch.torch import from_dlpack, from_torch, to_torch

__all__ = ["from_dlpack", "from_torch", "to_torch"]
