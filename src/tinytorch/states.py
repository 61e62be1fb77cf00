"""States: the numbers of a model by name, whoever wrote its layers, and taking over others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tinytorch.core.checks import came, shortened
from tinytorch.core.conversion import numbers_from
from tinytorch.core.search import walk
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from tinytorch._typing import Array, Shape

LINEAR = ("Linear", "Dense")
MOST_NAMES = 8  # in a line of a report


@dataclass(frozen=True, repr=False)
class LoadReport:
    """What was taken over from a file or a PyTorch module, and what did not fit.

    `loaded`, `missing` (the model has it, the source does not), `unexpected` (the other way round)
    and `transposed` are names; `wrong_shape` has a name with both shapes, `converted` a name with
    both dtypes, the source's first. It prints as a few lines.

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

    @property
    def complete(self) -> bool:
        """Whether every name and every shape fits."""
        return not (self.missing or self.unexpected or self.wrong_shape)

    def problems(self) -> list[str]:
        """What does not fit, a line for each kind."""
        shapes = [
            f"{name} is {theirs} there and {ours} in the model"
            + (" (turned round; is it PyTorch's?)" if theirs == ours[::-1] else "")
            for name, theirs, ours in self.wrong_shape
        ]
        kinds = {"missing": self.missing, "unexpected": self.unexpected, "wrong shape": shapes}
        return [f"{kind}: {listed(names)}" for kind, names in kinds.items() if names]

    def __repr__(self) -> str:
        plural = "tensor" if len(self.loaded) == 1 else "tensors"
        lines = [f"{self.source}: {len(self.loaded)} {plural} loaded"]
        if self.complete:
            lines[0] += ", all that the model has"
        lines += self.problems()
        if self.transposed:
            lines.append(f"transposed, for PyTorch keeps (out, in): {listed(self.transposed)}")
        if self.converted:
            changes = [f"{name} from {theirs} to {ours}" for name, theirs, ours in self.converted]
            lines.append(f"converted: {listed(changes)}")
        return "\n  ".join(lines)


class MismatchError(ValueError):
    """Names or shapes do not fit a model; nothing was changed. `report` has them in lists.

    >>> report = LoadReport("net.safetensors", [], unexpected=["2.bias"])
    >>> raise MismatchError(report, "the names of a Linear")  # doctest: +NORMALIZE_WHITESPACE
    Traceback (most recent call last):
    ...
    tinytorch.states.MismatchError: net.safetensors: expected the names of a Linear, got:
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
    return ", ".join(names[:MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def check_model(owner: str, model: object) -> None:
    """TypeError for what is no layer."""
    if isinstance(model, type) or not (
        hasattr(model, "__dict__") and callable(getattr(model, "parameters", None))
    ):
        raise TypeError(
            f"{owner} expects a layer or a network, which has parameters(), got {came(model)}. "
            "Give the network itself."
        )


def named_tensors(model: Any) -> dict[str, Tensor]:
    """The parameters by all of their names; ValueError if `parameters()` has one without a name."""
    named = {name: part for name, part in walk(model) if isinstance(part, Tensor)}
    known = {id(tensor) for tensor in named.values()}
    for tensor in model.parameters():
        if id(tensor) not in known:
            raise ValueError(
                f"Saving and loading expect each of {type(model).__name__}'s parameters in an "
                f"attribute, with requires_grad=True, got {shortened(tensor)}, which is in none. "
                "Keep it like self.weight = Tensor(..., requires_grad=True)."
            )
    return named


def state_of(model: Any) -> dict[str, Array]:
    """What `state_dict()` gives, also of a model that has none."""
    if callable(getattr(model, "state_dict", None)):
        return dict(model.state_dict())
    return {name: tensor.data.copy() for name, tensor in named_tensors(model).items()}


def put_state(model: Any, state: Mapping[str, Array]) -> None:
    """What `load_state_dict()` does, also to a model that has none; the state fits."""
    if callable(getattr(model, "load_state_dict", None)):
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
    return [
        f"{name}.weight".lstrip(".")
        for name, part in [("", model), *walk(model)]
        if any(cls.__name__ in LINEAR for cls in type(part).__mro__)
        and getattr(getattr(part, "weight", None), "ndim", None) == 2
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
) -> LoadReport:
    """Put what fits of some arrays into a model; MismatchError if not all fits, unless not strict.

    Those named in `transpose` are turned round first. What fails changes nothing.
    """
    own, turned = state_of(model), set(transpose)
    theirs = {name: array.T if name in turned else array for name, array in arrays.items()}
    shared = [name for name in own if name in theirs]
    fitting = [name for name in shared if own[name].shape == theirs[name].shape]
    report = LoadReport(
        source,
        loaded=fitting,
        missing=[name for name in own if name not in theirs],
        unexpected=[name for name in theirs if name not in own],
        wrong_shape=[
            (name, theirs[name].shape, own[name].shape) for name in shared if name not in fitting
        ],
        converted=[
            (name, str(theirs[name].dtype), str(own[name].dtype))
            for name in fitting
            if theirs[name].dtype != own[name].dtype
        ],
        transposed=[name for name in fitting if name in turned],
    )
    if strict and not report.complete:
        raise MismatchError(report, f"the names and shapes of this {type(model).__name__}")
    put_state(model, own | {name: theirs[name] for name in fitting})
    return report
