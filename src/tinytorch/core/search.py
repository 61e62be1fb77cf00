"""Search: the parameters and layers inside a layer, at any depth. Given, no exercise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, cast

from tinytorch.core.storage import is_parameter
from tinytorch.core.tensor import Tensor


def walk(layer: object, saved: bool = True) -> Iterator[tuple[str, Any]]:
    """The parameters, buffers and layers inside a layer with their names, at any depth, in order.

    Of the buffers only those that are saved, unless `saved` is False. No two things have one name.
    What is shared has a name for each place. Where layers know each other in a circle, there would
    be a name for each way through it, factorially many: then a layer is looked into again only
    below those that the search in it has met.
    """
    return _Search(saved).inside(layer, "", ())


class _Search:
    """One walk: of each layer that it met, those above that it leads to; and whose a name is."""

    def __init__(self, saved: bool) -> None:
        self.saved = saved
        self.met: dict[int, set[int]] = {}
        self.names: dict[str, int] = {}

    def inside(
        self, layer: object, prefix: str, above: tuple[int, ...]
    ) -> Iterator[tuple[str, Any]]:
        """What is inside a layer that stands below others."""
        above = (*above, id(layer))
        ours = self.met[id(layer)] = set()
        named_parts = getattr(type(layer), "named_parts", None)
        held = named_parts(layer) if named_parts else plain_parts(layer)
        buffers = buffers_of(layer).items()
        kept = {name for name, saved in buffers if saved is not False or not self.saved}
        for own, part in parts(held, kept):
            if id(part) in above:  # a layer may know the layer that holds it
                ours.add(id(part))
                continue
            name = self.name(prefix + own, part)
            yield name, part
            if not isinstance(part, Tensor) and self.met.get(id(part), set()).issubset(above):
                yield from self.inside(part, f"{name}.", above)
                ours |= self.met[id(part)]
        ours.discard(id(layer))

    def name(self, wanted: str, part: object) -> str:
        """The name, or with a number behind it where it is another part's already."""
        name, number = wanted, 1
        while self.names.setdefault(name, id(part)) != id(part):
            number += 1
            name = f"{wanted}#{number}"
        return name


def buffers_of(layer: object) -> dict[str, bool | None]:
    """The names of a layer's buffers, each with whether it is saved; None where nobody said."""
    return getattr(layer, "__dict__", {}).get("_buffers", {})


def plain_parts(layer: object) -> Iterator[tuple[str, object]]:
    """What a layer without `named_parts` holds; a Sequential's layers by their numbers, as ever."""
    in_order = type(layer).__name__ == "Sequential"
    for name, value in getattr(layer, "__dict__", {}).items():
        if in_order and name == "layers" and isinstance(value, list | tuple):
            yield from (
                (str(place), part) for place, part in enumerate(cast("list[object]", value))
            )
        else:
            yield name, value


def parts(
    held: Iterable[tuple[str, object]], kept: Collection[str] = ()
) -> Iterator[tuple[str, object]]:
    """The parameters and layers among some values, also those in lists, tuples and dicts.

    Under the names that are `kept`, every tensor is among them.
    """
    for name, value in held:
        if isinstance(value, Tensor):
            if is_parameter(value) or name in kept:
                yield name, value
        elif isinstance(value, dict | list | tuple):
            entries = list(named_entries(name, cast("Any", value)))
            yield from parts(entries, {each for each, _ in entries} if name in kept else ())
        elif hasattr(value, "__dict__") and callable(getattr(value, "parameters", None)):
            yield name, value


def named_entries(
    name: str, entries: dict[object, object] | list[object] | tuple[object, ...]
) -> Iterator[tuple[str, object]]:
    """What is in a list, tuple or dict, by name; the text "1" beside the number 1 in quotes."""
    if isinstance(entries, dict):
        others = {str(key) for key in entries if not isinstance(key, str)}
        for key, entry in entries.items():
            # In quotes, too, is what has some of its own: so order decides nothing.
            quoted = isinstance(key, str) and (key in others or key[:1] in ("'", '"'))
            yield f"{name}.{key!r}" if quoted else f"{name}.{key}", entry
    else:
        yield from ((f"{name}.{place}", entry) for place, entry in enumerate(entries))


class Parameters(list[Tensor]):
    """A list that `next` goes through, too: PyTorch's `parameters()` is an iterator."""

    def __next__(self) -> Tensor:
        self._rest = getattr(self, "_rest", None) or iter(self)
        return next(self._rest)


def each_once(tensors: Iterable[Tensor]) -> Parameters:
    """The tensors in their order, without those that came before (the very same object)."""
    return Parameters({id(tensor): tensor for tensor in tensors}.values())
