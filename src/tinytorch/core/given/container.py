"""Container: what a Sequential can do besides running its layers. Given, no exercise."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any, Self, cast, overload

from tinytorch.core.given.checks import PlaceError, is_whole, shortened
from tinytorch.core.given.graph import is_parameter
from tinytorch.core.given.module import Module
from tinytorch.core.given.parameters import parts, walk
from tinytorch.core.tensor import Tensor

# What a Sequential of no special class keeps: nothing to learn besides the layers.
PLAIN = frozenset({"layers", "_named", "training"})


class Container(Module):
    """A list of layers in `self.layers` that can be counted, indexed, sliced and changed.

    A layer may have a name, by which it is an attribute, too, and which state dicts have in place
    of its number. Names go with their layers, wherever in the list these are.
    """

    layers: list[Any]

    def append(self, layer: Any) -> Self:
        """Add a layer at the end, and give the container back; a dict's layers have its names.

        TypeError for what cannot be called, ValueError for a name that cannot be one.

        >>> from tinytorch import Linear, ReLU, Sequential
        >>> len(Sequential(Linear(3, 2)).append(ReLU()))
        2
        >>> Sequential({"body": Linear(3, 2), "act": ReLU()}).act
        ReLU()
        """
        if isinstance(layer, Mapping):
            for name, each in cast("Mapping[Any, Any]", layer).items():
                self.add_module(name, each)
            return self
        return self.insert(len(self), layer)

    def add_module(self, name: str, layer: Any) -> None:
        """Add a layer at the end, under a name; ValueError and TypeError as `append`.

        >>> from tinytorch import Linear, Sequential
        >>> model = Sequential()
        >>> model.add_module("head", Linear(3, 2))
        >>> list(model.state_dict())
        ['head.weight', 'head.bias']
        """
        names = self.layer_names()
        is_text = isinstance(name, str)  # pyright: ignore[reportUnnecessaryIsInstance]
        if not is_text or not name or "." in name or name in names or hasattr(self, name):
            kind = ValueError if is_text else TypeError
            raise kind(
                f"{type(self).__name__} expects for each layer a name of its own, as text without "
                f"a dot, got {shortened(name)}. Choose another one."
            )
        self.append(layer)
        vars(self)["_named"] = {**self._named, name: layer}

    def insert(self, place: int, layer: Any) -> Self:
        """Add a layer before the one at a position, and give the container back.

        IndexError and ValueError for a position that is none, TypeError as `append`.

        >>> from tinytorch import Dropout, Linear, Sequential
        >>> Sequential(Linear(3, 2)).insert(0, Dropout(0.5))[0]
        Dropout(p=0.5)
        """
        if not is_whole(place) or not -len(self) <= place <= len(self):
            raise PlaceError(
                f"{type(self).__name__} expects a position from {-len(self)} to {len(self)} to "
                f"insert a layer at, got {shortened(place)}. Positions are counted from 0."
            )
        self.layers.insert(place, self._checked(place, layer))
        return self

    def extend(self, layers: Iterable[Any]) -> Self:
        """Add several layers at the end, all or none, and give the container back.

        >>> from tinytorch import Linear, ReLU, Sequential
        >>> len(Sequential(Linear(3, 2)).extend([ReLU(), Linear(2, 1)]))
        3
        """
        start = len(self)
        self.layers += [self._checked(start + n, layer) for n, layer in enumerate(layers)]
        return self

    def pop(self, place: int = -1) -> Any:
        """Take a layer out, the last one or that at a position, and give it.

        >>> from tinytorch import Linear, ReLU, Sequential
        >>> Sequential(Linear(3, 2), ReLU()).pop()
        ReLU()
        """
        layer = self[place]
        del self[place]
        return layer

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
        found = self._at(place)
        if isinstance(place, slice):  # a copy, for a subclass may be made from other things
            part = copy(self)
            part.layers = found
            return part
        return found

    def __setitem__(self, place: int, layer: Any) -> None:
        if not is_whole(place):
            raise TypeError(
                f"{type(self).__name__} expects one position to set, got {shortened(place)}. "
                "Set its layers one by one, or its whole list: model.layers = [...]."
            )
        self._at(place)
        place, name = range(len(self))[place], self.layer_names()[place]
        self.layers[place] = self._checked(place, layer)
        if name in self._named:
            vars(self)["_named"] = {**self._named, name: layer}

    def __delitem__(self, place: int | slice) -> None:
        self._at(place)
        del self.layers[place]

    def _at(self, place: Any) -> Any:
        """The layer at a position, or those of a slice; an error that says what is expected."""
        try:
            return self.layers[place]
        except (IndexError, TypeError, ValueError) as error:
            kind = PlaceError if isinstance(error, IndexError) else TypeError
            raise kind(
                f"{type(self).__name__} expects the position of one of its {len(self)} layers, or "
                f"a slice, got {shortened(place)}. Positions are counted from 0."
            ) from None

    def _checked(self, place: int, layer: Any) -> Any:
        """The layer itself; TypeError if it cannot be called."""
        if not callable(layer) or inspect.isclass(layer):
            raise TypeError(
                f"{type(self).__name__} expects layers, got {shortened(layer)} at position "
                f"{place}. Give objects that can be called, such as Linear(784, 10)."
            )
        return layer

    @property
    def _named(self) -> dict[str, Any]:
        """The layers that were given names; one that was taken out may still be there."""
        return vars(self).get("_named", {})

    def layer_names(self) -> list[str]:
        """What each layer is called: its name, else its number.

        >>> from tinytorch import ReLU, Sequential, Tanh
        >>> Sequential(ReLU()).append({"out": Tanh()}).layer_names()
        ['0', 'out']
        """
        given: dict[int, list[str]] = {}
        for name, layer in self._named.items():
            given.setdefault(id(layer), []).append(name)
        return [
            names.pop(0) if (names := given.get(id(layer))) else str(place)
            for place, layer in enumerate(self.layers)
        ]

    if not TYPE_CHECKING:  # with these, every attribute would be right for a type checker

        def __getattr__(self, name: str) -> Any:
            named = vars(self).get("_named", {})
            if name in named and name in self.layer_names():
                return named[name]
            return getattr(super(), "__getattr__", super().__getattribute__)(name)

        def __setattr__(self, name: str, value: Any) -> None:
            if name in self._named and name in self.layer_names():
                self[self.layer_names().index(name)] = value
            else:
                super().__setattr__(name, value)

    def __repr__(self) -> str:
        lines = [
            f"  ({name}): {layer!r}"
            for name, layer in zip(self.layer_names(), self.layers, strict=True)
        ]
        body = "\n".join(line.replace("\n", "\n  ") for line in lines)
        return f"{type(self).__name__}(\n{body}\n)" if lines else f"{type(self).__name__}()"

    def named_parts(self) -> Iterable[tuple[str, object]]:
        """The layers by their names or numbers, as PyTorch has them, then the other attributes.

        >>> from tinytorch import Dropout, Sequential
        >>> list(Sequential(Dropout(0.5)).named_parts())
        [('0', Dropout(p=0.5))]
        """
        yield from zip(self.layer_names(), self.layers, strict=True)
        yield from self._besides()

    def _besides(self) -> Iterator[tuple[str, object]]:
        """The attributes besides the layers and their names."""
        return (item for item in vars(self).items() if item[0] not in ("layers", "_named"))

    def with_own(self, found: list[Tensor]) -> list[Tensor]:
        """The parameters of the layers, and behind them those of a subclass's other attributes.

        >>> from tinytorch import Linear, Sequential
        >>> model = Sequential(Linear(3, 2))
        >>> model.with_own(model[0].parameters()) == model.parameters()
        True
        """
        if vars(self).keys() <= PLAIN or not any(True for _ in parts(self._besides())):
            return found
        inside = tuple(f"{name}." for name in self.layer_names())
        named = ((name, part) for name, part in walk(self) if isinstance(part, Tensor))
        own = [part for name, part in named if is_parameter(part) and not name.startswith(inside)]
        return [*found, *own]

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
