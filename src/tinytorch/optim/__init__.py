"""optim: the optimizers under the names that they have in `torch.optim`; the same classes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tinytorch.elsewhere import OPTIMIZERS, unknown

if TYPE_CHECKING:
    from tinytorch.core.optimizers import SGD, Adam, AdamW, Optimizer
    from tinytorch.optim import lr_scheduler

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "lr_scheduler"]


def __getattr__(name: str) -> Any:
    if name == "lr_scheduler":
        return import_module("tinytorch.optim.lr_scheduler")
    if name not in __all__:
        raise unknown(__name__, name, OPTIMIZERS)
    return getattr(import_module("tinytorch.core.optimizers"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
