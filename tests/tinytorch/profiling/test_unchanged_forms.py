"""What a model changes in the form of what it holds, or when it is asked, is turned back, too."""

import numpy as np

from tinytorch import Layer, Linear, Tensor
from tinytorch.profiling import summary


class Freezes(Layer):
    """A layer that keeps arrays whose form it changes, and then counts."""

    def __init__(self):
        self.frozen, self.bent, self.grown = np.zeros(6), np.zeros(6), np.zeros(6)
        self.any = np.array([None, self], dtype=object)
        self.calls = [0]

    def forward(self, x):
        for array in (self.frozen, self.bent, self.grown):
            array += 1
        self.frozen.flags.writeable = False
        self.bent.resize((2, 3), refcheck=False)
        self.grown.resize(9, refcheck=False)
        self.any[0] = x
        self.calls[0] += 1
        return x

    def __eq__(self, other):
        raise RuntimeError("not to be compared")

    __hash__ = Layer.__hash__


def test_arrays_that_got_another_form():
    """Otherwise a layer that freezes or bends what it keeps makes summary raise, and stays so."""
    layer = Freezes()
    assert summary(layer, (2, 4)).error is None
    for array in (layer.frozen, layer.bent, layer.grown):
        assert array.tolist() == [0.0] * 6
        assert array.flags.writeable
    assert layer.any[0] is None
    assert layer.calls == [0]


class Remembers(Layer):
    """A layer that keeps what it finds when it is asked for its layers or parameters."""

    def __init__(self):
        self.weight = Tensor(np.ones((4, 4)), requires_grad=True)

    @property
    def layers(self):
        self.asked = True
        return []

    def parameters(self):
        self.found = [self.weight]
        return self.found

    def forward(self, x):
        return x @ self.weight


def test_what_asking_leaves_is_taken_away_too():
    """Otherwise a layer whose parameters() keeps a list has an attribute more after a summary."""
    layer = Remembers()
    assert summary(layer, (2, 4)).parameters == 16
    assert set(vars(layer)) == {"weight"}


class Drops(Linear):
    """A layer that has lost its weight after a call."""

    def forward(self, x):
        result = super().forward(x)
        del self.weight
        return result


def test_rows_say_what_the_model_holds_before_and_after():
    """Otherwise parameters are counted as the run left them, and not as the model has them."""
    assert summary(Drops(4, 4), (2, 4)).parameters == 20


def test_a_class_without_a_module():
    """Otherwise layers made by `exec` or `type` in a notebook make summary raise."""
    kind = type("Made", (Linear,), {"__module__": None})
    assert summary(kind(4, 4), (2, 4)).parameters == 20
