"""Pace: which learning rate the next step has, by a schedule or by a plateau."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinytorch.training.plateau import ReduceLROnPlateau, Watch

if TYPE_CHECKING:
    from tinytorch.training.history import Epoch
    from tinytorch.training.schedules import Schedule


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
