"""What fails changes nothing: no parameter, no gradient, no state of an optimizer."""

import pickle

import numpy as np
import pytest

from tinytorch import SGD, Adam, AdamW, Dropout, Linear, ReLU, Sequential, Tensor, manual_seed
from tinytorch.core.autograd import DERIVATIVES
from tinytorch.rng import bernoulli, generator, normal, uniform
from tinytorch.training import batches, fit

OPTIMIZERS = {
    "SGD": lambda params: SGD(params, lr=0.1),
    "momentum": lambda params: SGD(params, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    "Adam": lambda params: Adam(params, lr=0.1, weight_decay=0.1),
    "AdamW": lambda params: AdamW(params, lr=0.1),
}


def network():
    """A network whose gradients are there."""
    manual_seed(0)
    model = Sequential(Linear(3, 4), ReLU(), Linear(4, 2))
    model(Tensor(np.ones((5, 3)))).sum().backward()
    return model


def spoil_gradient(last, _):
    last.grad.data = np.ones(3, dtype=np.float32)


def spoil_dtype(last, _):
    last.grad = Tensor([1.0, 2.0], dtype=np.float64)


def spoil_data(last, _):
    last.data = np.ones((2, 2), dtype=np.float32)
    last.grad = Tensor(np.ones((2, 2)))


def spoil_rate(_, optimizer):
    optimizer.lr = float("nan")


def spoil_decay(_, optimizer):
    optimizer.weight_decay = "0.1"


@pytest.mark.parametrize(
    "spoil", [spoil_gradient, spoil_dtype, spoil_data, spoil_rate, spoil_decay]
)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step(name, spoil):
    """Half a step, of the first parameters alone, leaves a network that nobody can repeat."""
    model, twin = network(), network()
    optimizer = OPTIMIZERS[name](model.parameters())
    other = OPTIMIZERS[name](twin.parameters())
    optimizer.step()
    other.step()
    settings, last = dict(vars(optimizer)), model.parameters()[-1]
    data, grad = last.data, last.grad.data
    spoil(last, optimizer)
    before = pickle.dumps((optimizer, model))
    arrays = [parameter.data for parameter in model.parameters()]
    with pytest.raises((ValueError, TypeError)):
        optimizer.step()
    assert pickle.dumps((optimizer, model)) == before
    assert all(p.data is array for p, array in zip(model.parameters(), arrays, strict=True))
    last.data, last.grad = data, Tensor(grad)
    vars(optimizer).update(settings)
    optimizer.step()
    other.step()
    for repaired, expected in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(repaired.data, expected.data)


@pytest.mark.parametrize("wrong", [np.ones(3), ["a", "b"], [[1], [2, 3]], [1.0, 1e300], None, 1j])
def test_a_load(wrong):
    """Half a load leaves a network that nobody trained."""
    model = network()
    state = {name: array + 1 for name, array in model.state_dict().items()}
    assert list(state)[-1] == "2.bias"
    before = pickle.dumps(model)
    with pytest.raises((ValueError, TypeError)):
        model.load_state_dict(state | {"2.bias": wrong})
    assert pickle.dumps(model) == before


def test_another_dtype():
    """Half of a network in half precision calculates with neither."""
    model = network()
    model[2].bias.data[0] = 1e6
    before = pickle.dumps(model)
    with pytest.raises(ValueError, match="float16 can hold"):
        model.to(np.float16)
    assert pickle.dumps(model) == before


@pytest.mark.parametrize("fault", ["gradient given", "gradient there", "derivative", "no graph"])
def test_a_backward(fault, monkeypatch):
    """Gradients that got a part of a sum would be taken for the whole."""
    model = network()
    y = model(Tensor(np.ones((5, 3))))
    given = np.ones((5, 2))
    if fault == "gradient given":
        given = np.ones(3)
    elif fault == "gradient there":
        model[0].weight.grad.data = np.ones(7)
    elif fault == "derivative":
        monkeypatch.delitem(DERIVATIVES, "relu")
    else:
        y.backward(given)
    before = pickle.dumps(model)
    grads = [parameter.grad for parameter in model.parameters()]
    with pytest.raises((ValueError, NotImplementedError)):
        y.backward(given)
    assert pickle.dumps(model) == before
    assert all(p.grad is grad for p, grad in zip(model.parameters(), grads, strict=True))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: manual_seed("today"),
        lambda: normal((2, -1)),
        lambda: uniform(0.0, None, (2,)),
        lambda: bernoulli(1.5, (2,)),
        lambda: bernoulli(0.5, (2.0,)),
        lambda: batches(np.ones((4, 2)), np.ones(4), 0),
        lambda: Linear(10**12, 2),
        lambda: Dropout(0.5)([1.0]),
    ],
)
def test_random_numbers(draw):
    """A mistake that was caught must not change the numbers that come after it."""
    manual_seed(7)
    expected = generator().integers(2**60, size=4).tolist()
    manual_seed(7)
    with pytest.raises((ValueError, TypeError)):
        draw()
    assert generator().integers(2**60, size=4).tolist() == expected


def test_a_network_that_is_not_fitted():
    """The first epoch would be trained before the typing error in the second argument is told."""
    model = network()
    optimizer = SGD(model.parameters(), lr=0.1)
    before = pickle.dumps((model, optimizer))
    for wrong in ({"epochs": 1.5}, {"epochs": 1, "callbacks": [3]}, {"epochs": 1, "batch_size": 0}):
        with pytest.raises((ValueError, TypeError)):
            fit(model, np.ones((4, 3)), [0, 1, 0, 1], optimizer, **wrong)
    assert pickle.dumps((model, optimizer)) == before


def test_layers_and_modes():
    """A layer that is refused is not in the network, and a mode that is none changes no layer."""
    model = network()
    before = pickle.dumps(model)
    with pytest.raises(TypeError):
        model.append(3)
    with pytest.raises(TypeError):
        model.train("no")
    assert pickle.dumps(model) == before
