"""A class with a call of its own, which does not give what its forward gives."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

from tinytorch.core.tensor import Tensor
from tito.engine.lesson import Misconception
from tito.lessons.layers.misconceptions.starts import as_python_would

Call = Callable[..., Any]
PARTS = ("Linear", "Dense", "Dropout", "Sequential")


def _own_call(
    name: str, call: Call, says: str, *parts: str, also: Call | None = None
) -> tuple[Misconception, ...]:
    """The call in place of the base's, in each class, with another forward if one is given.

    The exercise that it is told about is forward, for it is forward that a call should run.
    """
    forward = {} if also is None else {"forward": also}
    made = tuple(
        Misconception(
            name,
            f"{part}.forward",
            says,
            {f"{part}.{method}": wrong for method, wrong in {"__call__": call, **forward}.items()},
        )
        for part in parts
    )
    if also is None and "Sequential" in parts:  # inside another, it is called, or only run
        made += _own_call(name, call, says, "Sequential", also=_none_told)
    return made


def _none_told(self: Any, x: Any) -> Any:
    for layer in self.layers:
        x = layer.forward(x)
    return x


def _nothing(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    self.forward(x, *args, **kwargs)


def _input(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    self.forward(x, *args, **kwargs)
    return x


def _twice(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(self.forward(x, *args, **kwargs), *args, **kwargs)


def _array(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(x, *args, **kwargs).data


def _resting(self: Any, x: Any, training: bool = False) -> Any:
    return self.forward(x, training)


def _without_flag(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(x)


returns_nothing = _own_call(
    "own-call-returns-nothing",
    _nothing,
    "Your class has a __call__ of its own, which runs forward and drops the result: layer(x) gives "
    "None. Give back what forward gives, or leave the call to Layer.",
    *PARTS,
)
returns_input = _own_call(
    "own-call-returns-the-input",
    _input,
    "Your class has a __call__ of its own, which gives x back as it came. layer(x) means what "
    "layer.forward(x) gives: give that back, or leave the call to Layer.",
    *PARTS,
)
runs_twice = _own_call(
    "own-call-runs-forward-on-its-result",
    _twice,
    "Your class has a __call__ of its own, which gives the result of forward to forward again. "
    "layer(x) means what layer.forward(x) gives: give that back, or leave the call to Layer.",
    "Sequential",
)
returns_array = _own_call(
    "own-call-returns-an-array",
    _array,
    "Your class has a __call__ of its own, which takes the array out of what forward gives. The "
    "next layer needs the Tensor itself: give that back, or leave the call to Layer.",
    "Dropout",
)
rests = _own_call(
    "own-call-rests-by-default",
    _resting,
    "Your Dropout has a __call__ of its own, which takes training=False when nothing is said. "
    "Called bare, a Dropout drops.",
    "Dropout",
)
_FLAG = (
    "Your class has a __call__ of its own, which takes the flag training and leaves it behind: "
    "told training=False, it drops all the same. Hand it on to forward."
)


def _each_told(self: Any, x: Any, training: bool = True) -> Any:
    for layer in self.layers:
        knows = "training" in signature(layer.forward).parameters
        x = layer.forward(x, training=training) if knows else layer.forward(x)
    return x


drops_flag = (
    *_own_call("own-call-drops-the-flag", _without_flag, _FLAG, "Dropout", "Sequential"),
    *_own_call("own-call-drops-the-flag", _without_flag, _FLAG, "Sequential", also=_each_told),
)


def _missing(self: Any, *_arguments: Any, **_named: Any) -> Any:
    as_python_would(TypeError(f"'{type(self).__name__}' object is not callable"))


missing = _own_call(
    "layer-cannot-be-called",
    _missing,
    "Python finds no method __call__ in your class or above it, so layer(x) fails. The base has "
    "it: does your class derive from Layer?",
    "Linear",
    "Dense",
    "Dropout",
)


def _forward_of_copy(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return Tensor(-self.forward(x, *args, **kwargs).data)


turned = _own_call(
    "own-call-gives-another-result",
    _forward_of_copy,
    "Your class has a __call__ of its own, and layer(x) gives different numbers from "
    "layer.forward(x). The two mean the same: give back what forward gives, or leave the call to "
    "Layer.",
    "Linear",
    "Dense",
    "Sequential",
)
