"""A class with a call of its own, which does not give what its forward gives."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

from tinytorch.core.tensor import Tensor
from tito.lesson.model import Method, Misconception

Call = Callable[..., Any]
PARTS = ("Linear", "Dense", "Dropout", "Sequential")


def _own_call(
    name: str, call: Method, says: str, *parts: str, also: Call | None = None
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


class _Missing(property):
    """In the place of a method that Python does not find: the error meets whoever calls."""

    def __get__(self, thing: Any, kind: type | None = None, /) -> Any:
        raise TypeError(f"'{type(thing).__name__}' object is not callable")


missing = _own_call(
    "layer-cannot-be-called",
    _Missing(),
    "Python finds no method __call__ in your class or above it, so layer(x) fails. The base has "
    "it: derive your class from Layer.",
    "Linear",
    "Dense",
    "Dropout",
)


def _turned(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(x, *args, **kwargs) * -1


_OTHER_RESULT = (
    "Your class has a __call__ of its own, and layer(x) gives different numbers from "
    "layer.forward(x). The two mean the same: give back what forward gives, or leave the call to "
    "Layer."
)


def _only(run: slice) -> Call:
    def call(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        for layer in self.layers[run]:
            x = layer(x)
        return x

    return call


def _without_bias(self: Any, x: Any) -> Any:
    return x.matmul(self.weight)


turned = (
    *_own_call("own-call-gives-another-result", _turned, _OTHER_RESULT, *PARTS[:2], PARTS[3]),
    *_own_call("own-call-gives-another-result", _without_bias, _OTHER_RESULT, *PARTS[:2]),
    *(
        wrong
        for run in (slice(-1), slice(1, None), slice(None, None, -1))
        for wrong in _own_call(
            "own-call-gives-another-result", _only(run), _OTHER_RESULT, "Sequential"
        )
    ),
)


def _new_tensor(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    return Tensor(self.forward(x, *args, **kwargs).data)


cuts_graph = _own_call(
    "own-call-cuts-the-graph",
    _new_tensor,
    "Your class has a __call__ of its own, which makes a new Tensor from what forward gives. The "
    "new one does not know what it was made from, so no gradient gets back: give back the result "
    "itself, or leave the call to Layer.",
    *PARTS,
)


def _first(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
    if getattr(self, "result", None) is None:
        self.result = self.forward(x, *args, **kwargs)
    return self.result


keeps_first = _own_call(
    "own-call-keeps-its-first-result",
    _first,
    "Your class has a __call__ of its own, which keeps what came out first and gives it back ever "
    "after, whatever x is. Run forward in each call, or leave the call to Layer.",
    *PARTS,
)


def _remembering(self: Any, x: Any, training: bool | None = None) -> Any:
    if training is not None:
        self.mode = training
    return self.forward(x, training=getattr(self, "mode", True))


_MODE = (
    "Your class has a __call__ of its own, which remembers the flag of the call before: once told "
    "training=False, it rests ever after. Hand on what this call says, or leave the call to Layer."
)
remembers_flag = (
    *_own_call("flag-remembered", _remembering, _MODE, "Dropout"),
    *_own_call("flag-remembered", _remembering, _MODE, "Sequential", also=_each_told),
)
