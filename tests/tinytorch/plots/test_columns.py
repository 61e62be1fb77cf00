"""The weights of a first layer as images: whose they are, in which order, on which scale."""

import numpy as np
import pytest

from tinytorch import Linear, Tensor, manual_seed, plots
from tinytorch.plots import measure_weights, style

pytest.importorskip("matplotlib")

RNG = np.random.default_rng(0)


def sheet(axes):
    """What is drawn, and its scale."""
    (image,) = axes.get_images()
    return np.ma.filled(image.get_array(), np.nan), image


def blobs(side, count):
    """Weights that vary smoothly over the image, as columns."""
    y, x = np.mgrid[:side, :side] / side
    return (
        np.stack([np.sin(4 * x + k) * np.cos(3 * y - k) for k in range(count)], 0)
        .reshape(count, -1)
        .T
    )


def test_a_column_is_a_unit_and_the_largest_comes_first():
    """Lost otherwise: pixels of several units are mixed into one image, as rows would be."""
    layer = Linear(6, 3)
    layer.weight.data[...] = np.arange(18).reshape(6, 3)
    for given in (layer, layer.weight, layer.weight.data):
        tiles = measure_weights(given, (2, 3))
        assert tiles.order == [2, 1, 0]
        assert tiles.images[0].tolist() == [[2, 5, 8], [11, 14, 17]]


@pytest.mark.parametrize(
    ("pixels", "units", "shape"), [(64, 128, None), (6, 5, (2, 3)), (1, 1, None)]
)
def test_each_unit_is_a_tile(pixels, units, shape):
    """Lost otherwise: the picture shows other weights than the layer has."""
    weights = RNG.standard_normal((pixels, units))
    tiles = measure_weights(weights, shape)
    axes = plots.weights(weights, shape).axes[0]
    drawn, image = sheet(axes)
    _, rows, columns = tiles.images.shape
    in_a_row = (drawn.shape[1] + 1) // (columns + 1)
    for place, expected in enumerate(tiles.images):
        down, across = divmod(place, in_a_row)
        top, left = down * (rows + 1), across * (columns + 1)
        assert np.array_equal(drawn[top : top + rows, left : left + columns], expected)
    assert np.isfinite(drawn).sum() == weights.size
    assert image.get_clim()[0] == -image.get_clim()[1]


@pytest.mark.parametrize("dark", [False, True])
def test_zero_is_the_ground(dark):
    """Lost otherwise: what does not matter stands out."""
    axes = plots.weights(RNG.standard_normal((4, 4)), dark=dark).axes[0]
    _, image = sheet(axes)
    assert image.get_cmap()(0.5)[:3] == pytest.approx(axes.get_facecolor()[:3], abs=0.02)
    assert style.is_dark(axes) == dark


def test_of_many_units_the_largest_are_shown_and_it_is_said():
    """Lost otherwise: of 4,096 units one sees a grey."""
    figure = plots.weights(RNG.standard_normal((784, 300)), most=20)
    assert figure.axes[0].get_title(loc="left") == ("What a unit looks for (the 20 largest of 300)")


def test_smooth_weights_are_told_from_random_ones():
    """Lost otherwise: the sentence praises noise."""
    random = measure_weights(RNG.standard_normal((64, 200)))
    assert random.structured <= 3
    assert measure_weights(blobs(8, 20)).structured == 20
    manual_seed(0)
    assert measure_weights(Linear(784, 100)).structured <= 2


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [0.0, np.nan, np.inf, -np.inf, 1e300, 5.0])
def test_weights_without_differences_or_numbers_are_drawn(value):
    """Lost otherwise: the most instructive layer, one that broke, has no picture."""
    weights = np.full((16, 4), value)
    figure = plots.weights(weights)
    assert measure_weights(weights).structured == 0
    words = {text.get_text() for text in figure.axes[0].texts}
    assert ("no number" in words) == (not np.isfinite(value))
    ticks = [label.get_text() for label in figure.axes[0].child_axes[0].get_xticklabels()]
    assert (ticks == ["no weight differs from 0"]) == (value == 0)
    assert (ticks == ["no weight is a number"]) == (not np.isfinite(value))
    figure.draw_without_rendering()


def test_one_weight_that_is_no_number_is_marked():
    """Lost otherwise: it looks like a zero."""
    weights = RNG.standard_normal((16, 4))
    weights[3, 2] = np.nan
    words = [text.get_text() for text in plots.weights(weights).axes[0].texts]
    assert words == ["no number"]


def test_it_draws_on_axes_of_ones_own():
    """Lost otherwise: it cannot be a part of a larger picture."""
    figure = style.figure()
    axes = figure.add_subplot()
    assert plots.weights(Linear(4, 2), axes=axes) is axes


@pytest.mark.parametrize(
    ("given", "shape", "error", "words"),
    [
        (np.ones(3), None, ValueError, "expects weights of shape"),
        (np.ones((0, 3)), None, ValueError, "expects weights of shape"),
        (np.ones((10, 3)), None, ValueError, "square image, got 10"),
        (np.ones((10, 3)), (2, 4), ValueError, "with 10 pixels"),
        (np.ones((10, 3)), (10,), ValueError, "with 10 pixels"),
        (np.ones((10, 3)), "ab", TypeError, "whole numbers"),
        (None, None, TypeError, "expects numbers"),
        ("Linear", None, TypeError, "expects numbers"),
    ],
)
def test_what_is_no_layer_of_images_is_refused(given, shape, error, words):
    """Lost otherwise: an error from deep inside, or a picture of nothing."""
    with pytest.raises(error, match=words):
        plots.weights(given, shape)
    with pytest.raises(TypeError, match="most"):
        measure_weights(Tensor(np.ones((4, 4))), most="all")
