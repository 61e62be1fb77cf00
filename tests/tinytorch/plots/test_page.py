"""The picture of a training: each part shows what its title says, also where there is little."""

import io
import math
from types import SimpleNamespace

import numpy as np
import pytest

from tests.tinytorch.plots import colour_vision
from tinytorch import plots
from tinytorch.data import digits
from tinytorch.plots import measure_training, measure_weights, style

colors = pytest.importorskip("matplotlib.colors")

EPOCHS, STEPS = 6, 45
DATA = digits()
COUNT = len(DATA.held_out_labels)


def record(**changes):
    """What is known of a training that never was; three answers of it are wrong."""
    rng = np.random.default_rng(0)
    chances = np.full((COUNT, 10), 0.01)
    chances[np.arange(COUNT), DATA.held_out_labels] = 0.91
    for index, right in ((7, 0.2), (30, 0.05), (99, 0.3)):
        truth = DATA.held_out_labels[index]
        chances[index] = 0
        chances[index, truth] = right
        chances[index, (truth + 1) % 10] = 1 - right
    known = {
        "history": (np.exp(-np.arange(EPOCHS * STEPS) / 99) + rng.random(EPOCHS * STEPS)).tolist(),
        "held_out": [0.5, 0.7, 0.8, 0.9, 0.95, 357 / 360],
        "trained_on": [0.5, 0.75, 0.85, 0.95, 0.99, 1.0],
        "probabilities": chances,
        "images": DATA.held_out_images,
        "labels": DATA.held_out_labels,
    }
    return measure_training(**{**known, **changes})


@pytest.fixture(scope="module")
def whole():
    """Its record, its first layer, and its figure."""
    training = record()
    weights = measure_weights(np.random.default_rng(1).standard_normal((64, 128)))
    return training, plots.training(training, title="Handwritten digits", layer=weights)


def titled(figure, title):
    """The axes whose title begins so."""
    (found,) = [axes for axes in figure.axes if axes.get_title(loc="left").startswith(title)]
    return found


def words(axes):
    """Every text in the axes."""
    return [text.get_text() for text in axes.texts]


def test_the_loss_curve_holds_every_step_and_the_mean_of_each_epoch(whole):
    """Lost otherwise: the curve shows another training."""
    training, figure = whole
    axes = titled(figure, "Training loss")
    each, means = axes.get_lines()
    assert each.get_ydata().tolist() == training.losses
    assert each.get_xdata()[-1] == EPOCHS
    assert means.get_ydata()[1] == pytest.approx(np.mean(training.losses[STEPS : 2 * STEPS]))
    assert means.get_xdata().tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert axes.get_yscale() == "log"


def test_the_accuracies_end_in_the_numbers_told(whole):
    """Lost otherwise: curve and sentence contradict each other."""
    training, figure = whole
    axes = titled(figure, "Accuracy")
    held_out, trained_on = axes.get_lines()
    assert held_out.get_ydata() == pytest.approx(np.multiply(training.held_out, 100))
    assert trained_on.get_ydata() == pytest.approx(np.multiply(training.trained_on, 100))
    assert set(words(axes)) == {"held out 99.2%", "trained on 100.0%"}
    (head,) = [text.get_text() for text in figure.texts]
    assert head == "Handwritten digits: 357 of 360 held-out images right (99.2%)"


def test_rows_are_the_truth_and_columns_the_answers(whole):
    """Lost otherwise: one reads that eights are taken for threes where it is the reverse."""
    training, figure = whole
    assert training.confusion.sum() == COUNT
    truth = int(DATA.held_out_labels[30])
    assert training.confusion[truth, (truth + 1) % 10] >= 1
    axes = titled(figure, "Which digit")
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("truth", "answer")
    told = [(text.get_position(), text.get_text()) for text in axes.texts]
    cells = dict(each for each in told if not each[1].endswith("%"))
    for row in range(10):
        for column in range(10):
            count = training.confusion[row, column]
            assert cells.get((column, row), "0") == str(count)
    shares = [text.get_text() for text in axes.texts if text.get_text().endswith("%")]
    assert len(shares) == 10


@pytest.mark.parametrize("dark", [False, True])
def test_every_count_can_be_read_on_its_cell(dark):
    """Lost otherwise: few confusions are numbers of nearly their cells' colour."""
    counts = np.diag([20, 18, 16, 14, 12]) + np.diag([1, 2, 3, 6], 1)
    axes = plots.confusion(counts, dark=dark).axes[0]
    cells = np.asarray(axes.get_images()[0].get_array())
    for text in axes.texts:
        if not text.get_text().endswith("%"):
            column, row = text.get_position()
            ink = colors.to_rgb(text.get_color())
            assert colour_vision.contrast(ink, cells[row, column][:3]) >= 4


def test_no_accuracy_beyond_100_percent_is_drawn():
    """Lost otherwise: where all was right from the start, the axis goes on to 104%."""
    axes = plots.accuracy(record(held_out=[1.0, 1.0], trained_on=[1.0, 1.0])).axes[0]
    assert 100 < axes.get_ylim()[1] < 101


def test_the_worst_mistake_comes_first(whole):
    """Lost otherwise: the most instructive image may not be shown."""
    training, figure = whole
    assert training.mistakes == [30, 7, 99]
    axes = titled(figure, "All 3 mistakes, first where the right answer got least")
    pictures, bars = axes.child_axes[::2], axes.child_axes[1::2]
    for picture, index in zip(pictures, training.mistakes, strict=True):
        shown = np.asarray(picture.get_images()[0].get_array())
        assert np.array_equal(shown.reshape(64), DATA.held_out_images[index])
    truth = int(DATA.held_out_labels[30])
    assert pictures[0].get_title(loc="left") == f"{truth} taken for {(truth + 1) % 10}"
    shares = [bar.get_width() for bar in bars[0].patches[1::2]]
    assert shares == pytest.approx([0.95, 0.05, 0])
    assert words(bars[0])[:4] == [str((truth + 1) % 10), "95%", str(truth), "5%"]
    assert [text.get_fontweight() for text in bars[0].texts[:4]] == ["normal"] * 2 + ["bold"] * 2


def test_the_first_layer_is_there_where_it_is_given(whole):
    """Lost otherwise: the picture has no room for it, or an empty one."""
    _, figure = whole
    assert titled(figure, "What each of the 128 units looks for").get_images()
    without = [axes.get_title(loc="left") for axes in plots.training(record()).axes]
    assert not [title for title in without if title.startswith("What")]


def test_the_pair_most_confused_is_found_in_both_directions():
    """Lost otherwise: 4 for 9 and 9 for 4 count as two small mistakes."""
    answers = np.eye(3)[[1, 0, 2, 2, 2]]
    seen = measure_training([], answers, [0, 1, 0, 2, 2])
    assert seen.confused == [(0, 1)]
    assert seen.confusion.tolist() == [[0, 1, 1], [1, 0, 0], [0, 0, 2]]


def test_ten_thousand_images_of_another_shape_and_more_classes():
    """Lost otherwise: what fits the digits does not fit MNIST, or letters."""
    rng = np.random.default_rng(0)
    labels, names = rng.integers(0, 15, 10_000), [chr(97 + place) for place in range(15)]
    images, chances = rng.random((10_000, 20 * 12)) * 255, rng.dirichlet(np.ones(15), 10_000)
    seen = measure_training([2.0], chances, labels, images, held_out=[0.04], shape=(20, 12))
    figure = plots.training(seen, names=names)
    axes = titled(figure, "Which class")
    assert [label.get_text() for label in axes.get_yticklabels()] == names
    assert "The 12 worst of 9," in " ".join(each.get_title(loc="left") for each in figure.axes)
    (picture, *_) = titled(figure, "The 12 worst").child_axes
    assert picture.get_images()[0].get_array().shape == (20, 12)


def test_no_mistake_is_said_and_the_least_sure_are_shown():
    """Lost otherwise: a perfect network has an empty row without a word."""
    chances = np.eye(10)[DATA.held_out_labels] * 0.5 + 0.05
    chances[5] = np.where(np.eye(10)[DATA.held_out_labels[5]], 0.2, 0.08)
    seen = record(probabilities=chances)
    (axes,) = plots.mistakes(seen).axes
    assert axes.get_title(loc="left").startswith("No mistake")
    assert seen.confused == []
    assert np.array_equal(
        np.ravel(axes.child_axes[0].get_images()[0].get_array()), DATA.held_out_images[5]
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"history": [], "held_out": [], "trained_on": []},
        {"history": [1.0], "held_out": [0.9], "trained_on": []},
        {"history": [math.nan] * 6},
        {
            "history": [2.0, math.inf, math.nan],
            "held_out": [0.1, math.nan],
            "trained_on": [math.nan],
        },
        {"history": [0.0, 0.0]},
        {"probabilities": np.full((COUNT, 10), math.nan)},
        {"images": np.zeros((COUNT, 64))},
        {"images": np.full((COUNT, 64), math.nan)},
        {"images": DATA.held_out_images.reshape(-1, 8, 8)},
    ],
    ids=["nothing", "one", "nan", "broken", "zero", "no-answer", "blank", "no-image", "square"],
)
def test_what_is_empty_or_broken_is_drawn(changes):
    """Lost otherwise: the training that one most wants to look at has no picture."""
    seen = record(**changes)
    figure = plots.training(seen, dark=True)
    figure.savefig(io.BytesIO(), dpi=20)
    if "probabilities" in changes:
        assert seen.right == seen.confusion.sum() == 0
        assert len(seen.mistakes) == COUNT


def test_a_history_alone_has_its_curves():
    """Lost otherwise: who has trained with fit has to take the history apart to see it."""
    epochs = [
        SimpleNamespace(metrics={"accuracy": share}, validation_metrics={"accuracy": share / 2})
        for share in (0.4, 0.8)
    ]
    history = SimpleNamespace(losses=[2.0, 1.5, 1.0, 0.5], epochs=epochs)
    figure = plots.training(history, title="Mine")
    assert [text.get_text() for text in figure.texts] == ["Mine"]
    loss, accuracy = figure.axes
    assert [len(line.get_xdata()) for line in loss.lines] == [4, 2]
    assert [line.get_ydata().tolist() for line in accuracy.lines] == [[20, 40], [40, 80]]
    assert len(plots.training([2.0, 1.0]).axes) == 2


def test_words_stand_in_the_place_of_curves_that_are_not_there():
    """Lost otherwise: an empty frame, and one wonders what was measured."""
    assert words(plots.losses([]).axes[0]) == ["No step was taken."]
    assert words(plots.losses([math.nan], 1).axes[0]) == ["No loss is a number."]
    assert words(plots.losses([1.0, math.nan], 1).axes[0]) == ["no number at step 2"]
    assert words(plots.accuracy(record(held_out=[], trained_on=[])).axes[0]) == [
        "No accuracy was measured."
    ]


def test_one_class_and_one_image():
    """Lost otherwise: the smallest try ends in a traceback."""
    seen = measure_training([0.0], [[1.0]], [0], [[0.5]], held_out=[1.0])
    plots.training(seen).savefig(io.BytesIO(), dpi=20)
    assert (seen.right, seen.mistakes, seen.ends, seen.gap) == (1, [], None, None)


def test_the_end_of_the_curve_is_measured():
    """Lost otherwise: the sentence says that it still rises where it does not."""
    rising = record(held_out=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    assert rising.ends == (2, pytest.approx(0.95), pytest.approx(0.75))
    assert record(held_out=[0.9]).ends is None
    assert record().gap == pytest.approx(1.0 - 357 / 360)


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"labels": [0, 1]}, ValueError, "probabilities of shape"),
        ({"labels": DATA.held_out_labels + 1}, ValueError, "labels from 0 to 9"),
        ({"labels": DATA.held_out_labels * 1.0}, ValueError, "whole numbers"),
        ({"images": DATA.held_out_images[:, :63]}, ValueError, "360 images"),
        ({"images": DATA.held_out_images[1:]}, ValueError, "360 images"),
        ({"images": "abc"}, TypeError, "expects numbers"),
        ({"probabilities": record().probabilities * 9}, ValueError, "with Softmax"),
        ({"probabilities": None}, TypeError, "expects numbers"),
        ({"history": [[1.0]]}, ValueError, "list of numbers"),
        ({"history": None}, TypeError, "expects numbers"),
        ({"shape": (4, 5)}, ValueError, "shape=tuple: \\(4, 5\\)"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, error, told):
    """Lost otherwise: a picture of other images than those that were judged."""
    with pytest.raises(error, match=told):
        record(**changes)


@pytest.mark.parametrize(
    "given", [[[1, 2]], [], [1.0], np.zeros((0, 0)), [[math.nan]], [[-1]], [[math.inf]]]
)
def test_a_matrix_that_is_no_square_is_refused(given):
    """Lost otherwise: an error from matplotlib."""
    with pytest.raises(ValueError, match=r"matrix of counts|counts of at least 0"):
        plots.confusion(given)


def test_names_and_outcomes_that_are_none_are_refused():
    """Lost otherwise: an error from matplotlib, or classes under names of others."""
    with pytest.raises(ValueError, match="a name for each of 2"):
        plots.confusion([[1, 0], [0, 1]], names=["a"])
    with pytest.raises(TypeError, match="list of strings"):
        plots.confusion([[1, 0], [0, 1]], names="ab")
    for draw in (plots.accuracy, plots.mistakes):
        with pytest.raises(TypeError, match="measure_training"):
            draw([1.0])
    with pytest.raises(ValueError, match="one a step"):
        plots.losses([[1.0]])
    with pytest.raises(TypeError, match="matplotlib axes"):
        plots.losses([1.0], axes="here")


def test_names_are_no_mathematics():
    """Lost otherwise: a price in a name is drawn as a formula, and half a formula is an error."""
    names = ["$\\frac{$", "a_b $x^2$"]
    figure = plots.confusion([[1, 0], [0, 1]], names=names)
    figure.savefig(io.BytesIO(), format="svg")
    labels = [label.get_text().replace("\\$", "$") for label in figure.axes[0].get_xticklabels()]
    assert labels == names
    title = "from $\\frac{1 to 5$"
    plots.training([1.0], [[0.9, 0.1]], [0], title=title).savefig(io.BytesIO(), format="png")


def test_the_parts_draw_on_axes_of_ones_own():
    """Lost otherwise: they cannot be parts of a larger picture."""
    training, figure = record(), style.figure()
    for draw, given in (
        (plots.accuracy, training),
        (plots.losses, training.losses),
        (plots.confusion, training.confusion),
        (plots.mistakes, training),
    ):
        axes = figure.add_subplot()
        assert draw(given, axes=axes) is axes


def test_equal_counts_have_equal_tints():
    """Lost otherwise: a mistake of a rare class looks worse than the same one of a frequent one."""
    matplotlib = pytest.importorskip("matplotlib")
    assert matplotlib
    (axes,) = plots.confusion([[50, 3, 0], [3, 7, 2], [0, 2, 90]]).axes
    tints = axes.get_images()[0].get_array()
    assert tints[0][1].tolist() == tints[1][0].tolist()
    assert tints[1][2].tolist() == tints[2][1].tolist()
    assert tints[0][1].tolist() != tints[1][2].tolist() != tints[0][2].tolist()
