"""Plateaus: what is done when a measured number has not become better for a while."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tinytorch.core.checks import check_count, check_flag, check_range, shortened

if TYPE_CHECKING:
    from tinytorch.training.history import Epoch


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
