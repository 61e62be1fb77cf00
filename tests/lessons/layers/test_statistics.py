"""The statistics of Dropout: chance never fails a right layer, and no wrong law passes."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tito.engine.bench import Bench
from tito.engine.seen import Array, Near
from tito.lesson.model import Check
from tito.lessons.layers import LESSON, measures

BENCH = Bench(LESSON, seed=3)
SAMPLES = 60
PROBABILITIES = (0.2, 0.5, 0.8)
RUNS_IN_A_FALSE_FAILURE = 1e6

RANDOM = [check for check in LESSON.checks if check.part == "Dropout" and check.measure]

Law = Callable[[np.random.Generator, float, tuple[int, ...]], Any]


def facts_of(check: Check, sample: int) -> dict[str, Any]:
    return getattr(LESSON.measures, check.measure or "")(BENCH.expected(check, sample))


def check_named(name: str) -> Check:
    return LESSON.find(f"Dropout.forward: {name}")


def shares(sample: int) -> list[Near]:
    facts = facts_of(check_named("zeroes elements with probability p"), sample)
    return [fact for fact in facts.values() if isinstance(fact, Near)]


def test_chance_stays_far_within_the_tolerance() -> None:
    """If this fails, a right Dropout is called wrong now and then."""
    found = [shares(sample) for sample in range(SAMPLES)]
    for facts in zip(*found, strict=True):
        values = np.array([fact.value for fact in facts])
        assert facts[0].tolerance > 8 * values.std()
        assert abs(values.mean() - facts[0].theory) < facts[0].tolerance / 8


def test_the_noise_of_the_shares_is_what_theory_says() -> None:
    """If this fails, the tolerance above was set against noise that is not there."""
    for place, p in enumerate(PROBABILITIES):
        noise = math.sqrt(p * (1 - p) / (2 * 70 * 70))
        values = np.array([shares(sample)[place].value for sample in range(SAMPLES)])
        assert 0.6 * noise < values.std() < 1.5 * noise


@pytest.mark.parametrize("check", RANDOM, ids=lambda check: check.id)
def test_what_is_no_share_is_the_same_whatever_chance_does(check: Check) -> None:
    """If this fails, the verdict on a right Dropout depends on the seed."""
    found = [facts_of(check, sample) for sample in range(SAMPLES)]
    plain = [{k: v for k, v in facts.items() if not isinstance(v, Near)} for facts in found]
    assert all(facts == plain[0] for facts in plain)


def test_coincidences_are_rarer_than_one_in_a_million_runs() -> None:
    """If this fails, two masks of a right Dropout agree by accident too often."""
    equal_masks = 3 * 0.5**200  # any two of three calls
    equal_layers = 3 * 0.5**200
    equal_rows = math.comb(20, 2) * 0.5**60
    equal_columns = math.comb(20, 2) * 0.5**60
    equal_counts = (math.comb(100, 50) * 0.5**100) ** 19  # the likeliest count, in all 20 calls
    none_dropped = 0.5 ** (10 * 30)
    all_or_none = (2 * 0.5**30) ** 10
    gradient_without_zero = 0.8**150
    together = (
        equal_masks
        + equal_layers
        + equal_rows
        + equal_columns
        + equal_counts
        + none_dropped
        + all_or_none
        + gradient_without_zero
    )
    assert together < 1e-3 / RUNS_IN_A_FALSE_FAILURE


def drawn(law: Law, p: float, *shape: int) -> Array:
    """What a law makes of twos, as an output."""
    y = 2 * np.asarray(law(np.random.default_rng(8), p, shape), dtype=np.float32)
    return Array("Tensor", y, False)


WRONG_SHARES: dict[str, Law] = {
    "keeps with p": lambda draw, p, shape: draw.random(shape) < p,
    "always half": lambda draw, p, shape: draw.random(shape) < 0.5,
    "normal numbers": lambda draw, p, shape: draw.standard_normal(shape) < 1 - p,
    "from -1 to 1": lambda draw, p, shape: draw.uniform(-1, 1, shape) < 1 - p,
    "a mask applied twice": lambda draw, p, shape: (
        (draw.random(shape) < 1 - p) * (draw.random(shape) < 1 - p)
    ),
    "never": lambda draw, p, shape: np.ones(shape),
    "half of what it should": lambda draw, p, shape: draw.random(shape) < 1 - p / 2,
}


@pytest.mark.parametrize("name", WRONG_SHARES)
def test_no_wrong_share_passes(name: str) -> None:
    """If this fails, a Dropout that drops too many or too few passes."""
    runs: Any = [{"p": p, "y": [drawn(WRONG_SHARES[name], p, 70, 70)] * 2} for p in PROBABILITIES]
    facts = measures.share_of_zeros(runs)
    worst = max(
        abs(fact.value - fact.theory) / fact.tolerance
        for fact in facts.values()
        if isinstance(fact, Near)
    )
    assert worst >= 2


@pytest.mark.parametrize("factor", [1 - 5e-4, 1 + 5e-4])
def test_a_scale_that_is_nearly_right_is_wrong(factor: float) -> None:
    """If this fails, survivors scaled by about 1 / (1 - p) pass for exactly that."""
    x = np.linspace(1, 2, 50)
    near = measures.factor_of([np.full_like(x, 1.25 * factor)])
    assert near != measures.factor_of([np.full_like(x, 1.25)]) == "times 1.25"


def test_rounding_does_not_change_a_scale() -> None:
    """If this fails, right solutions that multiply in another order are called wrong."""
    x = np.random.default_rng(1).uniform(1, 2, 10_000).astype(np.float32)
    for p in PROBABILITIES:
        keep = np.float32(1 - p)
        ways = [x / keep / x, x * (np.float32(1) / keep) / x, np.float32(x / (1 - p)) / x]
        assert len({measures.factor_of([ratios]) for ratios in ways}) == 1


def test_rows_and_columns_that_repeat_are_told_apart() -> None:
    """If this fails, a mask for all rows is explained as one for all columns."""
    draw = np.random.default_rng(4)
    one_row = np.repeat(draw.random((1, 60)) < 0.5, 20, axis=0)
    for_rows, for_columns = (Array("Tensor", y * 1.0, False) for y in (one_row, one_row.T))
    rows, columns = measures.masks_of_rows, measures.masks_of_columns
    assert [*rows(for_rows).values(), *columns(for_rows).values()] == ["the same", "different"]
    assert [*rows(for_columns).values(), *columns(for_columns).values()] == [
        "different",
        "the same",
    ]
