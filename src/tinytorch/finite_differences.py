"""gradcheck: autograd's gradients beside finite differences, which know no derivatives."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from tinytorch.core.given.checks import came, real
from tinytorch.core.given.graph import no_grad
from tinytorch.core.tensor import Tensor

if TYPE_CHECKING:
    from tinytorch._typing import Array


class GradcheckError(ValueError):
    """Raised by `gradcheck`: gradients that disagree, or that cannot be compared.

    >>> from tinytorch import GradcheckError
    >>> issubclass(GradcheckError, ValueError)
    True
    """


@dataclass
class Comparison:
    """What autograd and finite differences say about one number of an input."""

    place: int
    index: tuple[int, ...]
    autograd: float | None
    left: float
    right: float
    rtol: float
    atol: float
    spread: float = 0.0  # how far apart the differences of two steps are

    @property
    def difference(self) -> float:
        """The slope by finite differences: the mean of the slopes to the left and to the right."""
        return (self.left + self.right) / 2

    @property
    def allowed(self) -> float:
        """How far apart the two may be."""
        return self.atol + self.rtol * abs(self.difference)

    @property
    def excess(self) -> float:
        """How far apart they are, over what is allowed; infinite beside a NaN."""
        excess = abs((self.autograd or 0.0) - self.difference) / self.allowed
        return excess if np.isfinite(excess) else np.inf

    def told(self, count: int, weight: float | None) -> str:
        """The message for a person, where `count` numbers are wrong.

        `weight` is that of the only number in the results that this one acts on, if it is so.
        """
        if weight is not None:
            slope = None if self.autograd is None else self.autograd / weight
            sides = self.left / weight, self.right / weight
            atol, spread = self.atol / abs(weight), self.spread / abs(weight)
            return Comparison(self.place, self.index, slope, *sides, self.rtol, atol, spread).text(
                f"the worst of {count} that disagree"
            )
        return self.text(
            f"the worst of {count} that disagree; of all results, added up with random weights"
        )

    def text(self, remark: str) -> str:
        """What differs, by how much, and what to look at."""
        where = f"input {self.place}" + (f" at {list(self.index)}" if self.index else "")
        says = "nothing" if self.autograd is None else f"{self.autograd:.8g}"
        apart = abs((self.autograd or 0.0) - self.difference)
        return (
            "gradcheck expects autograd's gradients to agree with finite differences, got "
            f"{where}: autograd says {says}, finite differences say {self.difference:.8g}, which "
            f"is {apart:.3g} apart where {self.allowed:.3g} is allowed ({remark}). {self.repair()}"
        )

    def repair(self) -> str:
        """What to look at."""
        if not np.isfinite(self.difference):
            return "f is not finite around this input: choose other numbers."
        if self.autograd is None:
            return "The graph is cut on the way: look for .data, .detach(), a new Tensor, no_grad."
        if not np.isfinite(self.autograd):
            return "detect_anomaly() around it names the operation that made this."
        if self.spread > abs(self.autograd - self.difference) / 4:
            return (
                f"Finite differences of two steps are {self.spread:.3g} apart themselves: f jumps "
                "here, or rounding in it hides the change. Choose other numbers, or a larger eps."
            )
        low, high = sorted((self.left, self.right))
        if low <= self.autograd <= high and high - low > 1000 * self.allowed:
            return (
                f"The slope is {self.left:.6g} to the left and {self.right:.6g} to the right: f "
                "bends here, and has no gradient to compare with. Choose other numbers."
            )
        return "Look at the derivatives of the operations that this input goes through."


def gradcheck(
    f: Callable[..., Tensor | Sequence[Tensor]],
    *inputs: Any,
    eps: float = 1e-6,
    rtol: float = 1e-7,
    atol: float = 1e-8,
) -> bool:
    """Return True if autograd's gradients of `f(*inputs)` agree with finite differences.

    `f` gives one tensor, or a tuple or list of them, of any shapes. Checked is every number of
    those inputs that are tensors with `requires_grad=True`, with 2 calls of `f` each; the others
    are only handed on. An input need not be used as an argument:
    `gradcheck(lambda x, *_: model(x), x, *model.parameters())` checks a network's weights.

    All is calculated in float64, for in float32 a difference has but three right digits: the
    inputs become float64 meanwhile, and come back with their own arrays and gradients.

    A number x is moved by h = `eps` * max(1, abs(x)) both ways. The central difference is then off
    by h^2/6 times the third derivative, about 1e-13, and by the rounding of f(x) over h, about
    1e-10. Allowed is `atol` + `rtol` * abs(difference): 10 to 1,000 times as much, and little
    enough that a gradient above 0.002 that is wrong by 1e-5 of itself is found. Before a number
    counts as wrong, the steps 10 h (less rounding) and h / 100 (`f` may bend nearby, as ReLU does
    at 0) are tried. Results of several numbers are first added up with fixed random weights.

    Raises GradcheckError, which names the worst number, where a gradient disagrees, is missing, is
    NaN or has the wrong shape, and where `f` gives other results each time, as with a Dropout
    that is training. Raises ValueError or TypeError where nothing can be checked: no input has
    `requires_grad=True`, an operation made one, or a result is no tensor of float64.

    >>> from tinytorch import Tensor, gradcheck
    >>> x = Tensor([[0.5, -1.5]], requires_grad=True)
    >>> w = Tensor([[1.0], [2.0]], requires_grad=True)
    >>> gradcheck(lambda x, w: (x @ w).exp(), x, w)
    True
    >>> gradcheck(lambda x: x * x.detach(), x)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    tinytorch.finite_differences.GradcheckError: gradcheck expects autograd's gradients to agree \
with finite differences, got input 0 at [0, 1]: autograd says ..., finite differences say ...
    """
    check_arguments(f, eps=eps, rtol=rtol, atol=atol)
    tensors = to_check(inputs)
    with in_double(tensors.values()):
        check = Check(f, inputs, eps, rtol, atol)
        check.repeats(2)
        gradients = check.by_autograd(tensors)
        wrong = [each for place in tensors for each in check.wrong(place, gradients[place])]
        if wrong:
            check.repeats(8)  # the masks of a small Dropout may be the same by chance
            worst = max(wrong, key=lambda each: each.excess)
            weight = check.weight(worst.place, worst.index)
            raise GradcheckError(worst.told(len(wrong), weight))
    return True


class Check:
    """A function at one place, and how it is looked at there."""

    def __init__(
        self, f: Callable[..., Any], inputs: Sequence[Any], eps: float, rtol: float, atol: float
    ) -> None:
        """Call the function once, and choose a weight for each number of its results."""
        self.f = f
        self.inputs = inputs
        self.eps = eps
        self.tolerances = rtol, atol
        self.first = self.values()
        numbers = np.random.default_rng(0)
        # Neither 1 nor of one sign: a derivative that forgets the gradient coming in is wrong.
        self.weights = [
            numbers.uniform(0.5, 1.5, value.shape) * numbers.choice([-1, 1], value.shape)
            for value in self.first
        ]

    def results(self) -> list[Tensor]:
        """What the function gives, as a list."""
        value = self.f(*self.inputs)
        found = list(cast("list[Any]", value)) if isinstance(value, list | tuple) else [value]
        for each in found or [value]:
            if not isinstance(each, Tensor):
                raise TypeError(
                    "gradcheck expects f to give a tensor, or a tuple or list of tensors, got "
                    f"{type(each).__name__}. Return tensors, without .data or .item()."
                )
            if each.dtype != np.float64:
                raise ValueError(
                    "gradcheck expects f to calculate in float64, as its inputs are meanwhile, got "
                    f"a result of {each.dtype}. Tensor(...) in f makes float32 and cuts the graph: "
                    "calculate with the inputs, and give constants dtype=np.float64."
                )
        return found

    def values(self) -> list[Array]:
        """The numbers of the results, copied: they may be a view of an input, which will move."""
        with no_grad(), np.errstate(all="ignore"):
            return [result.data.copy() for result in self.results()]

    def repeats(self, times: int) -> None:
        """GradcheckError if the same inputs do not give the same results."""
        for _ in range(times):
            again = self.values()
            same = [value.shape for value in again] == [value.shape for value in self.first]
            if not same or not all(
                np.array_equal(a, b, equal_nan=True) for a, b in zip(again, self.first, strict=True)
            ):
                raise GradcheckError(
                    "gradcheck expects f to give the same results each time, got different ones. "
                    "A Dropout that is training draws a fresh mask in each call: use eval() or "
                    "training=False, or call manual_seed(0) at the beginning of f."
                )

    def by_autograd(self, tensors: dict[int, Tensor]) -> dict[int, Array | None]:
        """The gradients of the weighted sum of the results, by input; None where there is none."""
        for place, weights in enumerate(self.weights):
            result = self.results()[place]
            if result.requires_grad:
                result.backward(weights)
        gradients = {place: tensor.grad for place, tensor in tensors.items()}
        for place, gradient in gradients.items():
            if gradient is not None and gradient.shape != tensors[place].shape:
                raise GradcheckError(
                    f"gradcheck expects a gradient of the input's shape {tensors[place].shape}, "
                    f"got shape {gradient.shape} for input {place}. A derivative has to sum over "
                    "the axes along which the input was broadcast."
                )
        return {place: None if each is None else each.data for place, each in gradients.items()}

    def wrong(self, place: int, gradient: Array | None) -> list[Comparison]:
        """The numbers of an input for which autograd and finite differences disagree."""
        found: list[Comparison] = []
        for index in np.ndindex(self.inputs[place].shape):
            claimed = None if gradient is None else float(gradient[index])
            tries: list[Comparison] = []
            for factor in (1, 10, 0.01):
                sides = self.slopes(place, index, self.eps * factor)
                tries.append(Comparison(place, index, claimed, *sides, *self.tolerances))
                if tries[-1].excess <= 1:
                    break
            else:
                told = min(tries, key=lambda each: np.isinf(each.excess))
                spread = abs(tries[1].difference - tries[0].difference)
                found.append(replace(told, spread=spread))
        return found

    def slopes(self, place: int, index: tuple[int, ...], step: float) -> tuple[float, float]:
        """How fast the weighted sum changes with one number, to the left and to the right of it."""
        x = self.inputs[place].data[index]
        slopes: list[float] = []
        for target in (x - step * max(1, abs(x)), x + step * max(1, abs(x))):
            with np.errstate(all="ignore"):
                terms = zip(self.changes(place, index, target), self.weights, strict=True)
                slopes.append(float(sum((change * w).sum() for change, w in terms) / (target - x)))
        return slopes[0], slopes[1]

    def changes(self, place: int, index: tuple[int, ...], target: float) -> list[Array]:
        """What moving one number of an input to a target adds to each number of the results."""
        data: Array = self.inputs[place].data
        x = data[index]
        data[index] = target
        try:
            with np.errstate(all="ignore"):
                return [new - old for new, old in zip(self.values(), self.first, strict=True)]
        except Exception as error:
            error.add_note(f"while gradcheck moved input {place} at {list(index)} to {target}")
            raise
        finally:
            data[index] = x

    def weight(self, place: int, index: tuple[int, ...]) -> float | None:
        """The weight of the only number in the results that a number of an input acts on, if so."""
        x = self.inputs[place].data[index]
        changes = self.changes(place, index, x + self.eps * max(1, abs(x)))
        one = sum(change.size for change in changes) == 1
        pairs = zip(changes, self.weights, strict=True)
        weights = [w for change, weight in pairs for w in weight[one or change != 0].flat]
        return weights[0] if len(weights) == 1 else None


@contextmanager
def in_double(tensors: Iterable[Tensor]) -> Generator[None, None, None]:
    """Give tensors float64 copies of their numbers and no gradient; give back what they had."""
    before = [(tensor, tensor.data, tensor.grad) for tensor in tensors]
    try:
        for tensor, data, _ in before:
            tensor.data = np.array(data, dtype=np.float64)
            tensor.grad = None
        yield
    finally:
        for tensor, data, grad in before:
            tensor.data = data
            tensor.grad = grad


def to_check(inputs: Sequence[Any]) -> dict[int, Tensor]:
    """The inputs that want a gradient, by their places, each tensor once."""
    wanted = {place: each for place, each in enumerate(inputs) if isinstance(each, Tensor)}
    wanted = {place: each for place, each in wanted.items() if each.requires_grad}
    if not wanted:
        raise ValueError(
            f"gradcheck expects an input with requires_grad=True, got none among {len(inputs)}. "
            "Make it with Tensor(..., requires_grad=True)."
        )
    for place, tensor in wanted.items():
        if tensor.node is not None:
            raise ValueError(
                "gradcheck expects inputs that no operation made, got the result of "
                f"{tensor.node.operation!r} as input {place}. Use Tensor(x, requires_grad=True)."
            )
    first_places = {id(tensor): place for place, tensor in reversed(wanted.items())}
    return {place: wanted[place] for place in sorted(first_places.values())}


def check_arguments(f: object, **settings: object) -> None:
    """TypeError or ValueError for what cannot be called, and for a step that is none."""
    if not callable(f):
        raise TypeError(
            f"gradcheck expects a function first, got {came(f)}. "
            "Call gradcheck(f, x), not gradcheck(f(x))."
        )
    for name, value in settings.items():
        number = real(value)
        if number is None or not 0 < number < np.inf:
            kind = TypeError if number is None else ValueError
            raise kind(
                f"gradcheck expects {name} as a number above 0, got {came(value)}. "
                "Leave it out, or try 1e-6."
            )
