"""Search: the parameters and layers inside a layer, at any depth. Given, no exercise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from tinytorch.core.tensor import Tensor


def walk(layer: object) -> Iterator[tuple[str, Any]]:
    """The parameters and layers inside a layer with their names, at any depth, in order.

    What is shared has a name for each place. Where layers know each other in a circle, there would
    be a name for each way through it, factorially many: then a layer is looked into again only
    below those that the search in it has met.
    """
    return _inside(layer, "", (), {})


def _inside(
    layer: object, prefix: str, above: tuple[int, ...], met: dict[int, set[int]]
) -> Iterator[tuple[str, Any]]:
    """The same, of a layer below others; ``met`` has, of each layer, those of them it leads to."""
    above = (*above, id(layer))
    ours = met[id(layer)] = set()
    named_parts = getattr(type(layer), "named_parts", None)
    held = named_parts(layer) if named_parts else plain_parts(layer)
    for name, part in parts(held):
        if isinstance(part, Tensor):
            yield prefix + name, part
        elif id(part) in above:  # a layer may know the layer that holds it
            ours.add(id(part))
        else:
            yield prefix + name, part
            if met.get(id(part), set()).issubset(above):
                yield from _inside(part, f"{prefix}{name}.", above, met)
                ours |= met[id(part)]
    ours.discard(id(layer))


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


def parts(held: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    """The parameters and layers among some values, also those in lists, tuples and dicts."""
    for name, value in held:
        if isinstance(value, Tensor):
            if value.requires_grad and value.node is None:
                yield name, value
        elif isinstance(value, dict):
            entries = cast("dict[object, object]", value)
            yield from parts((f"{name}.{key}", entry) for key, entry in entries.items())
        elif isinstance(value, list | tuple):
            items = cast("list[object]", value)
            yield from parts((f"{name}.{place}", item) for place, item in enumerate(items))
        elif hasattr(value, "__dict__") and callable(getattr(value, "parameters", None)):
            yield name, value


def each_once(tensors: Iterable[Tensor]) -> list[Tensor]:
    """The tensors in their order, without those that came before (the very same object)."""
    return list({id(tensor): tensor for tensor in tensors}.values())
