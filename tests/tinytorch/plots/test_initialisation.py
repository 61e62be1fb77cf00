"""What the first weights do: the laws that the numbers obey, and that the picture holds them."""

import numpy as np
import pytest

from tinytorch import Linear
from tinytorch.plots import init, measure_init
from tinytorch.plots.initialisation import KINDS, OWN, distinct, size, weights_of

WIDTH, DEPTH = 64, 6


@pytest.fixture(scope="module")
def measured():
    return measure_init(width=WIDTH, depth=DEPTH, batch=48, seed=3)


@pytest.mark.parametrize("function", ["ReLU", "Tanh"])
def test_zero_weights_give_exactly_zero(measured, function):
    """Lost otherwise: the page's answer that nothing is learned from zeros."""
    zero = measured.of(function)["zero"]
    assert zero.forward[1:] == zero.backward[:-1] == zero.weights == [0.0] * DEPTH
    assert zero.distinct == [1] * DEPTH
    assert zero.backward[-1] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("function", ["ReLU", "Tanh"])
def test_constant_weights_make_all_hidden_units_one(measured, function):
    """Lost otherwise: the page's answer that equal weights never part."""
    constant = measured.of(function)["constant"]
    assert constant.distinct[:-1] == [1] * (DEPTH - 1)
    assert constant.units == 1
    assert min(constant.weights) > 0
    for kind in ("too small", "too large", "LeCun", "Glorot", "He", OWN):
        assert measured.of(function)[kind].units > WIDTH / 2


def test_he_keeps_the_size_through_relu_and_lecun_halves_its_square():
    """Lost otherwise: the experiment contradicts the theory that it is to show (He et al., 2015).

    A layer of n units multiplies the mean square by 1 or by 1/2 with a relative noise of
    sqrt(5 / n): the square of a rectified normal number has variance 5/4 where its mean is 1/2.
    Over 48 layers 8 sigma of their mean are 0.23, less than half of log 2.
    """
    width, depth, seeds = 128, 4, 12
    logs = {kind: ([], []) for kind in ("He", "LeCun", "Glorot", OWN)}
    for seed in range(seeds):
        starts = measure_init(width=width, depth=depth, batch=16, seed=seed).of("ReLU")
        for kind, (forward, backward) in logs.items():
            forward.append(2 * np.log(starts[kind].forward_ratio) / depth)
            backward.append(2 * np.log(starts[kind].backward_ratio) / depth)
    sigmas = 8 * (5 / width / depth / seeds) ** 0.5
    assert sigmas < np.log(2) / 2
    for kind, both in logs.items():
        law = 0 if kind == "He" else -np.log(2)
        assert np.mean(both, axis=1) == pytest.approx([law, law], abs=sigmas), kind


def test_the_same_numbers_scaled_give_the_same_shape(measured):
    """Lost otherwise: ReLU, which knows no scale, seems to."""
    starts = measured.of("ReLU")
    gain = (2**0.5) ** DEPTH
    assert starts["He"].forward_ratio == pytest.approx(gain * starts["LeCun"].forward_ratio)
    assert starts["He"].counts == starts["LeCun"].counts


def test_each_way_to_start_has_the_spread_of_its_paper():
    """Lost otherwise: a line bears a name that is not its own."""
    rng, n, m = np.random.default_rng(0), 300, 100
    spreads = {kind: weights_of(kind, n, m, rng).std() for kind in KINDS}
    expected = {
        **{"zero": 0, "constant": 0, "too small": 0.01, "too large": 1},
        **{"LeCun": (1 / n) ** 0.5, "Glorot": (2 / (n + m)) ** 0.5, "He": (2 / n) ** 0.5},
    }
    assert spreads == pytest.approx(expected, rel=0.03)
    assert set(np.unique(weights_of("constant", 2, 3, rng))) == {0.01}


def test_units_are_counted_by_what_they_do_and_what_they_are_told():
    """Lost otherwise: dead or twin units count as different ones."""
    outputs = np.array([[1.0, 1.0, 2.0, 0.0], [3.0, 3.0, 1.0, 0.0]])
    slopes = np.array([[1e-9, 1e-9, 1e-9, 1e-9]])
    assert distinct(outputs, slopes) == 3
    assert distinct(outputs, slopes * [1, 2, 1, 1]) == 4
    assert distinct(outputs * (1 + 1e-7 * np.eye(2, 4)), slopes) == 3
    assert distinct(np.zeros((2, 4)), np.zeros((1, 4))) == 1
    assert size(np.array([[3.0, -4.0], [0.0, 5.0]])) == pytest.approx(12.5**0.5)


def test_a_layer_of_ones_own_is_measured():
    """Lost otherwise: the picture shows the reference where it says `yours`."""

    class Loud(Linear):
        def forward(self, x):
            return super().forward(x) * 2

    usual = measure_init(width=16, depth=3, batch=8).of("ReLU")["He"]
    loud = measure_init(Loud, width=16, depth=3, batch=8).of("ReLU")["He"]
    assert loud.forward_ratio == pytest.approx(8 * usual.forward_ratio)
    assert loud.backward_ratio == pytest.approx(8 * usual.backward_ratio)


class NoWeight(Linear):
    def parameters(self):
        return []


class WrongShape(Linear):
    def forward(self, x):
        return x[:, :3]


class NoTensor(Linear):
    def forward(self, x):
        return x.data


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"width": 1}, "width as a whole number of at least 2, got int: 1"),
        ({"depth": 0}, "depth as a whole number of at least 1"),
        ({"linear": NoWeight}, r"a weight of shape \(9, 9\) .* found none"),
        ({"linear": WrongShape}, r"returned a Tensor of shape \(128, 3\). Look at"),
        ({"linear": NoTensor}, "returned ndarray"),
    ],
)
def test_what_cannot_be_measured_is_said(arguments, words):
    """Lost otherwise: an error from the depths of NumPy."""
    with pytest.raises(ValueError, match=words):
        measure_init(**{"width": 9, **arguments})


def test_the_picture_holds_what_was_measured(measured):
    """Lost otherwise: a line shows another way to start than its name says."""
    pytest.importorskip("matplotlib")
    figure = init(measured, own="yours")
    shown_kinds = (*KINDS, OWN)
    named = [*KINDS, "yours"]
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[:4] == [
        f"{function}: size of the {what}"
        for function in ("ReLU", "Tanh")
        for what in ("activations", "gradient")
    ]
    assert titles[4:] == [*named, *named]
    for place, function in ((0, "ReLU"), (2, "Tanh")):
        upper, lower = figure.axes[place : place + 2]
        assert upper.get_yscale() == lower.get_yscale() == "log"
        assert lower.xaxis_inverted()
        for kind, line in zip(shown_kinds, upper.get_lines(), strict=True):
            start = measured.of(function)[kind]
            shown = np.where(np.equal(start.forward, 0), line.get_ydata(), start.forward)
            assert line.get_ydata().tolist() == shown.tolist()
            assert line.get_label() == ("yours" if kind == OWN else kind)
        assert {text.get_text().split("  ")[0] for text in upper.texts} == set(named)
    row = figure.axes[4:]
    names = [(function, kind) for function in ("ReLU", "Tanh") for kind in shown_kinds]
    for axes, (function, kind) in zip(row, names, strict=True):
        start = measured.of(function)[kind]
        assert [bar.get_height() for bar in axes.patches] == start.counts
        assert axes.texts[0].get_text() == f"{start.units} of {WIDTH}"


def test_zero_has_a_place_of_its_own_on_the_log_scale(measured):
    """Lost otherwise: exactly 0 is left out, or drawn as some small number."""
    pytest.importorskip("matplotlib")
    axes = init(measured).axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    place = dict(zip(names, axes.get_yticks(), strict=True))
    zero = next(line for line in axes.get_lines() if line.get_label() == "zero")
    assert set(zero.get_ydata()[1:]) == {place["exactly 0"]}
    others = [y for line in axes.get_lines() if line is not zero for y in line.get_ydata()]
    assert min(others) > place["exactly 0"]
    assert "zero  0" in {text.get_text() for text in axes.texts}


def test_what_overflows_breaks_off_and_nothing_warns():
    """Lost otherwise: with many layers, weights that are too large end in a warning."""
    pytest.importorskip("matplotlib")
    starts = measure_init(width=64, depth=60, batch=4)
    large = starts.of("ReLU")["too large"]
    assert not np.isfinite(large.forward[-1])
    assert 0 < sum(large.counts) < 4 * 64 or large.limit == 0
    init(starts, dark=True)
