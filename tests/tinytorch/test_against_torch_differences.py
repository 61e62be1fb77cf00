"""Where we differ from PyTorch on purpose; the docstring of each function says why.

If PyTorch changes, or we do, one of these fails, and the docstring is to be read again.
"""

import operator

import numpy as np
import pytest

from tinytorch import (
    GELU,
    CrossEntropyLoss,
    Linear,
    MSELoss,
    ReLU,
    Tensor,
)
from tinytorch.training import Epoch
from tinytorch.training.schedules import Watch

X = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
NAN, INF = np.nan, np.inf


def gradient(function, start, *data):
    """Of the first of some tensors."""
    tensors = [Tensor(each, requires_grad=True) for each in data]
    function(*tensors).backward(start)
    return tensors[0].grad.data


def their_gradient(torch, function, start, *data):
    tensors = [torch.tensor(each, requires_grad=True) for each in data]
    function(*tensors).backward(torch.tensor(start))
    return tensors[0].grad.numpy()


class TestNumbers:
    """Dtypes, and numbers that are none."""

    def test_whole_numbers_are_calculated_with_as_float32(self, torch):
        """One dtype for all that learns: PyTorch's whole numbers turn into floats at `/` alone."""
        whole, theirs = Tensor([1, 2], dtype=np.int64), torch.tensor([1, 2])
        for function in (operator.neg, lambda x: x + x, lambda x: x * 3, lambda x: x.sum()):
            assert function(whole).dtype == np.float32
            assert function(theirs).dtype == torch.int64

    def test_two_precisions_meet_in_the_higher_one(self, torch):
        """As NumPy has it: PyTorch refuses products, and lets a single number count for nothing."""
        a, b = Tensor(np.ones((2, 2))), Tensor(np.ones((2, 2)), dtype=np.float64)
        assert (a @ b).dtype == (a + b.sum()).dtype == (a ** b.sum()).dtype == np.float64
        a, b = torch.ones(2, 2), torch.ones(2, 2, dtype=torch.float64)
        assert (a + b.sum()).dtype == torch.float32
        with pytest.raises(RuntimeError):
            a @ b

    @pytest.mark.parametrize(
        "function", [lambda x: 1 / x, lambda x: (x - 1).log(), lambda x: (x + 100).exp()]
    )
    def test_a_number_out_of_range_is_warned_of(self, torch, function):
        """The value is PyTorch's; NumPy's warning says where it came from."""
        with pytest.warns(RuntimeWarning):
            y = function(Tensor([0.0]))
        np.testing.assert_array_equal(y.data, function(torch.zeros(1)).numpy())

    def test_a_nan_has_a_nan_as_gradient_of_abs(self, torch):
        """PyTorch has 0 there: the NaN goes on unseen."""
        assert np.isnan(gradient(abs, [1.0], [NAN]))
        assert their_gradient(torch, abs, [1.0], [NAN]) == 0

    @pytest.mark.filterwarnings("ignore::RuntimeWarning")
    def test_an_infinite_gradient_where_relu_is_zero(self, torch):
        """One pass fewer over all numbers: the gradient is broken already."""
        assert np.isnan(gradient(ReLU(), [INF], [-1.0]))
        assert their_gradient(torch, torch.relu, [INF], [-1.0]) == 0

    @pytest.mark.filterwarnings("ignore::RuntimeWarning")
    def test_power_minus_one_half_is_the_power(self, torch):
        """PyTorch takes 1 / sqrt(x): other than the power at minus zero and minus infinity."""
        x = [-0.0, -INF]
        np.testing.assert_array_equal((Tensor(x) ** -0.5).data, [INF, 0.0])
        np.testing.assert_array_equal((torch.tensor(x) ** -0.5).numpy(), [-INF, NAN])

    @pytest.mark.filterwarnings("ignore::RuntimeWarning")
    def test_a_number_over_a_tiny_one(self, torch):
        """PyTorch multiplies by 1 / x, which is infinite."""
        assert (0 / Tensor([1e-40])).item() == 0
        assert np.isnan((0 / torch.tensor([1e-40])).item())

    def test_gelu_of_infinity_is_infinity(self, torch):
        """PyTorch has that, too, or NaN, by its version and the processor's instructions."""
        y = GELU()(Tensor([INF, 3e38])).data
        np.testing.assert_array_equal(y, np.array([INF, 3e38], dtype=np.float32))
        theirs = torch.nn.functional.gelu(torch.tensor([INF, 3e38])).numpy()
        assert theirs[0] == INF or np.isnan(theirs[0])
        assert theirs[1] >= y[1]


class TestAxes:
    """What is reduced, turned and taken."""

    def test_transpose_swaps_the_last_two_axes(self, torch):
        """What a product of stacks of matrices needs; PyTorch's T turns all axes around."""
        assert Tensor(X).T.shape == Tensor(X).transpose().shape == torch.tensor(X).mT.shape
        assert Tensor(X[0, 0]).T.shape == (4,)
        with pytest.raises(RuntimeError):
            torch.tensor(X[0, 0]).mT  # noqa: B018

    def test_an_empty_tuple_of_axes_reduces_nothing(self, torch):
        """As in NumPy; in PyTorch it reduces everything."""
        for name, theirs in (("sum", "sum"), ("mean", "mean"), ("max", "amax"), ("min", "amin")):
            np.testing.assert_array_equal(getattr(Tensor(X), name)(axis=()).data, X)
            assert getattr(torch.tensor(X), theirs)(dim=()).shape == ()

    def test_the_variance_divides_by_n(self, torch):
        """The variance of these numbers, as in NumPy; PyTorch guesses that of others like them."""
        x = [1.0, 3.0]
        assert Tensor(x).var().item() == torch.tensor(x).var(correction=0).item() == 1
        assert Tensor(x).var(correction=1).item() == torch.tensor(x).var().item() == 2

    @pytest.mark.filterwarnings("ignore:var():UserWarning")
    @pytest.mark.parametrize(
        "function", [lambda x: x.mean(), lambda x: x.var(), lambda x: x[:1].var(correction=1)]
    )
    def test_the_mean_of_nothing_is_an_error(self, torch, function):
        """PyTorch's NaN would spread to all weights."""
        with pytest.raises(ValueError, match="expects"):
            function(Tensor([]))
        assert torch.isnan(function(torch.tensor([])))

    def test_max_along_an_axis_gives_the_numbers_alone(self, torch):
        """PyTorch's amax; its max gives places, too, and the whole gradient to one of them."""
        function = lambda x: x.max(axis=0)  # noqa: E731
        np.testing.assert_array_equal(gradient(function, 1.0, [2.0, 2.0]), [0.5, 0.5])
        theirs = their_gradient(torch, lambda x: x.max(dim=0).values, 1.0, [2.0, 2.0])
        assert sorted(theirs) == [0, 1]

    def test_indices_mean_what_they_mean_in_numpy(self, torch):
        """PyTorch lacks negative steps, counts 8-bit numbers as a mask, and takes numbers first."""
        x, theirs = Tensor(X), torch.tensor(X)
        np.testing.assert_array_equal(x[::-1, ::-2].data, X[::-1, ::-2])
        with pytest.raises(ValueError, match="step must be greater than zero"):
            theirs[::-1]
        places = np.array([1, 0], dtype=np.uint8)
        np.testing.assert_array_equal(x[places].data, X[[1, 0]])
        assert x[0, :, [0, 1]].shape == (2, 3)
        assert theirs[0, :, [0, 1]].shape == (3, 2)


class TestLosses:
    """What would train on nonsense is an error."""

    @pytest.mark.filterwarnings("ignore:Using a target size:UserWarning")
    def test_no_broadcasting(self, torch):
        """(n, 1) against (n,) makes n times n differences: PyTorch warns, and goes on."""
        with pytest.raises(ValueError, match="same shape"):
            MSELoss()(Tensor(np.ones((3, 1))), np.zeros(3))
        assert torch.nn.MSELoss()(torch.ones(3, 1), torch.zeros(3)).item() == 1

    def test_an_empty_batch(self, torch):
        """PyTorch's NaN would spread to all weights."""
        with pytest.raises(ValueError, match="at least one number"):
            MSELoss()(Tensor([]), [])
        with pytest.raises(ValueError, match="at least 1"):
            CrossEntropyLoss()(Tensor(np.ones((0, 3))), [])
        none = torch.ones(0, 3)
        assert torch.isnan(torch.nn.MSELoss()(none, none))
        assert torch.isnan(torch.nn.CrossEntropyLoss()(none, torch.ones(0, dtype=torch.int64)))

    def test_classes_of_cross_entropy(self, torch):
        """Whole numbers of any dtype, all of them classes: in PyTorch -100 leaves examples out."""
        logits = [[1.0, 2.0], [3.0, 1.0]]
        ours, theirs = CrossEntropyLoss(), torch.nn.CrossEntropyLoss()
        floats = ours(Tensor(logits), Tensor([1.0, 0.0])).item()
        assert floats == pytest.approx(theirs(torch.tensor(logits), torch.tensor([1, 0])).item())
        with pytest.raises(RuntimeError):
            theirs(torch.tensor(logits), torch.tensor([1.0, 0.0]))
        with pytest.raises(ValueError, match="class indices from 0 to 1"):
            ours(Tensor(logits), [1, -100])
        assert theirs(torch.tensor(logits), torch.tensor([1, -100])).item() > 0


class TestLearning:
    """Graphs, gradients and layers."""

    def test_a_graph_serves_one_backward(self, torch):
        """Also where it has saved no numbers: what works must not depend on the operations."""
        x, theirs = Tensor([1.0], requires_grad=True), torch.ones(1, requires_grad=True)
        y, their_y = x + 1, theirs + 1
        y.backward()
        with pytest.raises((RuntimeError, ValueError), match="Run the forward pass again"):
            y.backward()
        their_y.backward()
        their_y.backward()

    def test_a_gradient_that_adds_up_is_a_new_array(self, torch):
        """A gradient that a person holds stays; PyTorch adds into it."""
        x, theirs = Tensor([1.0], requires_grad=True), torch.ones(1, requires_grad=True)
        x.backward()
        theirs.backward()
        held, their_held = x.grad, theirs.grad
        x.backward()
        theirs.backward()
        assert (held.item(), their_held.item()) == (1, 2)

    def test_weights_stand_as_in_the_formula(self, torch):
        """y = xW + b needs W as (in, out); PyTorch keeps it transposed, with another first law."""
        layer, theirs = Linear(1000, 500), torch.nn.Linear(1000, 500)
        assert layer.weight.T.shape == tuple(theirs.weight.shape)
        assert layer.weight.data.std() == pytest.approx(1000**-0.5, rel=0.01)
        assert theirs.weight.std().item() == pytest.approx(3000**-0.5, rel=0.01)
        assert not layer.bias.data.any()


class TestTraining:
    """What follows from what was measured."""

    def test_a_plateau_below_zero(self, torch):
        """PyTorch's relative threshold lies on the wrong side of a negative best."""
        parameter = torch.ones(1, requires_grad=True)
        optimizer = torch.optim.SGD([parameter], lr=1.0)
        theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
        for _ in range(5):
            theirs.step(-1.0)
        assert theirs.get_last_lr() == [1.0]
        watch = Watch("loss", "min", 1e-4, relative=True)
        assert [watch.see(Epoch(number, -1.0)) for number in (1, 2, 3)] == [True, False, False]
        assert watch.see(Epoch(4, -1.1))
