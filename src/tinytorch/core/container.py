"""Container: what a Sequential can do besides running its layers. Given, no exercise."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Self, overload

from tinytorch.core.checks import PlaceError, shortened
from tinytorch.core.module import Module

if TYPE_CHECKING:
    from tinytorch.core.tensor import Tensor


class Container(Module):
    """A list of layers in `self.layers` that can be counted, indexed, sliced and added to."""

    layers: list[Any]

    def append(self, layer: Any) -> Self:
        """Add a layer at the end, and give the container back; TypeError if it cannot be called.

        >>> from tinytorch import Linear, ReLU, Sequential
        >>> len(Sequential(Linear(3, 2)).append(ReLU()))
        2
        """
        if not callable(layer) or inspect.isclass(layer):
            raise TypeError(
                f"{type(self).__name__} expects layers, got {shortened(layer)} at position "
                f"{len(self.layers)}. Give objects that can be called, such as Linear(784, 10)."
            )
        self.layers.append(layer)
        return self

    def __len__(self) -> int:
        return len(self.layers)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        return iter(self.layers)

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    def __getitem__(self, place: int | slice) -> Any:
        try:
            found = self.layers[place]
        except (IndexError, TypeError, ValueError) as error:
            kind = PlaceError if isinstance(error, IndexError) else TypeError
            raise kind(
                f"{type(self).__name__} expects the position of one of its {len(self)} layers, or "
                f"a slice, got {shortened(place)}. Positions are counted from 0."
            ) from None
        if isinstance(place, slice):
            return type(self)(*found)  # pyright: ignore[reportCallIssue]
        return found

    def __repr__(self) -> str:
        lines = [f"  ({place}): {layer!r}" for place, layer in enumerate(self.layers)]
        body = "\n".join(line.replace("\n", "\n  ") for line in lines)
        return f"{type(self).__name__}(\n{body}\n)" if lines else f"{type(self).__name__}()"

    def named_parts(self) -> Iterable[tuple[str, object]]:
        """The layers by their numbers, as PyTorch names them, then the other attributes.

        >>> from tinytorch import Dropout, Sequential
        >>> list(Sequential(Dropout(0.5)).named_parts())
        [('0', Dropout(p=0.5))]
        """
        yield from ((str(place), layer) for place, layer in enumerate(self.layers))
        yield from (item for item in vars(self).items() if item[0] != "layers")

    def steps(self, training: bool | None = None) -> Iterator[Callable[[Tensor], Tensor]]:
        """Each layer as a function of one tensor, in order.

        The function hands `training` to a layer whose `forward` names it, and adds to an error
        which layer it came from and the shapes on the way there.

        >>> from tinytorch import ReLU, Sequential, Tensor
        >>> for step in Sequential(ReLU()).steps():
        ...     print(step(Tensor([-1.0, 2.0])).numpy())
        [0. 2.]
        """
        trail: list[object] = []
        for place, layer in enumerate(self.layers):

            def step(x: Tensor, place: int = place, layer: Any = layer) -> Tensor:
                try:
                    trail.append(x.data.shape)
                except AttributeError:
                    trail.append(type(x))
                try:
                    if training is not None and names_training(layer.__class__):
                        return layer(x, training=training)
                    return layer(x)
                except Exception as error:
                    error.add_note(f"in layer {place}: {described(layer)}")
                    error.add_note(f"the shapes on the way there: {' -> '.join(map(named, trail))}")
                    raise

            yield step


@cache
def names_training(kind: type) -> bool:
    """Whether the `forward` of a class has a parameter called `training`."""
    forward = getattr(kind, "forward", None)
    return forward is not None and "training" in inspect.signature(forward).parameters


def described(layer: object) -> str:
    """How a layer prints; its class if it cannot, for it may be half written."""
    try:
        return repr(layer)
    except Exception:
        return type(layer).__name__


def named(shape: object) -> str:
    """A shape as it prints; a class, of what has no shape, by its name."""
    return shape.__name__ if isinstance(shape, type) else str(shape)
