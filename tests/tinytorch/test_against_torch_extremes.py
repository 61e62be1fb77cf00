"""Zeros, ties, huge, tiny and infinite numbers and NaN against PyTorch, each with each."""

import operator

import numpy as np
import pytest

from tinytorch import GELU, CrossEntropyLoss, ReLU, Sigmoid, Softmax, Tanh

EXTREMES = np.array(
    [0.0, 1, 2, 0.5, 6, 20, 90, 1e4, 3e38, 1e-20, 1e-38, 1e-42, np.inf], dtype=np.float32
)
EXTREMES = np.concatenate([EXTREMES, -EXTREMES, [np.nan]]).astype(np.float32)
NUMBERS = [1, 2, 3, 0.5, 1 / 3, -1, -2, -0.5]
ONE = {
    "negative": operator.neg,
    "absolute": abs,
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "sqrt": lambda x: x.sqrt(),
    "power 0": lambda x: x**0,
    "0 to a power": lambda x: 0.0**x,
    "division by 0": lambda x: x / 0,
}
TWO = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
# Values near 1 are rounded before the slope is taken: there only the last digits of 1 count.
ACTIVATIONS = {"ReLU": ReLU(), "Sigmoid": Sigmoid(), "Tanh": Tanh(), "GELU": GELU()}
# Where we differ on purpose: see test_against_torch_differences.py.
DIFFERENT = {
    "absolute": np.isnan(EXTREMES),
    "GELU": EXTREMES > 1e38,
    "power 0.5": np.signbit(EXTREMES),
    "power -0.5": np.signbit(EXTREMES),
}
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def ordinary(name):
    """The extremes without those at which an operation differs on purpose."""
    return EXTREMES[~DIFFERENT.get(name, np.zeros(len(EXTREMES), bool))]


@pytest.mark.parametrize("name", ONE)
def test_one_operand(check_against_torch, name):
    """Training that meets an extreme number would go on here, and stop there."""
    check_against_torch(ONE[name], ONE[name], ordinary(name), atol=1e-44)


@pytest.mark.parametrize("function", TWO)
def test_two_operands(check_against_torch, function):
    """Every extreme number meets every other."""
    a, b = (each.ravel() for each in np.meshgrid(EXTREMES, EXTREMES))
    check_against_torch(function, function, a, b, atol=1e-42)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("function", TWO)
def test_a_number_on_either_side(check_against_torch, function, number):
    """`1 / x` and `x ** -1` at zero are where formulas go wrong."""
    x = ordinary(f"power {number}" if function is operator.pow else "")
    for both in (lambda x: function(x, number), lambda x: function(number, x)):
        check_against_torch(both, both, x, atol=1e-42)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(check_against_torch, torch, name):
    """Scores far from zero are common at the start of a training that goes wrong."""
    theirs = getattr(torch.nn, name)()
    check_against_torch(ACTIVATIONS[name], theirs, ordinary(name), atol=1e-6)


@pytest.mark.parametrize("keepdims", [True, False])
@pytest.mark.parametrize("axis", [0, 1, (0, 1)])
@pytest.mark.parametrize(("name", "theirs"), [("max", "amax"), ("min", "amin"), ("sum", "sum")])
def test_reductions(check_against_torch, name, theirs, axis, keepdims):
    """One NaN or infinity must not spread to rows that have none, nor hide in its own."""
    x = np.stack([EXTREMES, np.roll(EXTREMES, 1), np.roll(EXTREMES, 2), EXTREMES])
    x[x == 3e38] = 1e38  # or sums overflow in one order, and not in another
    for part in (x, x.T):
        check_against_torch(
            lambda x: getattr(x, name)(axis, keepdims),
            lambda x: getattr(x, theirs)(axis, keepdims),
            part,
        )


def rows():
    """Scores as they come out of networks that are sure, broken, or both."""
    return [
        [1e4, -1e4, 0.0],
        [1e4, 1e4, -1e4],
        [-1e4, -1e4, -1e4],
        [0.0, -0.0, 1e-20],
        [-np.inf, 0.0, 1.0],
        [np.inf, 0.0, 1.0],
        [-np.inf, -np.inf, -np.inf],
        [np.nan, 0.0, 1.0],
        [88.0, 89.0, -103.0],
    ]


def test_softmax(check_against_torch):
    """A score of -infinity is how a choice is forbidden."""
    check_against_torch(Softmax(), lambda x: x.softmax(-1), rows(), atol=1e-7)
    check_against_torch(Softmax(0), lambda x: x.softmax(0), np.transpose(rows()), atol=1e-7)


@pytest.mark.parametrize("label", [0, 1, 2])
@pytest.mark.parametrize("row", rows())
def test_cross_entropy(check_against_torch, torch, row, label):
    """One overflow in one example would make the loss of a whole batch infinite."""
    ours, theirs = CrossEntropyLoss(), torch.nn.CrossEntropyLoss()
    labels = torch.tensor([label, 0])
    for batch in ([row, [0.0, 1.0, 2.0]], [row, row]):
        check_against_torch(
            lambda x: ours(x, [label, 0]), lambda x: theirs(x, labels), batch, atol=1e-7
        )
