"""What probes work on: layers of the learner's that hold known numbers, and stand-ins for layers.

What a constructor refuses, or does not keep, is not put in its place: the probe waits for it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from tinytorch.core.tensor import Tensor
from tito.lesson.derived import Method, derived, nothing, object_of
from tito.lesson.probes import Made, attributes, gradient, items_of, kept_in, kind, numbers
from tito.lesson.trial import Trial, Waits

Floats = NDArray[np.float32]
IN, OUT = 3, 2


@dataclass(frozen=True)
class Held(Made):
    """A Linear or Dense, and the Tensors in it, which hold the numbers of this trial."""

    weight: Any = None
    bias: Any = None

    def gradient(self, name: str) -> Any:
        """What arrived at its weight or bias, with a row for each input.

        Waits where gradients do not arrive at such a Tensor, for it is the result of something.
        """
        tensor = getattr(self, name)
        if tensor.node is not None:
            raise Waits(self.constructor)
        return gradient(tensor, (IN, OUT) if name == "weight" else (OUT,))

    def members(self) -> str:
        """What its parameters() holds, in words: by what each item is, not by its numbers."""
        listed = self.parameters()
        words = [self._member(item) for item in listed]
        if isinstance(listed, set | frozenset):  # its order is that of addresses, by chance
            return f"in no order: {', '.join(sorted(words))}"
        return f"[{', '.join(words)}]"

    def _member(self, item: Any) -> str:
        for name, own in (("weight", self.weight), ("bias", self.bias)):
            if item is own and item is not None:
                return f"the {name}"
            if isinstance(own, Tensor) and getattr(item, "shape", None) == own.shape:
                return f"{kind(item)} like the {name}"
        return kind(item)

    def shares_with(self, other: Held) -> str:
        """Whether its parameters have Tensors of another layer, which is asked first."""
        other.parameters()
        found = self.parameters()
        both = any(item is own for item in found for own in (other.weight, other.bias))
        return "some of them" if both else "none of them"


def known_layer(t: Trial, part: str, bias: bool = True) -> Held:
    """A Linear or Dense from 3 features to 2, with small numbers of this trial."""
    return layer_with(t, part, t.values(IN, OUT), _telling_bias(t) if bias else None)


def _telling_bias(t: Trial) -> Floats:
    """Two numbers that neither cancel nor equal each other, and that change what they multiply."""
    sizes = t.rng.permutation(np.array([1.5, 2, 2.5, 3], dtype=np.float32))[:OUT]
    return sizes * t.rng.choice(np.array([-1, 1], dtype=np.float32), size=OUT)


def layer_with(t: Trial, part: str, weight: Floats, bias: Floats | None) -> Held:
    """A Linear or Dense of the learner's that holds these numbers as its weight and bias.

    They are written into the Tensors that its constructor made (transposed if it keeps the weight
    so), whatever class these have. Waits where there is none to write into, or a bias too many.
    """
    constructor = f"{part}.__init__"
    t.given("weight", weight)
    if bias is None:
        layer = t.made(part, IN, OUT, bias=False)
        if getattr(layer, "bias", None) is not None:
            raise Waits(constructor)
        return Held(layer, constructor, ("weight", "bias"), _hold(layer, "weight", weight))
    t.given("bias", bias)
    layer = t.made(part, IN, OUT)
    if getattr(layer, "bias", None) is None and _of_another_name(layer, bias.shape) is None:
        layer = t.made(part, IN, OUT, bias=True)
    weights, biases = _hold(layer, "weight", weight), _hold(layer, "bias", bias)
    return Held(layer, constructor, ("weight", "bias"), weights, biases)


def _hold(layer: Any, name: str, values: Floats) -> Tensor:
    """The layer's own Tensor, with these numbers in it.

    What is kept under the name and is no Tensor makes way for one.
    """
    held = getattr(layer, name, None)
    if held is None:
        held = _of_another_name(layer, values.shape)
    if held is not None and not isinstance(held, Tensor):
        with suppress(AttributeError):
            setattr(layer, name, Tensor(values, requires_grad=True))
        held = getattr(layer, name)
    if not isinstance(held, Tensor):
        names = [each.__name__ for each in type(layer).__mro__]
        raise Waits(f"{'Dense' if 'Dense' in names else 'Linear'}.__init__")
    write(held, values)
    return held


def write(tensor: Tensor, values: Floats) -> None:
    """Put numbers into a Tensor to learn, as an optimizer does: in a new array of its own."""
    transposed = tensor.shape != values.shape and tensor.shape == values.shape[::-1]
    tensor.data = np.array(values.T if transposed else values)
    if tensor.node is None and not tensor.requires_grad:
        tensor.requires_grad = True


def weights_of(t: Trial, part: str, *sizes: int) -> Any:
    """The weights of a fresh layer, a row for each input, however the layer keeps them."""
    weight = numbers(getattr(t.module, part)(*sizes).weight)
    return weight.T if getattr(weight, "shape", None) == sizes[::-1] else weight


def _of_another_name(layer: Any, shape: tuple[int, ...]) -> Tensor | None:
    """The layer's first Tensor of that shape (or transposed): it uses it under its own name."""
    tensors = [value for value in kept_in(layer) if isinstance(value, Tensor)]
    return next((tensor for tensor in tensors if tensor.shape in (shape, shape[::-1])), None)


def without_forward(base: Any, name: str = "Bare") -> Any:
    """A layer that has no forward of its own: of a new class, or of the base itself.

    None where the base lets nobody make one, though it takes a class that has a forward.
    """
    if "forward" in getattr(base, "__abstractmethods__", ()):
        return None
    try:
        return derived(base, {}, name)
    except Exception:
        with suppress(Exception):
            return object_of(base)
        derived(base, {"forward": nothing}, f"Full{name}")
        return None


Calls = list[tuple[Any, tuple[Any, ...], dict[str, Any]]]


def doubling(t: Trial, calls: Calls | None = None) -> Any:
    """A layer of the learner's base class that notes how its forward is called."""
    notes = Calls() if calls is None else calls

    def forward(self: Any, x: Any, *args: Any, **kwargs: Any) -> Any:
        notes.append((x, args, kwargs))
        return x * 2

    return derived(t.module.Layer, {"forward": forward}, "Doubling")


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
        layer = derived(t.module.Layer, methods)
    except Exception:
        layer = derived(object, methods)
    for place, attribute in enumerate(("weight", "bias")[: len(kept)]):
        with suppress(Exception):
            setattr(layer, attribute, kept[place])
            if isinstance(own := getattr(layer, attribute), Tensor):
                kept[place] = own
    return Little(name, layer, tuple(kept))


def littles(t: Trial, calls: list[str] | None = None) -> list[Little]:
    """Three little layers; in any other order, or without one, the result is another."""
    notes: list[str] = [] if calls is None else calls
    three = ("first", 2, 1), ("second", -1, 3), ("third", 3, -2)
    return [little(t, name, scale, shift, notes) for name, scale, shift in three]


Numbers = dict[str, tuple[Any, ...]]
#: Four layers: with two Tensors, with one, with none, and with one. Two of the Tensors have the
#: same shape, so that nobody may tell them apart by it.
FOUR: Numbers = {
    "first": ([[1.0, 2.0], [3.0, 4.0]], [5.0, 6.0]),
    "second": ([[7.0, 8.0], [1.5, 2.5]],),
    "third": (),
    "fourth": ([[9.0], [-1.0], [-2.0]],),
}
#: Twice two layers whose weights are equal, and whose biases are zero. Two have one number in each
#: Tensor: of those alone Python can ask whether they are equal.
ALIKE: Numbers = {
    "first": ([[2.0]], [0.0]),
    "second": ([[2.0]], [0.0]),
    "third": ([[1.0, 2.0], [3.0, 4.0]], [0.0, 0.0]),
    "fourth": ([[1.0, 2.0], [3.0, 4.0]], [0.0, 0.0]),
}


def with_parameters(t: Trial, numbers: Numbers = FOUR) -> list[Little]:
    """The learner's own Linear layers with these numbers, if those do what they should.

    Their Tensors are kept and found in whatever way the learner's layers keep and find them;
    where Linear is not right yet, stand-ins have Tensors of the learner's own kind.
    """
    arrays = {name: [np.array(one, np.float32) for one in each] for name, each in numbers.items()}
    with suppress(Exception):
        made = [_linear(t, name, each) for name, each in arrays.items()]
        if all(_lists_its_own(each) and _lists_its_own(each) for each in made):
            return made
    made_of = parameter_kind(t)
    return [little(t, name, 1, 0, [], *map(made_of, each)) for name, each in arrays.items()]


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
    return isinstance(found, list) and _are(cast("list[Any]", found), each.tensors)


def _are(found: Sequence[object], these: Sequence[object]) -> bool:
    return [*map(id, found)] == [*map(id, these)]


def parameter_kind(t: Trial) -> Callable[[Any], Tensor]:
    """What makes a Tensor to learn: the file's own class for that, if it has one."""
    names: dict[str, Any] = t.module.__dict__
    for own in [*names.values()]:
        if isinstance(own, type) and Tensor in own.__mro__[1:]:
            with suppress(Exception):
                own(np.zeros(1, np.float32))
                return own
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
    once = isinstance(kept_as, Iterator)
    listed = [*cast("Iterator[object]", kept_as)] if once else items_of(kept_as) or []
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
    plain = [each.layer if isinstance(each, Little) else each for each in layers]
    try:
        model = t.made("Sequential", *plain)
    except Waits:
        model = t.made("Sequential", [*plain])
    kept: Any = getattr(model, "layers", None)
    if isinstance(kept, list | tuple) and not _are(cast("list[Any]", kept), plain):
        with suppress(AttributeError):
            model.layers = plain
    return Made(model, "Sequential.__init__", ("layers",))


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


def told(method: Any, training: bool) -> tuple[tuple[bool, ...], dict[str, bool]] | None:
    """How a method is told: by the name ``training``, or in the second place; None if it is not."""
    try:
        parameters = [*inspect.signature(method).parameters.values()]
    except (TypeError, ValueError):
        return None
    places = {each.name: each.kind for each in parameters}
    kinds = inspect.Parameter
    by_name = places.get("training") in (kinds.POSITIONAL_OR_KEYWORD, kinds.KEYWORD_ONLY)
    if by_name or kinds.VAR_KEYWORD in places.values():
        return (), {"training": training}
    second = parameters[1:2]
    if second and (isinstance(second[0].default, bool) or "train" in second[0].name):
        return (training,), {}
    return None


def forward_at_rest(model: Made, x: Tensor) -> Any:
    """What forward gives for training=False; x as it is, where it takes no flag."""
    said = told(model.thing.forward, False)
    return x if said is None else model.forward(x, *said[0], **said[1])


def call_at_rest(model: Made, x: Tensor) -> Any:
    """What a call gives for training=False; x as it is, where call or forward takes no flag."""
    if told(model.thing, False) is None:
        return x
    said = told(model.thing.forward, False)
    if said is not None:
        return model(x, *said[0], **said[1])
    try:
        return model(x, training=False)
    except TypeError:
        return x
