"""Who else was working while something was measured: other programs make every figure worse."""

from __future__ import annotations

import os
import time

#: From this share of the processors' time on, the figures are those of a busy machine.
BUSY_FROM = 0.1


class Others:
    """Looks, from now on, at how much of the processors' time goes to other programs."""

    def __init__(self) -> None:
        self.began = _worked()

    def share(self) -> float | None:
        """Their share of all processors' time, from 0 to 1; None where nobody can tell."""
        now = _worked()
        if self.began is None or now is None:
            return None
        all_, own, passed = (late - early for late, early in zip(now, self.began, strict=True))
        possible = passed * (os.cpu_count() or 1)
        return min(max((all_ - own) / possible, 0.0), 1.0) if possible > 0 else None


def _worked() -> tuple[float, float, float] | None:
    """Seconds that all processors have worked, that they have for us, and the clock.

    What the host of a virtual machine took away counts as work for others.
    """
    try:
        with open("/proc/stat", encoding="ascii") as file:
            fields = [int(field) for field in file.readline().split()[1:9]]
        user, nice, system, _idle, _wait, hard, soft, stolen = fields
        ticks = os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return None
    everyone = (user + nice + system + hard + soft + stolen) / ticks
    return everyone, time.process_time(), time.monotonic()


def is_busy(share: float | None) -> bool:
    """Whether others took so much that it shows; not where nobody can tell."""
    return share is not None and share >= BUSY_FROM


def busy_words(share: float | None) -> str:
    """What to say of it; nothing where the machine was the measurer's alone, or nobody can tell."""
    if share is None or not is_busy(share):
        return ""
    return (
        f"Other programs took {share:.0%} of the processors' time meanwhile, so these are the "
        "figures of a busy machine, and what follows may be due to that alone: products on "
        "several threads suffer most. Close what you can and measure again, or compare with "
        "--threads 1."
    )
