"""What fit is asked for is done, with any optimizer and any number, or refused in a sentence."""

import json
import math

import numpy as np
import pytest

from tinytorch import SGD, Adam, CrossEntropyLoss, Dropout, Linear, MSELoss, Sequential, Tensor
from tinytorch.training import (
    Callback,
    Checkpoint,
    EarlyStopping,
    ReduceLROnPlateau,
    batches,
    evaluate,
    fit,
    predict,
)

X = np.random.default_rng(0).normal(size=(16, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(int)


class Own:
    """An optimizer of a person's own, without the attribute `params`."""

    def __init__(self, parameters):
        self.weights = list(parameters)

    def zero_grad(self):
        for each in self.weights:
            each.grad = None

    def step(self):
        for each in self.weights:
            each.data = each.data - each.grad.data


class Two:
    """Two optimizers in one."""

    def __init__(self, parameters):
        weight, *others = parameters
        self.parts = {"first": SGD([weight], lr=1.0), "rest": [Adam(others, lr=1.0)]}

    def zero_grad(self):
        self.parts["first"].zero_grad()
        self.parts["rest"][0].zero_grad()

    def step(self):
        self.parts["first"].step()
        self.parts["rest"][0].step()


class Hidden:
    """One that shows nothing of what it holds."""

    def __init__(self, parameters):
        held = [*parameters]
        self.calls = iter(lambda: [each.__class__ for each in held], None)
        self.zero_grad = int
        Hidden.held = held

    def step(self):
        for each in Hidden.held:
            each.data = each.data - each.grad.data


OPTIMIZERS = {"own": Own, "two in one": Two, "hidden": Hidden, "ours": lambda p: SGD(p, lr=1.0)}
each_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)


@each_optimizer
def test_any_optimizer_is_given_clipped_gradients(optimizer):
    """One large gradient throws a network away that asked to be guarded from it."""
    model = Linear(4, 2)
    norms = []

    def step(run):
        slopes = [each.grad.data for each in model.parameters()]
        norms.append(math.sqrt(sum(float((slope**2).sum()) for slope in slopes)))

    fit(model, X, Y, optimizer(model.parameters()), epochs=2, clip_norm=1e-3, callbacks=[step])
    assert max(norms) <= 1e-3


@each_optimizer
def test_the_best_parameters_come_back_with_any_optimizer(optimizer):
    """The network of the last epoch would be taken for that of the best."""
    model, kept = Linear(4, 2), []

    class Keep(Callback):
        def on_epoch(self, run):
            kept.append(run.model.weight.data.copy())

    worse = iter(range(9))
    fit(
        model, X, Y, optimizer(model.parameters()), epochs=3, callbacks=[Keep()],
        metrics={"m": lambda *_: 9 - next(worse)},
        early_stopping=EarlyStopping(9, monitor="m", mode="max"),
    )  # fmt: skip
    np.testing.assert_array_equal(model.weight.data, kept[0])
    assert not np.array_equal(kept[0], kept[-1])


def test_what_cannot_be_found_is_not_clipped_in_silence():
    """A run that was asked to be guarded would not be."""

    class Opaque:
        __slots__ = ()

        def zero_grad(self):
            raise AssertionError("nothing is to be begun")

        step = zero_grad

    for asked in ({"clip_norm": 1.0}, {"early_stopping": EarlyStopping(2)}):
        with pytest.raises(TypeError, match="parameters that it can find"):
            fit(np.exp, X, Y, Opaque(), epochs=1, **asked)


def test_an_optimizer_of_another_network_is_refused():
    """Nothing would be learned, and nothing be said."""
    one, other = Linear(4, 2), Linear(4, 2)
    for model in (one, lambda x: one(x), Sequential(one)):
        for optimizer in (SGD(other.parameters()), Own(other.parameters())):
            with pytest.raises(ValueError, match="none of which is among the model's 2"):
                fit(model, X, Y, optimizer, epochs=1)
    assert one.weight.grad is None


def test_parameters_that_get_no_gradient_are_told_of():
    """Another way to learn nothing: the loss does not depend on them."""
    model, other = Linear(4, 2), Tensor([1.0], requires_grad=True)
    before = model.weight.data
    with pytest.raises(ValueError, match="gave none of the 2 a gradient"):
        fit(model, X, Y, SGD(model.parameters()), epochs=1, loss=lambda *_: (other * other).sum())
    assert model.weight.data is before


def test_a_part_of_the_parameters_can_be_trained():
    """Whoever trains the last layer alone is right."""
    model = Sequential(Linear(4, 3), Dropout(0.1), Linear(3, 2))
    first, last = model[0].weight.data, model[2].weight.data
    fit(model, X, Y, SGD(model[2].parameters(), lr=0.1), epochs=1)
    assert model[0].weight.data is first
    assert model[2].weight.data is not last


def test_the_reason_tells_how_many_epochs_there_are(tmp_path):
    """A history of five epochs that says two are done is not believed."""
    pytest.importorskip("safetensors")
    reasons = []
    for epochs in (5, 2, 5, 6):
        model = Linear(4, 2)
        history = fit(
            model, X, Y, SGD(model.parameters()), epochs=epochs,
            checkpoint=Checkpoint(tmp_path / "c"), resume=True,
        )  # fmt: skip
        reasons.append(history.reason)
    assert reasons == [
        "5 epochs done.",
        "5 epochs done, and 2 epochs asked for.",
        "5 epochs done.",
        "6 epochs done.",
    ]


@pytest.mark.parametrize(
    ("value", "mode", "words"),
    [
        (math.nan, "min", "m was never a number."),
        (math.inf, "min", "m was never finite."),
        (-math.inf, "max", "m was never finite."),
        (-1.0, "min", "m has not been better since epoch 1."),
        (math.inf, "max", "m has not been better since epoch 1."),
    ],
)
def test_a_metric_may_be_any_number(value, mode, words):
    """Infinity is a number; and JSON knows none of the three."""
    model = Linear(4, 2)
    history = fit(
        model, X, Y, SGD(model.parameters()), epochs=5, metrics={"m": lambda *_: value},
        early_stopping=EarlyStopping(2, "m", mode),
    )  # fmt: skip
    assert history.reason.endswith(words)
    history.losses[0] = math.nan
    kept = json.loads(json.dumps(history.to_dict(), allow_nan=False))
    assert kept["losses"][0] is None
    assert kept["epochs"][0]["m"] == (value if math.isfinite(value) else None)
    assert kept["epochs"][0]["learning_rate"] == 1e-3


def test_a_plateau_below_zero_is_one():
    """PyTorch takes what is slightly worse for better there, and never lowers the rate."""
    for value, mode in ((-1.0, "min"), (1.0, "min"), (-1.0, "max"), (1.0, "max")):
        model = Linear(4, 2)
        history = fit(
            model, X, Y, SGD(model.parameters(), lr=1.0), epochs=5,
            metrics={"m": lambda *_, value=value: value},
            schedule=ReduceLROnPlateau(0.5, 1, monitor="m", mode=mode),
        )  # fmt: skip
        assert [each.learning_rate for each in history.epochs] == [1, 1, 1, 0.5, 0.5]


class TestDoublePrecision:
    """A network in float64 is given float64; one in float32 stays as it is."""

    x = np.array([[16777217.0], [1 / 3]])

    def model(self, dtype=np.float64):
        model = Linear(1, 1).to(dtype)
        model.weight.data[:], model.bias.data[:] = 1, 0
        return model

    def test_outputs_and_losses(self):
        """A rounded input is another input."""
        model = self.model()
        np.testing.assert_array_equal(predict(model, self.x), self.x)
        assert evaluate(model, self.x, self.x, loss=MSELoss())["loss"] == 0
        inputs, targets = next(batches(self.x, self.x, shuffle=False))
        np.testing.assert_array_equal(model(inputs).data, targets)

    def test_training(self):
        """Steps in double precision are those of a loop over double precision."""
        seen, model = [], self.model()

        def function(x):
            seen.append(x.data)
            return model(x)

        fit(function, self.x, self.x, SGD(model.parameters(), lr=0.0), epochs=1, loss=MSELoss())
        assert seen[0].dtype == np.float64
        np.testing.assert_array_equal(np.sort(seen[0], 0), np.sort(self.x, 0))

    def test_single_precision_stays_single(self):
        """Twice the time, for digits that no weight has."""
        model = self.model(np.float32)
        assert predict(model, self.x).dtype == np.float32
        assert predict(lambda x: x, self.x).dtype == np.float32
        given = {
            str(next(batches(np.ones((2, 1), d), [0, 1]))[0].dtype) for d in ("f2", "f4", "i8")
        }
        assert given == {"float32"}
        assert next(batches(self.x, [0, 1], dtype=np.float32))[0].dtype == np.float32

    def test_a_count_in_a_buffer_changes_nothing(self):
        """A layer that counts its batches would make all of a float32 network's work float64."""
        model = self.model(np.float32)
        model.register_buffer("batches", Tensor(0, dtype=np.int64))
        assert predict(model, self.x).dtype == np.float32

    @pytest.mark.parametrize("kind", [SGD, Adam])
    def test_what_an_optimizer_remembers(self, kind):
        """A training that goes on from rounded sums is another."""
        more = {"momentum": 0.9} if kind is SGD else {}
        ends = []
        for stop in (False, True):
            model = self.model()
            optimizer = kind(model.parameters(), lr=1e-3, **more)
            for step in range(6):
                if stop and step == 3:
                    state, optimizer = (
                        optimizer.state_dict(),
                        kind(model.parameters(), lr=1, **more),
                    )
                    optimizer.load_state_dict(state)
                optimizer.zero_grad()
                MSELoss()(model(Tensor(self.x / 7, dtype=np.float64)), self.x / 3).backward()
                optimizer.step()
            ends.append([each.data.tolist() for each in model.parameters()])
            assert all(each.dtype == np.float64 for each in model.parameters())
        assert ends[0] == ends[1]


def test_a_loss_sees_targets_in_double_precision():
    """A loss of one's own, too, is given what the person gave."""
    seen = []

    def loss(outputs, targets):
        seen.append(targets.dtype)
        return CrossEntropyLoss()(outputs, targets.argmax(axis=1))

    evaluate(Linear(4, 2).to(float), X, np.eye(2)[Y], loss=loss)
    assert seen == [np.float64]
