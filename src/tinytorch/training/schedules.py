"""Learning rates over time: schedules, plateaus, and the pace that follows from them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tinytorch.core.given.checks import check_count, check_flag, check_range, shortened

if TYPE_CHECKING:
    from tinytorch.training.callbacks import Epoch


class Schedule:
    """A learning rate that changes as training goes on; give it to `fit` as ``schedule``.

    Counts are in epochs, or in steps with ``per="step"``, from 0. The optimizer's own rate is the
    base, and it has that again when `fit` ends. A subclass writes `formula(base, count)`, and a
    `__repr__` with its settings: a training is resumed only with a schedule that prints alike.

    >>> class Halving(Schedule):
    ...     def formula(self, base, count):
    ...         return base * 0.5 ** count
    >>> [Halving().lr(0.8, epoch) for epoch in range(3)]
    [0.8, 0.4, 0.2]
    """

    def __init__(self, *, per: str = "epoch") -> None:
        """Count epochs or steps; ValueError for anything else."""
        self.per = checked_per(self, per)

    def lr(self, base: float, count: int) -> float:
        """Compute the learning rate after ``count`` epochs, or steps.

        ``base`` is the rate that the optimizer was made with. TypeError or ValueError for what is
        no such number, or where the formula gives none.
        """
        check_range("Schedule", 0, 1e38, base=base)
        check_count("Schedule", 0, count=count)
        return float(self.formula(float(base), int(count)))

    def formula(self, base: float, count: int) -> float:
        """The formula itself; the base has none to compute, so it raises NotImplementedError."""
        raise NotImplementedError(
            f"{type(self).__name__} expects a formula(self, base, count) of its own."
        )

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({settings})"


class ConstantLR(Schedule):
    """A factor in the first ``total_iters`` counts, and the base from there on.

    ValueError and TypeError for a factor outside 0 to 1, or a count below 0.

    >>> [ConstantLR(0.5, 2).lr(0.8, count) for count in range(3)]
    [0.4, 0.4, 0.8]
    """

    def __init__(self, factor: float = 1 / 3, total_iters: int = 5, *, per: str = "epoch") -> None:
        """Keep the settings."""
        check_range("ConstantLR", 0, 1, factor=factor)
        check_count("ConstantLR", 0, total_iters=total_iters)
        self.factor, self.total_iters = float(factor), int(total_iters)
        super().__init__(per=per)

    def formula(self, base: float, count: int) -> float:
        """The formula above."""
        return base * self.factor if count < self.total_iters else base


class StepLR(Schedule):
    """Times ``gamma`` after every ``step_size`` counts.

    ValueError and TypeError for a size below 1, or a gamma outside 0 to 1.

    >>> [StepLR(2, gamma=0.5).lr(0.8, count) for count in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """

    def __init__(self, step_size: int, gamma: float = 0.1, *, per: str = "epoch") -> None:
        """Keep the settings."""
        check_count("StepLR", 1, step_size=step_size)
        check_range("StepLR", 0, 1, gamma=gamma)
        self.step_size, self.gamma = int(step_size), float(gamma)
        super().__init__(per=per)

    def formula(self, base: float, count: int) -> float:
        """The formula above."""
        return base * self.gamma ** (count // self.step_size)


class ExponentialLR(Schedule):
    """Times ``gamma`` after every count.

    ValueError and TypeError for a gamma outside 0 to 1.

    >>> [ExponentialLR(0.5).lr(0.8, count) for count in range(3)]
    [0.8, 0.4, 0.2]
    """

    def __init__(self, gamma: float, *, per: str = "epoch") -> None:
        """Keep the settings."""
        check_range("ExponentialLR", 0, 1, gamma=gamma)
        self.gamma = float(gamma)
        super().__init__(per=per)

    def formula(self, base: float, count: int) -> float:
        """The formula above."""
        return base * self.gamma**count


class CosineAnnealingLR(Schedule):
    """Half a wave of a cosine down to ``eta_min`` at count ``t_max`` (Loshchilov and Hutter, 2017).

    rate = eta_min + (base - eta_min) * (1 + cos(pi * count / t_max)) / 2; it stays at ``eta_min``
    afterwards, where PyTorch's rises again. ValueError and TypeError for a ``t_max`` below 1, or a
    negative ``eta_min``.

    >>> [round(CosineAnnealingLR(4).lr(0.8, count), 3) for count in range(6)]
    [0.8, 0.683, 0.4, 0.117, 0.0, 0.0]
    """

    def __init__(self, t_max: int, eta_min: float = 0.0, *, per: str = "epoch") -> None:
        """Keep the settings."""
        check_count("CosineAnnealingLR", 1, t_max=t_max)
        check_range("CosineAnnealingLR", 0, 1e38, eta_min=eta_min)
        self.t_max, self.eta_min = int(t_max), float(eta_min)
        super().__init__(per=per)

    def formula(self, base: float, count: int) -> float:
        """The formula above."""
        part = math.cos(math.pi * (min(count, self.t_max) / self.t_max))
        return self.eta_min + (base - self.eta_min) * (1 + part) / 2


class LinearLR(Schedule):
    """A warm-up: from base * start_factor along a line to the base at count ``total_iters``.

    ``then`` is the schedule that goes on from there, counting from 0 as it does; without one the
    base stays. ValueError and TypeError for a factor outside 0 to 1, a count below 1, or what is
    no schedule that counts the same.

    >>> warm = LinearLR(0.25, 3, then=StepLR(1, gamma=0.5))
    >>> [round(warm.lr(0.8, count), 3) for count in range(6)]
    [0.2, 0.4, 0.6, 0.8, 0.4, 0.2]
    """

    def __init__(
        self,
        start_factor: float = 1 / 3,
        total_iters: int = 5,
        *,
        then: Schedule | None = None,
        per: str = "epoch",
    ) -> None:
        """Keep the settings."""
        check_range("LinearLR", 0, 1, start_factor=start_factor)
        check_count("LinearLR", 1, total_iters=total_iters)
        self.start_factor, self.total_iters = float(start_factor), int(total_iters)
        super().__init__(per=per)
        if then is not None and not isinstance(then, Schedule):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"LinearLR expects then as a schedule, got {shortened(then)}. "
                "Give one such as CosineAnnealingLR(10)."
            )
        if then is not None and then.per != self.per:
            raise ValueError(
                f"LinearLR expects then to count as it does, per {self.per}, got one that counts "
                f"per {then.per}. Give both the same per=."
            )
        self.then = then

    def formula(self, base: float, count: int) -> float:
        """The formula above."""
        if count < self.total_iters:
            start = self.start_factor
            return base * (start + (1 - start) * count / self.total_iters)
        return base if self.then is None else self.then.formula(base, count - self.total_iters)


def checked_per(schedule: Schedule, per: object) -> str:
    """What a schedule counts; ValueError for what is neither."""
    if per not in ("epoch", "step"):
        raise ValueError(
            f"{type(schedule).__name__} expects per='epoch' or per='step', got {shortened(per)}. "
            "Leave it out to count epochs."
        )
    return str(per)


@dataclass(frozen=True)
class EarlyStopping:
    """End the training when a measured number has not become better for ``patience`` epochs.

    ``monitor`` is a name in an epoch's record: "loss", "validation_loss", "validation_accuracy",
    ...; left out, it is the loss of the validation, or of the training where there is none.
    ``mode`` says what is better, "min" or "max"; only losses need none. Better means by more than
    ``min_delta``. With ``restore_best`` the parameters are in the end those of the best epoch
    (Prechelt, 1998). NaN is never better. ValueError and TypeError for settings out of range.

    >>> EarlyStopping(patience=3, monitor="validation_accuracy", mode="max").patience
    3
    """

    patience: int = 5
    monitor: str | None = None
    mode: str | None = None
    min_delta: float = 0.0
    restore_best: bool = True

    def __post_init__(self) -> None:
        check_count("EarlyStopping", 1, patience=self.patience)
        check_range("EarlyStopping", 0, 1e38, min_delta=self.min_delta)
        check_flag("EarlyStopping", restore_best=self.restore_best)
        check_monitor("EarlyStopping", self.monitor, self.mode)


@dataclass(frozen=True)
class ReduceLROnPlateau:
    """Take the learning rate times ``factor`` when a number has not become better for a while.

    As in PyTorch: after more than ``patience`` epochs without a better one, and then not again for
    ``cooldown`` epochs. Better means by ``threshold``, relative to the best ("rel") or absolute
    ("abs"); below 0, too, where PyTorch takes what is slightly worse for better. No rate falls
    below ``min_lr``, or by ``eps`` or less. ``monitor`` and ``mode`` are as in `EarlyStopping`.
    ValueError and TypeError for settings out of range.

    >>> ReduceLROnPlateau(factor=0.5, patience=2).factor
    0.5
    """

    factor: float = 0.1
    patience: int = 10
    monitor: str | None = None
    mode: str | None = None
    threshold: float = 1e-4
    threshold_mode: str = "rel"
    cooldown: int = 0
    min_lr: float = 0.0
    eps: float = 1e-8

    def __post_init__(self) -> None:
        check_range("ReduceLROnPlateau", 0, 1, factor=self.factor)
        check_count("ReduceLROnPlateau", 0, patience=self.patience, cooldown=self.cooldown)
        check_range("ReduceLROnPlateau", 0, 0.5, threshold=self.threshold)
        check_range("ReduceLROnPlateau", 0, 1e38, min_lr=self.min_lr, eps=self.eps)
        if self.threshold_mode not in ("rel", "abs"):
            raise ValueError(
                "ReduceLROnPlateau expects threshold_mode 'rel' or 'abs', got "
                f"{shortened(self.threshold_mode)}. Leave it out for 'rel'."
            )
        check_monitor("ReduceLROnPlateau", self.monitor, self.mode)


def check_monitor(owner: str, monitor: object, mode: object) -> None:
    """ValueError for what is no name, or a name of which nobody knows what is better."""
    if monitor is not None and not isinstance(monitor, str):
        raise ValueError(
            f"{owner} expects monitor as the name of something measured, got {shortened(monitor)}. "
            "Write it like monitor='validation_loss'."
        )
    if mode not in (None, "min", "max"):
        raise ValueError(
            f"{owner} expects mode 'min' or 'max', got {shortened(mode)}. Losses are to be small."
        )
    if mode is None and monitor not in (None, "loss", "validation_loss"):
        raise ValueError(
            f"{owner} expects mode 'min' or 'max' with monitor={monitor!r}, got none. "
            "Write mode='max' where more is better, as for an accuracy."
        )


class Watch:
    """How a measured number went so far: the best, and how long it has not become better."""

    def __init__(self, monitor: str, mode: str | None, threshold: float, *, relative: bool) -> None:
        """Watch the number of this name; better is by more than the threshold."""
        self.monitor, self.threshold, self.relative = monitor, threshold, relative
        self.sign = 1 if mode == "max" else -1
        self.best = -self.sign * math.inf
        self.best_epoch = 0
        self.waited = 0

    def see(self, record: Epoch) -> bool:
        """Take note of an epoch; whether it was the best."""
        value = record.value(self.monitor)
        margin = self.sign * self.threshold
        if self.relative:  # better is away from the best, also where that is below 0
            least = self.best * (1 + margin if self.best >= 0 else 1 - margin)
        else:
            least = self.best + margin
        if self.sign * value > self.sign * least:
            self.best, self.best_epoch, self.waited = value, record.number, 0
            return True
        self.waited += 1
        return False

    def state(self) -> dict[str, Any]:
        """What has to be kept to go on later."""
        return {"best": self.best, "best_epoch": self.best_epoch, "waited": self.waited}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a kept state."""
        self.best = float(state["best"])
        self.best_epoch, self.waited = int(state["best_epoch"]), int(state["waited"])


class ScheduledPace:
    """The rate by a formula: it depends on nothing but how far training is."""

    def __init__(self, schedule: Schedule, base: float) -> None:
        """Keep the formula and the optimizer's own rate."""
        self.schedule, self.base = schedule, base
        self.per_step = schedule.per == "step"
        self.asked: tuple[int, float] | None = None

    def rate(self, epoch: int, step: int) -> float:
        """The rate for the next step, after so many epochs and steps."""
        count = step if self.per_step else epoch
        if self.asked is None or self.asked[0] != count:
            self.asked = (count, self.schedule.lr(self.base, count))
        return self.asked[1]

    def see(self, record: Epoch) -> None:
        """A formula does not depend on what was measured."""

    def state(self) -> dict[str, Any]:
        """Nothing has to be kept."""
        return {}

    def restore(self, state: dict[str, Any]) -> None:
        """Nothing was kept."""


class PlateauPace:
    """The rate that falls when a number no longer becomes better, as PyTorch's does."""

    def __init__(self, settings: ReduceLROnPlateau, base: float, monitor: str) -> None:
        """Begin with the optimizer's own rate."""
        self.settings, self.current = settings, base
        self.watch = Watch(
            monitor,
            settings.mode,
            settings.threshold,
            relative=settings.threshold_mode == "rel",
        )
        self.resting = 0

    def rate(self, epoch: int, step: int) -> float:
        """The rate for the next step."""
        return self.current

    def see(self, record: Epoch) -> None:
        """Take note of an epoch, and lower the rate where it is time."""
        self.watch.see(record)
        if self.resting:
            self.resting -= 1
            self.watch.waited = 0
        if self.watch.waited > self.settings.patience:
            lower = max(self.current * self.settings.factor, self.settings.min_lr)
            if self.current - lower > self.settings.eps:
                self.current = lower
            self.resting, self.watch.waited = self.settings.cooldown, 0

    def state(self) -> dict[str, Any]:
        """What has to be kept to go on later."""
        return {**self.watch.state(), "current": self.current, "resting": self.resting}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a kept state."""
        self.watch.restore(state)
        self.current, self.resting = float(state["current"]), int(state["resting"])
