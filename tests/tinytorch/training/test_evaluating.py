"""evaluate, predict, accuracy: at inference, in batches, and nothing is changed by looking."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import plain_layers
from tinytorch import Dropout, Layer, Linear, MSELoss, ReLU, Sequential, Tensor
from tinytorch.training import accuracy, confusion_matrix, evaluate, predict, top_k_accuracy

X = np.random.default_rng(0).normal(size=(7, 4)).astype(np.float32)
Y = np.arange(7) % 3


class PlainNet:
    """As a person writes it who has only read the page: layers in attributes, no modes at all."""

    def __init__(self, layers):
        self.first, self.drop = layers.Linear(4, 3), layers.Dropout(0.9)

    def forward(self, x):
        return self.drop(self.first(x))

    def parameters(self):
        return self.first.parameters()


class Residual(Sequential):
    """A container that does more than run its layers in turn."""

    def forward(self, x, training=None):
        return x + super().forward(x, training)


NETWORKS = {
    "library": lambda: Sequential(Linear(4, 3), Dropout(0.9)),
    "plain": lambda: plain_layers.Sequential(plain_layers.Linear(4, 3), plain_layers.Dropout(0.9)),
    "plain in library": lambda: Sequential(plain_layers.Linear(4, 3), plain_layers.Dropout(0.9)),
    "library in plain": lambda: plain_layers.Sequential(Linear(4, 3), Dropout(0.9)),
    "attributes": lambda: PlainNet(plain_layers),
    "method": lambda: Sequential(Linear(4, 3), Dropout(0.9)).forward,
    "plain method": lambda: PlainNet(plain_layers).forward,
}


def first_linear(model):
    model = getattr(model, "__self__", model)
    return model.first if isinstance(model, PlainNet) else model.layers[0]


@pytest.mark.parametrize("name", NETWORKS)
def test_nothing_is_dropped_whatever_the_layers_know_of_modes(name):
    """A network measured with dropout looks worse than it is, and differs each time."""
    model = NETWORKS[name]()
    layer = first_linear(model)
    expected = X @ layer.weight.data + layer.bias.data
    before = pickle.dumps(model)
    np.testing.assert_allclose(predict(model, X), expected, rtol=1e-5)
    assert pickle.dumps(model) == before
    assert accuracy(model, X, Y) == (expected.argmax(axis=1) == Y).mean()


@pytest.mark.parametrize("plain", [True, False])
def test_a_container_that_does_more_is_asked_itself(plain):
    """A residual network whose layers alone are run is another network."""
    dropout = (plain_layers.Dropout if plain else Dropout)(0.9)
    layer = Linear(4, 4)
    found = predict(Residual(layer, dropout), X)
    np.testing.assert_allclose(found, X + (X @ layer.weight.data + layer.bias.data), rtol=1e-5)


@pytest.mark.parametrize("name", ["library", "plain", "attributes"])
def test_after_an_error_every_layer_is_as_it_was(name):
    """Looking at a network with wrong data would leave it in another mode."""
    model = NETWORKS[name]()
    before = pickle.dumps(model)
    with pytest.raises(ValueError, match="Cannot perform matrix multiplication"):
        predict(model, np.ones((3, 5)))
    assert pickle.dumps(model) == before


def test_each_layer_has_its_own_mode_again():
    """A part that was frozen on purpose would come back to life."""
    first, second, held = Dropout(0.5).eval(), Dropout(0.5), Dropout(0.5).train()
    model = Sequential(first, Sequential(second, held), second)
    evaluate(model, X, Y)
    assert [first.training, second.training, held.training] == [False, True, True]
    assert "training" not in vars(second)


@given(size=st.integers(1, 9))
def test_a_smaller_last_batch_weighs_less(size):
    """The mean of means is another number, and depends on the size of a batch."""
    model = Linear(4, 3)
    whole = evaluate(model, X, Y, batch_size=100, metrics=["accuracy", top_k_accuracy(2)])
    parts = evaluate(model, X, Y, batch_size=size, metrics=["accuracy", top_k_accuracy(2)])
    assert parts == pytest.approx(whole, rel=1e-6)
    np.testing.assert_allclose(predict(model, X, batch_size=size), predict(model, X), atol=1e-6)


def test_nothing_is_recorded_and_one_batch_at_a_time_is_held():
    """The test set's graph would fill the memory that training left over."""
    seen = []

    class Watching(Layer):
        def __init__(self):
            self.weight = Tensor(np.ones((4, 3)), requires_grad=True)

        def forward(self, x):
            result = x @ self.weight
            seen.append((len(x), result.requires_grad))
            return result

    evaluate(Watching(), X, Y, batch_size=3)
    assert seen == [(3, False), (3, False), (1, False)]


def test_any_loss_and_any_metric_of_any_targets():
    """Regression is measured, too, by what the field measures it by."""
    model, y = Linear(4, 2), X[:, :2] * 2

    def r_squared(outputs, targets):
        return 1 - ((outputs - targets) ** 2).sum() / ((targets - targets.mean()) ** 2).sum()

    found = evaluate(model, X, y, loss=MSELoss(), metrics=[r_squared], batch_size=2)
    outputs = predict(model, X)
    assert found["loss"] == pytest.approx(((outputs - y) ** 2).mean(), rel=1e-6)
    assert found["r_squared"] == pytest.approx(r_squared(outputs, y), rel=1e-5)


@given(data=st.data(), k=st.integers(1, 5))
def test_top_k_is_as_sorting_would_have_it(data, k):
    """Of equal logits the first come first: then k = 1 is the accuracy, always."""
    logits = np.array(
        data.draw(
            st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=6)
        ),
        float,
    )
    labels = np.array(
        data.draw(st.lists(st.integers(0, 3), min_size=len(logits), max_size=len(logits)))
    )
    order = np.argsort(-logits, axis=1, kind="stable")[:, :k]
    expected = np.mean([label in row for label, row in zip(labels, order, strict=True)])
    assert top_k_accuracy(k)(logits, labels) == pytest.approx(expected)
    if k == 1:
        assert top_k_accuracy(1)(logits, labels) == accuracy(ReLU(), logits, labels)


def test_a_network_that_gives_nan_knows_nothing():
    """NaN is larger than nothing, and would count as right."""
    assert top_k_accuracy(1)(np.full((2, 3), np.nan), np.array([0, 1])) == 0


def test_a_confusion_matrix_counts_every_example():
    """A row for what is right, a column for what was said: turned round, it tells another story."""
    logits = np.eye(3)[[0, 1, 1, 2, 2, 2]]
    found = confusion_matrix(logits, [0, 0, 1, 2, 2, 1])
    np.testing.assert_array_equal(found, [[1, 1, 0], [0, 1, 1], [0, 0, 2]])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: evaluate(ReLU(), X[:0], Y[:0]), "at least one example"),
        (lambda: evaluate(ReLU(), X, Y[:3]), "one entry for each example"),
        (lambda: evaluate(3, X, Y), "model to be a function"),
        (lambda: evaluate(ReLU(), X, Y, metrics=[accuracy]), "write 'accuracy'"),
        (lambda: evaluate(ReLU(), X, Y, metrics={"m": lambda *_: None}), "m expects to return"),
        (lambda: evaluate(ReLU(), X, Y, batch_size=0), "at least 1"),
        (lambda: predict(ReLU(), 3.0), "one entry for each example"),
        (lambda: predict(lambda x: x.sum(), X), "one output for each example"),
        (lambda: predict(lambda x: x.data, X), "return a Tensor"),
        (lambda: confusion_matrix(X, [9] * 7), "whole class indices"),
        (lambda: top_k_accuracy(0), "at least 1"),
    ],
)
def test_what_cannot_be_measured_is_said(call, words):
    """A number that means nothing is worse than an error."""
    with pytest.raises((ValueError, TypeError), match=words):
        call()
