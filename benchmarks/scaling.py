"""How the cost grows with batch size, width and depth: ours beside PyTorch's, without targets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.conductor import OURS, TORCH, Patience, Result, Side, measure_row
from benchmarks.workloads import LARGE, Row, Work

GROUP = "scaling"
BATCH = 32
#: The growth is fitted on the largest sizes, where the fixed cost of a call counts least.
FITTED = 3
#: How long the repeats of a point's disturbed readings may take.
PATIENCE_S = 1.0
#: An exponent up to such a number is called so.
WORDS = (
    (0.15, "hardly"),
    (0.85, "slower than n"),
    (1.15, "like n"),
    (1.75, "between n and n²"),
    (2.25, "like n²"),
)


@dataclass(frozen=True)
class Sweep:
    """One size grows, all else stays."""

    #: "forward" or "step".
    kind: str
    grows: str
    network: str
    sizes: tuple[int, ...]
    work: Callable[[str, int], Work]
    #: What a straight line through the times says the price of; None where it says nothing.
    one: str | None

    @property
    def name(self) -> str:
        """What a person reads in the table."""
        what = "forward" if self.kind == "forward" else "SGD step"
        return f"{what} against {self.grows} ({self.network})"

    def rows(self) -> list[Row]:
        """A row without targets for each size."""
        return [
            Row(GROUP, f"{self.name}: {size:,}", self.work(self.kind, size)) for size in self.sizes
        ]


def _by_batch(kind: str, size: int) -> Work:
    return Work(kind, LARGE, size, "SGD")


def _by_width(kind: str, size: int) -> Work:
    return Work(kind, (size, size, 10), BATCH, "SGD")


def _by_depth(kind: str, size: int) -> Work:
    return Work(kind, (128,) * (size + 1), BATCH, "SGD")


SWEEPS = tuple(
    Sweep(kind, grows, network, sizes, work, one)
    for kind in ("forward", "step")
    for grows, network, sizes, work, one in (
        ("batch size", "784-256-128-10", (1, 4, 16, 64, 256, 1024, 4096), _by_batch, "an example"),
        (
            "width",
            "width-width-10, batch 32",
            (64, 128, 256, 512, 1024, 2048, 4096),
            _by_width,
            None,
        ),
        ("depth", "layers of 128, batch 32", (1, 2, 4, 8, 16, 32, 64), _by_depth, "a layer"),
    )
)


@dataclass(frozen=True)
class Growth:
    """Two fits to the times of one side."""

    #: p of time = c n^p, fitted on the largest sizes.
    exponent: float
    #: a and b of time = a + b n, fitted on all sizes, in seconds.
    fixed: float
    each: float

    @property
    def words(self) -> str:
        """The exponent for a person."""
        return next((words for most, words in WORDS if self.exponent < most), "faster than n²")


@dataclass(frozen=True)
class Curve:
    """A sweep as measured: for each side its median times, in the order of the sizes."""

    sweep: Sweep
    seconds: dict[str, list[float]]
    results: list[Result]

    def growth(self, side: str) -> Growth:
        """How one side's times grow."""
        return fit(self.sweep.sizes, self.seconds[side])


def measure(
    sides: Mapping[str, Side], rounds: int, seconds: float, tell: Callable[[str], object]
) -> list[Curve]:
    """Measure all sweeps."""
    shown = {name: side for name, side in sides.items() if name in (OURS, TORCH)}
    curves: list[Curve] = []
    for sweep in SWEEPS:
        results: list[Result] = []
        for row in sweep.rows():
            tell(row.name)
            results.append(measure_row(row, shown, rounds, seconds, Patience(PATIENCE_S)))
        times = {name: [result.value(name) for result in results] for name in shown}
        curves.append(Curve(sweep, times, results))
    return curves


def fit(sizes: Sequence[int], seconds: Sequence[float]) -> Growth:
    """The exponent on the largest sizes, and the straight line through all."""
    logs = [(math.log(n), math.log(t)) for n, t in zip(sizes, seconds, strict=True)][-FITTED:]
    _, exponent = _line(logs, [1.0] * len(logs))
    points = list(zip(map(float, sizes), seconds, strict=True))
    # Every time counts by its relative error, so that the short ones count as much.
    fixed, each = _line(points, [1 / time**2 for time in seconds])
    return Growth(exponent, fixed, each)


def _line(points: Sequence[tuple[float, float]], weights: Sequence[float]) -> tuple[float, float]:
    """a and b of y = a + b x, by weighted least squares."""
    total = sum(weights)
    x0 = sum(w * x for w, (x, _) in zip(weights, points, strict=True)) / total
    y0 = sum(w * y for w, (_, y) in zip(weights, points, strict=True)) / total
    above = sum(w * (x - x0) * (y - y0) for w, (x, y) in zip(weights, points, strict=True))
    below = sum(w * (x - x0) ** 2 for w, (x, _) in zip(weights, points, strict=True))
    return y0 - above / below * x0, above / below
