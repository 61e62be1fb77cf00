"""Objects of the learner's with known numbers in them, made by their own constructors.

What a constructor refuses, or does not keep, is not put in its place: the probe waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.tensor import Tensor
from tito.lesson.trial import Trial, Waits

IN, OUT = 3, 2


@dataclass(frozen=True)
class Made:
    """An object of the learner's. Where it lacks an attribute of ``keeps`` and complains of an

    attribute, its constructor is at fault: what was asked of it waits for that.
    """

    thing: Any
    constructor: str
    keeps: tuple[str, ...]

    def forward(self, *arguments: Any, **named: Any) -> Any:
        """Its forward."""
        return self._tried(lambda: self.thing.forward(*arguments, **named))

    def parameters(self) -> Any:
        """Its parameters."""
        return self._tried(lambda: self.thing.parameters())

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._tried(lambda: self.thing(*arguments, **named))

    def _tried(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except AttributeError as error:
            if all(hasattr(self.thing, name) for name in self.keeps):
                raise
            raise Waits(self.constructor, error) from None


@dataclass(frozen=True)
class Held(Made):
    """A Linear or Dense, and the Tensors in it, which hold the numbers of this trial."""

    weight: Any = None
    bias: Any = None

    def gradient(self, name: str) -> Any:
        """What arrived at its weight or bias, with a row for each input.

        Waits where gradients do not arrive at such a Tensor, for it is the result of something.
        """
        tensor = getattr(self, name)
        if tensor.node is not None:
            raise Waits(self.constructor)
        return gradient(tensor, (IN, OUT) if name == "weight" else (OUT,))


def gradient(tensor: Any, shape: tuple[int, ...]) -> Any:
    """The gradient of ``tensor`` as numbers of that shape, transposed if it is kept so."""
    arrived: Any = getattr(tensor, "grad", None)
    array: Any = arrived.data if isinstance(arrived, Tensor) else arrived
    values: Any = np.asarray(array, np.float32) if isinstance(array, np.ndarray) else array
    return values.T if getattr(values, "shape", None) == shape[::-1] else values


def layer_with(
    t: Trial, part: str, weight: NDArray[np.float32], bias: NDArray[np.float32] | None
) -> Held:
    """A Linear or Dense of the learner's that holds these numbers as its weight and bias.

    They are written into the Tensors that its constructor made (transposed if it keeps the weight
    so), whatever class these have. Waits where there is none to write into, or a bias too many.
    """
    t.given("weight", weight)
    if bias is None:
        layer = t.made(part, IN, OUT, bias=False)
        if getattr(layer, "bias", None) is not None:
            raise Waits(f"{part}.__init__")
        return Held(layer, f"{part}.__init__", ("weight", "bias"), _hold(layer, "weight", weight))
    t.given("bias", bias)
    layer = t.made(part, IN, OUT)
    if getattr(layer, "bias", None) is None and _of_another_name(layer, bias.shape) is None:
        layer = t.made(part, IN, OUT, bias=True)
    weights, biases = _hold(layer, "weight", weight), _hold(layer, "bias", bias)
    return Held(layer, f"{part}.__init__", ("weight", "bias"), weights, biases)


def known_layer(t: Trial, part: str, bias: bool = True) -> Held:
    """Such a layer from 3 features to 2, with small numbers of this trial."""
    return layer_with(t, part, t.values(IN, OUT), _telling_bias(t) if bias else None)


def _telling_bias(t: Trial) -> NDArray[np.float32]:
    """Two numbers that neither cancel nor equal each other, and that change what they multiply."""
    sizes = t.rng.permutation(np.array([1.5, 2, 2.5, 3], dtype=np.float32))[:OUT]
    return sizes * t.rng.choice(np.array([-1, 1], dtype=np.float32), size=OUT)


def _hold(layer: Any, name: str, values: NDArray[np.float32]) -> Tensor:
    """The layer's own Tensor, with these numbers in it.

    What is kept under the name and is no Tensor makes way for one.
    """
    held = getattr(layer, name, None)
    if held is None:
        held = _of_another_name(layer, values.shape)
    if held is None:
        raise Waits(f"{_part(layer)}.__init__")
    if not isinstance(held, Tensor):
        with suppress(AttributeError):
            setattr(layer, name, Tensor(values, requires_grad=True))
        held = getattr(layer, name)
        if not isinstance(held, Tensor):
            raise Waits(f"{_part(layer)}.__init__")
    write(held, values)
    return held


def write(tensor: Tensor, values: NDArray[np.float32]) -> None:
    """Put numbers into a Tensor to learn, as an optimizer does: in a new array of its own."""
    transposed = tensor.shape != values.shape and tensor.shape == values.shape[::-1]
    tensor.data = np.array(values.T if transposed else values)
    if tensor.node is None and not tensor.requires_grad:
        tensor.requires_grad = True


def _part(layer: Any) -> str:
    return "Dense" if "Dense" in [kind.__name__ for kind in type(layer).__mro__] else "Linear"


def _of_another_name(layer: Any, shape: tuple[int, ...]) -> Tensor | None:
    """The layer's first Tensor of that shape (or transposed): it uses it under its own name."""
    tensors = [value for value in kept_in(layer) if isinstance(value, Tensor)]
    return next((tensor for tensor in tensors if tensor.shape in (shape, shape[::-1])), None)


def kept_in(thing: object) -> Iterator[object]:
    """What the attributes of an object hold, and what lies in containers there."""
    for value in attributes(thing).values():
        yield value
        yield from items_of(value) or ()


def attributes(thing: object) -> dict[str, object]:
    """The attributes that an object itself keeps, in slots too."""
    kept = dict(cast("dict[str, object]", getattr(thing, "__dict__", {})))
    for kind in type(thing).__mro__:
        slots: Any = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in kept and hasattr(thing, name):
                kept[name] = getattr(thing, name)
    return kept


def items_of(value: object) -> list[object] | None:
    """What a container holds; None for what is none."""
    if isinstance(value, Mapping):
        return list(cast("Mapping[object, object]", value).values())
    if isinstance(value, Tensor | np.ndarray | str | bytes | type):
        return None
    return list(cast("Collection[object]", value)) if isinstance(value, Collection) else None
