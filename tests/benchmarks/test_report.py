"""What a run prints and writes: the table, the verdict, the growth, the JSON."""

import json
import math

import pytest

from benchmarks import scaling
from benchmarks.__main__ import chosen, main
from benchmarks.conductor import Result
from benchmarks.reading import Reading
from benchmarks.report import duration, scaling_table, table
from benchmarks.results import Run
from benchmarks.scaling import SWEEPS, Curve, fit
from benchmarks.targets import all_checks, verdict
from benchmarks.workloads import GROUPS, ROWS


def result(row, limit=None, torch=2.0, others=0.0):
    """A row whose sides took these many times our 10 µs."""
    ratios = {"tinytorch": 1.0, "limit": limit, "torch": torch}
    factor = 2.0**20 if row.in_bytes else 1e-5
    return Result(
        row,
        {
            side: [Reading(ratio * factor * slow, others) for slow in (0.9, 1.0, 1.2)]
            for side, ratio in ratios.items()
            if ratio is not None
        },
    )


def rows(group):
    return [row for row in ROWS if row.group == group]


def curve(sweep, power):
    times = {side: [1e-6 * n**power for n in sweep.sizes] for side in ("tinytorch", "torch")}
    return Curve(sweep, times, [result(row) for row in sweep.rows()])


@pytest.fixture
def run():
    return Run(
        {"tinytorch": "NumPy 2", "limit": "NumPy 2", "torch": "PyTorch 2"},
        {},
        3,
        [result(row, limit=0.8 if row.limit_target else None) for row in ROWS],
        [curve(sweep, 1.0) for sweep in SWEEPS],
    )


def test_the_table_has_a_line_for_every_row_and_fits_the_screen(run):
    """Otherwise a result is missing, or the lines break and nobody can read them."""
    lines = table(run.results).splitlines()
    # A head and a line below it, the geometric mean; a title each group, blank lines between.
    assert len(lines) == 2 + len(ROWS) + 1 + 2 * len(GROUPS) - 1
    assert max(map(len, lines)) <= 120
    assert max(map(len, scaling_table(run.curves).splitlines())) <= 120


def test_a_line_shows_times_ratios_spread_targets_and_misses():
    """Otherwise a person cannot tell how near a target was, or how sure the figure is."""
    line = next(one for one in table([result(rows("sgd")[0], 0.8)]).splitlines() if "batch" in one)
    assert " ".join(line.split()) == (
        "batch 32 10.0 µs 8.00 µs 20.0 µs 0.80 (0.80–0.80) ≥ 0.85 MISS 2.00 (2.00–2.00) ≥ 1.30"
    )


def test_a_side_that_was_not_measured_is_a_dash():
    """Otherwise a missing PyTorch looks like a result."""
    line = table([result(rows("sgd")[0], 0.9, torch=None)]).splitlines()[-1]
    assert line.split()[4:6] == ["9.00", "µs"]
    assert line.endswith("–")


def test_memory_is_shown_in_mebibytes():
    """Otherwise bytes are called seconds."""
    assert "1.0 MiB" in table([result(rows("memory")[0])])


def test_the_verdict_counts_and_names_what_is_missed():
    """Otherwise one has to search the table for what does not hold."""
    checks = all_checks([result(row, limit=1.0, torch=1.25) for row in rows("sgd")])
    assert verdict(checks).splitlines() == [
        "5 of 6 targets hold; missed:",
        "  784-256-128-10, SGD step: batch 32: 1.250 against PyTorch, the target is 1.30",
    ]


def test_the_verdict_says_what_rests_on_disturbed_readings():
    """Otherwise a run on a busy machine claims as much as one on a quiet one."""
    checks = all_checks([result(row, 1.0, 2.0, others=0.5) for row in rows("sgd")])
    assert verdict(checks) == (
        "6 of 6 targets hold (6 of the 6 were judged by disturbed readings)."
    )
    assert "batch 32 ~" in table([result(rows("sgd")[0], 1.0, 2.0, others=0.5)])


def test_nothing_tried_is_no_success():
    """Otherwise a run without PyTorch and limit ends in praise."""
    assert verdict([]) == "No target was tried."


def test_the_geometric_mean_is_over_batch_32_and_above():
    """Otherwise batch 1, where we are far ahead, hides that large batches are slower."""
    ratios = {1: 10.0, 32: 1.0, 256: 0.5, 1024: 1.0}
    results = [result(row, 1.0, ratios[row.work.batch]) for row in rows("forward")]
    mean = all_checks(results)[-1]
    assert mean.ratio == pytest.approx(math.cbrt(0.5))
    assert not mean.holds
    assert len(all_checks(results[:3])) == 6


@pytest.mark.parametrize(
    ("power", "words"),
    [
        (0.0, "hardly"),
        (0.5, "slower than n"),
        (1.0, "like n"),
        (1.5, "between n and n²"),
        (2.0, "like n²"),
        (3.0, "faster than n²"),
    ],
)
def test_growth_is_fitted_and_put_in_words(power, words):
    """Otherwise the figure under each curve is wrong."""
    sizes = (1, 4, 16, 64, 256)
    growth = fit(sizes, [3e-6 * n**power for n in sizes])
    assert growth.exponent == pytest.approx(power, abs=1e-9)
    assert growth.words == words


def test_a_straight_line_is_taken_apart_into_a_fixed_and_a_repeated_price():
    """Otherwise the price of one more layer or example is wrong."""
    sizes = (1, 2, 4, 8, 16, 32, 64)
    growth = fit(sizes, [2e-5 + 3e-6 * n for n in sizes])
    assert (growth.fixed, growth.each) == pytest.approx((2e-5, 3e-6))


def test_a_disturbed_point_of_a_sweep_has_a_mark():
    """Otherwise a bend in a curve looks like the framework's."""
    bent = curve(SWEEPS[0], 1.0)
    bent.results[1] = result(SWEEPS[0].rows()[1], others=0.5)
    assert scaling_table([bent]).splitlines()[2].split()[3:5] == ["4.00", "µs~"]


def test_the_growth_is_in_the_table():
    """Otherwise it is in the picture only."""
    text = scaling_table([curve(SWEEPS[0], 1.0), curve(SWEEPS[1], 2.0)])
    assert "growth: TinyTorch n^1.00, like n: " in text
    assert "1.00 µs an example; PyTorch" in text
    assert "TinyTorch n^2.00, like n²; PyTorch n^2.00, like n²" in text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (2e-7, "0.20 µs"),
        (1.234e-5, "12.3 µs"),
        (9.996e-4, "1.00 ms"),
        (0.1234, "123 ms"),
        (2.0, "2.00 s"),
    ],
)
def test_times_have_three_digits(seconds, text):
    """Otherwise columns shift, or digits pretend to a precision that is not there."""
    assert duration(seconds) == text


def test_the_json_has_every_reading_and_every_target(run, tmp_path):
    """Otherwise nobody can reckon for themselves, or compare with an earlier run."""
    run.write(tmp_path / "results.json")
    found = json.loads((tmp_path / "results.json").read_text())
    assert set(found) == {
        "began", "machine", "python", "versions", "missing", "threads", "rounds", "rows",
        "targets", "scaling", "repeated", "disturbed",
    }  # fmt: skip
    assert len(found["rows"]) == len(ROWS)
    first = found["rows"][0]
    assert set(first) == {
        "group", "name", "unit", "work", "sides", "ratios", "repeated", "disturbed", "doubtful",
    }  # fmt: skip
    assert len(first["sides"]["torch"]["rounds"]) == len(first["ratios"]["torch"]["rounds"]) == 3
    assert {one["holds"] for one in found["targets"]} == {True, False}
    assert len(found["scaling"]) == len(SWEEPS)


@pytest.mark.parametrize("part", ["rows", "sweeps", "both"])
def test_the_picture_is_drawn_of_whatever_was_measured(run, part, tmp_path):
    """Otherwise a run of one group ends in a traceback, after all the measuring."""
    pytest.importorskip("matplotlib")
    from benchmarks.picture import save_picture

    if part == "rows":
        run.curves.clear()
    elif part == "sweeps":
        run.results.clear()
    save_picture(run, tmp_path / "results.png")
    assert (tmp_path / "results.png").read_bytes().startswith(b"\x89PNG")


def test_words_choose_groups_or_rows_by_name():
    """Otherwise one waits for the whole table to see one row."""
    assert {row.group for row in chosen(["forward"])[0]} == {"forward"}
    assert {row.group for row in chosen(["tanh"])[0]} == {"activations", "backward"}
    assert chosen(["scaling"]) == ([], True)
    assert chosen([]) == (list(ROWS), True)
    assert scaling.GROUP not in GROUPS


def test_an_unknown_row_is_refused_with_the_names_there_are(capsys):
    """Otherwise a typing mistake starts a run of nothing."""
    assert main(["convolutions"]) == 2
    assert "No row is called convolutions. Groups: forward, sgd," in capsys.readouterr().err
