"""Buffers: the tensors that a layer keeps and does not train. Given, no exercise."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from tinytorch.core.checks import came, check_flag, shortened
from tinytorch.core.search import buffers_of, walk
from tinytorch.core.storage import is_parameter
from tinytorch.core.tensor import Tensor

# What a layer puts aside while one of these runs is of that call alone: an input, an activation.
RUNS = ("forward", "backward", "__call__")
DEEPEST = 20  # that lists and dicts are looked into
HOLDERS = (Tensor, dict, list, tuple)
NONE: dict[str, bool | None] = {}


class Buffers:
    """Notes which attributes of a layer are buffers: state that no optimizer changes.

    A Tensor without `requires_grad` is one where it is assigned, by itself or in a list, tuple or
    dict: in the constructor, or from outside. What the layer's `forward` assigns under a new name
    is not. From then on the name is a buffer, whatever tensor stands there.

    >>> from tinytorch import Layer
    >>> class Centre(Layer):
    ...     def __init__(self):
    ...         self.mean = Tensor([5.0])
    ...     def forward(self, x):
    ...         self.seen = x
    ...         return x - self.mean
    >>> layer = Centre()
    >>> layer(Tensor([6.0])).numpy()
    array([1.], dtype=float32)
    >>> list(layer.state_dict())
    ['mean']
    """

    if not TYPE_CHECKING:  # with it, every attribute would be right for a type checker

        def __setattr__(self, name: str, value: Any) -> None:
            buffers = self.__dict__.get("_buffers", NONE)
            if name in buffers:
                if buffers[name] is not None and not isinstance(value, Tensor | None):
                    raise not_a_buffer(name, value)
            elif isinstance(value, HOLDERS) and has_constants(value) and not is_running(self):
                self.__dict__["_buffers"] = {**buffers, name: None}
            super().__setattr__(name, value)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Keep a tensor, under a name, that is saved with the layer and not trained.

        It is the attribute of that name, which may be given another Tensor, or None, at any time,
        also in `forward`. With `persistent=False` it changes its dtype with the layer, and stands
        in no state dict and no file. TypeError for what is no Tensor, ValueError for a name that
        is empty, has a dot in it, or is another attribute's.

        >>> from tinytorch import Layer
        >>> layer = Layer()
        >>> layer.register_buffer("running_mean", Tensor([0.0, 0.0]))
        >>> layer.running_mean.shape, list(layer.state_dict())
        ((2,), ['running_mean'])
        """
        check_flag("register_buffer", persistent=persistent)
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"register_buffer expects a name as text, got {came(name)}. "
                "Write it like register_buffer('mean', Tensor(...))."
            )
        taken = name not in buffers_of(self) and hasattr(self, name)
        if not name or "." in name or taken:
            why = "which is another attribute already" if taken else "which cannot be an attribute"
            raise ValueError(
                f"register_buffer expects a name of its own, without a dot, got "
                f"{shortened(name)}, {why}. Choose another one."
            )
        if not isinstance(tensor, Tensor | None):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise not_a_buffer(name, tensor)
        vars(self)["_buffers"] = {**buffers_of(self), name: persistent}
        setattr(self, name, tensor)

    def named_buffers(self) -> list[tuple[str, Tensor]]:
        """All buffers with their names, each once, also those that are not saved.

        >>> from tinytorch import Layer, Sequential
        >>> layer = Layer()
        >>> layer.register_buffer("steps", Tensor(0, dtype=int))
        >>> Sequential(layer).named_buffers()
        [('0.steps', Tensor(0, shape=(), dtype=int64, requires_grad=False))]
        """
        found: dict[int, tuple[str, Tensor]] = {}
        for name, part in walk(self, saved=False):
            if isinstance(part, Tensor) and not is_parameter(part):
                found.setdefault(id(part), (name, part))
        return list(found.values())

    def buffers(self) -> list[Tensor]:
        """All tensors that are kept and not trained, each once, in the order of definition.

        >>> from tinytorch import Layer
        >>> layer = Layer()
        >>> layer.register_buffer("mean", Tensor([0.0]))
        >>> layer.buffers()
        [Tensor([0.], shape=(1,), requires_grad=False)]
        """
        return [tensor for _, tensor in self.named_buffers()]


def has_constants(value: object, depth: int = 0) -> bool:
    """Whether a value is, or holds, a tensor that is not trained, nor leads back to one that is."""
    if isinstance(value, Tensor):
        return value.node is None and not is_parameter(value)
    if isinstance(value, dict):
        value = list(cast("dict[object, object]", value).values())
    if isinstance(value, list | tuple) and depth < DEEPEST:
        return any(has_constants(each, depth + 1) for each in cast("list[object]", value))
    return False


def is_running(layer: object) -> bool:
    """Whether one of the layer's own runs is going on."""
    return any(
        frame.f_code.co_name in RUNS
        and frame.f_code.co_argcount
        and frame.f_locals.get(frame.f_code.co_varnames[0]) is layer
        for frame in callers()
    )


def callers() -> Iterator[Any]:
    """The calls that are going on, the innermost first."""
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame := frame.f_back:
        yield frame


def not_a_buffer(name: str, value: object) -> TypeError:
    """The error for what is put where a buffer stands."""
    return TypeError(
        f"The buffer {name} expects a Tensor or None, got {came(value)}. Wrap numbers in "
        "Tensor(...)."
    )
