"""Layer names: what PyTorch's users ask a layer for, by the names that they know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from tinytorch.core.answers import MODULE, Answering
from tinytorch.core.checks import check_flag
from tinytorch.core.search import parts, plain_parts
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt


class LayerNames(Answering, answers=MODULE):
    """Walks over the layers inside a layer, and what is done to all of them."""

    if TYPE_CHECKING:  # Module has them

        def parameters(self) -> list[Tensor]: ...  # noqa: D102
        def to(self, dtype: npt.DTypeLike) -> Self: ...  # noqa: D102

    def children(self) -> Iterator[Any]:
        """The layers right inside this one, each once, in order.

        >>> from tinytorch import Linear, ReLU, Sequential
        >>> list(Sequential(Linear(3, 2), ReLU()).children())
        [Linear(in_features=3, out_features=2, bias=True), ReLU()]
        """
        return (layer for _, layer in self.named_children())

    def named_children(self) -> Iterator[tuple[str, Any]]:
        """The layers right inside this one, each once, with their names.

        >>> from tinytorch import ReLU, Sequential
        >>> list(Sequential(ReLU()).named_children())
        [('0', ReLU())]
        """
        return children_of(self)

    def modules(self) -> Iterator[Any]:
        """This layer and all layers in it, at any depth, each once.

        >>> from tinytorch import ReLU, Sequential
        >>> len(list(Sequential(Sequential(ReLU())).modules()))
        3
        """
        return (layer for _, layer in self.named_modules())

    def named_modules(self) -> Iterator[tuple[str, Any]]:
        """This layer, named "", and all layers in it, at any depth, each once, with their names.

        >>> from tinytorch import ReLU, Sequential
        >>> [name for name, _ in Sequential(Sequential(ReLU())).named_modules()]
        ['', '0', '0.0']
        """
        return before_children(self, "", set())

    def apply(self, function: Callable[[Any], object]) -> Self:
        """Call a function with each layer inside, and then with this one; gives itself back.

        >>> from tinytorch import ReLU, Sequential
        >>> model = Sequential(ReLU()).apply(lambda layer: print(type(layer).__name__))
        ReLU
        Sequential
        """
        for layer in after_children(self, set()):
            function(layer)
        return self

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Freeze all parameters with False, let them learn again with True; gives itself back.

        TypeError for what is neither.

        >>> from tinytorch import Linear
        >>> Linear(2, 1).requires_grad_(False).weight.requires_grad
        False
        """
        check_flag("requires_grad_", requires_grad=requires_grad)
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def float(self) -> Self:
        """All numbers as float32; gives itself back, as `to`.

        >>> from tinytorch import Linear
        >>> Linear(2, 1).double().float().weight.dtype
        dtype('float32')
        """
        return self.to(np.float32)

    def double(self) -> Self:
        """All numbers as float64; gives itself back, as `to`.

        >>> from tinytorch import Linear
        >>> Linear(2, 1).double().weight.dtype
        dtype('float64')
        """
        return self.to(np.float64)

    @recursive_repr()
    def __repr__(self) -> str:
        return nested(type(self).__name__, self.named_children())


def nested(name: str, inside: Iterator[tuple[str, Any]]) -> str:
    """A layer as it prints, with those inside it below each other, as PyTorch prints them."""
    lines = [f"  ({own}): {layer!r}".replace("\n", "\n  ") for own, layer in inside]
    return f"{name}(\n{chr(10).join(lines)}\n)" if lines else f"{name}()"


def children_of(layer: object) -> Iterator[tuple[str, Any]]:
    """The layers right inside a layer, each once, with their names; it need be none of ours."""
    named_parts = getattr(type(layer), "named_parts", None)
    seen: set[int] = set()
    for name, part in parts(named_parts(layer) if named_parts else plain_parts(layer)):
        if not isinstance(part, Tensor) and id(part) not in seen:
            seen.add(id(part))
            yield name, part


def before_children(layer: object, name: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """A layer and those inside it, each once, with their names."""
    if id(layer) not in seen:
        seen.add(id(layer))
        yield name, layer
        for own, child in children_of(layer):
            yield from before_children(child, f"{name}.{own}" if name else own, seen)


def after_children(layer: object, seen: set[int]) -> Iterator[Any]:
    """Those inside a layer, each once, and then the layer."""
    if id(layer) not in seen:
        seen.add(id(layer))
        for _, child in children_of(layer):
            yield from after_children(child, seen)
        yield layer
