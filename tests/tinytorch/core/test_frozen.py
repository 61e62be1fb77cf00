"""A frozen parameter is one: it is listed, saved and counted, and no optimizer moves it."""

import copy
import pickle

import numpy as np
import pytest

from tinytorch import (
    SGD,
    Adam,
    AdamW,
    Layer,
    Linear,
    ReLU,
    Sequential,
    Tensor,
    manual_seed,
    no_grad,
)
from tinytorch.core.given.graph import is_parameter
from tinytorch.core.given.parameters import Parameter
from tinytorch.profiling import summary
from tinytorch.torch import from_torch, to_torch

OPTIMIZERS = [
    (SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    (Adam, {"lr": 0.1, "weight_decay": 0.1}),
    (AdamW, {"lr": 0.1, "weight_decay": 0.1}),
]


class Net(Layer):
    """Layers in attributes, and one parameter of its own."""

    def __init__(self):
        """A body to freeze, and a head."""
        self.body, self.head = Linear(4, 8), Linear(8, 2)
        self.scale = Parameter(np.ones(2))

    def forward(self, x):
        """Both, one after the other."""
        return self.head(self.body(x)) * self.scale


def freeze(layer):
    """Freeze all that a layer has."""
    for parameter in layer.parameters():
        parameter.requires_grad = False
    return layer


@pytest.mark.parametrize("make", [Net, lambda: Sequential(Linear(4, 8), ReLU(), Linear(8, 2))])
def test_everything_names_the_same_parameters(make):
    """What one list has and the other has not is lost on the way to a file."""
    model = make()
    before = [name for name, _ in model.named_parameters()]
    freeze(model)
    assert [name for name, _ in model.named_parameters()] == before
    assert list(model.state_dict()) == before
    listed = [id(p) for p in model.parameters()]
    assert sorted(listed) == sorted(id(p) for _, p in model.named_parameters())
    assert {p.dtype for p in model.to(np.float64).parameters()} == {np.dtype("float64")}


def test_what_is_a_parameter():
    """A cached activation in a file would be refused by the network that it is loaded into."""
    w = Tensor([1.0], requires_grad=True)
    with no_grad():
        unrecorded = w * 2
    for other in (w * 2, w.detach(), Tensor([1.0]), unrecorded, Tensor(w)):
        assert not is_parameter(other)
    w.requires_grad = False
    assert is_parameter(w)
    for twin in (copy.copy(w), copy.deepcopy(w), pickle.loads(pickle.dumps(w))):
        assert is_parameter(twin)
        assert not twin.requires_grad
    late = w.detach()
    late.requires_grad = True
    assert is_parameter(late)
    result = w * Tensor([2.0], requires_grad=True)
    result.requires_grad = True
    assert not is_parameter(result)


def test_parameter_is_a_tensor_to_learn():
    """People who know PyTorch write it, and ask for it."""
    p = Parameter([1.0, 2.0])
    assert p.requires_grad
    assert isinstance(p, Tensor)
    for result in (p * 2, np.exp(p), 2 * p, p[0], p.detach(), np.ones(2) * p):
        assert type(result) is Tensor
    assert isinstance(Linear(2, 2).weight, Parameter)
    assert not isinstance(Tensor([1.0]), Parameter)
    assert not isinstance(p * 2, Parameter)
    frozen = Parameter(Tensor([1.0], dtype=np.float64), requires_grad=False)
    assert (frozen.dtype, frozen.requires_grad) == (np.float64, False)
    assert isinstance(frozen, Parameter)
    assert Parameter(np.ones(2)).dtype == Parameter(Tensor([1, 2], dtype=int)).dtype == np.float32
    for twin in (copy.deepcopy(p), pickle.loads(pickle.dumps(p))):
        assert type(twin) is Parameter
    (p * p).sum().backward()
    assert p.grad.data.tolist() == [2.0, 4.0]


@pytest.mark.parametrize(("kind", "settings"), OPTIMIZERS)
def test_steps_with_frozen_parameters_are_those_of_pytorch(torch, kind, settings):
    """A backbone that moves by momentum or decay is frozen in name only."""
    manual_seed(0)
    model = Sequential(Linear(4, 8), ReLU(), Linear(8, 8), ReLU(), Linear(8, 1))
    theirs = to_torch(model)
    ours_opt = kind(model.parameters(), **settings)
    theirs_opt = getattr(torch.optim, kind.__name__)(theirs.parameters(), **settings)
    x = np.random.default_rng(0).normal(size=(16, 4)).astype(np.float32)
    flags = {0: (False, True), 3: (False, False), 6: (True, False), 9: (True, True)}
    for step in range(12):
        if step in flags:
            for place, flag in zip((0, 2), flags[step], strict=True):
                theirs[place].requires_grad_(flag)
                for parameter in model[place].parameters():
                    parameter.requires_grad = flag
        ours_opt.zero_grad()
        theirs_opt.zero_grad()
        (model(Tensor(x)) * model(Tensor(x))).mean().backward()
        (theirs(torch.tensor(x)) ** 2).mean().backward()
        ours_opt.step()
        theirs_opt.step()
        for place in (0, 2, 4):
            weight = theirs[place].weight.detach().numpy().T
            np.testing.assert_allclose(model[place].weight.data, weight, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize(("kind", "settings"), OPTIMIZERS)
def test_a_gradient_that_is_left_moves_nothing(kind, settings):
    """Frozen between backward and step, it would still make this step, and momentum the next."""
    layer = Linear(2, 2)
    optimizer = kind(layer.parameters(), **settings)
    for _ in range(2):
        layer(Tensor(np.ones((3, 2)))).sum().backward()
        optimizer.step()
    freeze(layer)
    before = layer.state_dict()
    optimizer.step()
    for name, array in layer.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_an_optimizer_takes_what_may_be_thawed_later():
    """Gradual unfreezing begins with everything frozen but the head, or everything."""
    layer = freeze(Linear(2, 1))
    optimizer = SGD(layer.parameters(), lr=0.1)
    optimizer.step()
    before = layer.weight.data
    layer.weight.requires_grad = True
    layer(Tensor(np.ones((1, 2)))).sum().backward()
    optimizer.step()
    assert (layer.weight.data != before).all()
    with pytest.raises(ValueError, match="with requires_grad=False"):
        SGD([Tensor([1.0])])


def test_frozen_weights_travel_to_pytorch_and_back(torch):
    """A fine-tuned network would come back with another part to learn."""
    model = Sequential(freeze(Linear(2, 3)), ReLU(), Linear(3, 1))
    module = to_torch(model)
    assert [p.requires_grad for p in module.parameters()] == [False, False, True, True]
    back = from_torch(module)
    assert [p.requires_grad for p in back.parameters()] == [False, False, True, True]
    assert list(back.state_dict()) == list(model.state_dict())
    other = Sequential(freeze(Linear(2, 3)), ReLU(), Linear(3, 1))
    assert from_torch(module, into=other).complete
    np.testing.assert_array_equal(other[0].weight.data, model[0].weight.data)


def test_summary_counts_them():
    """Linear(4, 8) has 40 numbers, whoever learns them."""
    costs = summary(Sequential(freeze(Linear(4, 8)), ReLU(), Linear(8, 2)), (1, 4))
    assert (costs.parameters, costs.trainable) == (58, 18)
    assert [row.parameters for row in costs.rows] == [40, 0, 18]
    assert [row.frozen for row in costs.rows] == [40, 0, 0]
    assert "58 numbers, 232 bytes; 18 numbers to learn, the others are frozen" in costs.text(200)
    net = Net()
    freeze(net.body)
    costs = summary(net, (1, 4))
    assert (costs.parameters, costs.trainable) == (60, 20)
    assert costs.to_dict()["totals"]["trainable"] == 20
