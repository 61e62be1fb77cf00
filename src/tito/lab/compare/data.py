"""The whole comparison as one object of plain data, for JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast

from tito.lab.compare.page import network_words
from tito.lab.compare.programs import to_dict
from tito.lab.compare.wanted import Comparison
from tito.lab.compare.weights import weights


def as_data(done: Comparison, where: str) -> dict[str, Any]:
    """The whole comparison as one object, for JSON."""
    wanted = done.wanted
    return finite(
        {
            "layers": where.splitlines(),
            "network": network_words(done),
            "torch": done.version,
            "batch": wanted.batch_size,
            "steps": wanted.steps,
            "optimizer": wanted.optimizer,
            "seed": wanted.seed,
            "threads": wanted.same_threads,
            "weights": [asdict(each) for each in weights(done.facts["parts"])],
            "numbers": done.found.to_dict(),
            "verdict": asdict(done.verdict),
            "remarks": done.facts["remarks"],
            "time": None if done.time is None else [each.to_dict() for each in done.time],
            "no_time": done.no_time,
            "programs": to_dict(done.both),
        }
    )


def finite(value: Any) -> Any:
    """The same with None for NaN and infinity, which JSON has not."""
    match value:
        case dict():
            named = cast("dict[str, Any]", value)
            return {name: finite(each) for name, each in named.items()}
        case list() | tuple():
            return [finite(each) for each in cast("Sequence[Any]", value)]
        case float() if not math.isfinite(value):
            return None
        case _:
            return value
