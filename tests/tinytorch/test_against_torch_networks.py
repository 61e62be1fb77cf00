"""Whole networks against PyTorch: layers, modes, losses, and the gradient of every parameter."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinytorch import (
    GELU,
    BinaryCrossEntropyLoss,
    CrossEntropyLoss,
    Dense,
    Dropout,
    Linear,
    MSELoss,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
    Tensor,
    manual_seed,
)

seeds = st.integers(0, 2**32 - 1)
widths = st.lists(st.integers(1, 5), min_size=2, max_size=4)
batches = st.sampled_from([(), (1,), (4,), (0,), (2, 3), (2, 0, 3), (2, 1, 3)])


class Remembered(Dropout):
    """Dropout that keeps its last mask, for PyTorch to drop the same numbers."""

    def forward(self, x, training=None):
        """Draw the same mask twice, once for ones."""
        manual_seed(7)
        self.mask = super().forward(Tensor(np.ones(x.shape)), training)
        manual_seed(7)
        return super().forward(x, training)


@st.composite
def networks(draw):
    """Layers of random widths, with activations and Dropout in between."""
    sizes = draw(widths)
    layers = []
    for n, m in pairwise(sizes):
        layers.append(draw(st.sampled_from([Linear, Dense]))(n, m, bias=draw(st.booleans())))
        if layers[-1].bias is not None:
            layers[-1].bias.data[...] = np.linspace(-1, 1, m)
        between = [ReLU, Sigmoid, Tanh, GELU, Softmax, lambda: Remembered(0.3)]
        layers += [make() for make in draw(st.lists(st.sampled_from(between), max_size=2))]
    return sizes[0], sizes[-1], layers


def twin(torch, layer):
    """The same layer in PyTorch, with the same weights: there they stand transposed."""
    if isinstance(layer, Dropout):
        return lambda x: x * torch.tensor(layer.mask.data)
    if isinstance(layer, Softmax):
        return torch.nn.Softmax(dim=-1)
    if not isinstance(layer, Linear):
        return getattr(torch.nn, type(layer).__name__)()
    made = torch.nn.Linear(*layer.weight.shape, bias=layer.bias is not None)
    made.weight.data = torch.tensor(layer.weight.data.T.copy())
    if layer.bias is not None:
        made.bias.data = torch.tensor(layer.bias.data)
    return made


def agree(ours, theirs):
    """The same numbers, but for the rounding of sums in another order."""
    assert ours.shape == tuple(theirs.shape)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-5, atol=1e-5)


def gradients_agree(layers, their_layers):
    for layer, theirs in zip(layers, their_layers, strict=True):
        if isinstance(layer, Linear):
            agree(layer.weight.grad.T, theirs.weight.grad)
            if layer.bias is not None:
                agree(layer.bias.grad, theirs.bias.grad)


@given(network=networks(), batch=batches, seed=seeds, training=st.booleans(), data=st.data())
def test_networks(torch, network, batch, seed, training, data):
    """A network moved to PyTorch, weights and all, would compute or learn something else there."""
    n, m, layers = network
    rng = np.random.default_rng(seed)
    start = rng.normal(size=(*batch, n)).astype(np.float32)
    x, their_x = Tensor(start, requires_grad=True), torch.tensor(start, requires_grad=True)
    cut = data.draw(st.integers(0, len(layers)))
    model = Sequential(Sequential(layers[:cut]), *layers[cut:])
    y, their_y = model(x, training=True) if training else model.eval()(x), their_x
    their_layers = [twin(torch, layer) for layer in layers]
    for layer in their_layers:
        their_y = layer(their_y)
    agree(y, their_y)
    g = rng.normal(size=(*batch, m)).astype(np.float32)
    y.backward(g)
    their_y.backward(torch.tensor(g))
    agree(x.grad, their_x.grad)
    gradients_agree(layers, their_layers)


LOSSES = {
    "MSELoss": (MSELoss(), Tanh, lambda rng: rng.normal(size=(6, 3))),
    "CrossEntropyLoss": (CrossEntropyLoss(), Tanh, lambda rng: rng.integers(0, 3, 6)),
    "BCELoss": (BinaryCrossEntropyLoss(), Sigmoid, lambda rng: rng.integers(0, 2, (6, 3))),
}


@pytest.mark.parametrize("name", LOSSES)
@given(seed=seeds)
def test_losses_on_networks(torch, name, seed):
    """Every training starts with these gradients."""
    rng = np.random.default_rng(seed)
    loss, last, targets = LOSSES[name]
    layers = [Linear(4, 5), ReLU(), Dense(5, 3), last()]
    their_layers = [twin(torch, layer) for layer in layers]
    x, target = rng.normal(size=(6, 4)).astype(np.float32), targets(rng)
    value = loss(Sequential(layers)(Tensor(x)), target)
    their_target = torch.tensor(target if name == "CrossEntropyLoss" else target.astype(np.float32))
    their_y = torch.nn.Sequential(*their_layers)(torch.tensor(x))
    their_value = getattr(torch.nn, name)()(their_y, their_target)
    agree(value, their_value)
    value.backward()
    their_value.backward()
    gradients_agree(layers, their_layers)
