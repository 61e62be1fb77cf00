"""What training cannot reach: Tensors that no list has, gradients that do not arrive, lost axes.

The probes only look; what it means is weighed in ``measures/reach.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import Any, cast

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.model import advice
from tito.lesson.trial import Trial

PARTS = ("Layer", "Linear", "Dense", "Dropout", "Sequential")
_MOST_KINDS = 8
_MOST_THINGS = 500

HELD_LAYERS = (
    "A layer of your own that keeps other layers in {places} does not show their Tensors: its "
    "parameters() finds {found} of {all}, and an optimizer leaves the others as they are. Such a "
    "class has to write parameters() itself; the library's Layer looks for them."
)
UNSEEN = (
    "parameters() of your {kind} does not have {names}, though it is kept in there and asks for "
    "its gradient: no optimizer would ever change it."
)
NO_GRADIENT = (
    "{names} of your {kind} gets no gradient from backward(), because the output of its forward "
    "does not depend on it by operations of Tensors: training would never change it."
)
LOST_AXIS = (
    "Your {layer} makes shape {got} out of an x of shape {x}, not {wanted}. Next to labels of "
    "shape {wanted} NumPy would broadcast that to {together}, each answer against every label, "
    "without a word."
)
CUT_AT_INFERENCE = (
    "With {when} your Dropout returns a Tensor that no longer knows x, so no gradient reaches "
    "what comes before it. Returning x itself lets it through."
)


@advice(
    "Layer.parameters",
    "finds the layers that a layer keeps",
    tried="parameters() of a class derived from Layer that keeps layers in attributes",
    says=HELD_LAYERS,
    weigh="held_layers",
)
def held_layers(t: Trial) -> object:
    base: Any = t.module.Layer
    a, b, c = (t.module.Linear(2, 2, bias=False) for _ in range(3))

    class Holder(base):
        def __init__(self) -> None:
            with suppress(TypeError):
                base.__init__(self)
            self.one = a
            self.some = [b]
            self.named = {"c": c}

        def forward(self, x: Tensor) -> Tensor:
            return c(b(a(x)))

    found = {id(tensor) for tensor in Holder().parameters()}
    return [id(part.parameters()[0]) in found for part in (a, b, c)]


@advice(
    "Layer.parameters",
    "has what the classes of the file keep",
    tried="parameters() of each further layer that the file defines",
    says=UNSEEN,
    weigh="unseen",
)
def unseen(t: Trial) -> object:
    for layer in _further_layers(t.module):
        listed = {id(tensor) for tensor in layer.parameters()}
        hidden = [name for name, tensor in _kept(layer) if id(tensor) not in listed]
        if hidden:
            return {"kind": type(layer).__name__, "names": hidden[:3], "more": len(hidden) > 3}
    return None


@advice(
    "Layer.parameters",
    "get their gradients in the classes of the file",
    tried="a further layer that the file defines: its forward, then backward()",
    says=NO_GRADIENT,
    weigh="unseen",
)
def without_gradient(t: Trial) -> object:
    for layer in _further_layers(t.module):
        listed = {id(tensor): tensor for tensor in layer.parameters()}
        if listed and _pulled_back(t, layer, next(iter(listed.values()))):
            bare = {number for number, tensor in listed.items() if tensor.grad is None}
            names = [name for name, tensor in _kept(layer) if id(tensor) in bare]
            if names:
                return {"kind": type(layer).__name__, "names": names[:3], "more": len(names) > 3}
    return None


@advice(
    "Linear.forward",
    "keeps an axis of length one",
    tried="Linear(4, 1) on x of shape (5, 4), and other lengths of one",
    says=LOST_AXIS,
    weigh="lost_axis",
)
def lost_axis(t: Trial) -> object:
    seen: list[list[object]] = []
    for name in ("Linear", "Dense"):
        for *front, inputs, outputs in ((5, 4, 1), (1, 4, 3), (5, 1, 3), (1, 1, 1), (4, 1)):
            layer = getattr(t.module, name)(inputs, outputs)
            y = layer(Tensor(np.ones((*front, inputs), np.float32)))
            shapes = [(*front, inputs), (*front, outputs), tuple(y.shape)]
            seen.append([f"{name}({inputs}, {outputs})", *map(list, shapes)])
    for shape in ((5, 1), (1, 5), (1, 1), (1,)):
        y = t.module.Dropout(0.5).forward(Tensor(np.ones(shape, np.float32)), training=True)
        seen.append(["Dropout(0.5)", list(shape), list(shape), list(y.shape)])
    return seen


@advice(
    "Dropout.forward",
    "the gradient path stays open at inference",
    tried="y = Dropout(p).forward(x, training=False), y.sum().backward(), then x.grad",
    says=CUT_AT_INFERENCE,
    weigh="cut_at_inference",
)
def cut_at_inference(t: Trial) -> object:
    return [
        ["training=False", _gradient_arrives(t, 0.5, training=False)],
        ["p = 0", _gradient_arrives(t, 0.0, training=True)],
    ]


def _gradient_arrives(t: Trial, p: float, training: bool) -> bool:
    x = t.tensor(2, 3, requires_grad=True)
    y = t.module.Dropout(p).forward(x, training=training)
    if y.requires_grad:
        y.sum().backward()
    return x.grad is not None


def _further_layers(module: Any) -> list[Any]:
    """A fresh layer of each class that the file defines besides the lesson's, where it can be."""
    names = cast("dict[str, object]", vars(module))
    kinds: list[Any] = [kind for name, kind in names.items() if _is_layer(module, name, kind)]
    layers: list[Any] = []
    for kind in kinds[:_MOST_KINDS]:
        with suppress(Exception):
            layer = kind()
            layer.parameters()
            layers.append(layer)
    return layers


def _is_layer(module: Any, name: str, kind: object) -> bool:
    own = isinstance(kind, type) and kind.__module__ == module.__name__ and name not in PARTS
    return own and all(callable(getattr(kind, part, None)) for part in ("forward", "parameters"))


def _pulled_back(t: Trial, layer: Any, first: Any) -> bool:
    """Whether an x that fits the first parameter went through, and a gradient came back."""
    with suppress(Exception):
        width = first.shape[0] if first.ndim == 2 else first.shape[-1]
        layer(Tensor(t.rng.random((3, width), np.float32))).sum().backward()
        return True
    return False


def _kept(layer: object) -> Iterator[tuple[str, Tensor]]:
    """Every Tensor to learn that the layer keeps in any way, each once, with the way to it."""
    waiting: list[tuple[str, object]] = [("", layer)]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST_THINGS:
        path, thing = waiting.pop(0)
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, Tensor):
            if thing.requires_grad and thing.node is None:
                yield path, thing
        else:
            waiting += [(f"{path}.{name}".lstrip("."), part) for name, part in _inside(thing)]


def _inside(thing: object) -> Iterable[tuple[object, object]]:
    """What a container, a function, or an object of a class holds."""
    if isinstance(thing, dict):
        return list(cast("dict[object, object]", thing).items())
    if isinstance(thing, list | tuple | set | frozenset):
        return list(enumerate(cast("Iterable[object]", thing)))
    if isinstance(thing, type | ModuleType):
        return []
    if isinstance(thing, FunctionType):
        return [(cell, held.cell_contents) for cell, held in enumerate(thing.__closure__ or ())]
    return list(cast("dict[object, object]", getattr(thing, "__dict__", {})).items())
