"""What probes are made of: objects of the learner's, and what is seen of them, fit to be shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from tinytorch.core.given.checks import with_article
from tinytorch.core.tensor import Tensor
from tito.lesson.trial import Trial, Waits

# Names are bound now: the learner's file may rebind them in their modules later.
_type, _str, _article = type, str, with_article
#: Libraries whose objects a person may take for ours, by their package.
OTHERS = {
    "torch": "PyTorch",
    "torchvision": "PyTorch",
    "jax": "JAX",
    "jaxlib": "JAX",
    "tensorflow": "TensorFlow",
    "keras": "Keras",
}


@dataclass(frozen=True)
class Made:
    """An object of the learner's, and which attributes its constructor should have kept.

    Where it lacks one of these and complains of an attribute, what was asked of it waits for the
    constructor.
    """

    thing: Any
    constructor: str
    keeps: tuple[str, ...] = ()

    def forward(self, *arguments: Any, **named: Any) -> Any:
        """Its forward."""
        return self._tried(lambda: self.thing.forward(*arguments, **named))

    def parameters(self) -> Any:
        """Its parameters."""
        return self._tried(lambda: self.thing.parameters())

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Its call."""
        return self._tried(lambda: self.thing(*arguments, **named))

    def _tried(self, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except AttributeError as error:
            if all(hasattr(self.thing, name) for name in self.keeps):
                raise
            raise Waits(self.constructor, error) from None


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


def thing_words(value: object) -> str:
    """What kind of thing it is, ``a Linear``; of another library's, whose it is."""
    kind = _type(value)
    origin = kind.__module__
    library = OTHERS.get(origin.partition(".")[0]) if _type(origin) is _str else None
    return _article(kind.__name__) + (f" of {library}" if library else "")


def shape_of(value: Any) -> str:
    """Its shape in words, or what else it is."""
    shape = getattr(value, "shape", None)
    return kind(value) if shape is None else f"shape {tuple(shape)}"


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
    arrived: Any = getattr(tensor, "grad", None)
    array: Any = arrived.data if isinstance(arrived, Tensor) else arrived
    values: Any = np.asarray(array, np.float32) if isinstance(array, np.ndarray) else array
    return values.T if getattr(values, "shape", None) == shape[::-1] else values


def attributes(thing: object) -> dict[str, object]:
    """The attributes that an object itself keeps, in slots too."""
    kept = dict(cast("dict[str, object]", getattr(thing, "__dict__", {})))
    for each in type(thing).__mro__:
        slots: Any = vars(each).get("__slots__", ())
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


def kept_in(thing: object) -> Iterator[object]:
    """What the attributes of an object hold, and what lies in containers there."""
    for value in attributes(thing).values():
        yield value
        yield from items_of(value) or ()
