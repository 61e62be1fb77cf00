"""Two threads that use one network leave each other's mode, and results, alone."""

import threading

import numpy as np
import pytest

from tinytorch import SGD, Dropout, Layer, Linear, Sequential, Tensor, manual_seed
from tinytorch.training import evaluate, fit, predict

X = np.random.default_rng(0).normal(size=(8, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)


class Meeting(Layer):
    """Waits in the middle of a forward pass, so that another thread is in one, too."""

    def __init__(self):
        self.barrier = threading.Barrier(2, timeout=20)
        self.waits = {}
        self.seen = {}

    def forward(self, x):
        me = threading.current_thread().name
        if self.waits.get(me, 0) < 2:
            self.waits[me] = self.waits.get(me, 0) + 1
            self.barrier.wait()
        self.seen.setdefault(me, []).append(self.training)
        return x


class PageDropout:
    """As on the page: no mode, told by its forward."""

    def __init__(self):
        self.told = {}

    def __call__(self, x, **flags):
        return self.forward(x, **flags)

    def forward(self, x, training=True):
        self.told.setdefault(threading.current_thread().name, set()).add(training)
        return x

    def parameters(self):
        return []


def both(**work):
    """Run two functions side by side; what they raise is raised here."""
    results, errors = {}, []

    def run(name, function):
        try:
            results[name] = function()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=pair, name=pair[0]) for pair in work.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


def test_one_measures_while_another_trains():
    """The training would go on without dropout, and the measurement drop units."""
    meeting, page = Meeting(), PageDropout()
    model = Sequential(Linear(4, 8), meeting, page, Dropout(0.5), Linear(8, 2))
    both(
        train=lambda: fit(model, X, Y, SGD(model.parameters(), lr=0.0), epochs=3),
        measure=lambda: [evaluate(model, X, Y, batch_size=4) for _ in range(2)],
    )
    assert set(meeting.seen["train"]) == {True}
    assert set(meeting.seen["measure"]) == {False}
    assert page.told == {"train": {True}, "measure": {False}}
    assert all(layer.training for layer in model if isinstance(layer, Layer))
    assert "forward" not in vars(page)


def test_two_measure_one_network():
    """A server answers several people at once."""
    meeting, page = Meeting(), PageDropout()
    model = Sequential(Linear(4, 8), meeting, page, Dropout(0.9), Linear(8, 2))
    results = both(
        a=lambda: predict(model, X, batch_size=4), b=lambda: predict(model, X, batch_size=4)
    )
    meeting.waits["MainThread"] = 2  # there is nobody to meet
    alone = predict(model, X, batch_size=4)
    assert np.array_equal(results["a"], alone)
    assert np.array_equal(results["b"], alone)
    assert page.told == {"a": {False}, "b": {False}, "MainThread": {False}}
    assert "forward" not in vars(page)
    assert model.training


def test_a_mode_that_all_threads_share_is_not_changed_under_another():
    """A layer with an attribute of its own has one mode; the training would lose its dropout."""

    class Own:
        def __init__(self):
            self.training = True

        def __call__(self, x):
            return x

        def parameters(self):
            return []

    model = Sequential(Linear(4, 2), Own())
    refused = []

    def step(run):
        def measure():
            with pytest.raises(ValueError, match="no other thread has in the other mode"):
                evaluate(model, X, Y)
            refused.append(model[1].training)

        thread = threading.Thread(target=measure)
        thread.start()
        thread.join()

    fit(model, X, Y, SGD(model.parameters()), epochs=1, callbacks=[step], validation=(X, Y))
    assert refused == [True]
    evaluate(model, X, Y)
    assert vars(model[1]) == {"training": True}


def test_what_a_callback_sets_holds_while_training_goes_on():
    """One who freezes the dropout after an epoch means it."""
    seen = []

    class Seeing(Layer):
        def forward(self, x):
            seen.append(self.training)
            return x

    model = Sequential(Linear(4, 2), Seeing())

    def step(run):
        model.eval()
        assert not model.training

    fit(model, X, Y, SGD(model.parameters()), epochs=2, batch_size=8, callbacks=[step])
    assert seen == [True, False]
    assert model.training


def test_two_trainings_side_by_side_are_what_each_is_alone():
    """What one thread draws and records is none of the other's."""

    def train(seed):
        manual_seed(seed)
        model = Sequential(Linear(4, 8), Dropout(0.5), Linear(8, 2))
        return fit(model, X, Y, SGD(model.parameters(), lr=0.1), epochs=20, batch_size=2).losses

    alone = {"a": train(1), "b": train(2)}
    assert both(a=lambda: train(1), b=lambda: train(2)) == alone


def test_a_mode_that_a_class_has_is_changed_and_put_back():
    """A subclass that is made at inference is a layer like any other."""

    class AtRest(Dropout):
        training = False

    model = Sequential(Linear(4, 2), AtRest(0.5))
    ones = Tensor(np.ones((50, 2)))
    assert model[1](ones) is ones
    fit(model, X, Y, SGD(model.parameters()), epochs=1)
    assert "training" not in vars(model[1])
    assert model[1](ones) is ones
