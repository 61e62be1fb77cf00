"""Module: parameters are found, modes switched, states saved and loaded."""

import numpy as np
import pytest

from tinytorch import Dropout, Layer, Linear, ReLU, Sequential, Tensor, load, save


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


class Held(Layer):
    """Parameters in a dict, under any keys."""

    def __init__(self, **entries):
        """The dict itself, or names with values."""
        self.by = entries.pop("by", None) or entries


def parameter(number):
    """A parameter that is told from others by its number."""
    return Tensor([float(number)], requires_grad=True)


KEYS = [1, "1", 1.5, "1.5", "a.b", ".a", "a.", "", " ", "$x^2$", "a_b^c", "'1'", (1, 2), "(1, 2)"]
KEYS += [None, "None", True, "True", "by.1", "naïve 漢字", "a/b", "__metadata__", "line\nend"]


@pytest.mark.parametrize("nested", [False, True])
def test_no_name_hides_another(tmp_path, nested):
    """What stands under a name twice is there once, and the other weight keeps random numbers."""
    keys = [key for place, key in enumerate(KEYS) if key not in KEYS[:place]]

    def held(start, order):
        each = {key: parameter(start + place) for place, key in order(list(enumerate(keys)))}
        if nested:
            each |= {"in": {"a": parameter(start + 100)}, "in.a": parameter(start + 101)}
            each["in"]["b"] = Held(by={"c": parameter(start + 102)})
            each["in.b.by.c"] = parameter(start + 103)
        return Held(by=each)

    one, other = held(0, list), held(1000, reversed if not nested else list)
    state = one.state_dict()
    assert len(state) == len(one.parameters()) == len(keys) + 4 * nested
    assert sorted(v.item() for v in state.values()) == sorted(p.item() for p in one.parameters())
    other.load_state_dict(state)
    assert {k: v.item() for k, v in other.by.items() if isinstance(v, Tensor)} == {
        k: v.item() for k, v in one.by.items() if isinstance(v, Tensor)
    }
    assert len({name for name, _ in one.named_parameters()}) == len(state)
    pytest.importorskip("safetensors")
    save(one, tmp_path / "a")
    other = held(1000, list)
    assert load(tmp_path / "a", into=other).complete
    assert other.state_dict() == state


def test_layers_under_keys_that_read_alike():
    """Two layers of one name would share the numbers of one."""
    first, second = Linear(2, 2), Linear(2, 2)
    layer = Held(by={1: first, "1": second})
    assert list(layer.state_dict()) == ["by.1.weight", "by.1.bias", "by.'1'.weight", "by.'1'.bias"]
    other = Held(by={"1": Linear(2, 2), 1: Linear(2, 2)})
    other.load_state_dict(layer.state_dict())
    np.testing.assert_array_equal(other.by["1"].weight.data, second.weight.data)

    class Twice(Layer):
        def named_parts(self):
            return [("w", self.a), ("w", self.b)]

    twice = Twice()
    twice.a, twice.b = parameter(1), parameter(2)
    assert list(twice.state_dict()) == ["w", "w#2"]


class TestState:
    """Saving and loading."""

    def test_what_is_shared_needs_one_of_its_names(self):
        """Files that others wrote have a tied weight once; the old numbers must not win."""
        shared = Linear(2, 2)
        model = Sequential(shared, ReLU(), shared)
        for place in (0, 2):
            state = {f"{place}.weight": np.full((2, 2), 7.0 + place), f"{place}.bias": np.ones(2)}
            model.load_state_dict(state)
            assert (shared.weight.data == 7 + place).all()
        both = {"0.weight": np.ones((2, 2)), "2.weight": np.zeros((2, 2)), "0.bias": np.ones(2)}
        with pytest.raises(ValueError, match=r"0.weight and 2.weight are one tensor here and diff"):
            model.load_state_dict(both)
        assert (shared.weight.data == 9).all()
        both["2.weight"] = both["0.weight"] = np.full((2, 2), np.nan)
        model.load_state_dict(both)

    def test_numbers_of_pytorch_go_through_from_torch(self, torch):
        """A square weight that lies the other way fits, and gives other answers."""
        theirs, layer = torch.nn.Linear(2, 2), Linear(2, 2)
        before = layer.state_dict()
        states = [theirs.state_dict(), dict(theirs.named_parameters())]
        for state in (*states, {"x": theirs.weight}, {**before, "bias": theirs.bias}):
            with pytest.raises(TypeError, match=r"Use tinytorch.torch.from_torch\(state, into="):
                layer.load_state_dict(state)
        with pytest.raises(
            ValueError, match=r"\(turned round: PyTorch's goes through .*from_torch"
        ):
            Linear(3, 2).load_state_dict({"weight": np.ones((2, 3)), "bias": np.ones(2)})
        for name, array in layer.state_dict().items():
            np.testing.assert_array_equal(array, before[name])

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
