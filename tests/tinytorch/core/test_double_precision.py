"""Double precision throughout a network: no float32 number on the way, checked with PyTorch."""

import numpy as np
import pytest

from tinytorch import (
    GELU,
    SGD,
    Adam,
    AdamW,
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
)

# float32 keeps 7 digits: one rounding on the way would show at 1e-8. GELU's table has 12.
EXACT = {"rtol": 1e-10, "atol": 1e-10}
LOSSES = {
    "MSELoss": (MSELoss(), np.linspace(-1, 1, 15).reshape(5, 3)),
    "CrossEntropyLoss": (CrossEntropyLoss(), np.array([0, 1, 2, 1, 0])),
    "BCELoss": (BinaryCrossEntropyLoss(), np.linspace(0, 1, 15).reshape(5, 3)),
}
OPTIMIZERS = [
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    (Adam, {"lr": 0.01, "weight_decay": 0.1}),
    (AdamW, {"lr": 0.01}),
]


def network():
    layers = [Linear(4, 6), ReLU(), Dense(6, 6), GELU(), Dropout(0.5), Linear(6, 6, bias=False)]
    layers += [Tanh(), Sequential(Dense(6, 3), Softmax()), Linear(3, 3), Sigmoid()]
    return Sequential(layers).to(np.float64).eval()


def twin(torch, layer):
    if isinstance(layer, Sequential):
        return torch.nn.Sequential(*[twin(torch, each) for each in layer])
    if isinstance(layer, Dropout):
        return torch.nn.Identity()
    if not isinstance(layer, Linear):
        more = {"dim": -1} if isinstance(layer, Softmax) else {}
        return getattr(torch.nn, type(layer).__name__)(**more)
    made = torch.nn.Linear(*layer.weight.shape, bias=layer.bias is not None, dtype=torch.float64)
    made.weight.data = torch.tensor(layer.weight.data.T.copy())
    if layer.bias is not None:
        made.bias.data = torch.tensor(layer.bias.data)
    return made


def agree(ours, theirs):
    assert ours.dtype == np.float64
    theirs = theirs.detach().numpy()
    np.testing.assert_allclose(ours.data, theirs.T if ours.ndim == 2 else theirs, **EXACT)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
def test_twenty_steps_in_float64(torch, loss, kind, options):
    """A study of rounding, or a check of gradients, would measure float32 all the same."""
    model, x = network(), np.random.default_rng(0).normal(size=(5, 4))
    theirs = twin(torch, model)
    parameters, their_parameters = model.parameters(), list(theirs.parameters())
    optimizer = kind(parameters, **options)
    their_optimizer = getattr(torch.optim, kind.__name__)(their_parameters, **options)
    function, target = LOSSES[loss]
    for _ in range(20):
        optimizer.zero_grad()
        their_optimizer.zero_grad()
        value = function(model(Tensor(x, dtype=np.float64)), target)
        their_value = getattr(torch.nn, loss)()(theirs(torch.tensor(x)), torch.tensor(target))
        agree(value, their_value)
        value.backward()
        their_value.backward()
        for a, b in zip(parameters, their_parameters, strict=True):
            agree(a.grad, b.grad)
        optimizer.step()
        their_optimizer.step()
        for a, b in zip(parameters, their_parameters, strict=True):
            agree(a, b)


@pytest.mark.parametrize(("kind", "options"), OPTIMIZERS)
def test_an_optimizer_that_was_there_before_follows(kind, options):
    """Its float32 numbers would turn the weights back to float32 in the next step."""
    model = Linear(3, 2)
    twin = Linear(3, 2)
    twin.load_state_dict(model.state_dict())
    optimizer, of_twin = (kind(each.parameters(), **options) for each in (model, twin))
    for step in range(4):
        if step == 2:
            model.to(np.float64)
        for each, update in ((model, optimizer), (twin, of_twin)):
            each.zero_grad()
            x = Tensor(np.ones((4, 3)), dtype=each.weight.dtype)
            (each(x) ** 2).sum().backward()
            update.step()
    for a, b in zip(model.parameters(), twin.parameters(), strict=True):
        assert a.dtype == np.float64
        np.testing.assert_allclose(a.data, b.data, rtol=1e-4)


def test_there_and_back():
    """The parameters stay the tensors that an optimizer holds; gradients follow them."""
    model = Sequential(Linear(2, 3), Sequential(Linear(3, 1)))
    parameters, before = model.parameters(), model.state_dict()
    model(Tensor([[1.0, 2.0]])).sum().backward()
    held = parameters[0].data
    assert model.to(np.float64) is model
    for a, b in zip(model.parameters(), parameters, strict=True):
        assert a is b
        assert a.dtype == a.grad.dtype == np.float64
    assert held.dtype == np.float32, "an array that a person holds has changed"
    for name, array in model.to("float32").state_dict().items():
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, before[name])


def test_dropout_keeps_the_dtype_of_its_input():
    """A mask rounded to float32 would be the one float32 number on the way."""
    y = Dropout(0.3)(Tensor(np.ones(100), dtype=np.float64))
    assert set(np.unique(y.data)) == {0.0, 1 / 0.7}


@pytest.mark.parametrize("dtype", [np.int64, bool, np.complex128, object, str])
def test_only_floating_point_numbers_can_learn(dtype):
    """Weights cut to whole numbers would be zeros."""
    model = Linear(2, 3)
    before = model.weight.data
    with pytest.raises(TypeError, match="to expects a floating-point dtype, got"):
        model.to(dtype)
    assert model.weight.data is before
