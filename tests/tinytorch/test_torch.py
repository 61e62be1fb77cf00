"""Networks go to PyTorch and back with their weights, and both do the same with them."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tinytorch
from tests import plain_layers
from tinytorch import (
    GELU,
    SGD,
    Dense,
    Dropout,
    Linear,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
    Tensor,
)
from tinytorch.files.loading import MismatchError
from tinytorch.torch import from_torch, linear_weights, to_torch

torch = pytest.importorskip("torch")
nn = torch.nn

ACTIVATIONS = [ReLU, Sigmoid, Tanh, GELU, Softmax, lambda: Softmax(dim=1), lambda: Dropout(0.0)]


@st.composite
def networks(draw):
    """Any small network of what both sides have, with one Sequential in another."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    layers = []
    for n_in, n_out in itertools.pairwise(sizes):
        kind = draw(st.sampled_from([Linear, Dense]))
        layers += [kind(n_in, n_out, draw(st.booleans())), draw(st.sampled_from(ACTIVATIONS))()]
    place = draw(st.integers(0, len(layers)))
    model = Sequential(*layers[:place], Sequential(layers[place:]))
    model.train(draw(st.booleans()))
    return model.to(draw(st.sampled_from([np.float32, np.float64]))), sizes[0]


def agree(ours, theirs, scale=1e-6):
    ours, theirs = np.asarray(ours), theirs.detach().numpy()
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=10 * scale)


def run_and_compare(model, module, features):
    """Forward, gradients, and after three steps of training."""
    dtype = model.parameters()[0].dtype
    x = np.random.default_rng(0).normal(size=(6, features)).astype(dtype)
    ours, theirs = SGD(model.parameters(), 0.1), torch.optim.SGD(module.parameters(), 0.1)
    for _ in range(3):
        y, z = model(Tensor(x, dtype=dtype)), module(torch.tensor(x))
        agree(y, z)
        ours.zero_grad()
        theirs.zero_grad()
        (y * y).mean().backward()
        (z * z).mean().backward()
        ours.step()
        theirs.step()
    for name, parameter in module.named_parameters():
        array = dict(model.named_parameters())[name].data
        agree(array.T if array.ndim == 2 else array, parameter)


@settings(max_examples=40)
@given(networks())
def test_a_network_and_its_translation_do_the_same(made):
    """The promise of the whole library: what you built is what PyTorch has."""
    model, features = made
    module = to_torch(model)
    assert [m.training for m in module.modules()] == [model.training] * len(list(module.modules()))
    again = from_torch(module)
    kinds = [type(layer).__name__.replace("Dense", "Linear") for layer in flat(model)]
    assert [type(layer).__name__ for layer in flat(again)] == kinds
    for name, array in model.state_dict().items():
        assert again.state_dict()[name].tobytes() == array.tobytes()
    run_and_compare(again, to_torch(again), features)
    run_and_compare(model, module, features)


def flat(model):
    for layer in model:
        yield layer
        if isinstance(layer, Sequential):
            yield from flat(layer)


def test_a_network_of_pytorch_comes_with_its_settings():
    """A Dropout or a Softmax with other settings is another network."""
    module = nn.Sequential(
        nn.Linear(3, 2, bias=False, dtype=torch.float64), nn.Dropout(0.3), nn.Softmax(dim=0)
    ).eval()
    model = from_torch(module)
    assert repr(model) == repr(Sequential(Linear(3, 2, bias=False), Dropout(0.3), Softmax(dim=0)))
    assert not model[1].training
    assert model[0].weight.dtype == np.float64
    assert model[0].weight.requires_grad
    with torch.no_grad():
        module[0].weight.zero_()
    assert np.asarray(model[0].weight).any(), "the numbers are shared, where a copy was promised"


def test_what_is_shared_stays_shared():
    """Tied weights that come apart learn two different things."""
    layer = Linear(2, 2)
    model = Sequential(layer, ReLU(), layer, Linear(2, 2))
    model[3].weight = layer.weight
    module = to_torch(model)
    assert module[0] is module[2]
    assert module[3].weight is module[0].weight
    again = from_torch(module)
    assert again[0] is again[2]
    assert again[3].weight is again[0].weight
    assert len(again.parameters()) == len(model.parameters()) == 3


def test_no_random_numbers_are_used_up():
    """An experiment with a seed would go another way because somebody looked at it in PyTorch."""
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    to_torch(Sequential(Linear(3, 2)))
    assert torch.equal(torch.rand(3), expected)


def test_page_style_layers_go_too():
    """A learner's first version has no state_dict, and is compared all the same."""
    model = plain_layers.Sequential(plain_layers.Linear(3, 3), ReLU(), plain_layers.Dropout(0.5))
    module = to_torch(model)
    assert linear_weights(model) == ["0.weight"]
    x = np.ones((2, 3), np.float32)
    agree(model.layers[1](model.layers[0](Tensor(x))), module[:2](torch.tensor(x)))
    module[0].weight.data[...] = torch.arange(9.0).reshape(3, 3)
    report = from_torch(module, into=model)
    assert report.transposed == ["0.weight"]
    assert np.asarray(model.layers[0].weight).tolist() == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]


class MyLinear(Linear):
    pass


class Scale(tinytorch.Layer):
    def __init__(self):
        self.matrix = Tensor(np.arange(4.0).reshape(2, 2), requires_grad=True)

    def forward(self, x):
        return x @ self.matrix


def looped():
    model = Sequential(ReLU())
    model.append(Sequential(model))
    return model


def misshapen():
    layer = Linear(2, 3)
    layer.bias.data = np.ones(2, np.float32)
    return layer


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Sequential(ReLU(), MyLinear(2, 2)), "got layer 1 of the network: Linear\\(in"),
        (lambda: Sequential(Sequential(Scale())), "got layer 0 of layer 0 of the network: Scale"),
        (lambda: Sequential(np.exp), "got layer 0 of the network: <ufunc"),
        (lambda: Linear, "expects layers among Sequential, Linear,"),
        (lambda: 3, "got the network: 3"),
        (lambda: nn.Sequential(nn.Linear(2, 2)), "got the network: Sequential"),
        (lambda: Sequential(nn.ReLU()), "got layer 0 of the network: ReLU"),
        (lambda: type("Softmax", (tinytorch.Layer,), {})(), "got the network: Softmax"),
        (lambda: type("Sequential", (), {})(), "got the network: <"),
        (looped, "no layer inside itself, got one at layer 0 of layer 1 of the network"),
        (misshapen, r"got \(2, 3\) and \(2,\) at the network"),
    ],
)
def test_what_pytorch_has_not_is_refused(make, text):
    """A layer with a forward of its own would silently become another one."""
    with pytest.raises((TypeError, ValueError), match=text):
        to_torch(make())


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (nn.Sequential(nn.Conv2d(1, 1, 1), nn.Flatten()), "got 0: Conv2d.*, 1: Flatten"),
        (nn.GELU(approximate="tanh"), "the module: GELU"),
        (nn.Softmax(), "the module: Softmax"),
        (type("Mine", (nn.Linear,), {})(2, 2), "the module: Mine"),
        (nn.Linear(2, 2, dtype=torch.bfloat16), "got weight in bfloat16"),
        (nn.Linear(2, 2, device="meta"), "on meta"),
        (3, "expects a torch.nn.Module or its state_dict"),
    ],
)
def test_what_tinytorch_has_not_is_refused(module, text):
    """A network with other mathematics would give other numbers without a word."""
    with pytest.raises((TypeError, ValueError), match=text):
        from_torch(module)


def test_hooks_are_refused():
    """What a hook does to the numbers would be lost."""
    module = nn.Linear(2, 2)
    module.register_forward_hook(lambda *_: None)
    with pytest.raises(TypeError, match="without hooks"):
        from_torch(module)


def test_numbers_go_into_a_network_that_is_there():
    """Square weights look the same both ways: only the layers know which to turn round."""
    module, model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)), Sequential(Linear(2, 2))
    model.append(Linear(2, 2))
    for source in (module, module.state_dict()):
        report = from_torch(source, into=model)
        assert report.transposed == ["0.weight", "1.weight"]
        np.testing.assert_array_equal(model[0].weight, module[0].weight.detach().T)
    before = model.state_dict()
    with pytest.raises(MismatchError, match=r"missing: 1.weight, 1.bias; .*unexpected: 2.weight"):
        from_torch(nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)), into=model)
    assert all((before[name] == array).all() for name, array in model.state_dict().items())
    with pytest.raises(TypeError, match="expects a layer or a network"):
        from_torch(module, into=3)


def test_a_matrix_that_nobody_knows_has_to_be_named():
    """Guessed by its shape, a square matrix is wrong half of the time, and nothing says so."""
    model = Sequential(Scale(), Linear(2, 2))
    state = {
        "0.matrix": torch.arange(4.0).reshape(2, 2),
        **{f"1.{name}": value for name, value in nn.Linear(2, 2).state_dict().items()},
    }
    with pytest.raises(ValueError, match=r"got 0.matrix without a word.*transpose=\[\.\.\.\]"):
        from_torch(state, into=model)
    from_torch(state, into=model, transpose=["1.weight"])
    assert np.asarray(model[0].matrix).tolist() == [[0, 1], [2, 3]]
    with pytest.raises(ValueError, match=r"got \['2.weight'\]. There are: 0.matrix, 1.weight"):
        from_torch(state, into=model, transpose=["2.weight"])
    # An embedding's weight lies as it is on both sides, so that what a Linear takes is in doubt.
    with pytest.raises(ValueError, match="got weight without a word"):
        from_torch(nn.Embedding(2, 2), into=Linear(2, 2, bias=False))
    with pytest.raises(ValueError, match=r"got 0.matrix, 1.weight without a word"):
        from_torch(state)
    assert from_torch(state, transpose=[])["0.matrix"].tolist() == [[0, 1], [2, 3]]
    assert to_torch({"w": np.ones((2, 3)).T, "b": Tensor([1.0])}, transpose=["w"])["w"].shape == (
        2,
        3,
    )
    with pytest.raises(ValueError, match="got w without a word"):
        to_torch({"w": np.ones((2, 3))})
