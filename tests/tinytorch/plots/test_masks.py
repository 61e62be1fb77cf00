"""What dropout does to an image: the laws of what is measured, and that the picture holds it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinytorch import Dropout, Tensor
from tinytorch.plots import dropout, measure_dropout
from tinytorch.plots.masks import Masking


@given(st.floats(0.05, 0.9), st.integers(0, 2**32 - 1))
@settings(max_examples=8)
def test_the_mean_of_many_calls_is_the_input(p, seed):
    """Lost otherwise: the experiment contradicts the law that it is to show."""
    seen = measure_dropout(p=p, calls=300, seed=seed)
    assert seen.sigmas < 8
    assert seen.alike == []
    assert seen.factors == pytest.approx([1 / (1 - p)], abs=2e-3)
    assert seen.dropped == pytest.approx(p, abs=8 * (p * (1 - p) / (64 * 300)) ** 0.5)
    assert seen.unchanged is True
    law = seen.noise / 300**0.5
    assert seen.distance[-1] == pytest.approx(law, rel=8 / (2 * 64) ** 0.5)


def test_what_is_kept_of_the_calls_is_what_they_gave():
    """Lost otherwise: picture and numbers are of something else."""
    seen = measure_dropout(p=0.5, calls=40, seed=1)
    image, first, mean = (np.array(each) for each in (seen.image, seen.first, seen.mean))
    assert image.shape == first.shape == mean.shape == (8, 8)
    assert image.min() == 0.25
    assert set(np.unique((first / image).round(4))) == {0.0, 2.0}
    assert seen.stops[0] == 1
    assert seen.stops[-1] == 40
    assert seen.ratio[0] == pytest.approx(first.sum() / image.sum())
    assert seen.ratio[-1] == pytest.approx(mean.sum() / image.sum())
    off = mean / image - 1
    assert seen.distance[-1] == pytest.approx(np.sqrt(np.mean(off**2)))
    again = measure_dropout(p=0.5, calls=40, seed=1)
    assert again == seen
    assert measure_dropout(p=0.5, calls=40, seed=2).first != seen.first


class Unscaled(Dropout):
    def forward(self, x, training=None):
        return super().forward(x, training) * (1 - self.p)


class Always(Dropout):
    def forward(self, x, training=None):
        return super().forward(x, True)


class Plain:
    def __init__(self, p):
        self.p = p

    def forward(self, x):
        return x * Tensor(np.random.rand(*x.shape) >= self.p)


def test_a_dropout_of_ones_own_is_measured():
    """Lost otherwise: a wrong dropout looks right in the picture."""
    unscaled = measure_dropout(Unscaled, calls=200)
    assert unscaled.factors == [1]
    assert unscaled.ratio[-1] == pytest.approx(0.5, abs=0.05)
    assert unscaled.sigmas > 20
    assert unscaled.distance[-1] > 0.45
    assert measure_dropout(Always, calls=20).unchanged is False
    assert measure_dropout(Plain, calls=20).unchanged is None


@pytest.mark.parametrize(
    ("shape", "alike"), [((1, 8), ["rows"]), ((8, 1), ["columns"]), ((1, 1), ["rows", "columns"])]
)
def test_masks_that_are_shared_are_noticed(shape, alike):
    """Lost otherwise: the mean comes out right, and nobody sees that rows go together."""

    def shared(p):
        return lambda x: x * Tensor((np.random.rand(*shape) >= p) / (1 - p))

    assert measure_dropout(shared, calls=30).alike == alike
    mask = np.random.default_rng(0).random((8, 8)) >= 0.5
    assert measure_dropout(lambda p: lambda x: x * Tensor(mask), calls=30).alike == ["calls"]
    assert measure_dropout(calls=2).alike == []
    assert measure_dropout(p=0.01, calls=2, seed=1).alike == []


class NoTensor(Dropout):
    def forward(self, x, training=None):
        return x.data


class OneRow(Dropout):
    def forward(self, x, training=None):
        return x[:3]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"p": 1}, "p as a number from 0.01 to 0.99, got int: 1"),
        ({"p": float("nan")}, "p as a number"),
        ({"calls": 1}, "calls as a whole number of at least 2"),
        ({"calls": 10**9}, "calls as a number from 2 to 100000"),
        ({"dropout": NoTensor}, "returned ndarray. Look at its forward"),
        ({"dropout": OneRow}, r"a Tensor of shape \(3, 8\)"),
        ({"dropout": lambda p: None}, "returned NoneType"),
    ],
)
def test_what_cannot_be_measured_is_said(arguments, words):
    """Lost otherwise: an error from the depths of NumPy."""
    with pytest.raises(ValueError, match=words):
        measure_dropout(**arguments)


@pytest.fixture(scope="module")
def seen():
    return measure_dropout(p=0.25, calls=30)


def test_the_picture_holds_what_was_measured(seen):
    """Lost otherwise: the images are of another call than the curves."""
    pytest.importorskip("matplotlib")
    figure = dropout(seen)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [
        *("input", "kept and dropped", "output of this call", "mean of 30 calls"),
        *("Mean of n calls, in sizes of the input", "How far the pixels' means are from the input"),
    ]
    image, mask, first, mean = (np.asarray(a.get_images()[0].get_array()) for a in figure.axes[:4])
    assert [each.tolist() for each in (image, first, mean)] == [seen.image, seen.first, seen.mean]
    assert mask.tolist() == (np.array(seen.first) != 0).tolist()
    scales = {
        axes.get_images()[0].get_clim() for place, axes in enumerate(figure.axes[:4]) if place != 1
    }
    assert len(scales) == 1
    crosses = figure.axes[1].get_lines()[0]
    dropped = set(zip(crosses.get_xdata().tolist(), crosses.get_ydata().tolist(), strict=True))
    assert dropped == {(int(x), int(y)) for y, x in np.argwhere(first == 0)}
    *single, all_pixels, one = figure.axes[4].get_lines()
    assert [line.get_ydata().tolist() for line in single] == seen.single
    assert all_pixels.get_ydata().tolist() == seen.ratio
    assert set(one.get_ydata()) == {1}
    assert figure.axes[5].get_lines()[1].get_ydata().tolist() == seen.distance
    assert figure.texts[0].get_text() == "Dropout with p = 0.25, called 30 times on one image"


def test_it_draws_on_axes_of_ones_own(seen):
    """Lost otherwise: it fits into no page but its own."""
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    axes = Figure().subplots(2, 3)
    assert dropout(seen, axes) is axes
    assert axes[0, 0].get_title() == "input"
    with pytest.raises(ValueError, match="expects 6 axes, got 2"):
        dropout(seen, axes[0, :2])
    with pytest.raises(TypeError, match="expects matplotlib axes, got str: 'ax'"):
        dropout(seen, "ax")
    with pytest.raises(TypeError, match="what measure_dropout returned, got float"):
        dropout(0.5)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0])
def test_outputs_that_are_no_numbers_are_drawn_all_the_same(value):
    """Lost otherwise: a division by zero in one's own layer ends in a traceback of ours."""
    pytest.importorskip("matplotlib")

    def broken(p):
        return lambda x: Tensor(np.full(x.shape, value))

    with np.errstate(all="ignore"):
        seen = measure_dropout(broken, calls=5)
    assert isinstance(seen, Masking)
    dropout(seen, dark=True)
