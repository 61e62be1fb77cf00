"""Module: parameters are found, modes switched, states saved and loaded."""

import numpy as np
import pytest

from tinytorch import Dropout, Layer, Linear, ReLU, Sequential, Tensor


class Network(Layer):
    """Parameters in every place where a person may put them."""

    def __init__(self):
        """One of each."""
        self.scale = Tensor([1.0], requires_grad=True)
        self.constant = Tensor([5.0])
        self.body = Sequential(Linear(2, 3), ReLU(), Dropout(0.9))
        self.heads = {"a": Linear(3, 1), "b": (Linear(3, 1, bias=False), "text", None, 3)}
        self.again = self.body
        self.cached = self.scale * 2


NAMES = ["scale", "body.0.weight", "body.0.bias", "heads.a.weight", "heads.a.bias"]
NAMES += ["heads.b.0.weight"]


def test_parameters_are_found_once_in_order():
    """A parameter that is not found never learns."""
    network = Network()
    assert [name for name, _ in network.named_parameters()] == NAMES
    found = network.parameters()
    assert all(a is b for a, (_, b) in zip(found, network.named_parameters(), strict=True))
    assert found[0] is network.scale
    assert network.cached not in [None], "a cached activation is a tensor, and no parameter"


def test_a_layer_that_knows_its_owner():
    """A circle of layers must not search for ever."""
    network = Network()
    network.body[0].owner = network
    assert [name for name, _ in network.named_parameters()] == NAMES


def test_layers_that_all_know_each_other():
    """Twelve of them have 100 million ways through: a step of an optimizer would never end."""
    layers = [Linear(2, 2) for _ in range(12)]
    for layer in layers:
        layer.others = layers
    model = Sequential(*layers)
    assert len(model.parameters()) == 24
    names = [name for name, _ in model.named_parameters()]
    assert names[:3] == ["0.weight", "0.bias", "0.others.1.weight"]
    state = model.state_dict()
    assert set(names) <= set(state)
    model.eval().load_state_dict(state)


def test_a_shared_layer_that_knows_its_owner_has_each_of_its_names():
    """A state saved under both names would no longer fit."""
    shared = Linear(2, 2, bias=False)
    model = Sequential(shared, Sequential(shared), shared)
    before = list(model.state_dict())
    shared.owner = model
    assert list(model.state_dict()) == before == ["0.weight", "1.0.weight", "2.weight"]


def test_a_page_style_container_inside():
    """The page's Sequential is a plain class: its layers are found all the same."""

    class Plain:
        def __init__(self, *layers):
            self.layers = list(layers)

        def parameters(self):
            return [p for layer in self.layers for p in layer.parameters()]

    network = Network()
    network.body = Plain(Linear(2, 3))
    network.again = None
    assert "body.layers.0.weight" in dict(network.named_parameters())


def test_train_and_eval_reach_every_layer():
    """One Dropout left in training mode makes predictions depend on chance."""
    network = Network()
    x = Tensor(np.ones((1, 2)))
    assert network.training
    assert network.eval() is network
    assert not network.body[2].training
    np.testing.assert_array_equal(network.body(x).data, network.body(x).data)
    assert network.train().body[2].training
    assert Dropout(0.5).training, "one layer's mode must not change all others"


def test_zero_grad():
    """Gradients of the last batch would add to those of the next."""
    network = Network()
    network.body(Tensor(np.ones((1, 2)))).sum().backward()
    network.zero_grad()
    assert all(parameter.grad is None for parameter in network.parameters())


class TestState:
    """Saving and loading."""

    def test_round_trip(self, tmp_path):
        """What was learned yesterday is there today."""
        a, b = Network(), Network()
        np.savez(tmp_path / "state.npz", **a.state_dict())
        with np.load(tmp_path / "state.npz") as state:
            b.load_state_dict(state)
        for x, y in zip(a.parameters(), b.parameters(), strict=True):
            np.testing.assert_array_equal(x.data, y.data)
            assert not np.shares_memory(x.data, y.data)

    def test_keys_as_in_pytorch(self, torch):
        """Weights travel between the two libraries by name, also those of a shared layer."""
        shared, theirs_shared = Linear(2, 2), torch.nn.Linear(2, 2)
        ours = Sequential(shared, ReLU(), Sequential(Linear(2, 3, bias=False)), shared)
        theirs = torch.nn.Sequential(
            theirs_shared,
            torch.nn.ReLU(),
            torch.nn.Sequential(torch.nn.Linear(2, 3, bias=False)),
            theirs_shared,
        )
        assert list(ours.state_dict()) == list(theirs.state_dict())
        names = [name for name, _ in ours.named_parameters()]
        assert names == [name for name, _ in theirs.named_parameters()]
        ours.load_state_dict({name: t.numpy().T for name, t in theirs.state_dict().items()})
        np.testing.assert_array_equal(shared.weight.data, theirs_shared.weight.detach().T)

    def test_a_snapshot_stays(self):
        """The best state so far must not follow the weights that go on changing."""
        layer = Linear(2, 2)
        state = layer.state_dict()
        before = state["weight"].copy()
        layer.weight.data[...] = 7
        np.testing.assert_array_equal(state["weight"], before)
        layer.load_state_dict(state)
        held = layer.weight.data
        layer.load_state_dict({"weight": np.zeros((2, 2)), "bias": np.ones(2)})
        np.testing.assert_array_equal(state["weight"], before)
        np.testing.assert_array_equal(held, before)
        layer.weight.data[...] = 7
        np.testing.assert_array_equal(state["weight"], before)
        assert layer.weight.dtype == np.float32

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"weight": np.zeros((2, 3))}, r"weight has shape \(2, 3\) in place of \(3, 2\)"),
            ({"bias": None}, "got NoneType"),
            ({"extra": np.zeros(1)}, "extra is unknown"),
        ],
    )
    def test_a_failed_load_changes_nothing(self, change, message):
        """Half a load would leave a network that nobody trained."""
        layer = Linear(3, 2)
        before = layer.state_dict()
        state = {"weight": np.ones((3, 2)), "bias": np.ones(2)} | change
        with pytest.raises((ValueError, TypeError), match=message):
            layer.load_state_dict(state)
        with pytest.raises(ValueError, match="bias is missing"):
            layer.load_state_dict({"weight": np.ones((3, 2))})
        for name, array in layer.state_dict().items():
            np.testing.assert_array_equal(array, before[name])
