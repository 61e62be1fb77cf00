"""A network after training: nothing is dropped, whoever wrote its layers."""

import numpy as np

from tinytorch import Dropout, Linear, Sequential, Tensor
from tito.lab.profile.measure import inference

X = [Tensor(np.ones((64, 3), np.float32))]


class PlainDropout:
    """Dropout as on the page: it is told by a flag, and knows no eval()."""

    def __call__(self, x, training=True):
        return self.forward(x, training)

    def forward(self, x, training=True):
        return x * np.random.default_rng().integers(0, 2, x.shape) if training else x


class PlainSequential:
    """Hands nothing on."""

    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def alike(run):
    return np.array_equal(run(*X).data, run(*X).data)


def test_eval_is_called_where_it_is():
    """Lost otherwise: batches are timed with masks that nobody wants then."""
    run, drops = inference(Sequential(Linear(3, 4), Dropout(0.5)), X)
    assert not drops
    assert alike(run)


def test_plain_layers_are_told_one_by_one():
    """Lost otherwise: page-style layers are timed as if they were in training."""
    model = PlainSequential(Linear(3, 4), PlainSequential(PlainDropout()), Linear(4, 2))
    run, drops = inference(model, X)
    assert not drops
    assert alike(run)


def test_a_network_that_drops_nothing_is_called_as_it_is():
    """Lost otherwise: what a person's own Sequential costs is left out of the figures."""
    model = PlainSequential(Linear(3, 4))
    assert inference(model, X) == (model, False)


def test_one_that_nobody_can_tell_is_said():
    """Lost otherwise: "nothing dropped" stands above figures with dropout."""
    hidden = PlainDropout()

    def model(x):
        return hidden(x)

    assert inference(model, X) == (model, True)
