"""lr_scheduler: schedules for a training loop of one's own, under PyTorch's names.

`fit` takes schedules without an optimizer, from `tinytorch.training`; the formulas are those.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from tinytorch.core.given.checks import came, check_count, check_range, real
from tinytorch.elsewhere import SCHEDULERS, unknown
from tinytorch.training import callbacks as history
from tinytorch.training import schedules
from tinytorch.training import schedules as pace
from tinytorch.training import schedules as plateau

__all__ = [
    "ConstantLR",
    "CosineAnnealingLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "ReduceLROnPlateau",
    "StepLR",
]


class LRScheduler:
    """A learning rate that changes at each `step()`, which is called after an epoch.

    Each group of parameters has its own rate. A subclass writes `formula(base, count)`. TypeError
    for what is no optimizer, and TypeError or ValueError for what the schedule cannot work with.

    >>> from tinytorch import SGD, Tensor
    >>> class Halving(LRScheduler):
    ...     def formula(self, base, count):
    ...         return base * 0.5 ** count
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=0.8)
    >>> scheduler = Halving(optimizer)
    >>> scheduler.step()
    >>> optimizer.lr, scheduler.get_last_lr()
    (0.4, [0.4])
    >>> scheduler.load_state_dict(scheduler.state_dict())
    """

    def __init__(self, optimizer: Any) -> None:
        """Begin with the rates that the optimizer has now; the first is set at once."""
        self.optimizer = checked_optimizer(self, optimizer)
        self._set([float(group["lr"]) for group in optimizer.param_groups], 0)

    def formula(self, base: float, count: int) -> float:
        """The rate after `count` epochs; the base has none to compute: NotImplementedError."""
        raise NotImplementedError(
            f"{type(self).__name__} expects a formula(self, base, count) of its own."
        )

    def step(self) -> None:
        """Count one epoch, and set the rates."""
        self._set(self.base_lrs, self.last_epoch + 1)

    def get_last_lr(self) -> list[float]:
        """The rate of each group of parameters."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """What has to be kept to go on later."""
        return {"last_epoch": self.last_epoch, "base_lrs": list(self.base_lrs)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a kept state; TypeError for what is none."""
        try:
            self._set([float(each) for each in state["base_lrs"]], int(state["last_epoch"]))
        except (LookupError, TypeError, ValueError, OverflowError):
            raise TypeError(
                f"load_state_dict expects what state_dict() gave, got {came(state)}. "
                "Save scheduler.state_dict() first, and load that."
            ) from None

    def _set(self, base_lrs: list[float], epoch: int) -> None:
        """Set the rates of an epoch, all or none."""
        pairs = zip(base_lrs, self.optimizer.param_groups, strict=True)
        rates = [(group, float(self.formula(base, epoch))) for base, group in pairs]
        self.base_lrs, self.last_epoch = base_lrs, epoch
        for group, rate in rates:
            group["lr"] = rate


class Scheduled(LRScheduler):
    """One of `tinytorch.training`'s schedules."""

    def __init__(self, optimizer: Any, schedule: schedules.Schedule) -> None:
        """Keep the schedule."""
        self.schedule = schedule
        super().__init__(optimizer)

    def formula(self, base: float, count: int) -> float:
        """The schedule's own."""
        return self.schedule.lr(base, count)


class StepLR(Scheduled):
    """Times `gamma` after every `step_size` epochs."""

    def __init__(self, optimizer: Any, step_size: int, gamma: float = 0.1) -> None:
        """Keep the settings."""
        super().__init__(optimizer, schedules.StepLR(step_size, gamma))


class ExponentialLR(Scheduled):
    """Times `gamma` after every epoch."""

    def __init__(self, optimizer: Any, gamma: float) -> None:
        """Keep the settings."""
        super().__init__(optimizer, schedules.ExponentialLR(gamma))


class ConstantLR(Scheduled):
    """Times `factor` in the first `total_iters` epochs."""

    def __init__(self, optimizer: Any, factor: float = 1 / 3, total_iters: int = 5) -> None:
        """Keep the settings."""
        super().__init__(optimizer, schedules.ConstantLR(factor, total_iters))


class MultiStepLR(LRScheduler):
    """Times `gamma` at each of the epochs in `milestones`."""

    def __init__(self, optimizer: Any, milestones: Sequence[int], gamma: float = 0.1) -> None:
        """Keep the settings."""
        check_range("MultiStepLR", 0, 1, gamma=gamma)
        self.milestones, self.gamma = list(milestones), float(gamma)
        for milestone in self.milestones:
            check_count("MultiStepLR", 0, milestone=milestone)
        super().__init__(optimizer)

    def formula(self, base: float, count: int) -> float:
        """The formula above."""
        return base * self.gamma ** sum(milestone <= count for milestone in self.milestones)


class CosineAnnealingLR(LRScheduler):
    """Half a wave of a cosine down to `eta_min` at epoch `T_max`, and up again, as in PyTorch."""

    def __init__(self, optimizer: Any, T_max: int, eta_min: float = 0.0) -> None:  # noqa: N803
        """Keep the settings."""
        check_count("CosineAnnealingLR", 1, T_max=T_max)
        check_range("CosineAnnealingLR", 0, 1e38, eta_min=eta_min)
        self.t_max, self.eta_min = int(T_max), float(eta_min)
        super().__init__(optimizer)

    def formula(self, base: float, count: int) -> float:
        """The formula above."""
        part = math.cos(math.pi * ((count % (2 * self.t_max)) / self.t_max))
        return self.eta_min + (base - self.eta_min) * (1 + part) / 2


class LinearLR(LRScheduler):
    """Along a line from base * start_factor to base * end_factor at epoch `total_iters`."""

    def __init__(
        self,
        optimizer: Any,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:
        """Keep the settings."""
        check_range("LinearLR", 0, 1, start_factor=start_factor, end_factor=end_factor)
        check_count("LinearLR", 1, total_iters=total_iters)
        self.ends, self.total_iters = (float(start_factor), float(end_factor)), int(total_iters)
        super().__init__(optimizer)

    def formula(self, base: float, count: int) -> float:
        """The formula above."""
        start, end = self.ends
        return base * (start + (end - start) * min(count, self.total_iters) / self.total_iters)


class LambdaLR(LRScheduler):
    """The base times what a function gives for the number of epochs."""

    def __init__(self, optimizer: Any, lr_lambda: Callable[[int], float]) -> None:
        """Keep the function; TypeError for what is none."""
        if not callable(lr_lambda):
            raise TypeError(
                f"LambdaLR expects one function of the epoch, got {came(lr_lambda)}. "
                "Write lambda epoch: 0.95 ** epoch."
            )
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def formula(self, base: float, count: int) -> float:
        """The formula above."""
        return base * self.lr_lambda(count)


class ReduceLROnPlateau:
    """Take the rates times `factor` when a number has not become better for a while.

    `step(loss)` is given the number after each epoch; settings and rules are those of
    `tinytorch.training.ReduceLROnPlateau`. TypeError and ValueError as there, and for no optimizer.

    >>> from tinytorch import SGD, Tensor
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=0.8)
    >>> scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=0)
    >>> for loss in (1.0, 1.0):
    ...     scheduler.step(loss)
    >>> scheduler.get_last_lr()
    [0.4]
    """

    def __init__(
        self,
        optimizer: Any,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        """Keep the settings."""
        self.optimizer = checked_optimizer(self, optimizer)
        settings = plateau.ReduceLROnPlateau(
            factor, patience, "loss", mode, threshold, threshold_mode, cooldown, min_lr, eps
        )
        groups = optimizer.param_groups
        self.paces = [pace.PlateauPace(settings, float(g["lr"]), "loss") for g in groups]
        self.last_epoch = 0

    def step(self, metrics: Any) -> None:
        """Take note of an epoch's number, and lower the rates in time; TypeError for none."""
        number = real(getattr(metrics, "item", lambda: metrics)())
        if number is None:
            raise TypeError(
                f"ReduceLROnPlateau expects a number to watch, got {came(metrics)}. "
                "Write scheduler.step(loss.item())."
            )
        self.last_epoch += 1
        for each, group in zip(self.paces, self.optimizer.param_groups, strict=True):
            each.see(history.Epoch(self.last_epoch, number))
            group["lr"] = each.rate(0, 0)

    def get_last_lr(self) -> list[float]:
        """The rate of each group of parameters."""
        return [group["lr"] for group in self.optimizer.param_groups]


def checked_optimizer(scheduler: object, optimizer: Any) -> Any:
    """The optimizer itself; TypeError for what has no groups of parameters."""
    if isinstance(optimizer, type) or not hasattr(optimizer, "param_groups"):
        raise TypeError(
            f"{type(scheduler).__name__} expects an optimizer first, got {came(optimizer)}. "
            "Write it like StepLR(optimizer, step_size=30)."
        )
    return optimizer


def __getattr__(name: str) -> Any:
    raise unknown(__name__, name, SCHEDULERS)
