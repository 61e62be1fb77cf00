"""Schedules: the learning rate as a function of how far training is, by PyTorch's formulas."""

from __future__ import annotations

import math

from tinytorch.core.checks import check_count, check_range, shortened


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
