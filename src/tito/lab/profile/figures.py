"""All that was measured, as it crosses from the process that measured, and as `--json` has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tito.lab.profile.batching import Batch
from tito.lab.profile.bounds import Phase
from tito.lab.profile.limits import Product, flops_of
from tito.lab.profile.readings import Reading


@dataclass(frozen=True)
class Times:
    """The parts of a training step, and the peak beside which they stand.

    ``untrained`` says why only the forward was measured, where that is so; ``others`` is the share
    of the processors' time that went to other programs, where the system tells.
    """

    phases: list[Phase]
    products: dict[Product, float]
    untrained: str | None = None
    without_gradient: int = 0
    others: float | None = None

    @property
    def peak(self) -> float:
        """The most FLOPs a second seen here, in a product alone or in the network itself."""
        achieved = (phase.flops_per_second or 0.0 for phase in self.phases)
        return max(*self.products.values(), *achieved)

    @property
    def peak_product(self) -> Product:
        """The product that was fastest."""
        return max(self.products, key=lambda product: self.products[product])

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "peak_gflops": self.peak / 1e9,
            "products": [
                {"rows": rows, "inner": inner, "columns": columns, "gflops": rate / 1e9}
                for (rows, inner, columns), rate in self.products.items()
            ],
            **{phase.name: phase.to_dict(self.peak) for phase in self.phases},
            "not_trained_because": self.untrained,
            "parameters_without_gradient": self.without_gradient,
            "others_share": self.others,
        }


@dataclass(frozen=True)
class Sweep:
    """Batches of several sizes, the smallest first; ``left_out`` says why larger ones are not.

    ``drops`` is true where the network could not be told that its training is over.
    """

    batches: list[Batch] = field(default_factory=list[Batch])
    left_out: str | None = None
    drops: bool = False
    others: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "rows": [batch.to_dict() for batch in self.batches],
            "larger_left_out_because": self.left_out,
            "drops": self.drops,
            "others_share": self.others,
        }


def plain_times(times: Times) -> dict[str, Any]:
    """For another process."""
    return {
        "phases": [
            {
                "name": phase.name,
                "reading": phase.reading.to_dict(),
                "flops": phase.flops,
                "moved_bytes": phase.moved_bytes,
                "alone": phase.alone,
            }
            for phase in times.phases
        ],
        "products": [[*product, rate] for product, rate in times.products.items()],
        "untrained": times.untrained,
        "without_gradient": times.without_gradient,
        "others": times.others,
    }


def times_from(plain: Mapping[str, Any]) -> Times:
    """What `plain_times` gave; with the arithmetic at the peak, which is known only now."""
    products = {(r, i, c): rate for r, i, c, rate in plain["products"]}
    phases: list[Phase] = []
    for each in plain["phases"]:
        counts = (each[name] for name in ("flops", "moved_bytes", "alone"))
        phases.append(Phase(each["name"], Reading(**each["reading"]), *counts))
    rest = (plain[name] for name in ("untrained", "without_gradient", "others"))
    return Times(phases, products, *rest)


def plain_sweep(sweep: Sweep) -> dict[str, Any]:
    """For another process."""
    rows = [[batch.size, batch.reading.to_dict()] for batch in sweep.batches]
    return {"rows": rows, "left_out": sweep.left_out, "others": sweep.others}


def sweep_from(plain: Mapping[str, Any]) -> Sweep:
    """What `plain_sweep` gave, with whether the network drops."""
    rows = [Batch(size, Reading(**reading)) for size, reading in plain["rows"]]
    return Sweep(rows, plain["left_out"], plain["drops"], plain["others"])


def rates(products: Mapping[Product, Reading]) -> dict[Product, float]:
    """FLOPs a second of each product at its fastest: that is what a peak is."""
    return {each: flops_of(each) / reading.best_s for each, reading in products.items()}
