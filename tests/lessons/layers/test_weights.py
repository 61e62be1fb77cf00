"""The statistics of first weights: chance never fails a right layer, and no wrong law passes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tito.engine.bench import Bench
from tito.engine.seen import Array, Near
from tito.lesson.model import Check
from tito.lessons.layers import LESSON, measures

BENCH = Bench(LESSON, seed=1)
LAYERS = 60


def facts_of(check: Check, sample: int) -> Near | None:
    """The first fact of a check, if it is a statistic."""
    seen = BENCH.expected(check, sample)
    facts = getattr(LESSON.measures, check.measure or "")(seen)
    fact = next(iter(facts.values())) if isinstance(facts, dict) else None
    return fact if isinstance(fact, Near) else None


STATISTICAL = [
    check
    for check in LESSON.checks
    if check.exercise in ("Linear.__init__", "Dense.__init__")
    if check.measure and facts_of(check, 0) is not None
]


@pytest.mark.parametrize("check", STATISTICAL, ids=lambda check: check.id)
def test_chance_stays_far_within_the_tolerance(check: Check) -> None:
    """If this fails, a right solution is called wrong now and then."""
    facts = [facts_of(check, sample) for sample in range(LAYERS)]
    values = np.array([fact.value for fact in facts if fact is not None])
    fact = facts[0]
    assert fact is not None
    assert fact.tolerance > 8 * values.std()
    assert abs(values.mean() - fact.theory) < fact.tolerance / 8


def matrix(rows: int, columns: int, spread: float, law: str) -> Array:
    draw = np.random.default_rng(5)
    shape = (rows, columns)
    values = draw.standard_normal(shape) if law == "normal" else draw.uniform(-1, 1, shape)
    return Array("ndarray", (values * spread).astype(np.float32), None)


def only_fact(facts: measures.Facts) -> Near:
    fact = next(iter(facts.values()))
    assert isinstance(fact, Near)
    return fact


@pytest.mark.parametrize("factor", [math.sqrt(1 / 3), math.sqrt(2), 0.5])
def test_no_other_spread_is_near_linears(factor: float) -> None:
    """If this fails, PyTorch's or He's first weights pass for the ones that the page asks for."""
    for rows, columns in ((1000, 10), (10, 1000)):
        fact = only_fact(measures.spread(matrix(rows, columns, factor / math.sqrt(rows), "normal")))
        assert abs(fact.value - fact.theory) > 1.5 * fact.tolerance


def test_a_normal_and_a_uniform_law_are_far_apart() -> None:
    """If this fails, Dense's weights from the wrong distribution pass."""
    normal = only_fact(measures.uniform_law(matrix(60, 240, 1.0, "normal")))
    assert abs(normal.value - normal.theory) > 1.5 * normal.tolerance


def test_linears_law_is_one_of_two() -> None:
    """If this fails, weights drawn evenly are refused, or weights of one size pass."""
    for law in ("normal", "uniform"):
        facts = measures.known_law(matrix(1000, 10, 1.0, law))
        assert facts == {"the weights are drawn": "normally or evenly"}
    assert measures.evenly_drawn(matrix(1000, 10, 1.0, "uniform"))
    assert measures.evenly_drawn(matrix(1000, 10, 1.0, "normal")) is None
    signs = Array("ndarray", np.sign(matrix(1000, 10, 1.0, "normal").values), None)
    assert measures.known_law(signs) == {"the weights are drawn": "in another way"}


@pytest.mark.parametrize("size", [60, 240, 120])
def test_no_other_limit_is_near_glorots(size: int) -> None:
    """If this fails, a limit that looks at one size only passes for Glorot's."""
    for value in (6, 3, 1):
        fact = only_fact(measures.glorot_limit(matrix(60, 240, math.sqrt(value / size), "uniform")))
        assert abs(fact.value - fact.theory) > 1.5 * fact.tolerance


def test_repeated_numbers_are_told_as_such() -> None:
    """If this fails, the few numbers that a row repeats pass for a spread by chance."""
    row = np.tile(np.array([0.02, -0.05, 0.03], dtype=np.float32), (400, 1))
    assert measures.spread(Array("ndarray", row, None)) == {
        "standard deviation of the weights": "one row of numbers, repeated",
        "their distribution": "as it may be",
    }
