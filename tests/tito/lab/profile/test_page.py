"""The page of a profile: whatever the figures, it fits a terminal and says what was counted."""

from dataclasses import asdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinytorch import Dropout, Linear, ReLU, Sequential, Tanh
from tinytorch.profiling import summary
from tito.lab.profile.figures import (
    SIZES,
    Batch,
    Phase,
    Sweep,
    Times,
    plain_times,
    sweep_from,
    times_from,
)
from tito.lab.profile.machine import Reading
from tito.lab.profile.page import batches_page, counts_page, times_page
from tito.say.terminal import Screen

SCREEN = Screen(width=79)
TIMES = st.floats(1e-9, 1e3)
READINGS = st.lists(TIMES, min_size=1, max_size=4).map(Reading.of)
SHARES = st.none() | st.floats(0, 1)


@st.composite
def steps(draw):
    """Figures of a step, such as no machine would give."""
    names = ["forward", "backward", "update"][: draw(st.sampled_from([1, 3]))]
    causes = st.dictionaries(
        st.sampled_from(["arithmetic", "memory", "products", "calls"]), st.floats(0, 1e3)
    )
    counts = st.integers(0, 10**15)
    phases = [
        Phase(n, draw(READINGS), 0 if n == "update" else draw(counts), draw(counts), draw(causes))
        for n in names
    ]
    products = {(256, 256, 256): draw(st.floats(1e3, 1e15))}
    why = None if len(names) == 3 else draw(st.sampled_from(["it gives a tuple", "a " * 99]))
    return Times(phases, products, why, draw(st.integers(0, 9)), draw(SHARES))


def counted(model, *shape):
    return summary(model, shape).to_dict()


COUNTED = counted(Sequential(Linear(3, 4), ReLU(), Linear(4, 2)), 5, 3)


@given(steps())
@settings(max_examples=60)
def test_a_step_fits_the_terminal(times):
    """Lost otherwise: tables that a terminal of 80 columns breaks in two."""
    lines = times_page(times, COUNTED, 32, 2, SCREEN)
    assert max(map(len, lines)) <= 79
    assert times_from(plain_times(times)) == times


@given(st.lists(READINGS, min_size=1, max_size=len(SIZES)), SHARES, st.booleans())
@settings(max_examples=60)
def test_batches_fit_the_terminal(readings, others, drops):
    """Lost otherwise: the same, in the last part."""
    batches = [Batch(size, each) for size, each in zip(SIZES, readings, strict=False)]
    sweep = Sweep(batches, "time", drops, others)
    assert max(map(len, batches_page(sweep, SCREEN))) <= 79
    assert sweep_from(asdict(sweep)) == sweep


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Sequential(Linear(3, 4), ReLU(), Linear(4, 2)), "What ReLU is given is not kept"),
        (Sequential(Linear(3, 4), Linear(4, 2)), "the output, which belongs to the caller."),
        (Sequential(Linear(3, 4), Dropout(0.5), Linear(4, 2)), "than the formula says"),
        (Sequential(ReLU(), ReLU()), "could not be measured"),
        (Linear(3, 2), "The other 40 are the output"),
        (Sequential(Linear(3, 2), Tanh()), "keeps 100 bytes until backward(), as the formula"),
    ],
)
def test_what_the_graph_keeps_stands_beside_the_formula(model, said):
    """Lost otherwise: two figures for the same thing, and nothing that says why they differ."""
    text = " ".join(counts_page(counted(model, 5, 3), "TABLE", SCREEN))
    assert said in text


def test_a_backward_that_is_no_chain_is_said_as_counted():
    """Lost otherwise: a formula that does not give the figure beside it."""
    reading = Reading.of([1e-4])
    phases = [Phase("forward", reading, 200, 1, {}), Phase("backward", reading, 123, 1, {})]
    times = Times(phases, {(256, 256, 256): 1e9})
    text = " ".join(times_page(times, COUNTED, 5, 1, SCREEN))
    assert "Backward takes 123 FLOPs, counted on the graph; forward 200." in text


def test_a_network_that_failed_has_its_table_alone():
    """Lost otherwise: formulas for layers that never ran."""
    failed = counted(Sequential(Linear(3, 4), Linear(3, 2)), 5, 3)
    assert counts_page(failed, "TABLE", SCREEN) == ["What it takes", "", "TABLE", ""]


def test_a_busy_machine_is_said_before_what_follows_from_its_figures():
    """Lost otherwise: the doing of other programs is taken for what batches do."""
    sweep = Sweep([Batch(size, Reading.of([1e-3])) for size in (1, 2)])
    said = "\n".join(batches_page(sweep, SCREEN, others=0.5))
    assert said.index("took 50% of the processors' time") < said.index("An example")
