"""What probes of Linear and Dense need: layers with known numbers, and looks at what came."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.tensor import Tensor
from tito.engine.observe import thing_words
from tito.engine.trial import Trial

IN, OUT = 3, 2
_SIZES = {"in_features": IN, "out_features": OUT, "input_size": IN, "output_size": OUT}


def layer_with(
    t: Trial, name: str, weight: NDArray[np.float32], bias: NDArray[np.float32] | None
) -> Any:
    """The learner's class of that name, holding these numbers as its weight and bias.

    They are written into the Tensors that its constructor made (transposed if it keeps the weight
    so). Where it made none, it gets Tensors of ours: forward and parameters do not wait for it.
    """
    layer = _constructed(getattr(t.module, name), with_bias=bias is not None)
    _hold(layer, "weight", t.given("weight", weight))
    if bias is not None:
        _hold(layer, "bias", t.given("bias", bias))
    elif getattr(layer, "bias", None) is not None:
        layer.bias = None
    return layer


def _constructed(cls: Any, with_bias: bool) -> Any:
    try:
        return cls(IN, OUT) if with_bias else cls(IN, OUT, bias=False)
    except Exception:
        layer = cls.__new__(cls)
        for attribute, size in _SIZES.items():
            with suppress(AttributeError):
                setattr(layer, attribute, size)
        layer.weight = layer.bias = None
        return layer


def _hold(layer: Any, attribute: str, values: NDArray[np.float32]) -> None:
    if not hasattr(layer, attribute):
        setattr(layer, attribute, _of_another_name(layer, values.shape))
    held = getattr(layer, attribute)
    fits = getattr(held, "shape", None) in (values.shape, values.shape[::-1])
    if isinstance(held, Tensor) and held.node is None and held.dtype.kind == "f" and fits:
        held.data[...] = values if held.shape == values.shape else values.T
        held.requires_grad = True
    else:
        setattr(layer, attribute, Tensor(values, requires_grad=True))


def _of_another_name(layer: Any, shape: tuple[int, ...]) -> Tensor | None:
    """The layer's first Tensor of that shape (or transposed): it uses it under its own name."""
    kept = cast("dict[str, object]", vars(layer))
    tensors = [value for value in kept.values() if isinstance(value, Tensor)]
    return next((tensor for tensor in tensors if tensor.shape in (shape, shape[::-1])), None)


def known_layer(t: Trial, name: str, bias: bool = True) -> Any:
    """Such a layer from 3 features to 2, with small numbers of this trial."""
    return layer_with(t, name, t.values(IN, OUT), _telling_bias(t) if bias else None)


def _telling_bias(t: Trial) -> NDArray[np.float32]:
    """Two numbers that neither cancel nor equal each other, and that change what they multiply."""
    sizes = t.rng.permutation(np.array([1.5, 2, 2.5, 3], dtype=np.float32))[:OUT]
    return sizes * t.rng.choice(np.array([-1, 1], dtype=np.float32), size=OUT)


def numbers(value: Any) -> Any:
    """The bare numbers of a Tensor or array; anything else as it is."""
    if isinstance(value, Tensor):
        value = value.data
    return np.asarray(value, dtype=np.float32) if isinstance(value, np.ndarray) else value


def kind(value: Any) -> str:
    """What sort of thing it is, in words."""
    if isinstance(value, Tensor):
        return "a Tensor"
    if value is None:
        return "None"
    for base in (list, tuple):
        if isinstance(value, base):
            return f"a {base.__name__}"
    return thing_words(value)


def weights_of(t: Trial, name: str, in_features: int, out_features: int) -> Any:
    """The weights of a fresh layer, a row for each input, however the layer keeps them."""
    weight = numbers(getattr(t.module, name)(in_features, out_features).weight)
    transposed = getattr(weight, "shape", None) == (out_features, in_features)
    return weight.T if transposed else weight


def outcome(action: Callable[[], object]) -> dict[str, object]:
    """What ``action`` returned, or the exception that it raised: which of both is told apart."""
    try:
        returned = action()
    except Exception as error:
        return {"raised": error}
    is_error = isinstance(returned, BaseException)
    return {"returned": kind(returned) if is_error else returned}


def pull_back(t: Trial, output: Any) -> None:
    """Send small numbers back from ``output``, if a graph leads back from it."""
    if isinstance(output, Tensor) and output.requires_grad:
        sent = t.given("gradient of the output", t.values(*output.shape))
        with suppress(RuntimeError):
            output.backward(sent)


def gradient(tensor: Any, shape: tuple[int, ...]) -> Any:
    """The gradient of ``tensor`` as numbers of that shape, transposed if it is kept so."""
    arrived = numbers(getattr(tensor, "grad", None))
    return arrived.T if getattr(arrived, "shape", None) == shape[::-1] else arrived


def shape_of(value: Any) -> str:
    """Its shape in words, or what else it is."""
    shape = getattr(value, "shape", None)
    return kind(value) if shape is None else f"shape {tuple(shape)}"


def members(layer: Any, listed: Any) -> str:
    """What a list of parameters holds, in words: by what each item is, not by its numbers."""
    return "[" + ", ".join(_member(layer, item) for item in listed) + "]"


def _member(layer: Any, item: Any) -> str:
    for name in ("weight", "bias"):
        own = getattr(layer, name, None)
        if item is own and item is not None:
            return f"the {name}"
        if isinstance(own, Tensor) and getattr(item, "shape", None) == own.shape:
            return f"{kind(item)} like the {name}"
    return kind(item)
