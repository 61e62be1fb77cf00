"""Stand-ins for what a probe does not test: little layers, of the learner's own base class."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from types import new_class
from typing import Any, cast

import numpy as np

from tinytorch.core.tensor import Tensor
from tito.lesson.trial import Trial, Waits
from tito.lessons.layers.checks.held import Made, attributes, items_of, write

_serial = count(1)
Method = Callable[..., Any]


def layer_of(base: Any, methods: Mapping[str, Method], name: str = "StandIn") -> Any:
    """An object of a new class made from ``base``, with these methods and those it must have.

    It keeps nothing of its own: what its methods know is in their closures, out of the way of a
    base with slots, a registry, or properties. What the base's constructor wants, it gets.
    """
    must: Iterable[str] = getattr(base, "__abstractmethods__", ())
    rest = {each: _instead_of(getattr(base, each, None)) for each in must}
    body = {"__module__": __name__, "__doc__": "A stand-in.", **rest, **methods}
    wanted = {} if base is object else _wanted(base.__init_subclass__)[1]

    def made(named: str) -> Any:
        return new_class(named, (base,), wanted, lambda kept: kept.update(body))

    try:
        kind = made(name)
    except Exception:  # a base that keeps a list of its classes may take a name once only
        kind = made(f"{name}{next(_serial)}")
    try:
        return _object_of(kind)
    except Exception:
        if "__init__" in methods:
            raise
    return layer_of(base, {**methods, "__init__": _nothing}, name)


def _object_of(kind: Any) -> Any:
    """An object of a class, whose constructor gets what it cannot do without."""
    try:
        return kind()
    except Exception:
        positional, named = _wanted(kind)
        with suppress(Exception):
            return kind(*positional, **named)
        raise


def without_forward(base: Any, name: str = "Bare") -> Any:
    """A layer that has no forward of its own: of a new class, or of the base itself.

    None where the base lets nobody make one, though it takes a class that has a forward.
    """
    try:
        return layer_of(base, {}, name)
    except Exception:
        with suppress(Exception):
            return _object_of(base)
        layer_of(base, {"forward": _nothing}, f"Full{name}")
        return None


def _nothing(_self: Any, *_arguments: Any, **_named: Any) -> None:
    return None


def method_of(kind: Any, name: str) -> object:
    """The method of that name that objects of a class have, as a class wrote it."""
    written: list[object] = [vars(each)[name] for each in kind.__mro__ if name in vars(each)]
    return written[0] if written else None


def _instead_of(abstract: object) -> Method | None:
    """What stands for a method or property that has to be there and is not used."""
    return _nothing if callable(abstract) else None


def _wanted(callee: Any) -> tuple[list[str], dict[str, str]]:
    """A text for each argument that a call cannot do without."""
    with suppress(TypeError, ValueError):
        wanted = [
            each
            for each in inspect.signature(callee).parameters.values()
            if each.default is each.empty
            and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
        ]
        named = {each.name: each.name for each in wanted if each.kind is each.KEYWORD_ONLY}
        return [each.name for each in wanted if each.name not in named], named
    return [], {}


@dataclass(frozen=True)
class Little:
    """A layer for a Sequential, by name, and the Tensors that its parameters() has."""

    name: str
    layer: Any
    tensors: tuple[Tensor, ...] = ()


def little(
    t: Trial, name: str, scale: float, shift: float, calls: list[str], *tensors: Tensor
) -> Little:
    """A little layer, y = scale * x + shift, that notes its name in ``calls`` when it runs.

    Its Tensors are attributes, too, for those who look for them there. It is none of the learner's
    kind only where no class can be made from that.
    """
    kept = list(tensors)

    def forward(self: Any, x: Tensor) -> Tensor:
        calls.append(name)
        return x * scale + shift

    def parameters(self: Any) -> list[Tensor]:
        return list(kept)

    methods: dict[str, Method] = {"forward": forward, "parameters": parameters, "__call__": forward}
    try:
        layer = layer_of(t.module.Layer, methods)
    except Exception:
        layer = layer_of(object, methods)
    for place, attribute in enumerate(("weight", "bias")[: len(kept)]):
        with suppress(Exception):
            setattr(layer, attribute, kept[place])
            if isinstance(own := getattr(layer, attribute), Tensor):
                kept[place] = own
    return Little(name, layer, tuple(kept))


def littles(t: Trial, calls: list[str] | None = None) -> list[Little]:
    """Three little layers; in any other order, or without one, the result is another."""
    notes: list[str] = [] if calls is None else calls
    return [
        little(t, "first", 2, 1, notes),
        little(t, "second", -1, 3, notes),
        little(t, "third", 3, -2, notes),
    ]


_NUMBERS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("first", ([[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0])),
    ("second", ([[7.0, 8.0], [1.5, 2.5]],)),
    ("third", ()),
    ("fourth", ([[9.0], [-1.0], [-2.0]],)),
)
_ALIKE: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("first", ([[2.0]], [0.0])),
    ("second", ([[2.0]], [0.0])),
    ("third", ([[1.0, 2.0], [3.0, 4.0]], [0.0, 0.0])),
    ("fourth", ([[1.0, 2.0], [3.0, 4.0]], [0.0, 0.0])),
)


def with_parameters(t: Trial) -> list[Little]:
    """Four layers: with two tensors, with one, with none, and with one.

    Two of the tensors have the same shape, so that nobody may tell them apart by it.
    """
    return _filled(t, _NUMBERS)


def with_equal_numbers(t: Trial) -> list[Little]:
    """Twice two layers whose weights are equal, and whose biases are zero.

    Two have one number in each Tensor: of those alone Python can ask whether they are equal.
    """
    return _filled(t, _ALIKE)


def _filled(t: Trial, numbers: Sequence[tuple[str, tuple[Any, ...]]]) -> list[Little]:
    """The learner's own Linear layers with these numbers, if those do what they should.

    Their Tensors are kept and found in whatever way the learner's layers keep and find them;
    where Linear is not right yet, stand-ins have Tensors of the learner's own kind.
    """
    arrays = [(name, [np.array(each, np.float32) for each in each_of]) for name, each_of in numbers]
    with suppress(Exception):
        made = [_linear(t, name, each_of) for name, each_of in arrays]
        if all(_lists_its_own(each) and _lists_its_own(each) for each in made):
            return made
    kind = parameter_kind(t)
    return [little(t, name, 1, 0, [], *map(kind, each_of)) for name, each_of in arrays]


def _linear(t: Trial, name: str, arrays: list[Any]) -> Little:
    if not arrays:
        return little(t, name, 1, 0, [])
    layer = t.module.Linear(*arrays[0].shape, bias=len(arrays) > 1)
    tensors = (layer.weight, layer.bias)[: len(arrays)]
    for tensor, values in zip(tensors, arrays, strict=True):
        if tensor.shape != values.shape or not tensor.requires_grad:
            raise ValueError(name)
        write(tensor, values)
    return Little(name, layer, tensors)


def _lists_its_own(each: Little) -> bool:
    found: Any = each.layer.parameters()
    return isinstance(found, list) and [*map(id, found)] == [*map(id, each.tensors)]  # pyright: ignore[reportUnknownArgumentType]


def parameter_kind(t: Trial) -> Callable[[Any], Tensor]:
    """What makes a Tensor to learn: the file's own class for that, if it has one."""
    names: dict[str, Any] = t.module.__dict__
    for kind in [*names.values()]:
        if isinstance(kind, type) and Tensor in kind.__mro__[1:]:
            with suppress(Exception):
                kind(np.zeros(1, np.float32))
                return kind
    return lambda values: Tensor(values, requires_grad=True)


def named(items: Iterable[object], known: dict[str, object]) -> list[str]:
    """For each item the name under which it is known, or else what it is."""
    names = {id(thing): name for name, thing in known.items()}
    return [names.get(id(item), f"another {type(item).__name__}") for item in items]


def kept_names(t: Trial, model: Any, layers: Sequence[Little], calls: list[str]) -> list[str]:
    """The names of the layers that a Sequential keeps, in its ``layers`` or elsewhere.

    Where they are nowhere to be seen, those that run: ``calls`` is where they note it.
    """
    known: dict[str, object] = {each.name: each.layer for each in layers}
    ids = {id(each.layer) for each in layers}
    kept_as: Any = getattr(model, "layers", None)
    listed: list[object] = (
        [*cast("Iterator[object]", kept_as)]
        if isinstance(kept_as, Iterator)
        else items_of(kept_as) or []
    )
    if any(id(item) in ids for item in listed):
        return named(listed, known)
    values = attributes(model).values()
    found = [[i for i in items if id(i) in ids] for items in map(items_of, values) if items]
    found.append([value for value in values if id(value) in ids])
    seen = named(max(found, key=len), known)
    calls.clear()
    with suppress(Exception):
        model.forward(t.tensor(2, 2))
        return calls if len(calls) > len(seen) else seen
    return seen or named(items_of(model.layers) or [model.layers], known)


def sequential(t: Trial, *layers: Any) -> Made:
    """A Sequential of these layers, given one by one, or as a list if it takes no other."""
    try:
        model = t.made("Sequential", *layers)
    except Waits:
        model = t.made("Sequential", [*layers])
    kept: Any = getattr(model, "layers", None)
    if isinstance(kept, list | tuple) and [*map(id, kept)] != [*map(id, layers)]:  # pyright: ignore[reportUnknownArgumentType]
        with suppress(AttributeError):
            model.layers = list(layers)
    return Made(model, "Sequential.__init__", ("layers",))


def sequential_of(t: Trial, *each: Little) -> Made:
    """A Sequential of little layers."""
    return sequential(t, *(one.layer for one in each))


def dropout(t: Trial, p: float) -> Made:
    """A Dropout(p)."""
    return Made(t.made("Dropout", p), "Dropout.__init__", ("p",))


def one_to_two(t: Trial, *shape: int, requires_grad: bool = False) -> Tensor:
    """An input between 1 and 2: no zeros, so that every zero that comes out was dropped."""
    values = t.rng.choice(np.array([1, 1.25, 1.5, 1.75, 2], dtype=np.float32), size=shape)
    return t.given("x", Tensor(values, requires_grad=requires_grad))


def training_run(t: Trial, p: float, *shape: int, calls: int = 1) -> dict[str, Any]:
    """What Dropout(p) makes of an input in training, in each of several calls."""
    layer, x = dropout(t, p), one_to_two(t, *shape).data
    return {"p": p, "x": x, "y": [layer.forward(Tensor(x), training=True) for _ in range(calls)]}
