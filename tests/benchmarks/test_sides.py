"""Every side does the same work: the same numbers come of it, from the same start."""

import importlib
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.sides import SIDES
from benchmarks.workloads import ROWS, SMALL, Work
from tinytorch import SGD

FUNCTIONS = ("Tanh", "ReLU", "Sigmoid", "Softmax", "GELU", "cross-entropy")
WORKS = [
    Work("forward", SMALL, 1),
    Work("forward", (20, 100, 70), 32),
    *(Work("step", sizes, 32, name)
      for name in ("SGD", "Adam") for sizes in (SMALL, (20, 100, 70))),
    *(Work(f"forward{and_back} of", (8, 100), 0, name)
      for name in FUNCTIONS for and_back in ("", " and backward")),
]  # fmt: skip
STEPS = 4


def side(name):
    """A side's module; without its library the test skips."""
    if name == "torch":
        pytest.importorskip("torch")
    return importlib.import_module(SIDES[name])


def outcome(name, work):
    """What a side has after a few runs."""
    job = side(name).KINDS[work.kind](work)
    with job.mode():
        for _ in range(STEPS):
            job.run()
        return [np.array(part) for part in job.outcome()]


@pytest.mark.parametrize("other", ["limit", "torch"])
@pytest.mark.parametrize("work", WORKS, ids=lambda work: f"{work.kind} {work.name} {work.sizes}")
def test_the_sides_compute_the_same(work, other):
    """Otherwise the ratios compare different work, and say nothing."""
    ours, theirs = outcome("tinytorch", work), outcome(other, work)
    for mine, other_part in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, other_part, rtol=1e-4, atol=2e-6)


@pytest.mark.parametrize("name", SIDES)
def test_every_side_drops_half_and_doubles_the_rest(name):
    """Otherwise a side is fast because it drops nothing, or forgets to scale."""
    work = Work("dropout", (256, 256))
    (dropped,) = outcome(name, work)
    x = importlib.import_module("benchmarks.inputs").examples(*work.sizes)
    kept = dropped != 0
    np.testing.assert_allclose(dropped[kept], 2 * x[kept])
    assert abs(kept.mean() - 0.5) < 8 * 0.5 / 256


def test_pytorch_learns_the_digits_as_well(monkeypatch):
    """Otherwise PyTorch's training is another one, and its time says nothing about ours."""
    side("torch")
    digits = importlib.import_module("benchmarks.sides.torch_digits")
    monkeypatch.setattr(digits, "DIGITS", replace(digits.DIGITS, epochs=3))
    assert digits.train() > 0.85


def test_steps_change_what_they_train():
    """Otherwise the comparison above holds because nothing happened."""
    work = Work("step", SMALL, 32, "Adam")
    job = side("tinytorch").KINDS["step"](work)
    before = [np.array(part) for part in job.outcome()]
    job.run()
    assert all((a != b).any() for a, b in zip(before, job.outcome(), strict=True))


def test_forgetting_gradients_leaves_none(monkeypatch):
    """Otherwise gradients count as if they were there before the step whose memory is measured."""
    ours, made = side("tinytorch"), []

    def sgd(parameters, lr):
        made.extend(parameters)
        return SGD(parameters, lr)

    monkeypatch.setitem(ours.OPTIMIZERS, "SGD", sgd)
    job = ours.step(Work("step", SMALL, 32, "SGD"))
    job.run()
    assert all(parameter.grad is not None for parameter in made)
    job.clear()
    assert all(parameter.grad is None for parameter in made)


@pytest.mark.parametrize("name", ["tinytorch", "torch"])
def test_both_sides_know_every_row(name):
    """Otherwise rows are missing from the table without a word."""
    known = {*side(name).KINDS, "import", "memory"}
    assert {row.work.kind for row in ROWS} <= known
