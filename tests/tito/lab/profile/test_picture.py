"""The picture of a profile, by what it holds."""

import pytest

from tito.lab.profile.figures import SIZES, Batch, Sweep
from tito.lab.profile.machine import Reading
from tito.lab.profile.picture import draw, draw_shares, ticks

style = pytest.importorskip("tinytorch.plots.style")
pytest.importorskip("matplotlib")


def row(path, multiply_adds, parameters):
    return {
        "path": path,
        "name": "Linear",
        "multiply_adds": multiply_adds,
        "parameters": parameters,
    }


ROWS = [row("0", 90, 60), row("1", 0, 0), row("2", 10, 40)]


def sweep(slow=1e-6):
    medians = [5e-5 + slow * size for size in SIZES]
    return Sweep([Batch(s, Reading(m, m, m, m, 3)) for s, m in zip(SIZES, medians, strict=True)])


@pytest.mark.parametrize("dark", [False, True])
def test_what_was_measured_is_what_is_drawn(dark):
    """Lost otherwise: a picture of other figures than the table's."""
    measured = sweep()
    with style.theme(dark):
        figure = draw("6-4-2", {"rows": ROWS}, measured)
    latency, throughput, shares = figure.axes
    assert [axes.get_title(loc="left").split(":")[0] for axes in figure.axes] == [
        "Latency",
        "Throughput",
        "Where the work and the weights are",
    ]
    assert latency.lines[0].get_ydata() == pytest.approx(
        [batch.reading.median_s for batch in measured.batches]
    )
    assert throughput.lines[0].get_ydata() == pytest.approx(
        [batch.per_second for batch in measured.batches]
    )
    widths = [patch.get_width() for patch in shares.patches]
    assert widths == pytest.approx([0.9, 0.1, 0.6, 0.4])
    assert [label.get_text() for label in shares.get_yticklabels()] == ["0 Linear", "2 Linear"]


def test_many_layers_are_put_together():
    """Lost otherwise: a picture of fifty bars that nobody can read."""
    with style.theme():
        axes = style.figure().subplots()
        draw_shares([row(str(place), 1, 1) for place in range(20)], axes)
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels[-1] == "16 others"
    assert axes.patches[4].get_width() == pytest.approx(16 / 20)


def test_a_network_without_products_has_a_picture():
    """Lost otherwise: an error of ours at the very end."""
    with style.theme():
        draw("relu", {"rows": [row("", 0, 0)]}, Sweep(sweep().batches[:1]))


def test_ticks_are_round_and_few():
    """Lost otherwise: an axis of numbers on top of each other."""
    assert ticks(1.5e-5, 3e-4) == pytest.approx([2e-5, 5e-5, 1e-4, 2e-4])
    assert ticks(1e-5, 1.0) == pytest.approx([1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0])
