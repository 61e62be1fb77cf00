"""What gradcheck says about a gradient that is wrong, or cannot be checked."""

import re

import numpy as np
import pytest

from tinytorch import (
    BinaryCrossEntropyLoss,
    Dropout,
    GradcheckError,
    ReLU,
    Tensor,
    gradcheck,
    manual_seed,
    no_grad,
)
from tinytorch.core.autograd import DERIVATIVES


def leaf(data, dtype=np.float64):
    return Tensor(data, requires_grad=True, dtype=dtype)


def test_the_worst_number():
    """One look tells where to search, and by how much it is off."""
    x = leaf([[1.0, 2.0], [-4.0, 3.0]])
    with pytest.raises(ValueError, match="gradcheck") as caught:
        gradcheck(lambda x: x * x.detach(), x)
    assert type(caught.value) is GradcheckError
    assert re.fullmatch(
        r"gradcheck expects autograd's gradients to agree with finite differences, got input 0 "
        r"at \[1, 0\]: autograd says -4, finite differences say -8, which is "
        r"4 apart where 8.*e-07 is allowed \(the worst of 4 that disagree\)\. "
        r"Look at the derivatives of the operations that this input goes through\.",
        str(caught.value),
    )


def test_several_results_are_added_up():
    """Who reckons by hand has to know what the numbers are of."""
    with pytest.raises(GradcheckError, match="of all results, added up with random weights"):
        gradcheck(lambda x: (x * x, x * x.detach()), leaf([1.0, 2.0]))


def test_a_single_number_has_no_index():
    """`at []` is a riddle."""
    with pytest.raises(
        GradcheckError, match=r"got input 0: autograd says 2, finite differences say 4,"
    ):
        gradcheck(lambda x: x * x.detach(), leaf(2.0))


@pytest.mark.parametrize("size", [1, 50])
def test_random_masks(size):
    """The commonest reason of all, and the gradient is right."""
    layer = Dropout(0.5)
    x = leaf(np.ones(size))
    for seed in range(5):
        manual_seed(seed)
        with pytest.raises(GradcheckError, match=r"A Dropout that is training.*eval\(\)"):
            gradcheck(layer, x)
    assert gradcheck(lambda x: layer(x, training=False), x)
    assert gradcheck(lambda x: [manual_seed(0), layer(x)][1], x)


def test_a_gradient_that_is_missing():
    """A network that is cut does not learn, and says nothing."""
    x = leaf([1.0, 2.0])
    cut = lambda x: Tensor(x.data * 2, dtype=np.float64)  # noqa: E731
    for function in (cut, lambda x: cut(x) + 0 * leaf(1.0)):
        with pytest.raises(GradcheckError, match=r"autograd says nothing.*The graph is cut"):
            gradcheck(function, x)
    with no_grad(), pytest.raises(GradcheckError, match="no_grad"):
        gradcheck(Tensor.exp, x)


def test_a_gradient_of_the_wrong_shape(monkeypatch):
    """NumPy would broadcast it into a step of the wrong size."""
    monkeypatch.setitem(DERIVATIVES, "add", (lambda g, *_: g, lambda g, *_: g))
    with pytest.raises(GradcheckError, match=r"shape \(2,\), got shape \(3, 2\) for input 1"):
        gradcheck(lambda a, b: a + b, leaf(np.ones((3, 2))), leaf([1.0, 2.0]))


def test_a_gradient_that_is_nan(monkeypatch):
    """NaN agrees with nothing, and comes first."""
    monkeypatch.setitem(DERIVATIVES, "exp", (lambda g, y: np.where(y > 5, np.nan, g),))
    with pytest.raises(GradcheckError, match=r"\[1\]: autograd says nan.*detect_anomaly"):
        gradcheck(Tensor.exp, leaf([1.0, 2.0]))


def test_a_bend():
    """ReLU has no slope at 0; nothing is wrong with it."""
    with pytest.raises(GradcheckError, match=r"slope is -?0 to the left and .* to the right"):
        gradcheck(ReLU(), leaf([1.0, 0.0]))


def test_a_jump():
    """Rounding has a slope of 0 nearly everywhere, and none where it jumps."""
    rounded = lambda x: x + Tensor(np.round(x.data), dtype=np.float64)  # noqa: E731
    assert gradcheck(rounded, leaf([0.4, 1.7]))
    with pytest.raises(GradcheckError, match="apart themselves: f jumps here"):
        gradcheck(rounded, leaf([0.5]))


def test_a_function_that_is_not_finite():
    """Log of 0 has no slope to compare with."""
    with np.errstate(divide="ignore"), pytest.raises(GradcheckError, match="f is not finite"):
        gradcheck(Tensor.log, leaf([1.0, 0.0]))


def test_rounding_that_hides_the_change():
    """The derivative is right: what is wrong is the measure."""
    with pytest.raises(GradcheckError, match="or rounding in it hides the change"):
        gradcheck(lambda x: (x + 1e8) - 1e8, leaf([0.1, 0.2, 0.3]))
    assert gradcheck(lambda x: (x + 1e8) - 1e8, leaf([0.1, 0.2, 0.3]), eps=0.25)


def test_what_the_function_raises_comes_through():
    """It says for which number: the function may be sound where it was asked first."""
    with pytest.raises(ValueError, match="probabilities from 0 to 1") as caught:
        gradcheck(lambda p: BinaryCrossEntropyLoss()(p, [1.0, 1.0]), leaf([0.5, 1.0]))
    assert caught.value.__notes__ == ["while gradcheck moved input 0 at [1] to 1.000001"]


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ((leaf(1.0), leaf(1.0)), TypeError, r"expects a function first, got Tensor"),
        ((Tensor.exp,), ValueError, "requires_grad=True, got none among 0"),
        ((Tensor.exp, Tensor([1.0])), ValueError, "requires_grad=True, got none among 1"),
        ((Tensor.exp, leaf(1.0) * 2), ValueError, "got the result of 'multiply' as input 0"),
        ((Tensor.numpy, leaf(1.0)), TypeError, "got ndarray. Return tensors"),
        ((lambda x: (x, None), leaf(1.0)), TypeError, "got NoneType. Return tensors"),
        ((lambda x: (), leaf(1.0)), TypeError, "got tuple. Return tensors"),
        ((lambda x: Tensor([1.0]), leaf(1.0)), ValueError, "got a result of float32. .* cuts"),
    ],
)
def test_where_nothing_can_be_checked(arguments, error, text):
    """A check that passes because there was nothing to check is worth nothing."""
    with pytest.raises(error, match=text):
        gradcheck(*arguments)


@pytest.mark.parametrize("name", ["eps", "rtol", "atol"])
@pytest.mark.parametrize("value", [0, -1.0, np.nan, np.inf, 10**400, "1e-6", None, 1j])
def test_settings(name, value):
    """A tolerance of infinity would let everything pass."""
    kind = TypeError if isinstance(value, str | complex | None) else ValueError
    with pytest.raises(kind, match=f"{name} as a number above 0, got {type(value).__name__}"):
        gradcheck(Tensor.exp, leaf(1.0), **{name: value})
