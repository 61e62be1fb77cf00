"""What Sequential can do besides running: a list's manners, the training flag, notes on errors."""

import numpy as np
import pytest

from tinytorch import Dropout, Layer, Linear, ReLU, Sequential, Tensor


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
