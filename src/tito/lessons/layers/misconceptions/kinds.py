"""What parameters() gives in place of a list: a generator, an iterator, a tuple, a set, a dict."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

from tito.lesson.model import Misconception, misconception
from tito.lessons.layers.misconceptions.sequential_parameters import PARAMETERS, collected


def _itself(tensor: Any) -> Any:
    return tensor


def _of_nothing(
    name: str, kind: str, make: Callable[[], Any], *parts: str
) -> tuple[Misconception, ...]:
    """Where there is nothing to learn, in these classes: ``make`` in place of an empty list."""

    def parameters(self: Any) -> Any:
        return make()

    says = (
        f"Your parameters() gives {kind}. Others join the parameters of many layers as lists: a "
        "layer with nothing to learn has an empty list."
    )
    exercises = [f"{part}.parameters" for part in parts]
    return misconception(name, *exercises, says=says)(parameters)


_GENERATOR = "a generator, for there is a yield in it"
nothing_yielded = _of_nothing(
    "parameters-generator", _GENERATOR, lambda: (_ for _ in ()), "Layer", "Dropout"
)
nothing_in_a_dict = _of_nothing("parameters-not-a-list", "a dict", dict, "Layer", "Dropout")
nothing_in_a_set = _of_nothing("parameters-not-a-list", "a set", set, "Layer", "Dropout")
nothing_to_iterate = _of_nothing(
    "parameters-not-a-list", "an iterator", lambda: iter([]), "Layer", "Dropout"
)


@misconception(
    "parameters-generator",
    PARAMETERS,
    says="Your parameters() is a generator: it can be gone through only once, and has no length. "
    "What is asked for is a list.",
)
def all_yielded(self: Any) -> Any:
    yield from collected(self.layers)


_CHAINED = (
    "Your parameters() gives an iterator, which is what chain, map and iter make: it can be gone "
    "through only once, and has no length. What is asked for is a list."
)


@misconception("parameters-generator", PARAMETERS, says=_CHAINED)
def all_chained(self: Any) -> Any:
    return chain.from_iterable(layer.parameters() for layer in self.layers)


@misconception("parameters-generator", PARAMETERS, says=_CHAINED)
def all_iterated(self: Any) -> Any:
    return iter(collected(self.layers))


@misconception("parameters-generator", PARAMETERS, says=_CHAINED)
def all_mapped(self: Any) -> Any:
    return map(_itself, collected(self.layers))


@misconception(
    "parameters-tuple",
    PARAMETERS,
    says="Your parameters() is a tuple. What is asked for is a list, so that the parameters of "
    "several networks can be joined.",
)
def all_in_a_tuple(self: Any) -> Any:
    return tuple(collected(self.layers))


@misconception(
    "parameters-set",
    PARAMETERS,
    says="Your parameters() is a set. A set has no order, so nobody can tell which tensor belongs "
    "where. What is asked for is a list.",
)
def all_in_a_set(self: Any) -> Any:
    return set(collected(self.layers))


@misconception(
    "parameters-dict",
    PARAMETERS,
    says="Your parameters() is a dict. Going through it yields the keys. What is asked for is a "
    "plain list of the tensors.",
)
def all_in_a_dict(self: Any) -> Any:
    return dict(enumerate(collected(self.layers)))
