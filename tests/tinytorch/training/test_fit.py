"""fit: PyTorch's weights on the same batches; modes, metrics, callbacks; what it tells."""

import json
import re

import numpy as np
import pytest

from tests.plain_layers import Sequential as PlainSequential
from tests.tinytorch.training.recipes import data, plain, train
from tinytorch import (
    SGD,
    Adam,
    Dropout,
    Linear,
    MSELoss,
    ReLU,
    Sequential,
    Tensor,
    manual_seed,
    rng,
)
from tinytorch.training import Callback, accuracy, evaluate, fit, predict, top_k_accuracy


def network():
    return Sequential(Linear(6, 8), ReLU(), Linear(8, 3))


@pytest.mark.parametrize("clip_norm", [None, 0.3])
def test_the_weights_are_those_of_a_loop_in_pytorch(torch, clip_norm):
    """A loop that steps twice, forgets to clear gradients or drops a batch learns, too; less."""
    (x, y), ours = data(), network()
    theirs = torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
    with torch.no_grad():
        for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
            b.copy_(torch.tensor(a.data.T))
    manual_seed(4)
    settings = {"epochs": 6, "batch_size": 4, "clip_norm": clip_norm}
    history = fit(ours, x, y, Adam(ours.parameters(), lr=0.01), **settings)
    manual_seed(4)
    optimizer, losses = torch.optim.Adam(theirs.parameters(), lr=0.01), []
    for _ in range(6):
        order = rng.generator().permutation(len(x))
        for start in range(0, len(x), 4):
            chosen = order[start : start + 4]
            optimizer.zero_grad()
            outputs = theirs(torch.tensor(x[chosen]))
            loss = torch.nn.functional.cross_entropy(outputs, torch.tensor(y[chosen]))
            loss.backward()
            if clip_norm:
                torch.nn.utils.clip_grad_norm_(theirs.parameters(), clip_norm)
            optimizer.step()
            losses.append(loss.item())
    np.testing.assert_allclose(history.losses, losses, rtol=2e-5)
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(a.data, b.detach().numpy().T, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("shape", [(22, 2), (22, 1), (22, 2, 3)])
def test_regression_with_targets_of_any_shape(shape):
    """Not everything that is learned is a class."""
    x, _ = data()
    width = int(np.prod(shape[1:]))
    layer = Linear(6, width)
    y = (x @ np.ones((6, width))).reshape(shape)
    optimizer = Adam(layer.parameters(), lr=0.1)

    def error(outputs, targets):
        return np.abs(outputs - targets).max()

    history = fit(
        lambda x: layer(x).reshape(-1, *shape[1:]), x, y, optimizer,
        epochs=60, loss=MSELoss(), metrics=[error], validation=(x, y),
    )  # fmt: skip
    last = history.epochs[-1]
    assert last.loss < history.epochs[0].loss / 100
    assert last.validation_metrics["error"] == np.abs(predict(layer, x).reshape(shape) - y).max()


def test_an_epochs_loss_counts_every_example_once():
    """The mean of the batches' means weighs the examples of a small last batch too heavily."""
    x, y = np.ones((5, 1)), np.array([[0.0], [0.0], [0.0], [0.0], [1.0]])
    layer = Linear(1, 1)
    layer.weight.data[...] = 0
    still = SGD(layer.parameters(), lr=0.0)
    history = fit(layer, x, y, still, epochs=1, batch_size=2, loss=MSELoss(), validation=(x, y))
    assert history.epochs[0].loss == pytest.approx(0.2)
    assert history.epochs[0].validation_loss == pytest.approx(0.2)


def test_layers_are_in_training_mode_and_then_in_their_own():
    """A network that was looked at with eval() would be trained without dropout, unseen."""
    first, second, seen = Dropout(0.5), Dropout(0.5).eval(), []
    model = Sequential(Linear(6, 3), first, second)

    def watch(run):
        seen.append((first.training, second.training))

    x, y = data()
    optimizer = SGD(model.parameters(), lr=0.1)
    fit(model, x, y, optimizer, epochs=1, validation=(x, y), callbacks=[watch])
    assert set(seen) == {(True, True)}
    assert (first.training, second.training) == (True, False)
    assert "training" not in vars(first)


def test_what_raises_leaves_everything_as_after_the_last_step():
    """After an error one looks at the network: it must not be in another mode, or half a step."""
    model = Sequential(Linear(6, 3), Dropout(0.5)).eval()
    optimizer = SGD(model.parameters(), lr=0.5)
    kept = []

    def failing(run):
        kept.append(model.state_dict())
        if run.step == 3:
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        fit(model, *data(), optimizer, epochs=2, batch_size=5, callbacks=[failing])
    assert model[1].training is False
    assert all((model.state_dict()[name] == array).all() for name, array in kept[-1].items())


def test_callbacks_are_told_everything_in_order():
    """A log that misses the last epoch, or comes before the step, is of no use."""
    told = []

    class Log(Callback):
        def on_start(self, run):
            told.append(("start", run.step, run.epoch))

        def on_step(self, run):
            assert run.loss == run.history.losses[-1]
            assert run.model.weight.grad is not None
            told.append(("step", run.step, run.epoch))

        def on_epoch(self, run):
            told.append(("epoch", run.step, len(run.history.epochs)))

        def on_end(self, run):
            told.append(("end", run.step, run.history.ended))

    layer = Linear(6, 3)
    fit(layer, *data(), SGD(layer.parameters()), epochs=2, batch_size=11, callbacks=[Log()])
    steps = [("step", 1, 1), ("step", 2, 1), ("epoch", 2, 1)]
    steps += [("step", 3, 2), ("step", 4, 2), ("epoch", 4, 2)]
    assert told == [("start", 0, 1), *steps, ("end", 4, "epochs")]


def test_a_callback_ends_it_after_a_step_or_an_epoch():
    """Whoever sees that it is good enough need not wait."""
    for event, steps, epochs in (("on_step", 1, 0), ("on_epoch", 5, 1), ("on_start", 0, 0)):
        stopping = type("Stopping", (Callback,), {event: lambda self, run: run.stop("enough")})
        _, history = train("adam", callbacks=[stopping()])
        assert (len(history.losses), len(history.epochs)) == (steps, epochs)
        assert history.reason == "Stopped by a callback: enough."


def test_metrics_are_those_of_the_outputs_that_training_saw():
    """Numbers under a wrong name, or of another epoch, are worse than none."""
    seen = {"outputs": [], "targets": []}

    def note(outputs, targets):
        seen["outputs"].append(outputs)
        seen["targets"].append(targets)
        return len(outputs)

    (x, y), layer = data(), Linear(6, 3)
    metrics = {"all of them": note, "top": top_k_accuracy(2), "accuracy": "accuracy"}
    still = SGD(layer.parameters(), lr=0.0)
    history = fit(layer, x, y, still, epochs=1, batch_size=5, metrics=metrics, validation=(x, y))
    record = history.epochs[0]
    assert record.metrics == {**record.validation_metrics}
    assert record.metrics["all of them"] == 22
    assert record.metrics["accuracy"] == evaluate(layer, x, y, metrics=["accuracy"])["accuracy"]
    (_, epoch, validation), (_, targets, _) = seen.values()
    np.testing.assert_allclose(epoch[np.lexsort(epoch.T)], validation[np.lexsort(validation.T)])
    assert (np.bincount(targets) == np.bincount(y)).all()


def test_a_metric_that_fails_is_told_before_the_first_change():
    """After an epoch of hours, a typing error in the metric is found."""
    layer = Linear(6, 3)
    before = layer.state_dict()
    with pytest.raises(ZeroDivisionError) as caught:
        fit(layer, *data(), SGD(layer.parameters()), epochs=1, metrics={"bad": lambda *_: 1 // 0})
    assert "in the metric 'bad', given outputs (22, 3) and targets (22,)" in caught.value.__notes__
    assert all((layer.state_dict()[name] == array).all() for name, array in before.items())


def test_layers_as_plain_as_a_first_version():
    """The page's own code has no modes, and no __call__ in Sequential: it is trained too."""
    manual_seed(0)
    (model, optimizer), (x, y) = plain(), data()
    assert isinstance(model, PlainSequential)
    history = fit(model, x, y, optimizer, epochs=20, validation=(x, y), metrics=["accuracy"])
    assert history.epochs[-1].validation_metrics["accuracy"] > 0.5
    assert history.epochs[-1].validation_loss < history.epochs[0].validation_loss


def test_the_history_is_plain_data_and_a_table():
    """What cannot be saved, or read, is looked at once and forgotten."""
    _, history = train("early")
    told = json.loads(json.dumps(history.to_dict()))
    assert told["losses"] == history.losses
    assert told["ended"] == "early stopping"
    assert list(told["epochs"][0]) == [
        *["epoch", "loss", "accuracy", "validation_loss", "validation_accuracy"],
        *["learning_rate", "seconds"],
    ]
    head, names, first, *_ = repr(history).splitlines()
    assert re.match(r"History of 4 epochs, 20 steps, \d\.\d s\. Stopped early: validation_l", head)
    assert re.split("  +", names) == [
        *["epoch", "loss", "accuracy", "val. loss", "val. accuracy", "seconds"],
    ]
    assert first.split()[0] == "1"
    assert len(repr(history).splitlines()) == 6


def test_of_many_epochs_the_table_has_the_first_and_the_last():
    """A notebook's cell of a thousand lines hides the rest of the notebook."""
    layer = Linear(2, 2)
    lines = repr(fit(layer, np.eye(2), [0, 1], SGD(layer.parameters()), epochs=50)).splitlines()
    assert len(lines) == 23
    assert [line.split()[0] for line in lines[11:14]] == ["10", "...", "41"]


def test_the_same_seed_gives_the_same_training_with_or_without_looking(capsys):
    """Looking must not change what is looked at."""
    _, alone = train("adam")
    _, watched = train("adam", validation=True, progress=True)
    assert watched.losses == alone.losses
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"validation": 3}, "validation as a pair"),
        ({"validation": (np.ones((2, 6)), [1])}, "one entry for each example"),
        ({"validation": (np.ones((0, 6)), [])}, "at least one example"),
        ({"metrics": "accuracy"}, "metrics as a list"),
        ({"metrics": ["acuracy"]}, "'acuracy'"),
        ({"metrics": [max, max]}, "a name of its own"),
        ({"metrics": [accuracy]}, "write 'accuracy'"),
        ({"metrics": {"accuracy": 3}}, "metric to be a function"),
        ({"metrics": {"validation_loss": max}}, "a name of its own"),
        ({"callbacks": print}, "callbacks as a list"),
        ({"callbacks": [Callback]}, "make the object"),
        ({"clip_norm": -1}, "clip_norm"),
        ({"progress": "yes"}, "progress"),
        ({"checkpoint": "digits"}, "Checkpoint"),
        ({"resume": True}, "expects a checkpoint with resume"),
        ({"optimizer": object()}, r"step\(\) and zero_grad\(\)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_meant_is_refused_before_anything_changes(settings, words):
    """The first epoch would be trained before the typing error is told."""
    layer = Linear(6, 3)
    before = layer.state_dict(), rng.generator().bit_generator.state
    given = {"optimizer": SGD(layer.parameters()), "epochs": 1, **settings}
    with pytest.raises((ValueError, TypeError), match=words):
        fit(layer, *data(), **given)
    assert str((layer.state_dict(), rng.generator().bit_generator.state)) == str(before)


def test_no_examples_are_refused():
    """An epoch of no steps has no loss, and would be called learned."""
    layer = Linear(6, 3)
    with pytest.raises(ValueError, match="at least one example"):
        fit(layer, np.ones((0, 6)), [], SGD(layer.parameters()), epochs=1)


def test_a_function_with_weights_of_its_own():
    """Not every model is an object with layers."""
    x, y = data()
    weights = Tensor(np.zeros((6, 3)), requires_grad=True)
    history = fit(lambda x: x @ weights, x, y, SGD([weights], lr=0.1), epochs=30)
    assert history.epochs[-1].loss < 0.8 * history.epochs[0].loss
