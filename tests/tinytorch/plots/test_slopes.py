"""Activations with their derivatives: the facts worth seeing, and that the picture holds them."""

import numpy as np
import pytest

from tinytorch.plots import activations, measure_activations
from tinytorch.plots.slopes import fact


@pytest.fixture(scope="module")
def curves():
    return {curve.name: curve for curve in measure_activations()}


def test_the_derivatives_have_the_facts_of_the_page(curves):
    """Lost otherwise: the picture teaches something wrong."""
    assert curves["Sigmoid"].steepest == (0.0, 0.25)
    assert curves["Tanh"].steepest == (0.0, 1.0)
    assert curves["ReLU"].flat == pytest.approx(0.5, abs=0.002)
    assert curves["ReLU"].steepest[1] == 1
    at, most = curves["GELU"].steepest
    assert at == pytest.approx(2**0.5, abs=0.02)
    assert most == pytest.approx(1.1289, abs=1e-3)
    at, most = curves["Softmax"].steepest
    assert at == pytest.approx(np.log(1 + np.e), abs=0.02)
    assert most == pytest.approx(0.25, abs=1e-4)


def test_each_derivative_is_the_slope_of_its_curve(curves):
    """Lost otherwise: the dashed line belongs to another function."""
    for curve in curves.values():
        x, y = np.asarray(curve.x), np.asarray(curve.y)
        between = (y[2:] - y[:-2]) / (x[2:] - x[:-2])
        off = np.abs(between - curve.slope[1:-1])
        at_corner = x[1:-1] == 0 if curve.name == "ReLU" else np.zeros(len(off), bool)
        assert off[~at_corner].max() < 1e-3, curve.name


def test_the_facts_are_told_from_the_curves(curves):
    """Lost otherwise: a fact stands beside a curve that shows another."""
    assert {name: fact(curve) for name, curve in curves.items()} == {
        "ReLU": "derivative 0 or 1",
        "Sigmoid": "derivative up to 0.25",
        "Tanh": "derivative up to 1",
        "GELU": "derivative \N{MINUS SIGN}0.13 to 1.13",
        "Softmax": "derivative up to 0.25",
    }


def test_softmax_s_outputs_add_up_to_one(curves):
    """Lost otherwise: the one function of several numbers is shown as if it were of one."""
    softmax = curves["Softmax"]
    total = np.sum([softmax.y, *softmax.others.values()], axis=0)
    np.testing.assert_allclose(total, 1, atol=1e-6)
    assert list(softmax.others) == ["output at 1", "output at 0"]


def test_the_picture_holds_what_was_measured(curves):
    """Lost otherwise: a curve stands under another function's name."""
    pytest.importorskip("matplotlib")
    figure = activations(list(curves.values()))
    for axes, (name, curve) in zip(figure.axes, curves.items(), strict=False):
        lines = {line.get_label(): line for line in axes.get_lines()}
        assert axes.get_title(loc="left") == name
        assert lines["output"].get_ydata().tolist() == curve.y
        drawn = lines["derivative"].get_ydata()
        assert drawn[~np.isnan(drawn)].tolist() == curve.slope
        assert np.isnan(drawn).sum() == (name == "ReLU")
        assert lines["derivative"].get_linestyle() == "--"
    together = figure.axes[-1].get_lines()
    assert [line.get_label() for line in together] == ["ReLU", "Sigmoid", "Tanh", "GELU"]
    assert len({line.get_marker() for line in together}) == 4


def test_it_draws_on_axes_of_ones_own_and_refuses_the_rest(curves):
    """Lost otherwise: it fits into no page but its own."""
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    axes = Figure().subplots(3, 2)
    assert activations(axes=axes) is axes
    assert axes[2, 1].get_title() == "The derivatives together"
    with pytest.raises(TypeError, match="what measure_activations returned, got list"):
        activations([1.0])
    with pytest.raises(ValueError, match="reach as a number from"):
        measure_activations(0)
