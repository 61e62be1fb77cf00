"""What Sequential can do besides running: a list's manners, the training flag, notes on errors."""

import copy
import pickle
from collections import OrderedDict

import numpy as np
import pytest

from tinytorch import Dropout, Layer, Linear, ReLU, Sequential, Tensor
from tinytorch.torch import from_torch, to_torch


class Flagged(Layer):
    """A layer that writes down which flag it was given."""

    def __init__(self):
        """Nothing seen so far."""
        self.seen = []

    def forward(self, x, training="none"):
        """Keep the flag."""
        self.seen.append(training)
        return x


def test_manners_of_a_list():
    """People look into a model, cut off its head, and add layers."""
    a, b, c = Linear(2, 3), ReLU(), Linear(3, 1)
    model = Sequential(a, b)
    assert model.append(c) is model
    assert len(model) == 3
    assert (model[0], model[-1]) == (a, c)
    assert list(model) == [a, b, c]
    assert type(model[:2]) is Sequential
    assert model[:2].layers == [a, b]
    assert bool(Sequential()), "`if model:` is not a question about its length"
    with pytest.raises(IndexError):
        model[3]
    assert repr(Sequential(Sequential(b), b)) == (
        "Sequential(\n  (0): Sequential(\n    (0): ReLU()\n  )\n  (1): ReLU()\n)"
    )
    assert repr(Sequential()) == "Sequential()"


class Autoencoder(Sequential):
    """A subclass that is not made from layers."""

    def __init__(self, size, width):
        """Two layers, and a number of its own."""
        super().__init__(Linear(size, width), ReLU(), Linear(width, size))
        self.factor = 2.0

    def forward(self, x, training=None):
        """What the layers give, times the number."""
        return super().forward(x, training) * self.factor


def test_slices_of_any_subclass():
    """`model[:-1]` is how people take the features of a network, whatever its constructor takes."""
    model = Autoencoder(3, 5)
    part = model[:2]
    assert (type(part), part.layers, len(model)) == (Autoencoder, model.layers[:2], 3)
    x = Tensor(np.ones((1, 3)))
    np.testing.assert_array_equal(part(x).data, 2 * model[1](model[0](x)).data)
    part.append(Linear(5, 1))
    assert len(model) == 3, "a slice has a list of its own"
    assert model[::-1].layers == model.layers[::-1]
    assert model.eval()[1:].training is False


def test_layers_are_set_taken_out_and_put_in():
    """A new head on a trained body is the first thing that people do with a network."""
    a, b, c, d = Linear(2, 3), ReLU(), Linear(3, 1), Dropout(0.5)
    model = Sequential(a, b, c)
    model[-1] = d
    assert model.layers == [a, b, d]
    del model[0]
    assert model.insert(0, c) is model
    assert model.insert(-1, a).layers == [c, b, a, d]
    model = Sequential(a, b)
    assert model.extend([c, d]) is model
    assert model.extend(Sequential(b)).layers == [a, b, c, d, b]
    assert (model.pop(), model.pop(0)) == (b, a)
    del model[1:]
    assert model.layers == [b]
    for change in (
        lambda: model.extend([a, 3]),
        lambda: model.insert(0, Linear),
        lambda: model.__setitem__(0, None),
        lambda: model.__setitem__(slice(0, 1), [a]),
        lambda: model.append({"x": 3}),
    ):
        with pytest.raises(TypeError):
            change()
    for change in (
        lambda: model.insert(5, a),
        lambda: model.insert("0", a),
        lambda: model.__setitem__(1, a),
        lambda: model.__delitem__(-2),
        lambda: model.pop(7),
    ):
        with pytest.raises((IndexError, TypeError)):
            change()
    assert model.layers == [b], "what is refused changes nothing"
    assert len(Sequential(b).pop().parameters()) == 0


def named():
    """A body, an activation and a head, under names."""
    return Sequential(OrderedDict([("fc", Linear(4, 3)), ("act", ReLU()), ("out", Linear(3, 2))]))


def test_names_as_in_pytorch(torch):
    """Numbers of a network with names travel by these names."""
    parts = OrderedDict(
        [("fc", torch.nn.Linear(4, 3)), ("act", torch.nn.ReLU()), ("out", torch.nn.Linear(3, 2))]
    )
    theirs, ours = torch.nn.Sequential(parts), named()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert ours.fc is ours[0]
    assert [str(line).split(":")[0] for line in repr(ours).splitlines()] == [
        str(line).split(":")[0] for line in repr(theirs).splitlines()
    ]
    for model, kind in ((theirs, torch.nn.Linear), (ours, Linear)):
        model.out = kind(3, 5)
        model[0] = kind(4, 3, bias=False)
        model.append(kind(5, 5, bias=False))
        model.add_module("last", kind(5, 1, bias=False))
        del model[1]
        model.insert(0, kind(4, 4, bias=False))
    names = ["0.weight", "fc.weight", "out.weight", "out.bias", "3.weight", "last.weight"]
    assert list(ours.state_dict()) == names
    module = to_torch(named())
    back = from_torch(module)
    assert list(module.state_dict()) == list(back.state_dict()) == list(named().state_dict())
    assert back.act is back[1]


def test_names_go_with_their_layers():
    """A weight under another's name would be loaded into the other."""
    model = named()
    assert list(model[1:].state_dict()) == ["out.weight", "out.bias"]
    assert list(model[::-1].state_dict())[:2] == ["out.weight", "out.bias"]
    for again in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert again.fc is again[0]
        assert list(again.state_dict()) == list(model.state_dict())
    head = model.layers.pop()
    with pytest.raises(AttributeError, match="'Sequential' object has no attribute 'out'"):
        _ = model.out
    model.layers.insert(0, head)
    assert model.layer_names() == ["out", "fc", "act"]
    shared = Linear(2, 2)
    twice = Sequential({"a": shared, "b": shared})
    assert list(twice.state_dict()) == ["a.weight", "a.bias", "b.weight", "b.bias"]
    twice[0] = ReLU()
    assert list(twice.state_dict()) == ["b.weight", "b.bias"]
    digits = Sequential({"1": Linear(1, 1, bias=False)}).append(Linear(1, 1, bias=False))
    assert list(digits.state_dict()) == ["1.weight", "1#2.weight"]


@pytest.mark.parametrize("name", ["", "a.b", "fc", "forward", "layers", "training", 3, None])
def test_a_name_that_cannot_be_one(name):
    """Two layers of one name, or a layer in the place of a method, would be lost."""
    model = named()
    for add in (model.add_module, lambda name, layer: model.append({name: layer})):
        with pytest.raises((ValueError, TypeError), match="a name of its own, as text without a d"):
            add(name, ReLU())
    assert len(model) == 3


@pytest.mark.parametrize("stranger", [3, "relu", None, [ReLU()], ReLU])
def test_what_is_no_layer_is_refused(stranger):
    """`Sequential(Linear(2, 3), ReLU)` without brackets would fail at the first batch."""
    with pytest.raises(TypeError, match=r"Sequential expects layers, got .* at position 1"):
        Sequential(Linear(2, 3), stranger)


def test_the_training_flag_goes_to_those_that_name_it():
    """`model(x, training=False)` is how the page would evaluate a network."""
    flagged = Flagged()
    model = Sequential(Linear(2, 2), Sequential(flagged, ReLU()), lambda x: x)
    x = Tensor(np.ones((1, 2)))
    model(x)
    model(x, training=False)
    model(x, training=True)
    assert flagged.seen == ["none", False, True]
    model = Sequential(Linear(2, 100), Dropout(0.5))
    model[0].bias.data[...] = 1.0
    np.testing.assert_array_equal(model(x, training=False).data, model[0](x).data)
    assert (model(x).data == 0).any()


def test_a_shape_error_says_where():
    """In a network of many layers the message alone does not say which one to mend."""
    model = Sequential(Linear(4, 8), Sequential(ReLU(), Linear(7, 2)))
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        model(Tensor(np.ones((3, 4))))
    assert str(caught.value) == (
        "Cannot perform matrix multiplication: (3, 8) @ (7, 2). Inner dimensions must match: 8 ≠ 7"
    )
    inner, inner_trail, outer, outer_trail = caught.value.__notes__
    assert inner == "in layer 1: Linear(in_features=7, out_features=2, bias=True)"
    assert inner_trail == "the shapes on the way there: (3, 8) -> (3, 8)"
    assert outer.startswith("in layer 1: Sequential(")
    assert outer_trail == "the shapes on the way there: (3, 4) -> (3, 8)"


def test_a_layer_whose_repr_fails_still_gives_its_own_error():
    """A half-written layer must not hide the error behind another one."""

    class Half(Layer):
        def forward(self, x):
            raise ValueError("the real error")

        def __repr__(self):
            return self.missing

    with pytest.raises(ValueError, match="the real error") as caught:
        Sequential(Half())(Tensor([1.0]))
    assert caught.value.__notes__[0] == "in layer 0: Half"


def test_what_a_subclass_keeps_besides_its_layers_is_learned():
    """A scale beside the layers would be saved, and never trained."""

    class Scaled(Sequential):
        def __init__(self, *layers):
            super().__init__(*layers)
            self.scale = Tensor([2.0], requires_grad=True)
            self.extra = {"bias": Linear(1, 1), "again": self[0]}

    inner = Linear(2, 2)
    model = Scaled(inner, ReLU(), Scaled(inner))
    model.owner = model
    assert len(model.parameters()) == len(model.named_parameters()) == 8
    for found, (_, named) in zip(model.parameters()[:2], model.named_parameters(), strict=False):
        assert found is named
    hidden = Linear(2, 2)
    hidden.parameters = lambda: []
    model = Scaled(hidden)
    model.extra = None
    assert model.parameters() == [model.scale], "a layer answers for itself"
