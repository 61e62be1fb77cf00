"""utils: what is done to the gradients of a whole network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tinytorch.core.given.checks import check_range, shortened
from tinytorch.core.tensor import Tensor
from tinytorch.elsewhere import UTILS, unknown
from tinytorch.training.loop import clip_gradients

__all__ = ["clip_grad_norm_"]


def clip_grad_norm_(
    parameters: Iterable[Tensor] | Tensor, max_norm: float, norm_type: float = 2.0
) -> Tensor:
    """Scale all gradients so that their norm, as one vector, is at most `max_norm`; give the norm.

    It is the norm from before, a tensor of one number; the formula is PyTorch's (Pascanu et al.,
    2013). ValueError for another norm than the Euclidean, TypeError for what is no tensor.

    >>> w = Tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> clip_grad_norm_([w], 1.0).item(), w.grad.numpy().round(2).tolist()
    (10.0, [0.6000000238418579, 0.800000011920929])
    """
    check_range("clip_grad_norm_", 0, 1e38, max_norm=max_norm)
    if norm_type != 2:
        raise ValueError(
            f"clip_grad_norm_ expects norm_type=2, got {shortened(norm_type)}. Leave it out."
        )
    several = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    for each in several:
        if not isinstance(each, Tensor):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"clip_grad_norm_ expects tensors, got {shortened(each)}. Pass model.parameters()."
            )
    return Tensor(clip_gradients(several, max_norm))


def __getattr__(name: str) -> Any:
    raise unknown(__name__, name, UTILS)
