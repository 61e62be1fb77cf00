"""What stays where it should not: results from call to call, and one layer's things with others."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from tito.lesson.model import Misconception, misconception
from tito.lessons.layers.misconceptions.masks import dropped, ones

Forward = Callable[..., Any]
Key = Callable[[Any], Hashable]


def linear(self: Any, x: Any) -> Any:
    """xW + b."""
    output = x.matmul(self.weight)
    return output if self.bias is None else output + self.bias


def _chain(self: Any, x: Any) -> Any:
    for layer in self.layers:
        x = layer(x)
    return x


def _call(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(x, *args, **kwargs)


def _keeping(forward: Forward, key: Key) -> Forward:
    """``forward``, that gives back what it gave before for an x of the same key."""

    def kept(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        results: dict[Hashable, Any] = getattr(self, "results", None) or {}
        if key(x) not in results:
            results = {**results, key(x): (forward(self, x, *args, **kwargs), x)}
            self.results = results
        return results[key(x)][0]

    return kept


_FORWARDS = (("Linear.forward", linear), ("Dense.forward", linear), ("Sequential.forward", _chain))


def _kept(name: str, key: Key, says: str, *, but: str = "") -> tuple[Misconception, ...]:
    return tuple(
        wrong
        for exercise, forward in (*_FORWARDS, ("Layer.__call__", _call))
        if exercise != but
        for wrong in misconception(name, exercise, says=says)(_keeping(forward, key))
    )


_FIRST = (
    "What came out first is kept and given back ever after, whatever x is. Another x has another "
    "answer, and so do weights that have learned: compute it in each call."
)
# Linear's own form of this one stands with its results.
first_result = _kept(
    "first-result-kept",
    lambda x: 0,
    _FIRST,
    but="Linear.forward",
)


@misconception("first-result-kept", "Sequential.forward", says=_FIRST)
def first_result_kept_though_run(self: Any, x: Any) -> Any:
    x = _chain(self, x)
    self.result = getattr(self, "result", x)
    return self.result


result_for_shape = _kept(
    "result-kept-for-shape",
    lambda x: x.shape,
    "What came out for an x is given back for every further x of that shape. The numbers in x "
    "decide, not only its shape: compute the answer in each call.",
)
result_for_object = _kept(
    "result-kept-for-object",
    id,
    "What came out for an x is remembered by its id, and given back for an x with the same id. "
    "The numbers in a Tensor change, and an id is used again: compute the answer in each call.",
)
result_for_numbers = _kept(
    "result-kept-for-numbers",
    lambda x: (x.shape, x.data.tobytes()),
    "What came out for an x is given back when the same numbers come again. But the layer is no "
    "longer the same: weights learn, and a Dropout draws anew. Compute the answer in each call.",
    but="Layer.__call__",
)


def _for_all(forward: Forward, key: Key, part: str) -> Forward:
    """``forward``, that keeps what it gave on the class."""

    def kept(self: Any, x: Any) -> Any:
        kind: Any = next(kind for kind in type(self).__mro__ if kind.__name__ == part)
        results: dict[Hashable, Any] = getattr(kind, "results", {})
        if key(x) not in results:
            results = {**results, key(x): (forward(self, x), x)}
            kind.results = results
        return results[key(x)][0]

    return kept


_FOR_ALL = (
    "What came out is kept on the class, or in the file, where there is one of it for all layers: "
    "another layer, and another x, get it back. Compute the answer in each call."
)
_KEYS: tuple[Key, ...] = (
    lambda x: 0,
    lambda x: x.shape,
    id,
    lambda x: (x.shape, x.data.tobytes()),
)
kept_for_all = tuple(
    wrong
    for exercise, forward in _FORWARDS
    for key in _KEYS
    for wrong in misconception("result-kept-for-all-layers", exercise, says=_FOR_ALL)(
        _for_all(forward, key, exercise.partition(".")[0])
    )
)

_ON_THE_CLASS = (
    "Your constructor keeps something on the class, where there is one of it for all layers: the "
    "layer made last decides for all the others. What belongs to one layer is kept on self."
)


@misconception("kept-on-the-class", "Dropout.__init__", says=_ON_THE_CLASS)
def p_on_the_class(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)
    self.__class__.p = p


_P = [0.5]


def _drops_by_the_last_p(self: Any, x: Any, training: bool = True) -> Any:
    if not training or _P[0] == 0:
        return x
    if _P[0] == 1:
        return x * 0.0
    return x * ones(np.random.random(x.shape) < 1 - _P[0]) * (1 / (1 - _P[0]))


@misconception(
    "kept-on-the-class",
    "Dropout.__init__",
    says="Your constructor keeps p in the file, where there is one of it for all layers: the "
    "layer made last decides for all the others. What belongs to one layer is kept on self.",
    also={"Dropout.forward": _drops_by_the_last_p},
)
def p_in_the_file(self: Any, p: float = 0.5) -> None:
    if not 0 <= p <= 1:
        raise ValueError(p)
    _P[0] = p


@misconception(
    "flag-remembered",
    "Dropout.forward",
    says="Your Dropout remembers the flag of the call before: once told training=False, it rests "
    "ever after. In each call the flag is what that call says, and True where it says nothing.",
)
def flag_remembered(self: Any, x: Any, training: bool | None = None) -> Any:
    if training is not None:
        self.mode = training
    return dropped(self, x) if getattr(self, "mode", True) else x


@misconception(
    "first-input-kept",
    "Dropout.forward",
    says=(
        "When training=False, your Dropout gives back the x that it was given first, whatever x "
        "is now."
    ),
)
def first_input_kept(self: Any, x: Any, training: bool = True) -> Any:
    if training:
        return dropped(self, x)
    self.first = getattr(self, "first", x)
    return self.first


_FOUND_BY_ALL = (
    "All your layers add their parameters to one list, which belongs to the class or is a "
    "default argument, and each gives back the whole of it. parameters() has only the Tensors of "
    "its own layer."
)


def _of_the_base(self: Any) -> Any:
    return next(kind for kind in type(self).__mro__ if kind.__name__ == "Layer")


def _adds_to_all(self: Any) -> Any:
    base = _of_the_base(self)
    own = [getattr(self, name, None) for name in ("weight", "bias")]
    known = getattr(base, "everything", [])
    new = [each for each in own if each is not None and all(each is not old for old in known)]
    base.everything = [*known, *new]
    return list(base.everything)


@misconception(
    "parameters-of-all-layers",
    "Dropout.parameters",
    says=_FOUND_BY_ALL,
    also={"Linear.parameters": _adds_to_all},
)
def dropout_finds_all(self: Any) -> Any:
    return _adds_to_all(self)


@misconception(
    "parameters-pile-up",
    "Sequential.parameters",
    says="Your parameters() adds to a list that all your Sequentials share, because it belongs to "
    "the class or is the default of an argument. Begin with an empty list in each call.",
)
def pile_up_on_the_class(self: Any) -> Any:
    kind: Any = self.__class__
    own = [parameter for layer in self.layers for parameter in layer.parameters()]
    kind.found = [*getattr(kind, "found", []), *own]
    return list(kind.found)
