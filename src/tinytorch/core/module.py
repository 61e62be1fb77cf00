"""Module: what every layer can do besides calculating, written once. Given, no exercise."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array


class Module:
    """Finds the parameters of a layer, switches its mode, and saves and loads its numbers.

    Parameters are looked for when they are asked for: tensors with `requires_grad=True` that no
    operation made, in the layer's attributes and in the layers, lists, tuples and dicts there.
    So a subclass need not call `super().__init__()`.

    >>> class Scale(Module):
    ...     def __init__(self):
    ...         self.factor = Tensor([2.0], requires_grad=True)
    >>> Scale().parameters()
    [Tensor([2.], shape=(1,), requires_grad=True)]
    """

    training: bool = True

    def parameters(self) -> list[Tensor]:
        """All tensors to learn, each once, in the order in which they were defined.

        >>> from tinytorch import Linear, ReLU, Sequential
        >>> [parameter.shape for parameter in Sequential(Linear(3, 2), ReLU()).parameters()]
        [(3, 2), (2,)]
        """
        return each_once(part for _, part in walk(self) if isinstance(part, Tensor))

    def named_parameters(self) -> list[tuple[str, Tensor]]:
        """All tensors to learn with their names, each once, in the order of `parameters()`.

        >>> from tinytorch import Linear, Sequential
        >>> [name for name, _ in Sequential(Linear(2, 1)).named_parameters()]
        ['0.weight', '0.bias']
        """
        first_names = {id(tensor): name for name, tensor in reversed(self._named_tensors())}
        return [pair for pair in self._named_tensors() if first_names[id(pair[1])] == pair[0]]

    def named_parts(self) -> Iterable[tuple[str, object]]:
        """What the layer holds, by name; parameters and layers are looked for in there.

        >>> from tinytorch import Dropout
        >>> list(Dropout(0.2).named_parts())
        [('p', 0.2)]
        """
        return vars(self).items()

    def train(self, mode: bool = True) -> Self:
        """Switch this layer and all layers in it to training (Dropout drops); gives itself back.

        >>> from tinytorch import Dropout, Sequential
        >>> model = Sequential(Dropout(0.5)).eval()
        >>> model.train()[0].training
        True
        """
        for _, part in (("", self), *walk(self)):
            if isinstance(part, Module):
                part.training = mode
        return self

    def eval(self) -> Self:
        """Switch this layer and all layers in it to inference; gives itself back.

        >>> from tinytorch import Dropout
        >>> Dropout(0.9).eval()(Tensor([1.0, 2.0]))
        Tensor([1., 2.], shape=(2,), requires_grad=False)
        """
        return self.train(False)

    def to(self, dtype: npt.DTypeLike) -> Self:
        """Turn the numbers of all parameters into a floating-point dtype; gives itself back.

        Layers are made in float32. After `.to(np.float64)`, with inputs and targets of that
        dtype, everything stays float64: results, losses, gradients, and what an optimizer that
        is made afterwards keeps. TypeError for any other kind of dtype.

        >>> from tinytorch import Linear
        >>> model = Linear(2, 1).to(np.float64)
        >>> model(Tensor([[1.0, 2.0]], dtype=np.float64)).dtype
        dtype('float64')
        """
        wanted = np.dtype(dtype)
        if wanted.kind != "f":
            raise TypeError(
                f"to expects a floating-point dtype, got {wanted}. "
                "Use np.float64 for double precision, np.float32 to go back."
            )
        for parameter in self.parameters():
            parameter.data = parameter.data.astype(wanted)
            if parameter.grad is not None:
                parameter.grad = Tensor(parameter.grad, dtype=wanted)
        return self

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters: each `.grad` is None again.

        >>> from tinytorch import Linear
        >>> layer = Linear(2, 1)
        >>> layer(Tensor([1.0, 2.0])).backward()
        >>> layer.zero_grad()
        >>> layer.weight.grad is None
        True
        """
        for parameter in self.parameters():
            parameter.grad = None

    def state_dict(self) -> dict[str, Array]:
        """A copy of every parameter's numbers, by name as in PyTorch; `np.savez` can store it.

        >>> from tinytorch import Linear
        >>> {name: array.shape for name, array in Linear(3, 2).state_dict().items()}
        {'weight': (3, 2), 'bias': (2,)}
        """
        return {name: tensor.data.copy() for name, tensor in self._named_tensors()}

    def load_state_dict(self, state: Mapping[str, Tensor | npt.ArrayLike]) -> None:
        """Take over the numbers of a `state_dict`. If they do not fit, nothing changes.

        PyTorch's names fit; its Linear keeps the weights as (out, in), so give those transposed.
        Raises ValueError that lists missing names, unknown names and shapes that differ.

        >>> from tinytorch import Linear
        >>> a, b = Linear(2, 3), Linear(2, 3)
        >>> a.load_state_dict(b.state_dict())
        >>> bool((a.weight == b.weight).data.all())
        True
        """
        own = dict(self._named_tensors())
        problems = [f"{name} is missing" for name in own if name not in state]
        problems += [f"{name} is unknown" for name in state if name not in own]
        new: dict[str, Array] = {}
        for name in own.keys() & state.keys():
            new[name] = Tensor(state[name], dtype=own[name].dtype).data
            if new[name].shape != own[name].shape:
                problems.append(f"{name} has shape {new[name].shape} in place of {own[name].shape}")
        if problems:
            raise ValueError(
                f"load_state_dict expects the names and shapes of this {type(self).__name__}'s "
                f"state_dict(), got: {'; '.join(sorted(problems))}. Build the same network first."
            )
        for name, array in new.items():
            own[name].data = array

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def _named_tensors(self) -> list[tuple[str, Tensor]]:
        """Every name of every parameter; a shared one has several."""
        return [(name, part) for name, part in walk(self) if isinstance(part, Tensor)]


def walk(layer: object, prefix: str = "", above: tuple[int, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The parameters and layers inside a layer with their names, at any depth, in order."""
    above = (*above, id(layer))
    held = layer.named_parts() if isinstance(layer, Module) else vars(layer).items()
    for name, part in parts(held):
        if isinstance(part, Tensor):
            yield prefix + name, part
        elif id(part) not in above:  # a layer may know the layer that holds it
            yield prefix + name, part
            yield from walk(part, f"{prefix}{name}.", above)


def parts(held: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    """The parameters and layers among some values, also those in lists, tuples and dicts."""
    for name, value in held:
        if isinstance(value, Tensor):
            if value.requires_grad and value.node is None:
                yield name, value
        elif isinstance(value, dict):
            entries = cast("dict[object, object]", value)
            yield from parts((f"{name}.{key}", entry) for key, entry in entries.items())
        elif isinstance(value, list | tuple):
            items = cast("list[object]", value)
            yield from parts((f"{name}.{place}", item) for place, item in enumerate(items))
        elif hasattr(value, "__dict__") and callable(getattr(value, "parameters", None)):
            yield name, value


def each_once(tensors: Iterable[Tensor]) -> list[Tensor]:
    """The tensors in their order, without those that came before (the very same object)."""
    return list({id(tensor): tensor for tensor in tensors}.values())


def check_sizes(**sizes: object) -> None:
    """ValueError, with the name, for a size that is not a positive whole number."""
    for name, size in sizes.items():
        if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
            raise ValueError(
                f"{name} expects a positive whole number, got {size!r}. "
                "It is the length of one axis of the weights."
            )


def check_input(layer: object, x: object) -> None:
    """TypeError if what a layer is given is no tensor: no gradient could flow back from it."""
    if not isinstance(x, Tensor):
        raise TypeError(
            f"{type(layer).__name__} expects a Tensor, got {type(x).__name__}. Wrap data in "
            "Tensor(...); if a layer gave it, let that layer calculate with tensors."
        )


def follows_mode(forward: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A `forward(x, training=None)` that is given the layer's own mode where a call gives none.

    >>> class Mode(Module):
    ...     @follows_mode
    ...     def forward(self, x, training=None):
    ...         return training
    >>> x = Tensor(1.0)
    >>> Mode().forward(x), Mode().eval().forward(x), Mode().forward(x, training=False)
    (True, False, False)
    """

    @functools.wraps(forward)
    def in_mode(self: Module, x: Tensor, training: bool | None = None) -> Tensor:
        check_input(self, x)
        return forward(self, x, self.training if training is None else training)

    return in_mode
