"""A summary leaves no trace: a model that was looked at trains on as if it had not been."""

import logging
import random
import sys
import threading
from collections import deque

import numpy as np
import pytest

from tinytorch import Dropout, Layer, Linear, ReLU, Sequential, Tensor, manual_seed, rng
from tinytorch.profiling import summary


class Busy(Layer):
    """A layer that changes whatever it holds in each call, and draws from every source."""

    __slots__ = ("calls",)

    def __init__(self, error=None):
        self.calls = 0
        self.mean = np.zeros(4)
        self.history = []
        self.recent = deque([1, 2], maxlen=2)
        self.log = logging.getLogger("tinytorch.busy")
        self.cache = {"last": None}
        self.names = {"a"}
        self.own = np.random.default_rng(0)
        self.dice = random.Random(0)
        self.weight = Tensor(np.ones((4, 4)), requires_grad=True)
        self.inner = Linear(4, 4)
        self.error = error

    def forward(self, x):
        self.calls += 1
        self.mean += 1
        self.history.append(x)
        self.recent.append(x)
        self.cache["last"] = x @ self.weight
        self.cache["more"] = 1
        self.names.add("b")
        self.new = x
        del self.dice
        self.weight.data[...] = self.own.random() + np.random.rand() + random.random()
        self.weight.grad = Tensor(np.ones((4, 4)))
        self.inner.weight.data = np.zeros((4, 4), np.float32)
        self.training = False
        if self.error:
            raise self.error
        return x


def state(layer):
    """Everything that a Busy layer could have changed, as text."""
    return repr(
        (
            [
                layer.calls,
                layer.mean.tolist(),
                layer.history[:],
                layer.recent,
                dict(layer.cache),
                set(layer.names),
            ],
            [layer.own.bit_generator.state, layer.dice.getstate(), sorted(vars(layer))],
            [layer.weight.data.tolist(), layer.weight.grad, layer.inner.weight.data.tolist()],
            ["training" in vars(layer), random.getstate(), rng.generator().bit_generator.state],
            [
                part.tolist() if isinstance(part, np.ndarray) else part
                for part in np.random.get_state()
            ],
        )
    )


@pytest.mark.parametrize("error", [None, ValueError("no"), KeyboardInterrupt()], ids=repr)
def test_everything_is_as_it_was(error):
    """A look that changes what it looks at spoils an experiment, and nobody knows why."""
    manual_seed(0)
    model = Sequential(Dropout(0.5), Busy(error))
    layer = model[1]
    before, held = state(layer), (layer.mean, layer.history, layer.weight)
    if isinstance(error, KeyboardInterrupt):
        with pytest.raises(KeyboardInterrupt):
            summary(model, (5, 4))
    else:
        assert summary(model, (5, 4)).rows[1].calls == 1
    assert state(layer) == before
    assert all(a is b for a, b in zip(held, (layer.mean, layer.history, layer.weight), strict=True))


def test_a_source_that_was_not_in_use_is_not_in_use_after():
    """The first mask after a summary is drawn as it would have been."""

    def look():
        assert rng.source.generator is None
        summary(Sequential(Dropout(0.5)), (5, 4))
        states.append(rng.source.generator)

    states = []
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert states == [None]


def test_a_layer_that_is_only_reached_by_calling_is_kept_too():
    """A function's layers are not in it, they are where it finds them."""
    hidden = {"layer": Busy()}
    before = state(hidden["layer"])
    summary(lambda x: globals()["_reach"](hidden)(x), (5, 4))
    assert state(hidden["layer"]) == before


def _reach(hidden):
    return hidden["layer"]


@pytest.mark.parametrize("last", [Linear(4, 2), Linear(3, 2)], ids=["right", "wrong"])
def test_python_reports_to_whom_it_did(last):
    """Another profiler that runs goes on, and ours does not, also after an error."""
    told = []

    def theirs(frame, event, argument):
        told.append(event)

    sys.setprofile(theirs)
    try:
        summary(Sequential(Linear(4, 4), last), (5, 4))
        assert sys.getprofile() is theirs
    finally:
        sys.setprofile(None)
    summary(Sequential(Linear(4, 4), last), (5, 4))
    assert sys.getprofile() is None


def test_under_the_profiler_of_the_standard_library():
    """`python -m cProfile` of a program that prints a summary still has its report."""
    import cProfile

    profiler = cProfile.Profile()
    profiler.enable()
    summary(Sequential(Linear(4, 4), ReLU()), (5, 4))
    total = sum(range(1000))
    profiler.disable()
    assert total == 499_500
    assert any("summary" in str(entry.code) for entry in profiler.getstats())


def test_a_read_only_weight():
    """Weights from a file that is mapped into memory cannot be written, and need not be."""
    model = Linear(4, 2)
    model.weight.data.flags.writeable = False
    assert summary(model, (5, 4)).error is None
    assert not model.weight.data.flags.writeable


def test_other_threads_run_their_layers_meanwhile():
    """Nothing is put in a class's place that another thread could meet."""
    model, stop, wrong = Sequential(Linear(8, 8), ReLU(), Linear(8, 2)), threading.Event(), []
    x = Tensor(np.ones((4, 8)))
    right = model(x).numpy()

    def work():
        while not stop.is_set():
            if not (model(x).numpy() == right).all():
                wrong.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    for _ in range(20):
        rows = summary(model, (4, 8)).rows
        wrong += [row for row in rows if row.calls != 1]
    stop.set()
    thread.join()
    assert wrong == []
