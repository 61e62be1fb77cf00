"""Module: what every layer can do besides calculating, written once. Given, no exercise."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self

from tinytorch.core.checks import came, check_flag, check_memory, is_whole, real, shortened
from tinytorch.core.conversion import as_dtype, dtype_of, numbers_from
from tinytorch.core.modes import Mode
from tinytorch.core.search import each_once, walk
from tinytorch.core.storage import set_data, set_gradient
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

    training = Mode()

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

        TypeError if `mode` is neither True nor False.

        >>> from tinytorch import Dropout, Sequential
        >>> model = Sequential(Dropout(0.5)).eval()
        >>> model.train()[0].training
        True
        """
        check_flag("train", mode=mode)
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
        dtype, everything stays float64: results, losses, gradients, and what an optimizer
        keeps. TypeError for any other kind of dtype, ValueError for numbers
        that it cannot hold; then nothing changes.

        >>> import numpy as np
        >>> from tinytorch import Linear
        >>> model = Linear(2, 1).to(np.float64)
        >>> model(Tensor([[1.0, 2.0]], dtype=np.float64)).dtype
        dtype('float64')
        """
        wanted = dtype_of(dtype)
        if wanted is None or wanted.kind != "f":
            raise TypeError(
                f"to expects a floating-point dtype, got {wanted or shortened(dtype)}. "
                "Use np.float64 for double precision, np.float32 to go back."
            )
        parameters = self.parameters()
        arrays = [as_dtype(each.data, wanted) for each in parameters]
        gradients = [
            None if each.grad is None else Tensor(each.grad, dtype=wanted) for each in parameters
        ]
        for parameter, array, gradient in zip(parameters, arrays, gradients, strict=True):
            set_data(parameter, array)
            set_gradient(parameter, gradient)
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
            set_gradient(parameter, None)

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
        Raises ValueError that lists missing names, unknown names and shapes that differ, TypeError
        for what is no dict, or no numbers.

        >>> from tinytorch import Linear
        >>> a, b = Linear(2, 3), Linear(2, 3)
        >>> a.load_state_dict(b.state_dict())
        >>> bool((a.weight == b.weight).data.all())
        True
        """
        if not isinstance(state, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                "load_state_dict expects what state_dict() gave, names with arrays, got "
                f"{came(state)}. Save model.state_dict() first, and load that."
            )
        own = dict(self._named_tensors())
        problems = [f"{name} is missing" for name in own if name not in state]
        problems += [f"{name} is unknown" for name in state if name not in own]
        new: dict[str, Array] = {}
        for name in (name for name in own if name in state):
            try:
                new[name] = numbers_from(state[name], own[name].dtype)
            except (TypeError, ValueError) as error:
                error.add_note(f"in {name!r}, one of the names in the state")
                raise
            if new[name].shape != own[name].shape:
                problems.append(f"{name} has shape {new[name].shape} in place of {own[name].shape}")
        if problems:
            raise ValueError(
                f"load_state_dict expects the names and shapes of this {type(self).__name__}'s "
                f"state_dict(), got: {'; '.join(sorted(problems))}. Build the same network first."
            )
        for name, array in new.items():
            set_data(own[name], array)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def _named_tensors(self) -> list[tuple[str, Tensor]]:
        """Every name of every parameter; a shared one has several."""
        return [(name, part) for name, part in walk(self) if isinstance(part, Tensor)]


def check_sizes(**sizes: Any) -> None:
    """ValueError, with the name, for a size that is not a positive whole number, or too large."""
    for name, size in sizes.items():
        if not is_whole(size) or size < 1:
            raise ValueError(
                f"{name} expects a positive whole number, got {shortened(size)}. "
                "It is the length of one axis of the weights."
            )
    check_memory(tuple(sizes.values()))


def check_input(layer: object, x: object) -> None:
    """TypeError if what a layer is given is no tensor: no gradient could flow back from it."""
    if not isinstance(x, Tensor):
        raise TypeError(
            f"{type(layer).__name__} expects a Tensor, got {type(x).__name__}. Wrap data in "
            "Tensor(...); if a layer gave it, let that layer calculate with tensors."
        )


def number(layer: object, value: Any) -> float:
    """The value itself; TypeError if it is no real number."""
    if real(value) is None:
        raise TypeError(
            f"{type(layer).__name__} expects a number, got {came(value)}. "
            "Write it without quotes or brackets, such as 0.5."
        )
    return value


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
        training = self.training if training is None else training
        if training is not True and training is not False:
            check_flag(type(self).__name__, training=training)
        return forward(self, x, training)

    return in_mode
