"""What probes look at: numbers, kinds, shapes, errors, gradients, in a form that can be shown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.engine.observe import thing_words
from tito.lesson.trial import Trial
from tito.lessons.layers.checks.held import Held


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


def shape_of(value: Any) -> str:
    """Its shape in words, or what else it is."""
    shape = getattr(value, "shape", None)
    return kind(value) if shape is None else f"shape {tuple(shape)}"


def members(held: Held, listed: Any) -> str:
    """What a list of parameters holds, in words: by what each item is, not by its numbers."""
    words = [_member(held, item) for item in listed]
    if isinstance(listed, set | frozenset):  # its order is that of addresses, by chance
        return f"in no order: {', '.join(sorted(words))}"
    return f"[{', '.join(words)}]"


def _member(held: Held, item: Any) -> str:
    for name, own in (("weight", held.weight), ("bias", held.bias)):
        if item is own and item is not None:
            return f"the {name}"
        if isinstance(own, Tensor) and getattr(item, "shape", None) == own.shape:
            return f"{kind(item)} like the {name}"
    return kind(item)


def shared(one: Held, other: Held) -> str:
    """Whether the parameters of one layer have Tensors of the other, which is asked first."""
    other.parameters()
    found = one.parameters()
    both = any(item is own for item in found for own in (other.weight, other.bias))
    return "some of them" if both else "none of them"
