"""NumPy's functions on tensors: recorded, or refused where a gradient would be lost."""

import numpy as np
import pytest

from tinytorch import Linear, Tensor, no_grad

FUNCTIONS = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "absolute": np.absolute,
    "negative": np.negative,
    "sum": np.sum,
    "mean": np.mean,
    "max": lambda x: np.max(x, axis=0, keepdims=True),
    "amax": lambda x: np.amax(x, 1),
    "min": lambda x: np.min(x, axis=(0, 1)),
    "amin": np.amin,
    "var": lambda x: np.var(x, axis=-1),
    "reshape": lambda x: np.reshape(x, (-1,)),
    "transpose": np.transpose,
    "power": lambda x: np.power(2.0, x),
    "maximum": lambda x: np.maximum(x, 0.6),
    "minimum": lambda x: np.minimum(1.0, x),
    "matmul": lambda x: np.matmul([1.0, 2.0], x),
    "dot": lambda x: np.dot(x, x),
    "dot after an array": lambda x: np.dot(np.ones((3, 2, 2)), x),
    "einsum": lambda x: np.einsum("ij,jk->ik", x, np.ones((2, 3))),
}
EINSUMS = [
    ("ij,jk->ik", (2, 3), (3, 4)),
    ("ij,jk", (2, 3), (3, 4)),
    ("ab , bc -> ca", (2, 3), (3, 2)),
    ("...i,io->...o", (3,), (3, 4)),
    ("...i,io->...o", (2, 5, 3), (3, 4)),
    ("...ij,...jk->...ik", (2, 1, 3, 4), (5, 4, 2)),
    ("i...,i...->...", (3, 2), (3, 2)),
    ("i,j->ij", (2,), (3,)),
    ("ij,ij->", (2, 3), (2, 3)),
    ("ijl,jk->k", (2, 3, 4), (3, 5)),
    ("ij,j->ij", (2, 3), (1,)),
    (",ij->ji", (), (2, 3)),
    ("bi,io->bo", (0, 3), (3, 4)),
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_numpy_functions_keep_the_graph(check_gradients, name):
    """np.mean(x) would be a plain number, and learning would stop without a word."""
    data = np.array([[0.5, 2.0], [3.0, 0.7]])
    check_gradients(FUNCTIONS[name], data)
    y = FUNCTIONS[name](Tensor(data, requires_grad=True, dtype=np.float64))
    assert type(y) is Tensor
    assert y.requires_grad
    np.testing.assert_allclose(y.data, FUNCTIONS[name](data))


@pytest.mark.parametrize(("subscripts", "a", "b"), EINSUMS)
def test_einsum_as_in_pytorch(check_gradients, check_against_torch, torch, subscripts, a, b):
    """A layer written with einsum is as right as one with @."""
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=shape) for shape in (a, b)]
    ours = lambda a, b: np.einsum(subscripts, a, b)  # noqa: E731
    check_gradients(ours, *arrays)
    check_against_torch(ours, lambda a, b: torch.einsum(subscripts, a, b), *arrays)


@pytest.mark.parametrize(
    "function",
    [
        np.sin,
        np.std,
        np.add.reduce,
        np.tanh,
        lambda x: np.concatenate([x, x]),
        lambda x: np.where(x > 1, x, 0.0),
        lambda x: np.sum(x, dtype=np.float64),
        lambda x: np.dot(2.0, x),
        lambda x: np.transpose(x, (1, 0)),
        lambda x: np.einsum("ij->ji", x),
        lambda x: np.divmod(x, 2),
        lambda x: np.linalg.norm(x),
    ],
)
def test_what_has_no_derivative_is_refused(function):
    """The gradient would be missing, and nothing would say so."""
    x = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    with pytest.raises(TypeError, match=r"got np\.\w+, whose derivative is not known\. Use \.det"):
        function(x)
    with no_grad():
        np.testing.assert_array_equal(function(x), function(x.data))
    np.testing.assert_array_equal(function(x.detach()), function(x.data))


def test_einsum_that_does_not_fit():
    """The message says what is wrong with the letters."""
    x = Tensor(np.ones((2, 2)), requires_grad=True)
    with pytest.raises(ValueError, match="each letter once an operand, got 'ii,ij->j'"):
        np.einsum("ii,ij->j", x, x)
    with pytest.raises(ValueError, match="z did not appear in the input"):
        np.einsum("ij,jk->iz", x, x)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: np.isnan(x).data.any(), False),
        (np.argmax, 1),
        (np.shape, (2,)),
        (lambda x: np.allclose(x, [1, 2]), True),
        (lambda x: np.array_equal(x, x), True),
        (lambda x: np.zeros_like(x).tolist(), [0, 0]),
        (lambda x: [part.data.tolist() for part in np.divmod(x.detach(), 2)], [[0, 1], [1, 0]]),
    ],
)
def test_what_loses_no_gradient_is_answered(function, expected):
    """Looking at numbers is no reason to detach."""
    assert function(Tensor([1.0, 2.0], requires_grad=True)) == expected


def test_an_array_takes_a_tensor_in_place():
    """The page-style update `weight.data -= lr * weight.grad` would fail."""
    array = np.array([1.0, 2.0], dtype=np.float32)
    before = array
    array -= 0.5 * Tensor([1.0, 2.0])
    assert array is before
    np.testing.assert_array_equal(array, [0.5, 1.0])
    np.clip(Tensor([1.0, 2.0], requires_grad=True), 0, 1, out=array)
    np.testing.assert_array_equal(array, [1.0, 1.0])
    with pytest.raises(TypeError, match="out= expects a NumPy array"):
        np.add(array, array, out=Tensor(array))


def test_numpy_reads_it():
    """Plots and metrics take tensors as they are."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    np.testing.assert_array_equal(np.asarray(x), [1, 2])
    np.testing.assert_array_equal(np.from_dlpack(x), [1, 2])
    assert np.asarray(x, dtype=np.float64).dtype == np.float64
    copy = np.array(x)
    copy[0] = 9
    assert x.data[0] == 1
    np.testing.assert_allclose(Linear(2, 1, bias=False).weight, np.zeros((2, 1)), atol=10)
