"""Misconceptions of Sequential: how it keeps its layers."""

from __future__ import annotations

from typing import Any

from tito.lesson.model import misconception

INIT = "Sequential.__init__"


def unpacked(layers: Any, kinds: tuple[type, ...] = (list,)) -> list[Any]:
    """The layers, given one by one or as one list."""
    return list(layers[0] if len(layers) == 1 and isinstance(layers[0], kinds) else layers)


def every(layers: Any) -> list[Any]:
    """The layers, given one by one, as one list, or as one tuple."""
    return unpacked(layers, (list, tuple))


@misconception(
    "layers-not-kept",
    INIT,
    says="Once it is made, your Sequential has no attribute named layers: forward, parameters, "
    "and everybody who walks through the network expect the layers under that name.",
)
def layers_not_kept(self: Any, *layers: Any) -> None:
    return None


@misconception(
    "layers-kept-backwards",
    INIT,
    says="Your Sequential keeps its layers in reverse: the first one given has to stay the first.",
)
def layers_kept_backwards(self: Any, *layers: Any) -> None:
    self.layers = every(layers)[::-1]


@misconception(
    "layers-kept-backwards",
    INIT,
    says="Your Sequential keeps layers given one by one in reverse: the first one has to stay the "
    "first.",
)
def arguments_kept_backwards(self: Any, *layers: Any) -> None:
    self.layers = every(layers)[:: 1 if isinstance(layers[0], list | tuple) else -1]


@misconception(
    "only-first-layer-kept",
    INIT,
    says="Given layers one by one, your Sequential keeps only the first of them.",
)
def only_first_layer_kept(self: Any, *layers: Any) -> None:
    self.layers = every(layers[:1])


@misconception(
    "list-kept-in-a-list",
    INIT,
    says="Given one list of layers, your Sequential keeps a list with that list in it, and takes "
    "the inner list for a layer. Look at what was given before you keep it.",
)
def list_kept_in_a_list(self: Any, *layers: Any) -> None:
    self.layers = list(layers)


_LIST_ONLY = (
    "Your Sequential takes one list, but not layers given one by one, as in "
    "Sequential(first, second)."
)


@misconception("list-only", INIT, says=_LIST_ONLY)
def list_only(self: Any, layers: Any) -> None:
    self.layers = list(layers)


@misconception("list-only", INIT, says=_LIST_ONLY)
def list_only_as_it_is(self: Any, layers: Any) -> None:
    self.layers = layers


@misconception("list-only", INIT, says=_LIST_ONLY)
def list_or_none(self: Any, layers: Any = None) -> None:
    self.layers = [] if layers is None else list(layers)


@misconception("list-only", INIT, says=_LIST_ONLY)
def list_or_none_as_it_is(self: Any, layers: Any = None) -> None:
    self.layers = [] if layers is None else layers


_SPREAD = (
    "Python's list() takes one thing and goes through it, but you hand it each layer as an "
    "argument of its own: a star before a name spreads it out. Without the star, list() gets them "
    "all together."
)


@misconception("layers-spread-into-list", INIT, says=_SPREAD)
def layers_spread(self: Any, *layers: Any) -> None:
    self.layers = list(*layers)


@misconception("layers-spread-into-list", INIT, says=_SPREAD)
def unpacked_layers_spread(self: Any, *layers: Any) -> None:
    self.layers = list(*every(layers))


@misconception(
    "first-argument-unpacked",
    INIT,
    says="Your Sequential always takes its first argument for a list of layers. When layers are "
    "given one by one, the first argument is a layer.",
)
def first_argument_unpacked(self: Any, *layers: Any) -> None:
    self.layers = list(layers[0])


@misconception(
    "single-layer-unpacked",
    INIT,
    says="Given one argument, your Sequential takes it for a list. It may be a single layer: "
    "look at what it is, not only at how many there are.",
)
def single_layer_unpacked(self: Any, *layers: Any) -> None:
    self.layers = list(layers[0]) if len(layers) == 1 else list(layers)


@misconception(
    "repeated-layer-lost",
    INIT,
    says="Your Sequential keeps a layer once even if it is given twice. The same ReLU may well "
    "be in two places in a network, and then it runs in both.",
)
def repeated_layer_lost(self: Any, *layers: Any) -> None:
    self.layers = list(dict.fromkeys(every(layers)))


@misconception(
    "layers-kept-as-iterator",
    INIT,
    says="Your Sequential keeps its layers in something that can be gone through only once (an "
    "iterator). From the second time on there are no layers in it.",
)
def layers_kept_as_iterator(self: Any, *layers: Any) -> None:
    self.layers = iter(every(layers))


@misconception(
    "arguments-kept-as-one",
    INIT,
    says="Your Sequential keeps a list with one item: the tuple of all the layers it was given. "
    "The tuple is what the star made of the arguments; each layer should be an item by itself.",
)
def arguments_kept_as_one(self: Any, *layers: Any) -> None:
    self.layers = [layers]


_SHARED = (
    "All your Sequentials share one list of layers: it belongs to the class, or is the default "
    "of an argument, and there is only one of it. Each object needs a list of its own."
)


@misconception("layers-shared", INIT, says=_SHARED)
def layers_of_the_class(self: Any, *layers: Any) -> None:
    kind: Any = self.__class__
    kind.layers = every(layers)


@misconception("layers-shared", INIT, says=_SHARED)
def layers_added_to_the_class(self: Any, *layers: Any) -> None:
    kind: Any = self.__class__
    kind.shared = getattr(kind, "shared", [])
    kind.shared.extend(every(layers))
    self.layers = kind.shared
