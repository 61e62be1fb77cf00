"""A model's numbers by name, and what of others' numbers fits it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tinytorch.core.given.base import numbers_from
from tinytorch.core.given.checks import came, shortened
from tinytorch.core.given.graph import is_array
from tinytorch.core.given.module import Module
from tinytorch.core.given.parameters import buffers_of, walk
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tinytorch._typing import Array, Shape

LINEAR = ("Linear", "Dense")


def check_model(owner: str, model: object) -> None:
    """TypeError for what is no layer."""
    if isinstance(model, type) or not callable(getattr(model, "parameters", None)):
        raise TypeError(
            f"{owner} expects a layer or a network, which has parameters(), got {came(model)}. "
            "Give the network itself."
        )


def named_tensors(model: Any) -> dict[str, Tensor]:
    """Parameters and buffers by all of their names; ValueError for a parameter without one."""
    named = names_of(model)
    known = {id(tensor) for tensor in named.values()}
    for tensor in model.parameters():
        if id(tensor) not in known:
            raise ValueError(
                f"Saving and loading expect each of {type(model).__name__}'s parameters in an "
                f"attribute, made with requires_grad=True, got one of shape {tensor.shape} that is "
                "not. Keep it like self.weight = Tensor(..., requires_grad=True)."
            )
    return named


def names_of(model: Any) -> dict[str, Tensor]:
    """Parameters and buffers by name: as in `state_dict()`, or as the lesson's if it lacks any."""
    named = {name: part for name, part in walk(model) if isinstance(part, Tensor)}
    known = {id(tensor) for tensor in named.values()}
    if all(id(tensor) in known for tensor in model.parameters()):
        return named
    return {
        f"{name}.{attribute}".lstrip("."): tensor
        for name, layer in lesson_layers(model)
        for attribute in ("weight", "bias")
        if isinstance(tensor := getattr(layer, attribute, None), Tensor)
    }


def lesson_layers(
    model: Any, name: str = "", above: tuple[int, ...] = ()
) -> Iterator[tuple[str, Any]]:
    """The layers by their places in `layers`, wherever else a learner's own may keep things."""
    yield name, model
    layers = getattr(model, "layers", None)
    if "Sequential" in kinds(model) and isinstance(layers, list | tuple) and id(model) not in above:
        for place, layer in enumerate(cast("list[Any]", layers)):
            yield from lesson_layers(layer, f"{name}.{place}".lstrip("."), (*above, id(model)))


def kinds(layer: object) -> set[str]:
    """The names of a layer's class and of those that it comes from."""
    return {cls.__name__ for cls in type(layer).__mro__}


def state_of(model: Any) -> dict[str, Array]:
    """What `state_dict()` gives, also of a model that has none; nothing is left out."""
    if getattr(model.__class__, "state_dict", Module.state_dict) is not Module.state_dict:
        own: Mapping[Any, Any] = model.state_dict()  # the model's author knows best
        return {name: array_of("state_dict()", name, value) for name, value in own.items()}
    return {name: tensor.data.copy() for name, tensor in named_tensors(model).items()}


def shared_names(model: Any) -> list[list[str]]:
    """The names of each tensor of a model that has several."""
    if getattr(model.__class__, "state_dict", Module.state_dict) is not Module.state_dict:
        return []  # the names are its author's
    by_tensor: dict[int, list[str]] = {}
    for name, tensor in named_tensors(model).items():
        by_tensor.setdefault(id(tensor), []).append(name)
    return [names for names in by_tensor.values() if len(names) > 1]


def constants_of(model: Any) -> set[str]:
    """The names of those tensors that a model keeps without having declared them as buffers."""
    layers = [("", model), *walk(model)]
    undeclared = [
        f"{name}.{attribute}".lstrip(".")
        for name, layer in layers
        for attribute, declared in buffers_of(layer).items()
        if declared is None
    ]
    return {name for name, _ in layers if f"{name}.".startswith(tuple(f"{n}." for n in undeclared))}


def array_of(owner: str, name: object, value: Any) -> Array:
    """The numbers for a name of a state dict; TypeError for what is neither array nor tensor."""
    if isinstance(value, Tensor):
        return value.data
    if not is_array(value):
        raise TypeError(
            f"{owner} expects arrays or tensors by name, got {came(value)} for {shortened(name)}. "
            "What comes from PyTorch goes through tinytorch.torch.from_torch first."
        )
    return np.asarray(value)


def put_state(model: Any, state: Mapping[str, Array]) -> None:
    """What `load_state_dict()` does, also to a model that has none; the state fits."""
    if getattr(model.__class__, "state_dict", Module.state_dict) is not Module.state_dict:
        model.load_state_dict(state)
        return
    own = named_tensors(model)
    new = {name: numbers_from(array, own[name].dtype) for name, array in state.items()}
    for name, array in new.items():
        own[name].data = array


def layer_types(model: object) -> dict[str, str]:
    """The class of each layer by its name; the model's own name is ''."""
    parts = [("", model), *walk(model)]
    return {name: type(part).__name__ for name, part in parts if not isinstance(part, Tensor)}


def linear_weights(model: Any) -> list[str]:
    """The names of the weights of a model's linear layers, which PyTorch keeps as (out, in).

    Those are transposed on the way to PyTorch and back. TypeError for what is no layer.

    >>> from tinytorch import Linear, ReLU, Sequential
    >>> linear_weights(Sequential(Linear(3, 2), ReLU(), Linear(2, 1)))
    ['0.weight', '2.weight']
    """
    check_model("linear_weights", model)
    layers = [model, *(part for _, part in (*walk(model), *lesson_layers(model)))]
    linear = [layer for layer in layers if kinds(layer) & set(LINEAR)]
    weights = {id(getattr(layer, "weight", None)) for layer in linear}
    return [n for n, each in names_of(model).items() if id(each) in weights and each.ndim == 2]


MOST_NAMES = 8  # in a line of a report
MOST_LETTERS = 150  # of a name, or of what is said of it
# Layers that are known to calculate different things; a class of one's own may have a new name.
OURS = {*LINEAR, "ReLU", "Sigmoid", "Tanh", "Softmax", "GELU", "Dropout", "Sequential"}


@dataclass(frozen=True, repr=False)
class LoadReport:
    """What was taken over from a file or a PyTorch module, and what did not fit.

    `loaded`, `missing` (the model has it, the source does not), `unexpected` (the other way round)
    and `transposed` are names; `wrong_shape` has a name with both shapes, `converted` a name with
    both dtypes, `other_layers` a name with both types of layer, the source's first. What a model
    shares needs one of its names; `not_shared` has two names with different numbers in the source,
    of which the first counts. `kept` are names of constants that nobody declared as buffers, and
    that the source does not have; they stay as they are. It prints as a few lines.

    >>> report = LoadReport("net.safetensors", ["0.weight"], missing=["2.bias"])
    >>> report
    net.safetensors: 1 tensor loaded
      missing: 2.bias
    >>> report.complete, report.problems()
    (False, ['missing: 2.bias'])
    """

    source: str
    loaded: list[str]
    missing: list[str] = field(default_factory=list[str])
    unexpected: list[str] = field(default_factory=list[str])
    wrong_shape: list[tuple[str, Shape, Shape]] = field(
        default_factory=list[tuple[str, "Shape", "Shape"]]
    )
    converted: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    transposed: list[str] = field(default_factory=list[str])
    other_layers: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    not_shared: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    kept: list[str] = field(default_factory=list[str])

    @property
    def complete(self) -> bool:
        """Whether every name, every shape and every type of layer fits."""
        return not self.problems()

    def problems(self) -> list[str]:
        """What does not fit, a line for each kind."""
        shapes = [
            f"{shown(name)} is {theirs} there and {ours} in the model"
            + (
                " (turned round; is it PyTorch's?)"
                if theirs == ours[::-1] and theirs != ours
                else ""
            )
            for name, theirs, ours in self.wrong_shape
        ]
        layers = [
            f"{shown(name) if name else 'the network'} is {theirs} there and {ours} in the model"
            for name, theirs, ours in self.other_layers
        ]
        kinds = {"missing": self.missing, "unexpected": self.unexpected}
        shared = [f"{shown(one)} and {shown(other)}" for one, other in self.not_shared]
        kinds |= {"wrong shape": shapes, "other layers": layers}
        kinds |= {"one tensor in the model, two there": shared}
        return [f"{kind}: {listed(names)}" for kind, names in kinds.items() if names]

    def __repr__(self) -> str:
        plural = "tensor" if len(self.loaded) == 1 else "tensors"
        lines = [f"{self.source}: {len(self.loaded)} {plural} loaded"]
        if self.complete and not self.kept:
            lines[0] += ", all that the model has"
        lines += self.problems()
        if self.kept:
            lines.append(f"not there, and left as they are: {listed(self.kept)}")
        if self.transposed:
            lines.append(f"transposed, for PyTorch keeps (out, in): {listed(self.transposed)}")
        if self.converted:
            changes = [
                f"{shown(name)} from {theirs} to {ours}" for name, theirs, ours in self.converted
            ]
            lines.append(f"converted: {listed(changes)}")
        return "\n  ".join(lines)


class MismatchError(ValueError):
    """Names or shapes do not fit a model; nothing was changed. `report` has them in lists.

    >>> report = LoadReport("net.safetensors", [], unexpected=["2.bias"])
    >>> raise MismatchError(report, "the names of a Linear")  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
    ...
    tinytorch.files.loading.MismatchError: net.safetensors: expected the names of a Linear, got:
    unexpected: 2.bias. Build the same network, or take what fits with strict=False.
    """

    def __init__(self, report: LoadReport, expected: str) -> None:
        super().__init__(
            f"{report.source}: expected {expected}, got: {'; '.join(report.problems())}. "
            "Build the same network, or take what fits with strict=False."
        )
        self.report = report


def listed(names: list[str]) -> str:
    """Names on a line, of many the first."""
    rest = len(names) - MOST_NAMES
    return ", ".join(map(shown, names[:MOST_NAMES])) + (f" and {rest} more" if rest > 0 else "")


def shown(name: str) -> str:
    """A name as it prints; one that is long, or would move the cursor, as Python writes it."""
    return name if name.isprintable() and 0 < len(name) < MOST_LETTERS else shortened(name)


def other_layers(theirs: Mapping[str, str], ours: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Where another of TinyTorch's layers has the name: numbers may fit, the network does not."""
    return [
        (name, kind, ours[name])
        for name, kind in theirs.items()
        if name in ours
        and {kind, ours[name]} <= OURS
        and kind != ours[name]
        and not {kind, ours[name]} <= set(LINEAR)
    ]


def to_transpose(
    owner: str, arrays: Mapping[str, Array], known: Iterable[str], told: Iterable[str] | None
) -> list[str]:
    """Which of the arrays are weights of linear layers: those known to be, or those one is told.

    A square weight looks the same both ways, so nothing is guessed from a shape. TypeError or
    ValueError if a matrix is neither known nor told, or if what is told is no matrix.
    """
    matrices = [name for name, array in arrays.items() if array.ndim == 2]
    if told is None:
        linear = set(known)
        found = [name for name in matrices if name in linear]
        if rest := [name for name in matrices if name not in found]:
            raise ValueError(
                f"{owner} expects to know which matrices are weights of a Linear, which PyTorch "
                f"keeps as (out, in), got {listed(rest)} without a word. Name all that are to be "
                "transposed with transpose=[...], which may be empty."
            )
        return found
    wanted = [told] if isinstance(told, str) else list(told)
    if strange := [name for name in wanted if name not in matrices]:
        raise ValueError(
            f"{owner} expects in transpose= names of matrices, got {shortened(strange)}. "
            f"There are: {listed(matrices) or 'none'}."
        )
    return wanted


def take_over(
    model: Any,
    arrays: Mapping[str, Array],
    *,
    source: str,
    strict: bool = True,
    transpose: Iterable[str] = (),
    layers: Mapping[str, str] | None = None,
) -> LoadReport:
    """Put what fits of some arrays into a model; MismatchError if not all fits, unless not strict.

    Those named in `transpose` are turned round first. `layers` are the types of layer that the
    arrays belong to, by name. What fails changes nothing.
    """
    own, turned = state_of(model), set(transpose)
    alike = {name: names for names in shared_names(model) for name in names}
    theirs = {name: array.T if name in turned else array for name, array in arrays.items()}
    shared = [name for name in own if name in theirs]
    fitting = [name for name in shared if own[name].shape == theirs[name].shape]
    fits = set(fitting)
    first = {name: next((n for n in alike.get(name, ()) if n in fits), name) for name in own}
    missing = [name for name in own if name not in theirs and first[name] not in fits]
    constants = constants_of(model) if missing else set[str]()
    report = LoadReport(
        source,
        loaded=fitting,
        missing=[name for name in missing if name not in constants],
        unexpected=[name for name in theirs if name not in own],
        wrong_shape=[
            (name, theirs[name].shape, own[name].shape) for name in shared if name not in fits
        ],
        converted=[
            (name, str(theirs[name].dtype), str(own[name].dtype))
            for name in fitting
            if theirs[name].dtype != own[name].dtype
        ],
        transposed=[name for name in fitting if name in turned],
        other_layers=other_layers(layers or {}, layer_types(model)),
        not_shared=[
            (first[name], name)
            for name in fitting
            if not np.array_equal(theirs[first[name]], theirs[name], equal_nan=True)
        ],
        kept=[name for name in missing if name in constants],
    )
    if strict and not report.complete:
        raise MismatchError(report, f"the names and shapes of this {type(model).__name__}")
    put_state(model, {n: theirs[first[n]] if first[n] in fits else own[n] for n in own})
    return report
