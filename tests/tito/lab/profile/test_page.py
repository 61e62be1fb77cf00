"""The page of a profile: figures as people read them, and sentences that never contradict them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinytorch import Dropout, Linear, ReLU, Sequential, Tanh
from tinytorch.profiling import summary
from tito.lab.profile.machine import reading_of
from tito.lab.profile.measure import SIZES
from tito.lab.profile.page import (
    CAUSES,
    PHASES,
    batch_of,
    batches_page,
    bound_words,
    byte_words,
    counts_page,
    gains,
    phase_of,
    share_words,
    short,
    time_words,
    times_page,
)
from tito.say.terminal import Screen

SCREEN = Screen(width=79)
TIMES = st.floats(1e-8, 1e3)
READINGS = st.lists(TIMES, min_size=1, max_size=4).map(reading_of)
ALONE = st.dictionaries(st.sampled_from(list(CAUSES)), TIMES)
SHARES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4.7e-5, "47.0 µs"),
        (1.914e-4, "191 µs"),
        (4.146e-3, "4.15 ms"),
        (9.9999e-4, "1.00 ms"),
        (1.2, "1.20 s"),
        (75.0, "75.0 s"),
        (3.4e-8, "34.0 ns"),
        (0.0, "0 ns"),
        (3e-10, "<1 ns"),
    ],
)
def test_times(seconds, words):
    """Lost otherwise: 1000 µs, or zeros that nobody counts."""
    assert time_words(seconds) == words


@given(st.floats(1e-9, 1e6))
def test_a_time_is_what_was_measured(seconds):
    """Lost otherwise: a unit that is wrong by a thousand."""
    number, unit = time_words(seconds).split()
    factor = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}[unit]
    assert float(number.replace(",", "")) * factor == pytest.approx(seconds, rel=0.006, abs=1e-14)


def test_bytes_and_shares():
    """Lost otherwise: a wrong unit, or a share of 0% that is not nothing."""
    assert (byte_words(940_584), byte_words(12), byte_words(6.4e11)) == (
        "941 KB",
        "12 bytes",
        "640 GB",
    )
    assert (share_words(0.009), share_words(0), share_words(0.54)) == ("under 1%", "0%", "54%")
    assert (short(1234.0), short(0.000123)) == ("1,230", "0.000123")


def phase(median, alone, flops=10):
    return phase_of(reading_of([median]), flops, 100, alone, 1e15)


@given(TIMES, ALONE, st.sampled_from(PHASES))
def test_what_is_named_takes_longest_and_half_of_the_time(median, alone, name):
    """Lost otherwise: a person makes faster what takes no time."""
    if name == "update":
        alone.pop("arithmetic", None)
    found = phase(median, alone)
    words, known = bound_words(name, found), found["alone_s"]
    assert all(int(share) <= 100 for share in re.findall(r"(\d+)%", words))
    assert name != "update" or "larger batch" not in words.lower()
    named = re.search(r": (.*?) bounds it\.", words)
    if named is None:
        assert found["bound"] is None
        assert all(seconds < 0.4951 * median for seconds in known.values())
        return
    assert named[1] == CAUSES[found["bound"]]
    assert known[found["bound"]] == max(known.values()) >= 0.4949 * median


@pytest.mark.parametrize(
    ("alone", "said"),
    [
        ({"arithmetic": 1.2e-4, "memory": 1e-5, "calls": 3e-5}, "arithmetic bounds it"),
        ({"arithmetic": 1e-5, "memory": 1.5e-4, "calls": 3e-5}, "memory bounds it"),
        ({"arithmetic": 1e-5, "memory": 1e-5, "calls": 1.9e-4}, "Python's overhead bounds"),
        ({}, "could not be measured"),
        ({"arithmetic": 8e-5, "memory": 1e-5}, "half of its 200 µs (arithmetic 40%, memory 5%)"),
        ({"memory": 2.4e-4}, "240 µs of 200 µs (100%)"),
        ({"memory": 3e-4, "calls": 1.1e-4}, "Python's overhead bounds"),
    ],
)
def test_each_verdict(alone, said):
    """Lost otherwise: a verdict is never given, or for a part that took longer than the whole."""
    assert said in bound_words("forward", phase(2e-4, alone))


def batches(*medians):
    return [batch_of(n, reading_of([median])) for n, median in zip(SIZES, medians, strict=False)]


MEASURED = st.lists(st.floats(1e-7, 10.0), min_size=2, max_size=len(SIZES)).map(
    lambda medians: batches(*medians)
)


@given(MEASURED)
def test_the_sentences_follow_from_the_figures(measured):
    """Lost otherwise: on a noisy machine the text praises a batch that was slower."""
    gain, *more = gains(measured)
    one, asked = measured[0], [each for each in measured if each["batch"] <= 32][-1]
    said = float(re.search(r"is ([\d,.]+) times", gain)[1].replace(",", ""))
    factor = one["seconds_per_example"] / asked["seconds_per_example"]
    assert said == pytest.approx(factor, rel=0.01, abs=1e-6)
    rates = [each["examples_per_s"] for each in measured]
    best = re.search(r"\(batch (\d+)\)", " ".join(more))
    assert (best is None) == (max(rates) == rates[0])
    assert best is None or int(best[1]) == measured[rates.index(max(rates))]["batch"]
    enough = re.search(r"batch of (\d+) on", " ".join(more))
    assert (enough is None) == all(rate < 0.9 * rates[-1] for rate in rates[:-1])


def test_the_pages_figures():
    """Lost otherwise: the page's own example, 800 and 10,000 a second, gets another answer."""
    page = [batch_of(1, reading_of([1.25e-3])), batch_of(32, reading_of([3.2e-3]))]
    gain, price = gains(page)
    assert [batch["examples_per_s"] for batch in page] == pytest.approx([800, 10_000])
    assert "takes 100 µs, alone 1.25 ms: the batch is 12.5 times as fast." in gain
    assert "At best an example costs 100 µs (batch 32). The other 1.15 ms alone are" in price


def test_one_batch_alone_is_compared_with_nothing():
    """Lost otherwise: a network so slow that one size was measured ends in an error of ours."""
    assert "nothing to compare" in gains(batches(1.0))[0]


def times_of(phases, why=None):
    rate = {"rows": 256, "inner": 256, "columns": 256, "gflops": 1.0}
    found = {"peak_gflops": 1.0, "products": [rate], **phases, "not_trained_because": why}
    return {**found, "words": [bound_words(name, each) for name, each in phases.items()]}


@st.composite
def steps(draw):
    """Figures of a step, such as no machine would give."""
    names = PHASES[: draw(st.sampled_from([1, 3]))]
    counts = st.integers(0, 10**13)
    phases = {n: phase_of(draw(READINGS), draw(counts), draw(counts), {}, 1e15) for n in names}
    for each in phases.values():
        each["alone_s"] = draw(ALONE)
    return times_of(phases, None if len(names) == 3 else "a " * 99)


def sweep_of(rows, others=0.0):
    left_out = {"larger_left_out_because": "time", "others_share": others}
    return {"rows": rows, "words": gains(rows), **left_out}


def counted(model, *shape):
    return summary(model, shape).to_dict()


COUNTED = counted(Sequential(Linear(3, 4), ReLU(), Linear(4, 2)), 5, 3)


@given(steps(), MEASURED, SHARES)
@settings(max_examples=60)
def test_the_page_fits_the_terminal(times, measured, others):
    """Lost otherwise: tables that a terminal of 80 columns breaks in two."""
    lines = times_page(times, COUNTED, 32, 2, SCREEN)
    lines += batches_page(sweep_of(measured, others), SCREEN)
    assert max(map(len, lines)) <= 79


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Sequential(Linear(3, 4), Linear(4, 2)), "the output, which belongs to the caller."),
        (Sequential(Linear(3, 4), Dropout(0.5), Linear(4, 2)), "until backward()."),
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
    phases = dict.fromkeys(PHASES, phase(1e-4, {}, flops=123))
    text = " ".join(times_page(times_of(phases), COUNTED, 5, 1, SCREEN))
    assert "Backward takes 123 FLOPs, counted on the graph; forward 200." in text


def test_a_network_that_failed_has_its_table_alone():
    """Lost otherwise: formulas for layers that never ran."""
    failed = counted(Sequential(Linear(3, 4), Linear(3, 2)), 5, 3)
    assert counts_page(failed, "TABLE", SCREEN) == ["What it takes", "", "TABLE", ""]


def test_a_busy_machine_is_said_before_what_follows_from_its_figures():
    """Lost otherwise: the doing of other programs is taken for what batches do."""
    said = "\n".join(batches_page(sweep_of(batches(1e-3, 1e-3), others=0.5), SCREEN))
    assert said.index("took 50% of the processors' time") < said.index("In a batch of 2")


def test_figures_in_ascii():
    """Lost otherwise: an old terminal shows question marks for units."""
    screen = Screen(width=79, encoding="ascii")
    lines = times_page(times_of({"forward": phase(2e-5, {"calls": 1e-5})}), COUNTED, 32, 1, screen)
    text = "\n".join(lines + batches_page(sweep_of(batches(2e-5, 2e-5)), screen))
    assert text.isascii()
    assert "20.0 us" in text
    assert "1 thread" in text
    assert not re.search(r"[ \t]\?", text)
