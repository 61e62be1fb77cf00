"""Schedules: PyTorch's learning rates, count by count; and what `fit` makes of them."""

import numpy as np
import pytest

from tests.tinytorch.training.recipes import train
from tinytorch import SGD, Linear, Tensor
from tinytorch.training import (
    ConstantLR,
    CosineAnnealingLR,
    EarlyStopping,
    ExponentialLR,
    History,
    LinearLR,
    ReduceLROnPlateau,
    Schedule,
    StepLR,
    fit,
)
from tinytorch.training.callbacks import Epoch
from tinytorch.training.schedules import PlateauPace

# Ours, PyTorch's by its name and its settings, and how many counts both are alike.
SCHEDULES = [
    (StepLR(3, 0.5), "StepLR", {"step_size": 3, "gamma": 0.5}, 20),
    (ExponentialLR(0.9), "ExponentialLR", {"gamma": 0.9}, 20),
    (CosineAnnealingLR(7, 0.01), "CosineAnnealingLR", {"T_max": 7, "eta_min": 0.01}, 8),
    (ConstantLR(0.25, 4), "ConstantLR", {"factor": 0.25, "total_iters": 4}, 20),
    (LinearLR(0.1, 6), "LinearLR", {"start_factor": 0.1, "total_iters": 6}, 20),
]


def their_rates(torch, make, count, base=0.3):
    """The rates that PyTorch's schedule gives, one after the other."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    schedule, rates = make(optimizer), []
    for _ in range(count):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


@pytest.mark.parametrize(("ours", "name", "settings", "count"), SCHEDULES, ids=lambda v: str(v)[:9])
def test_the_rates_are_pytorchs(torch, ours, name, settings, count):
    """A recipe that trains elsewhere would train here at other rates."""
    theirs = their_rates(
        torch, lambda o: getattr(torch.optim.lr_scheduler, name)(o, **settings), count
    )
    np.testing.assert_allclose([ours.lr(0.3, n) for n in range(count)], theirs, rtol=1e-12)


def test_a_warm_up_goes_over_into_another_schedule(torch):
    """Most recipes begin with a warm-up, and none ends with one."""
    module = torch.optim.lr_scheduler

    def chain(optimizer):
        parts = [module.LinearLR(optimizer, 0.1, total_iters=4), module.StepLR(optimizer, 2, 0.5)]
        return module.SequentialLR(optimizer, parts, milestones=[4])

    ours = LinearLR(0.1, 4, then=StepLR(2, 0.5))
    rates = their_rates(torch, chain, 12)
    np.testing.assert_allclose([ours.lr(0.3, n) for n in range(12)], rates, rtol=1e-12)


def test_after_the_cosines_end_the_rate_stays_low():
    """A few epochs more than planned would be at the highest rate again."""
    assert [CosineAnnealingLR(3, 0.1).lr(1.0, n) for n in (3, 4, 6)] == [0.1, 0.1, 0.1]


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("threshold_mode", ["rel", "abs"])
@pytest.mark.parametrize("cooldown", [0, 2])
def test_plateaus_are_pytorchs(torch, mode, threshold_mode, cooldown):
    """The rate would fall at other epochs than the recipe's author saw it fall."""
    settings = {"factor": 0.5, "patience": 1, "threshold": 0.1, "cooldown": cooldown}
    settings |= {"mode": mode, "threshold_mode": threshold_mode, "min_lr": 0.02}
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **settings)
    ours = PlateauPace(ReduceLROnPlateau(monitor="loss", **settings), 0.3, "loss")
    values = np.random.default_rng(0).normal(size=40)
    values[[7, 20]] = np.nan, -np.inf
    for number, value in enumerate(values):
        theirs.step(value)
        ours.see(Epoch(number, float(value)))
        assert ours.rate(0, 0) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-12)
    assert ours.rate(0, 0) == pytest.approx(0.02)


def rates_in_steps(schedule, epochs=3):
    """The rate that each step of a training had: three steps an epoch."""
    layer, rates = Linear(2, 2), []
    optimizer = SGD(layer.parameters(), lr=0.8)
    fit(
        layer, np.ones((6, 2)), np.zeros(6, int), optimizer, epochs=epochs, batch_size=2,
        schedule=schedule, callbacks=[lambda run: rates.append(run.optimizer.lr)],
    )  # fmt: skip
    return rates, optimizer.lr


def test_each_step_has_its_rate_and_the_optimizer_its_own_again():
    """A second training would begin at the rate with which the first one ended."""
    assert rates_in_steps(ExponentialLR(0.5)) == ([0.8] * 3 + [0.4] * 3 + [0.2] * 3, 0.8)
    per_step, after = rates_in_steps(StepLR(2, 0.5, per="step"))
    assert per_step == [0.8, 0.8, 0.4, 0.4, 0.2, 0.2, 0.1, 0.1, 0.05]
    assert after == 0.8
    rising = ReduceLROnPlateau(0.5, 0, monitor="loss", mode="max")  # the loss does not rise
    assert rates_in_steps(rising) == ([0.8] * 6 + [0.4] * 3, 0.8)


def test_the_history_has_the_rate_of_each_epoch():
    """A curve that breaks off is only understood beside the rate."""
    layer = Linear(2, 2)
    optimizer = SGD(layer.parameters(), lr=0.8)
    history = fit(layer, np.eye(2), [0, 1], optimizer, epochs=3, schedule=ExponentialLR(0.5))
    assert [each.learning_rate for each in history.epochs] == [0.8, 0.4, 0.2]


def test_a_schedule_of_ones_own():
    """Nobody's list of schedules is complete."""

    class Halving(Schedule):
        def formula(self, base, count):
            return base / (1 + count)

    assert rates_in_steps(Halving(per="step"), 1)[0] == [0.8, 0.4, pytest.approx(0.8 / 3)]


def test_a_rate_below_nothing_is_refused_before_the_step():
    """A formula that goes below 0 would train the network to be worse."""

    class Falling(Schedule):
        def formula(self, base, count):
            return base - count

    with pytest.raises(ValueError, match="lr of at least 0"):
        rates_in_steps(Falling())


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: StepLR(0), "at least 1"),
        (lambda: StepLR(2, per="batch"), "per='epoch' or per='step'"),
        (lambda: LinearLR(then=0.5), "then as a schedule"),
        (lambda: LinearLR(then=StepLR(2), per="step"), "counts per epoch"),
        (lambda: ReduceLROnPlateau(monitor="accuracy"), "mode 'min' or 'max'"),
        (lambda: EarlyStopping(monitor="validation_accuracy"), "mode='max'"),
        (lambda: EarlyStopping(0), "at least 1"),
        (lambda: train("adam", schedule=0.5), "StepLR"),
        (lambda: train("adam", early_stopping=EarlyStopping(monitor="validation_loss")), "one of"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(make, words):
    """What is found out after the first epoch is found out too late."""
    with pytest.raises((ValueError, TypeError), match=words):
        make()


def stopped(values, **settings):
    """The epochs that a training has whose validation loss goes so, and its first weights."""
    layer = Linear(1, 1)
    seen, weights = iter(values), []

    class Fake:
        """A loss whose values are known: those of the validation come from a list."""

        def __call__(self, outputs, targets):
            if outputs.requires_grad:
                return (outputs * 0 + layer.weight).sum()
            weights.append(layer.weight.data.copy())
            return Tensor(float(next(seen)))

    history = fit(
        layer, np.ones((2, 1)), np.ones((2, 1)), SGD(layer.parameters(), lr=0.1),
        epochs=len(values), loss=Fake(), validation=(np.ones((1, 1)), np.ones((1, 1))),
        early_stopping=EarlyStopping(**settings),
    )  # fmt: skip
    best = [np.array_equal(layer.weight.data, each) for each in weights]
    return history, best.index(True)


def test_it_stops_after_so_many_epochs_without_a_better_one():
    """Overfitting goes on for as long as it is let."""
    history, kept = stopped([5, 4, 4.5, 4.2, 4.1, 1], patience=3)
    assert (len(history.epochs), kept, history.ended) == (5, 1, "early stopping")
    assert history.reason == "Stopped early: validation_loss has not been better since epoch 2."
    assert isinstance(history, History)


def test_better_means_better_by_enough_and_the_best_is_given_back_also_at_the_end():
    """A loss that creeps would never end; the last epoch is seldom the best."""
    assert len(stopped([5, 4.9, 4.8, 1], patience=2, min_delta=0.5)[0].epochs) == 3
    history, kept = stopped([5, 4, 4.5], patience=3)
    assert (history.ended, kept) == ("epochs", 1)
    assert stopped([5, 4, 4.5], patience=3, restore_best=False)[1] == 2
    assert stopped([np.nan, np.nan, 3], patience=2)[0].reason.endswith("was never a number.")
    assert (
        len(stopped([1, 2, 3, 4, 5], patience=2, monitor="validation_loss", mode="max")[0].epochs)
        == 5
    )
