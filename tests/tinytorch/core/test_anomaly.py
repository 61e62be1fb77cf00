"""detect_anomaly: the operation that made a NaN is named, and it costs nothing when off."""

import threading

import numpy as np
import pytest

from tinytorch import (
    SGD,
    CrossEntropyLoss,
    Linear,
    ReLU,
    Sequential,
    Tensor,
    detect_anomaly,
    manual_seed,
    no_grad,
    training,
)
from tinytorch.core.autograd import DERIVATIVES
from tinytorch.core.given.graph import recording

pytestmark = pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")


def leaf(*numbers):
    return Tensor(numbers, requires_grad=True)


class TestBackward:
    """A gradient that is not finite, while backward walks."""

    @pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")
    @pytest.mark.parametrize(
        ("name", "function", "place", "shapes", "what", "repair"),
        [
            ("sqrt", Tensor.sqrt, 0, "(2,)", "1 infinite of 2", "sqrt needs numbers above 0"),
            ("log", Tensor.log, 0, "(2,)", "1 infinite of 2", "log needs numbers above 0"),
            ("divide", lambda x: 2 / x, 1, "(), (2,)", "1 infinite of 2", "A divisor is 0"),
            ("power", lambda x: x**-0.5, 0, "(2,), ()", "1 infinite of 2", "A base of 0"),
            ("exp", lambda x: (x + 1e3).exp(), 0, "(2,)", "2 infinite of 2", "exp overflows"),
        ],
    )
    def test_names_operation_shapes_and_line(self, name, function, place, shapes, what, repair):
        """A loss of NaN says nothing about which of a hundred lines made it."""
        x = leaf(0.0, 4.0)
        with np.errstate(divide="ignore"), detect_anomaly():
            y = function(x).sum()
            with pytest.raises(RuntimeError) as caught:
                y.backward()
        text = str(caught.value)
        assert f"got {what} numbers for input {place} of {name!r} (input shapes {shapes})" in text
        assert f"called in {__file__}, line " in text
        assert repair in text
        assert x.grad is None

    def test_the_line_is_the_callers(self):
        """A line inside the framework is not where a person can repair something."""
        x = leaf(0.0, 1.0)
        with detect_anomaly():
            wanted = np.sqrt(x)
            with pytest.raises(RuntimeError, match=r": wanted = np\.sqrt\(x\)\. sqrt needs"):
                wanted.mean().backward()

    def test_gradients_stay_as_they_were(self):
        """A step with half of the gradients would ruin the weights."""
        a, b = leaf(1.0), leaf(0.0)
        (a * b).backward()
        before = a.grad, b.grad
        with detect_anomaly(), pytest.raises(RuntimeError, match="'sqrt'"):
            (a * 3 + b.sqrt()).backward()
        assert (a.grad, b.grad) == (before[0], before[1])
        assert a.grad.item() == 0

    def test_only_backward_inside(self):
        """A graph made before still leads to the operation, without its line."""
        y = leaf(0.0).sqrt()
        with detect_anomaly(), pytest.raises(RuntimeError, match="if the forward pass is inside"):
            y.backward()

    def test_a_bad_gradient_to_start_with(self):
        """The operation is not to blame for what it was handed."""
        y = leaf(1.0, 2.0) * 2
        with detect_anomaly(), pytest.raises(RuntimeError, match=r"what backward\(\) was given"):
            y.backward([np.nan, 1.0])

    def test_a_derivative_of_ones_own(self, monkeypatch):
        """Who adds an operation errs most often; a constant before it counts as an input."""
        rules = (lambda g, x: None, lambda g, x: g * np.nan * x)
        monkeypatch.setitem(DERIVATIVES, "mine", rules)
        x = leaf(2.0)
        with detect_anomaly(), pytest.raises(RuntimeError, match="1 NaN of 1 numbers for input 1"):
            Tensor.recorded("mine", x.data, (Tensor([1.0]), x), (x.data,)).backward()


class TestForward:
    """A NaN in a result is reported where it comes up: backward may never see it."""

    def test_made_here(self):
        """log of a negative number has a finite slope: backward alone would find nothing."""
        x = leaf(-1.0, 1.0, -2.0)
        with detect_anomaly(), pytest.raises(RuntimeError) as caught:
            x.log()
        assert "got 2 NaN of 3 numbers in the result of 'log'" in str(caught.value)
        assert ": x.log(). log needs numbers above 0" in str(caught.value)

    def test_given_to_it(self):
        """One missing value in the data is the usual cause; the layer says where it came in."""
        model = Sequential(ReLU(), Linear(2, 3))
        with detect_anomaly(), pytest.raises(RuntimeError) as caught:
            model(Tensor([[1.0, np.nan]]))
        assert "got NaN in input 0 of 'matmul' (input shapes (1, 2), (2, 3))" in str(caught.value)
        assert "look at your data" in str(caught.value)
        assert caught.value.__notes__[0].startswith("in layer 1: Linear")

    def test_infinity_is_allowed(self):
        """Scores of minus infinity are how a choice is ruled out."""
        x = leaf(1.0, 2.0)
        with detect_anomaly():
            CrossEntropyLoss()((x + np.array([0, -np.inf])).reshape(1, 2), [0]).backward()
        assert np.isfinite(x.grad.data).all()

    def test_what_is_not_recorded_is_not_looked_at(self):
        """Measuring is no training; a NaN there is shown by what is measured."""
        x = leaf(-1.0)
        with detect_anomaly(), no_grad():
            assert np.isnan(x.log().item())
        with no_grad(), detect_anomaly():
            assert not x.log().requires_grad


class TestSwitch:
    """Where it holds, and where not."""

    def test_off_is_off(self):
        """An error that comes up outside of the block would be somebody else's."""
        state = recording.on, recording.guard
        assert state == (True, None)
        with detect_anomaly(), no_grad(), detect_anomaly():
            pass
        assert (recording.on, recording.guard) == state
        with pytest.raises(KeyError), detect_anomaly():
            raise KeyError
        assert (recording.on, recording.guard) == state
        assert not hasattr(leaf(1.0).exp().node, "origin")

    def test_no_grad_inside_switches_back_to_it(self):
        """A measurement between two steps must not end the search."""
        with detect_anomaly():
            with no_grad():
                pass
            with pytest.raises(RuntimeError, match="'log'"):
                leaf(-1.0).log()

    def test_as_a_decorator(self):
        """A training function is searched with one line."""

        @detect_anomaly()
        def step():
            leaf(-1.0).log()

        for _ in range(2):
            with pytest.raises(RuntimeError, match="'log'"):
                step()

    def test_other_threads_go_on(self):
        """Another thread's work is neither slowed nor stopped."""
        seen = []
        with detect_anomaly():
            thread = threading.Thread(target=lambda: seen.append(leaf(-1.0).log().item()))
            thread.start()
            thread.join()
        assert np.isnan(seen[0])

    @pytest.mark.parametrize("kind", [ValueError, RuntimeError])
    def test_it_can_be_caught_as_either(self, kind):
        """What backward raises is a ValueError; PyTorch's programs catch a RuntimeError."""
        with detect_anomaly(), pytest.raises(kind, match="'log'"):
            leaf(-1.0).log()

    def test_a_sound_training_is_the_same(self):
        """Searching must not change what is searched."""
        x, y = np.eye(3, dtype=np.float32), np.arange(3)
        models = [Linear(3, 3), Linear(3, 3)]
        models[1].load_state_dict(models[0].state_dict())
        plain, searched = (SGD(model.parameters(), lr=0.5, momentum=0.9) for model in models)
        manual_seed(0)
        expected = training.fit(models[0], x, y, plain, epochs=5, batch_size=2)
        manual_seed(0)
        with detect_anomaly():
            assert training.fit(models[1], x, y, searched, epochs=5, batch_size=2) == expected
