"""States: the numbers of a model by name, and what its layers are, whoever wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tinytorch.core.checks import came, shortened
from tinytorch.core.conversion import numbers_from
from tinytorch.core.module import Module
from tinytorch.core.search import buffers_of, walk
from tinytorch.core.storage import is_array
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tinytorch._typing import Array

LINEAR = ("Linear", "Dense")


def check_model(owner: str, model: object) -> None:
    """TypeError for what is no layer."""
    if isinstance(model, type) or not callable(getattr(model, "parameters", None)):
        raise TypeError(
            f"{owner} expects a layer or a network, which has parameters(), got {came(model)}. "
            "Give the network itself."
        )


def named_tensors(model: Any) -> dict[str, Tensor]:
    """Parameters and buffers by all of their names; ValueError for a parameter without one."""
    named = names_of(model)
    known = {id(tensor) for tensor in named.values()}
    for tensor in model.parameters():
        if id(tensor) not in known:
            raise ValueError(
                f"Saving and loading expect each of {type(model).__name__}'s parameters in an "
                f"attribute, made with requires_grad=True, got one of shape {tensor.shape} that is "
                "not. Keep it like self.weight = Tensor(..., requires_grad=True)."
            )
    return named


def names_of(model: Any) -> dict[str, Tensor]:
    """Parameters and buffers by name: as in `state_dict()`, or as the lesson's if it lacks any."""
    named = {name: part for name, part in walk(model) if isinstance(part, Tensor)}
    known = {id(tensor) for tensor in named.values()}
    if all(id(tensor) in known for tensor in model.parameters()):
        return named
    return {
        f"{name}.{attribute}".lstrip("."): tensor
        for name, layer in lesson_layers(model)
        for attribute in ("weight", "bias")
        if isinstance(tensor := getattr(layer, attribute, None), Tensor)
    }


def lesson_layers(
    model: Any, name: str = "", above: tuple[int, ...] = ()
) -> Iterator[tuple[str, Any]]:
    """The layers by their places in `layers`, wherever else a learner's own may keep things."""
    yield name, model
    layers = getattr(model, "layers", None)
    if "Sequential" in kinds(model) and isinstance(layers, list | tuple) and id(model) not in above:
        for place, layer in enumerate(cast("list[Any]", layers)):
            yield from lesson_layers(layer, f"{name}.{place}".lstrip("."), (*above, id(model)))


def kinds(layer: object) -> set[str]:
    """The names of a layer's class and of those that it comes from."""
    return {cls.__name__ for cls in type(layer).__mro__}


def state_of(model: Any) -> dict[str, Array]:
    """What `state_dict()` gives, also of a model that has none; nothing is left out."""
    if getattr(model.__class__, "state_dict", Module.state_dict) is not Module.state_dict:
        own: Mapping[Any, Any] = model.state_dict()  # the model's author knows best
        return {name: array_of("state_dict()", name, value) for name, value in own.items()}
    return {name: tensor.data.copy() for name, tensor in named_tensors(model).items()}


def shared_names(model: Any) -> list[list[str]]:
    """The names of each tensor of a model that has several."""
    if getattr(model.__class__, "state_dict", Module.state_dict) is not Module.state_dict:
        return []  # the names are its author's
    by_tensor: dict[int, list[str]] = {}
    for name, tensor in named_tensors(model).items():
        by_tensor.setdefault(id(tensor), []).append(name)
    return [names for names in by_tensor.values() if len(names) > 1]


def constants_of(model: Any) -> set[str]:
    """The names of those tensors that a model keeps without having declared them as buffers."""
    layers = [("", model), *walk(model)]
    undeclared = [
        f"{name}.{attribute}".lstrip(".")
        for name, layer in layers
        for attribute, declared in buffers_of(layer).items()
        if declared is None
    ]
    return {name for name, _ in layers if f"{name}.".startswith(tuple(f"{n}." for n in undeclared))}


def array_of(owner: str, name: object, value: Any) -> Array:
    """The numbers for a name of a state dict; TypeError for what is neither array nor tensor."""
    if isinstance(value, Tensor):
        return value.data
    if not is_array(value):
        raise TypeError(
            f"{owner} expects arrays or tensors by name, got {came(value)} for {shortened(name)}. "
            "What comes from PyTorch goes through tinytorch.interop.from_torch first."
        )
    return np.asarray(value)


def put_state(model: Any, state: Mapping[str, Array]) -> None:
    """What `load_state_dict()` does, also to a model that has none; the state fits."""
    if getattr(model.__class__, "state_dict", Module.state_dict) is not Module.state_dict:
        model.load_state_dict(state)
        return
    own = named_tensors(model)
    new = {name: numbers_from(array, own[name].dtype) for name, array in state.items()}
    for name, array in new.items():
        own[name].data = array


def layer_types(model: object) -> dict[str, str]:
    """The class of each layer by its name; the model's own name is ''."""
    parts = [("", model), *walk(model)]
    return {name: type(part).__name__ for name, part in parts if not isinstance(part, Tensor)}


def linear_weights(model: Any) -> list[str]:
    """The names of the weights of a model's linear layers, which PyTorch keeps as (out, in).

    Those are transposed on the way to PyTorch and back. TypeError for what is no layer.

    >>> from tinytorch import Linear, ReLU, Sequential
    >>> linear_weights(Sequential(Linear(3, 2), ReLU(), Linear(2, 1)))
    ['0.weight', '2.weight']
    """
    check_model("linear_weights", model)
    layers = [model, *(part for _, part in (*walk(model), *lesson_layers(model)))]
    linear = [layer for layer in layers if kinds(layer) & set(LINEAR)]
    weights = {id(getattr(layer, "weight", None)) for layer in linear}
    return [n for n, each in names_of(model).items() if id(each) in weights and each.ndim == 2]
