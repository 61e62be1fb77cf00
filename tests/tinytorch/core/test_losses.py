"""Losses: values, gradients, and targets that do not fit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from tinytorch import BinaryCrossEntropyLoss, CrossEntropyLoss, MSELoss, Tensor

shapes = array_shapes(min_dims=0, max_dims=3, max_side=4)
seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 6)


@given(shape=shapes, seed=seeds)
def test_mse(check_gradients, check_against_torch, torch, shape, seed):
    """The first loss of every course; the target may want a gradient, too."""
    x, t = np.random.default_rng(seed).normal(size=(2, *shape))
    check_gradients(MSELoss(), x, t)
    check_against_torch(MSELoss(), torch.nn.MSELoss(), x, t)


@given(n=sizes, classes=sizes, seed=seeds, scale=st.sampled_from([1.0, 30.0]))
def test_cross_entropy(check_gradients, n, classes, seed, scale):
    """The loss that trains the digits."""
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(size=(n, classes)) * scale, rng.integers(0, classes, n)
    check_gradients(lambda x: CrossEntropyLoss()(x, labels), logits)


@given(shape=shapes, seed=seeds)
def test_binary_cross_entropy(check_gradients, shape, seed):
    """The loss for yes-or-no questions; the target may want a gradient, too."""
    p, t = np.random.default_rng(seed).uniform(0.1, 0.9, size=(2, *shape))
    check_gradients(BinaryCrossEntropyLoss(), p, t)


def test_certain_and_wrong_is_finite_as_in_pytorch(check_against_torch, torch):
    """One prediction of exactly 0 would turn the loss into infinity and the weights into NaN."""
    p, t = [0.0, 1.0, 0.0, 1.0], np.array([1.0, 0.0, 0.0, 1.0], dtype=np.float32)
    ours, theirs = BinaryCrossEntropyLoss(), torch.nn.BCELoss()
    check_against_torch(lambda p: ours(p, t), lambda p: theirs(p, torch.tensor(t)), p)


@pytest.mark.parametrize("kind", [list, np.array, Tensor, lambda t: np.array(t, dtype=np.uint8)])
def test_targets_as_list_array_or_tensor(kind):
    """A Tensor stores class indices as float32: they count as whole numbers all the same."""
    loss = CrossEntropyLoss()(Tensor([[2.0, 0.0], [0.0, 0.0]]), kind([0, 1]))
    assert loss.shape == ()
    assert loss.item() == pytest.approx(0.41, abs=1e-3)
    assert MSELoss()(Tensor([2.0, 0.0]), kind([0, 1])).item() == 2.5
    assert BinaryCrossEntropyLoss()(Tensor([0.5, 0.5]), kind([0, 1])).item() == pytest.approx(
        np.log(2)
    )


@pytest.mark.parametrize("loss", [MSELoss(), BinaryCrossEntropyLoss()])
@pytest.mark.parametrize(
    ("a", "b"), [((3, 1), (3,)), ((3,), (3, 1)), ((3,), ()), ((2,), (3,)), ((0,), (0,))]
)
def test_shapes_that_would_broadcast_or_are_empty(loss, a, b):
    """(n, 1) against (n,) makes n * n differences: training runs and learns nothing."""
    with pytest.raises(ValueError, match="same shape with at least one number, got"):
        loss(Tensor(np.full(a, 0.5)), np.full(b, 0.5))


@pytest.mark.parametrize(
    ("logits", "labels"),
    [
        ((3, 2), (3, 1)),
        ((3, 2), (2,)),
        ((3, 2), (3, 2)),
        ((2,), ()),
        ((0, 2), (0,)),
        ((3, 0), (3,)),
    ],
)
def test_class_indices_of_a_wrong_shape(logits, labels):
    """One-hot rows are the usual mistake."""
    with pytest.raises(ValueError, match=r"logits of shape \(n, classes\)"):
        CrossEntropyLoss()(Tensor(np.ones(logits)), np.zeros(labels, dtype=int))


@pytest.mark.parametrize("label", [2, -1, 0.5, np.nan])
def test_class_indices_out_of_range(label):
    """-1 would count from the end, and 10 classes numbered from 1 would crash or learn nonsense."""
    with pytest.raises(ValueError, match="class indices from 0 to 1, got"):
        CrossEntropyLoss()(Tensor([[1.0, 2.0], [1.0, 2.0]]), [0, label])


@pytest.mark.parametrize(("p", "t"), [(1.5, 1.0), (-0.1, 1.0), (0.5, 2.0), (np.nan, 1.0)])
def test_probabilities_out_of_range(p, t):
    """Logits in place of probabilities give a NaN without a word."""
    with pytest.raises(ValueError, match="from 0 to 1, got"):
        BinaryCrossEntropyLoss()(Tensor([p]), [t])


@pytest.mark.parametrize("loss", [MSELoss(), CrossEntropyLoss(), BinaryCrossEntropyLoss()])
def test_a_prediction_that_is_no_tensor(loss):
    """A forward that returns an array has cut the graph."""
    with pytest.raises(TypeError, match=r"as a Tensor, got ndarray\. Return a Tensor"):
        loss(np.array([[0.5]]), [0])
    assert repr(loss) == f"{type(loss).__name__}()"
