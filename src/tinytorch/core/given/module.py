"""Module: what every layer can do besides calculating, written once."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from tinytorch.core.given.answers import MODULE, Answering
from tinytorch.core.given.base import as_dtype, dtype_of, refuse_others
from tinytorch.core.given.checks import came, check_flag, check_memory, is_whole, real, shortened
from tinytorch.core.given.graph import is_parameter, set_data, set_gradient
from tinytorch.core.given.parameters import (
    Buffers,
    each_once,
    fitting,
    forget_gradients,
    parts,
    plain_parts,
    walk,
)
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    import numpy.typing as npt

    from tinytorch._typing import Array


class Told(threading.local):
    """The modes that hold in this thread alone, by the layer's id, while `fit` or `evaluate` runs.

    So one thread can measure a network while another trains it.
    """

    def __init__(self) -> None:
        """Begin with none; runs once in each thread."""
        self.modes: dict[int, bool] = {}


told = Told()


class Mode:
    """The attribute `training` of a layer: True until it is set; this thread's own comes first."""

    def __get__(self, layer: Any, kind: type | None = None) -> bool:
        if layer is None:
            return True
        if told.modes and id(layer) in told.modes:
            return told.modes[id(layer)]
        return layer.__dict__.get("training", True)

    def __set__(self, layer: Any, mode: bool) -> None:
        if id(layer) in told.modes:  # what a callback sets holds as long as the training does
            told.modes[id(layer)] = mode
        else:
            layer.__dict__["training"] = mode

    def __delete__(self, layer: Any) -> None:
        layer.__dict__.pop("training", None)


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


class Module(LayerNames, Buffers):
    """Finds the parameters of a layer, switches its mode, and saves and loads its numbers.

    Parameters are looked for when they are asked for: tensors made with `requires_grad=True`, in
    the layer's attributes and in the layers, lists, tuples and dicts there. One that is frozen,
    by `requires_grad = False` later, stays one. So a subclass need not call `super().__init__()`.

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
        return each_once(tensor for _, tensor in self._named_state() if is_parameter(tensor))

    def named_parameters(self) -> list[tuple[str, Tensor]]:
        """All tensors to learn with their names, each once, in the order of `parameters()`.

        >>> from tinytorch import Linear, Sequential
        >>> [name for name, _ in Sequential(Linear(2, 1)).named_parameters()]
        ['0.weight', '0.bias']
        """
        first: dict[int, tuple[str, Tensor]] = {}
        for name, tensor in self._named_state():
            if is_parameter(tensor):
                first.setdefault(id(tensor), (name, tensor))
        return list(first.values())

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

    def to(self, dtype: npt.DTypeLike | None = None, **others: object) -> Self:
        """Turn parameters and floating-point buffers into another such dtype; gives itself back.

        Layers are made in float32. After `.to(np.float64)`, with inputs and targets of that
        dtype, everything stays float64: results, losses, gradients, and what an optimizer
        keeps. TypeError for any other kind of dtype and for another argument, such as PyTorch's
        `device`, ValueError for numbers that it cannot hold; then nothing changes.

        >>> import numpy as np
        >>> from tinytorch import Linear
        >>> model = Linear(2, 1).to(np.float64)
        >>> model(Tensor([[1.0, 2.0]], dtype=np.float64)).dtype
        dtype('float64')
        """
        refuse_others("to", others)
        wanted = dtype_of(dtype)
        if wanted is None or wanted.kind != "f":
            raise TypeError(
                f"to expects a floating-point dtype, got {wanted or shortened(dtype)}. "
                "Use np.float64 for double precision, np.float32 to go back; everything runs on "
                "the processor, so leave a device out."
            )
        floating = [each for each in self.buffers() if each.dtype.kind == "f"]
        tensors = each_once([*self.parameters(), *floating])
        arrays = [as_dtype(each.data, wanted) for each in tensors]
        gradients = [
            None if each.grad is None else Tensor(each.grad, dtype=wanted) for each in tensors
        ]
        for tensor, array, gradient in zip(tensors, arrays, gradients, strict=True):
            set_data(tensor, array)
            set_gradient(tensor, gradient)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters: each `.grad` is None again.

        With `set_to_none=False` there are zeros where there was one.

        >>> from tinytorch import Linear
        >>> layer = Linear(2, 1)
        >>> layer(Tensor([1.0, 2.0])).backward()
        >>> layer.zero_grad()
        >>> layer.weight.grad is None
        True
        """
        forget_gradients(self.parameters(), set_to_none)

    def state_dict(self) -> dict[str, Array]:
        """A copy of the numbers of all parameters and buffers, by name as in PyTorch.

        What is shared stands there under each of its names. `np.savez` can store it.

        >>> from tinytorch import Linear
        >>> {name: array.shape for name, array in Linear(3, 2).state_dict().items()}
        {'weight': (3, 2), 'bias': (2,)}
        """
        return {name: tensor.data.copy() for name, tensor in self._named_state()}

    def load_state_dict(self, state: Mapping[str, Tensor | npt.ArrayLike]) -> None:
        """Take over the numbers of a `state_dict`. If they do not fit, nothing changes.

        What is shared needs one of its names. PyTorch's own state dict, whose weights of Linear
        lie as (out, in), goes through `tinytorch.torch.from_torch(state, into=model)`.
        Raises ValueError that lists missing names, unknown names and shapes that differ, TypeError
        for what is no dict, or no numbers of ours.

        >>> from tinytorch import Linear
        >>> a, b = Linear(2, 3), Linear(2, 3)
        >>> a.load_state_dict(b.state_dict())
        >>> bool((a.weight == b.weight).data.all())
        True
        """
        for tensor, array in fitting(self, dict(self._named_state()), state):
            set_data(tensor, array)

    def _named_state(self) -> list[tuple[str, Tensor]]:
        """Every name of every parameter and buffer that is saved; a shared one has several."""
        return [(name, part) for name, part in walk(self) if isinstance(part, Tensor)]


class Plain(Module):
    """A module that has nothing to set."""

    def __init__(self, *places: object, **settings: object) -> None:
        """TypeError for anything that it is given, as PyTorch's users do."""
        if places or settings:
            given = [*map(shortened, places), *settings]
            raise TypeError(
                f"{type(self).__name__} expects no settings, got {', '.join(given)}. Write "
                f"{type(self).__name__}(): nothing is done in place, or approximately."
            )


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
            f"{getattr(layer, '__name__', type(layer).__name__)} expects a Tensor, got "
            f"{type(x).__name__}. Wrap data in Tensor(...); if a layer gave it, let that layer "
            "calculate with tensors."
        )


def floating(owner: object, x: Tensor) -> Array:
    """The numbers of a tensor, whole ones as float32; TypeError if what the owner got is none."""
    check_input(owner, x)
    return x.data if x.data.dtype.kind == "f" else x.data.astype(np.float32)


def number(layer: object, value: Any) -> float:
    """The value itself; TypeError if it is no real number."""
    if real(value) is None:
        raise TypeError(
            f"{type(layer).__name__} expects a number, got {came(value)}. "
            "Write it without quotes or brackets, such as 0.5."
        )
    return value


def overridable(forward: Callable[..., Any]) -> Callable[..., Any]:
    """A `forward` that type checkers let a subclass write with other arguments; it stays itself.

    >>> overridable(abs) is abs
    True
    """
    return forward


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
